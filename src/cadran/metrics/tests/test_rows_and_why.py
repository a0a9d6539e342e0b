"""The rows behind a number, those left out, and why it changed."""

# mypy: disable-error-code="comparison-overlap, arg-type"
from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from cadran.metrics import QuestionError
from cadran.metrics.tests.conftest import Ask

JANUARY, FEBRUARY, MARCH, APRIL = (date(2026, month, 1) for month in (1, 2, 3, 4))


def names(rows: object) -> list[object]:
    return [record["name"] for record in rows.records()]  # type: ignore[attr-defined]


def test_the_rows_of_a_cell_are_those_its_part_counted(asked: Ask) -> None:
    result = asked("win_rate", by=("owner",), grain="month", start=JANUARY, end=APRIL)
    cell = next(cell for cell in result.cells if (cell.period.label, cell.split["owner"]) == ("2026-02", "Bob"))
    assert names(result.rows("won", cell)) == ["Crane"]
    assert names(result.rows("lost", cell)) == ["Valve"]
    blank = next(cell for cell in result.cells if (cell.period.label, cell.split["owner"]) == ("2026-03", None))
    assert names(result.rows("lost", blank)) == ["Lathe"]
    assert names(result.rows("won")) == ["Mill", "Pump", "Crane"]


def test_rows_come_in_pages_ordered_by_key(asked: Ask) -> None:
    result = asked("deals_won", start=JANUARY, end=APRIL)
    page = result.rows(limit=2, offset=1)
    assert (names(page), page.count, page.record, page.record_id) == (["Pump", "Crane"], 3, "deal", "id")
    assert page.columns[: len(page.shown)] == page.shown


def test_the_rows_left_out_carry_the_first_reason_that_applies(asked: Ask) -> None:
    result = asked("deals_won", grain="month", start=JANUARY, end=APRIL)
    left = result.left_out("won", result.cells[0])
    reasons = {record["name"]: record["reason"] for record in left.records()}
    assert reasons == {
        "Pump": "closed_on outside the period",
        "Crane": "closed_on outside the period",
        "Valve": "outcome is not won",
        "Press": "outcome is not won",
        "Lathe": "outcome is not won",
    }
    assert left.reasons is not None
    assert left.reasons[0]["fr"] == "closed_on hors de la période"


def test_the_rows_of_a_stock_are_those_that_stood(asked: Ask) -> None:
    result = asked("open_deals", grain="month", start=JANUARY, end=APRIL)
    assert [row["deal_id"] for row in result.rows("open", result.cells[1]).records()] == [5, 6]
    assert [
        row["deal_id"]
        for row in result.left_out("open", result.cells[1]).records()
        if row["reason"] == "to_on is earlier"
    ] == [1, 2, 2, 3, 4]


def test_the_rows_of_the_top_customers_are_theirs_alone(asked: Ask) -> None:
    result = asked("revenue_concentration", start=JANUARY, end=APRIL)
    assert names(result.rows("top")) == ["Crane"]
    assert {"its account_id is not among the top 20 %"} < {r["reason"] for r in result.left_out("top").records()}


def test_the_rows_of_the_period_before_can_be_opened(asked: Ask) -> None:
    result = asked("revenue_growth", start=FEBRUARY, end=MARCH)
    assert names(result.rows("previous(revenue.booked)")) == ["Mill"]


def test_an_unknown_part_is_answered_with_those_there_are(asked: Ask) -> None:
    with pytest.raises(QuestionError, match=r"win_rate has no part 'draws'\. Its parts: won, lost"):
        asked("win_rate", start=JANUARY, end=APRIL).rows("draws")


def test_a_change_of_a_sum_is_shared_by_its_segments(asked: Ask) -> None:
    why = asked("revenue", start=FEBRUARY, end=MARCH).why(["owner"])
    assert (why.previous, why.value, why.change) == (100, 900, 800)
    owners = {one.segment: one.contribution for one in why.breakdowns[0].contributions}
    assert owners == {"Bob": 600, "Alice": 200}


def test_a_change_of_a_rate_is_rate_and_mix_without_residual(asked: Ask) -> None:
    why = asked("win_rate", start=FEBRUARY, end=MARCH).why(["owner"])
    assert why.change == Fraction(-1, 3)
    alice, bob = sorted(why.breakdowns[0].contributions, key=lambda one: str(one.segment))
    # January: Alice 1 of 1. February: Alice 1 of 1, Bob 1 of 2; the mean rate is 5/6.
    assert alice.contribution == (Fraction(1, 3) - 1) - Fraction(5, 6) * (Fraction(1, 3) - 1)
    assert bob.contribution == Fraction(1, 3) - Fraction(5, 6) * Fraction(2, 3)
    assert alice.contribution + bob.contribution == why.change
    assert (alice.rate, bob.rate) == (0, None)
    assert sum(one.effect for one in why.parts) == why.change


def test_a_distinct_count_says_that_its_segments_have_no_share(asked: Ask) -> None:
    why = asked("active_customers.by_deal", start=FEBRUARY, end=MARCH).why()
    assert (why.change, why.breakdowns) == (1, [])
    assert "does not add up over segments" in why.note


def test_a_change_from_nothing_to_a_rate_is_not_invented(asked: Ask) -> None:
    why = asked("win_rate", start=JANUARY, end=FEBRUARY).why()
    assert (why.change, why.breakdowns, why.parts) == (None, [], [])
    assert "cannot be computed" in why.note
