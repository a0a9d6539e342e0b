"""The past that files tell becomes changes with their own dates."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from cadran.crm.changes import state
from cadran.crm.models import Change, Deal, Stage
from cadran.imports.history import Step, remaining, steps_of
from cadran.imports.load import RefusedError
from cadran.imports.report import Report
from cadran.imports.tests.conftest import SALES

Import = Callable[..., Report]


def day(number: int, month: int = 1) -> datetime:
    return datetime(2024, month, number, tzinfo=UTC)


def test_steps_are_in_order_of_time_and_end_at_the_present_value() -> None:
    assert steps_of([day(1), day(5), day(9)], ["a", "b", "c"], "c") == [
        Step(day(1), "a"), Step(day(5), "b"), Step(day(9), "c"),
    ]  # fmt: skip
    assert steps_of([day(1), None, day(9)], ["a", "b", "c"], "c") == [Step(day(1), "a"), Step(day(9), "c")]
    assert steps_of([day(1), day(1), None], ["a", "b", "c"], "b") == [Step(day(1), "a"), Step(day(1), "b")]
    assert steps_of([day(5), day(1)], ["b", "a"], "b") == [Step(day(1), "a"), Step(day(5), "b")]
    assert steps_of([day(1), None], ["a", "b"], "b") == [Step(day(1), "a"), Step(day(1), "b")]
    assert steps_of([None], ["a"], "b") == []


def test_what_remains_are_the_steps_after_the_present_value() -> None:
    steps = [Step(day(1), "a"), Step(day(5), "b"), Step(day(9), "c")]
    assert remaining(steps, "a") == steps[1:]
    assert remaining(steps, "c") == []
    assert remaining(steps, "elsewhere") == steps[-1:]


STAGES = (
    SALES
    + """
[[files]]
name = "deals.csv"
[[files.records]]
kind = "deal"
id = "id"
[files.records.fields]
name = "id"
stage = "stage"
created_at = "engaged"
closed_at = "closed"
[files.records.history.stage]
"New" = "engaged"
"Offer" = "offered"
"*" = "closed"
"""
)
HEADER = "id,stage,engaged,offered,closed\n"


def moves(external: str) -> list[tuple[str | None, str | None, date, bool]]:
    """The stage changes of a deal: from, to, day, and whether its date was believed."""
    names = {str(pk): name for pk, name in Stage.objects.values_list("pk", "name")}
    deal = Deal.objects.get(external_id=external)
    found = Change.objects.filter(record="deal", record_id=deal.pk, field="stage").order_by("at", "pk")
    return [(names[c.from_value or ""], names[c.to_value or ""], c.at.date(), c.known_at == c.at) for c in found]


def test_stage_dates_beside_a_record_become_its_stage_history(load: Import) -> None:
    text = (
        HEADER
        + "1,Won,2024-01-01,2024-01-10,2024-02-01\n2,Offer,2024-01-01,2024-01-10,\n3,New,2024-01-01,,\n4,New,,,\n"
    )
    load({"deals.csv": text}, STAGES)
    assert moves("1") == [("New", "Offer", date(2024, 1, 10), True), ("Offer", "Won", date(2024, 2, 1), True)]
    assert moves("2") == [("New", "Offer", date(2024, 1, 10), True)]
    assert moves("3") == moves("4") == []
    won = Deal.objects.get(external_id="1")
    stage = state(won, day(15))
    assert stage is not None
    assert stage["stage"] == str(Stage.objects.get(name="Offer").pk)
    assert state(won, datetime(2023, 12, 31, tzinfo=UTC)) is None
    again = Change.objects.count()
    load({"deals.csv": text}, STAGES)
    assert Change.objects.count() == again


def test_a_deal_that_moved_since_gets_its_steps_with_their_own_dates_once(load: Import) -> None:
    load({"deals.csv": HEADER + "1,New,2024-01-01,,\n"}, STAGES)
    report = load({"deals.csv": HEADER + "1,Won,2024-01-01,2024-01-10,2024-02-01\n"}, STAGES)
    assert (report.updated, report.unchanged) == (1, 0)
    assert moves("1") == [("New", "Offer", date(2024, 1, 10), False), ("Offer", "Won", date(2024, 2, 1), False)]
    assert Deal.objects.get().stage.name == "Won"


def test_a_history_that_names_an_unknown_stage_is_refused(load: Import) -> None:
    with pytest.raises(RefusedError, match="“Gone”"):
        load(
            {"deals.csv": HEADER + "1,New,2024-01-01,,\n"}, STAGES.replace('"Offer" = "offered"', '"Gone" = "offered"')
        )


SNAPSHOTS = (
    SALES
    + """
[[files]]
name = "deals.csv"
[[files.records]]
kind = "deal"
id = "id"
fields = { name = "id", stage = "stage", amount = "amount", created_at = "created" }
[[files]]
name = "history.csv"
[[files.records]]
kind = "deal"
id = "deal"
snapshots = { at = "at", order = "row", descending = true }
fields = { stage = "stage", amount = "amount" }
"""
)


def test_snapshots_become_changes_sorted_by_date_then_by_number_downwards(load: Import) -> None:
    files = {
        "deals.csv": "id,stage,amount,created\n1,Won,30,2024-01-01\n2,New,5,2024-01-01\n",
        "history.csv": (
            "row,deal,stage,amount,at\n"
            "H.7,1,Won,30,2024-02-01\nH.9,1,New,10,2024-01-01\nH.8,1,Offer,20,2024-02-01\n"
            "H.1,2,New,5,2024-01-01\nH.0,3,New,5,2024-01-01\n"
        ),
    }
    report = load(files, SNAPSHOTS)
    assert (report.read, report.created, report.unchanged, len(report.rejected)) == (7, 4, 2, 1)
    assert report.rejected[0].reason.startswith("is not the id of any deal")
    assert moves("1") == [("New", "Offer", date(2024, 2, 1), True), ("Offer", "Won", date(2024, 2, 1), True)]
    amounts = Change.objects.filter(field="amount").order_by("at", "pk").values_list("from_value", "to_value")
    assert list(amounts) == [("10", "20"), ("20", "30")]
    assert load(files, SNAPSHOTS).created == 0


def test_a_present_value_that_no_snapshot_shows_was_reached_at_the_last_one(load: Import) -> None:
    load(
        {
            "deals.csv": "id,stage,amount,created\n1,Won,30,2024-01-01\n",
            "history.csv": "row,deal,stage,amount,at\n1,1,New,30,2024-01-01\n0,1,Offer,30,2024-02-01\n",
        },
        SNAPSHOTS,
    )
    assert moves("1")[-1] == ("Offer", "Won", date(2024, 2, 1), True)
