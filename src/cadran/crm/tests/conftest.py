"""A small company: Alice owns, a pipeline with three stages."""

from datetime import UTC, datetime

import pytest

from cadran.crm.save import By, create
from cadran.members.record import Record

BY = By("member")
SPRING = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def company(db: None) -> dict[str, Record]:
    pipeline = create("pipeline", {"name": "Sales"}, by=BY, at=SPRING)
    stages = {
        name: create(
            "stage", {"pipeline": pipeline, "name": name, "order": order, "outcome": outcome}, by=BY, at=SPRING
        )
        for order, (name, outcome) in enumerate([("New", "open"), ("Won", "won"), ("Lost", "lost")])
    }
    return {
        "pipeline": pipeline,
        **stages,
        "alice": create("member", {"name": "Alice", "email": "Alice@Example.com"}, by=BY, at=SPRING),
        "bob": create("member", {"name": "Bob"}, by=BY, at=SPRING),
        "account": create("account", {"name": "Acme"}, by=BY, at=SPRING),
    }
