"""The facts follow the records."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cadran.crm import save
from cadran.crm.save import By, create
from cadran.facts.store import Store
from cadran.members.record import Record

BY = By("member")
SPRING = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def company(db: None) -> dict[str, Record]:
    create("organisation", {"currency": "EUR", "time_zone": "Europe/Paris"}, by=BY, at=SPRING)
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


def test_a_changed_deal_is_in_the_next_answer(company: dict[str, Record], tmp_path: Path) -> None:
    values = {"name": "Roof", "account": company["account"], "pipeline": company["pipeline"], "stage": company["New"]}
    deal = create("deal", {**values, "amount": 100, "currency": "EUR", "owner": company["alice"]}, by=BY, at=SPRING)
    store = Store.open(tmp_path)
    before = store.engine()
    sum_by_owner = "select owner, outcome, sum(amount) from deal group by all"
    assert before.select(sum_by_owner, []) == [("Alice", "open", 100)]

    save.change(deal, {"amount": 150, "owner": company["bob"], "stage": company["Won"], "closed_at": SPRING}, by=BY)
    assert store.refresh()
    assert store.engine().select(sum_by_owner, []) == [("Bob", "won", 150)]
    assert before.select(sum_by_owner, []) == [("Alice", "open", 100)]
    assert not store.refresh()


def test_as_of_a_past_moment_is_what_was_known_then(company: dict[str, Record], tmp_path: Path) -> None:
    values = {"name": "Roof", "account": company["account"], "pipeline": company["pipeline"], "stage": company["New"]}
    deal = create("deal", {**values, "amount": 100, "currency": "EUR", "owner": company["alice"]}, by=BY, at=SPRING)
    store = Store.open(tmp_path)
    first = datetime.now(UTC)
    save.change(deal, {"amount": 150, "owner": company["bob"]}, by=BY)
    store.refresh()
    second = datetime.now(UTC)
    save.change(deal, {"stage": company["Won"], "closed_at": SPRING}, by=BY)
    create("deal", {**values, "amount": 7, "currency": "EUR", "owner": company["alice"]}, by=BY, at=SPRING)
    store.refresh()
    asked = "select owner, outcome, sum(amount) from deal group by all order by all"
    assert store.engine(as_of=first).select(asked, []) == [("Alice", "open", 100)]
    assert store.engine(as_of=second).select(asked, []) == [("Bob", "open", 150)]
    assert store.engine().select(asked, []) == [("Alice", "open", 7), ("Bob", "won", 150)]
    assert store.engine(as_of=datetime(2020, 1, 1, tzinfo=UTC)).select(asked, []) == []
