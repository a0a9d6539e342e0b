"""Only what reads a changed column is worked out again."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cadran.crm import save
from cadran.crm.save import By, create
from cadran.facts.reading import ROW, Differences, heeds, reads
from cadran.facts.store import Store

BY = By("member")
SPRING = datetime(2026, 3, 1, 9, tzinfo=UTC)


def test_a_column_that_only_decides_which_rows_count_is_read_too() -> None:
    assert reads("spend")["raw.spend"] >= {"archived_at", "amount", "campaign_id"}
    assert "amount" not in reads("activity")["main.deal"]
    assert reads("activity")["main.deal"] >= {"stage", "closed_on"}
    assert reads("health")["raw.ticket"] >= {"archived_at", "opened_at", "account_id"}
    assert "archived_at" in reads("ticket_reply")["raw.ticket_message"]


def test_the_custom_fields_of_a_record_are_read_by_its_table() -> None:
    assert "custom" in reads("deal")["raw.deal"]


def test_change_rows_of_other_records_are_not_heeded() -> None:
    assert heeds("deal_version") == frozenset({"deal"})
    assert heeds("ticket") == frozenset({"ticket"})
    assert heeds("change") is None


def test_the_amount_of_a_deal_concerns_no_activity() -> None:
    differences = Differences({"deal": frozenset({"amount"}), "change": frozenset({ROW})}, {})
    assert differences.concern("deal")
    differences.settle("deal", frozenset({"amount", "weighted_amount"}))
    possible = differences.possible()
    assert possible >= {"deal_version", "first_win", "new_customer", "forecast", "record_check", "change"}
    assert not possible & {"activity", "email", "interaction", "deal_line", "order", "ticket", "health"}
    differences.settle("first_win", frozenset())
    assert not differences.possible() & {"new_customer", "attribution", "allocated_spend"}


@pytest.mark.django_db
def test_facts_that_come_out_as_they_were_are_not_shadowed(tmp_path: Path) -> None:
    create("organisation", {"currency": "EUR", "time_zone": "Europe/Paris"}, by=BY, at=SPRING)
    pipeline = create("pipeline", {"name": "Sales"}, by=BY, at=SPRING)
    values = {"pipeline": pipeline, "name": "Won", "order": 1, "outcome": "won"}
    won = create("stage", values, by=BY, at=SPRING)
    account = create("account", {"name": "Acme"}, by=BY, at=SPRING)
    of_it = {"account": account, "pipeline": pipeline, "stage": won, "currency": "EUR", "closed_at": SPRING}
    create("deal", {**of_it, "name": "First", "amount": 1}, by=BY, at=SPRING)
    later = datetime(2026, 4, 1, tzinfo=UTC)
    second = create("deal", {**of_it, "name": "Second", "amount": 1, "closed_at": later}, by=BY, at=SPRING)
    store = Store.open(tmp_path)
    save.change(second, {"amount": 2}, by=BY)
    store.refresh()
    assert store.engine().select("select sum(amount) from deal", []) == [(3,)]
    shadowed = store._state._shadowed
    assert {'main."deal"', 'main."deal_version"', 'main."change"'} <= shadowed
    assert not shadowed & {'main."deal_stage"', 'main."first_win"', 'main."new_customer"', 'main."activity"'}
