# ruff: noqa: E501 (lines of data)
# mypy: disable-error-code="comparison-overlap"
"""The scores that customers give and the times that tickets take, on answers and tickets counted by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from cadran.metrics import Catalogue, Question, Result, ask
from cadran.metrics.cells import Cell
from cadran.metrics.engines.duckdb import DuckDB

TODAY = date(2026, 7, 1)
SECOND_QUARTER = {"start": date(2026, 4, 1), "end": date(2026, 7, 1)}


def recommend(engine: DuckDB, *answers: tuple[int | None, int, str, str | None]) -> None:
    """Answers from 0 to 10: who (None for nobody known), the score, the day, the day of the same person's next one."""
    for number, (contact, score, on, superseded) in enumerate(answers, start=1):
        group = "promoter" if score >= 9 else "passive" if score >= 7 else "detractor"
        engine.connection.execute(
            "INSERT INTO answer (id, kind, contact_id, score, ease, nps_group, answered_on, superseded_on) VALUES (?, 'nps', ?, ?, ?, ?, ?, ?)",
            [number, contact, score, score, group, on, superseded],
        )


def rate(engine: DuckDB, kind: str, scores: Sequence[int], low: int, high: int, *, less: bool = False) -> None:
    """Answers to one survey of satisfaction or effort, worked out as the facts do."""
    (first,) = engine.connection.execute("SELECT count(*) FROM answer").fetchall()[0]
    for number, score in enumerate(scores, start=first + 1):
        ease = low + high - score if less else score
        engine.connection.execute(
            "INSERT INTO answer (id, survey, kind, score, ease, normalised, scale, scale_min, scale_max, satisfied, dissatisfied, easy, answered_on) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '2026-05-02')",
            [
                number, f"{kind} {low}-{high} {less}", kind, score, ease, 100 * (ease - low) / (high - low),
                f"{high}–{low}" if less else f"{low}–{high}", low, high, ease >= high - 1, ease <= low + 1, 2 * ease > low + high,
            ],
        )  # fmt: skip


def total(engine: DuckDB, catalogue: Catalogue, key: str, **question: object) -> Cell:
    return answer(engine, catalogue, key, **question).total


def answer(engine: DuckDB, catalogue: Catalogue, key: str, **question: object) -> Result:
    return ask(engine, catalogue, Question(key, **{**SECOND_QUARTER, **question}), today=TODAY)  # type: ignore[arg-type]


@pytest.mark.parametrize(("score", "expected"), [(10, 100), (9, 100), (8, 0), (7, 0), (6, -100), (0, -100)])
def test_nps_of_equal_answers(bare: DuckDB, catalogue: Catalogue, score: int, expected: int) -> None:
    recommend(bare, *[(None, score, "2026-05-02", None)] * 5)
    found = total(bare, catalogue, "nps")
    assert (found.value, found.n) == (expected, 5)
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.high, "five answers leave doubt"


def test_no_answers_are_no_score(bare: DuckDB, catalogue: Catalogue) -> None:
    recommend(bare, (None, 9, "2025-05-02", None))
    found = total(bare, catalogue, "nps")
    assert (found.value, found.why) == (None, "answers is 0")


def test_in_each_period_the_last_answer_of_a_person_counts(bare: DuckDB, catalogue: Catalogue) -> None:
    recommend(
        bare,
        (1, 2, "2026-04-03", "2026-04-20"),
        (1, 9, "2026-04-20", "2026-06-09"),
        (1, 3, "2026-06-09", None),
        (2, 10, "2026-04-11", None),
        (None, 10, "2026-04-12", None),
    )
    months = answer(bare, catalogue, "nps", grain="month")
    # April: 9, 10 and 10; May: nobody; June: 3
    assert [(cell.value, cell.n) for cell in months.cells] == [(100, 3), (None, 0), (-100, 1)]
    # the quarter: 3, 10 and 10
    assert round(months.total.value or 0, 4) == Decimal("33.3333")
    assert total(bare, catalogue, "nps.every_answer").value == 20
    assert round(total(bare, catalogue, "nps.mean_score").value or 0, 4) == Decimal("7.6667")


def test_the_three_shares_of_nps_make_the_whole(bare: DuckDB, catalogue: Catalogue) -> None:
    recommend(bare, *[(None, score, "2026-05-02", None) for score in (10, 9, 9, 8, 7, 6, 0, 4)])
    shares = [total(bare, catalogue, f"nps.{group}").value for group in ("promoters", "passives", "detractors")]
    assert shares == [Decimal("0.375"), Decimal("0.25"), Decimal("0.375")]
    assert total(bare, catalogue, "nps").value == 0


def test_effort_of_seven_seven_six_is_easy(bare: DuckDB, catalogue: Catalogue) -> None:
    rate(bare, "ces", [7, 7, 6], 1, 7)
    assert round(total(bare, catalogue, "ces").value or 0, 2) == Decimal("6.67")
    assert total(bare, catalogue, "ces.easy_share").value == 1


def test_effort_asked_so_that_less_is_easier_is_turned_round(bare: DuckDB, catalogue: Catalogue) -> None:
    rate(bare, "ces", [1, 1, 2], 1, 7, less=True)
    assert round(total(bare, catalogue, "ces").value or 0, 2) == Decimal("6.67")
    assert round(total(bare, catalogue, "ces.as_answered").value or 0, 2) == Decimal("1.33")


def test_effort_in_both_directions_is_never_averaged_until_it_is_split(bare: DuckDB, catalogue: Catalogue) -> None:
    rate(bare, "ces", [7, 5], 1, 7)
    rate(bare, "ces", [2, 2], 1, 7, less=True)
    found = total(bare, catalogue, "ces")
    assert (found.value, found.why) == (None, "answers_on_one_scale is 0")
    by_scale = answer(bare, catalogue, "ces", by=("scale",))
    assert {cell.split["scale"]: cell.value for cell in by_scale.cells} == {"1–7": 6, "7–1": 6}
    assert total(bare, catalogue, "ces", where={"scale": ("1–7",)}).value == 6
    assert round(total(bare, catalogue, "ces.normalised").value or 0, 2) == Decimal("83.33")


def test_satisfaction_by_five_and_by_ten_is_never_merged(bare: DuckDB, catalogue: Catalogue) -> None:
    rate(bare, "csat", [5, 4, 3, 1], 1, 5)
    found = total(bare, catalogue, "csat")
    assert (found.value, found.n) == (Decimal("0.5"), 4)
    assert (found.low or 0) < Decimal("0.5") < (found.high or 1)
    rate(bare, "csat", [10, 8], 1, 10)
    for key in ("csat", "csat.mean", "csat.net", "csat.dissatisfied"):
        assert total(bare, catalogue, key).value is None, key
    by_scale = {cell.split["scale"]: cell.value for cell in answer(bare, catalogue, "csat", by=("scale",)).cells}
    assert by_scale == {"1–5": Decimal("0.5"), "1–10": Decimal("0.5")}
    ten = {"scale": ("1–10",)}
    assert total(bare, catalogue, "csat.eight_to_ten", where=ten).value == 1
    assert total(bare, catalogue, "csat.mean", where=ten).value == 9


def test_the_formula_alone_makes_satisfaction_65_or_14_percent(bare: DuckDB, catalogue: Catalogue) -> None:
    # 100 answers of 5: the share of good ones, and good less bad
    rate(bare, "csat", [4] * 45 + [3] * 24 + [2] * 31, 1, 5)
    assert total(bare, catalogue, "csat").value == Decimal("0.45")
    assert total(bare, catalogue, "csat.net").value == 14


def tickets(engine: DuckDB, *minutes: int | None, on: str = "2026-05-04") -> None:
    """Tickets opened on a day, answered after so many minutes or never."""
    for number, wait in enumerate(minutes, start=1):
        engine.connection.execute(
            "INSERT INTO ticket (id, opened_on, response_minutes, response_business_minutes, in_calendar, waited_until_on, reopens) "
            "VALUES (?, ?, ?, NULL, false, ?, 0)",
            [number, on, wait, None if wait is None else on],
        )


def test_tickets_that_nobody_answered_are_the_slowest_and_are_shown_apart(bare: DuckDB, catalogue: Catalogue) -> None:
    tickets(bare, 10, 30, 60, 61, None)
    assert total(bare, catalogue, "response_time").value == Decimal("40.25")
    assert total(bare, catalogue, "response_time.median").value == 60
    assert total(bare, catalogue, "response_time.median_answered").value == 45
    assert total(bare, catalogue, "response_time.slowest_tenth").value is None
    assert total(bare, catalogue, "answered_share").value == Decimal("0.8")
    assert total(bare, catalogue, "answered_share.unanswered").value == Decimal("0.2")
    assert total(bare, catalogue, "response_sla").value == Decimal("0.6")
    assert total(bare, catalogue, "open_tickets.unanswered").value == 1


def test_when_most_wait_still_there_is_no_median(bare: DuckDB, catalogue: Catalogue) -> None:
    tickets(bare, 10, None, None)
    assert total(bare, catalogue, "response_time").value == 10
    assert total(bare, catalogue, "response_time.median").value is None


def test_without_business_hours_their_minutes_cannot_be_computed(bare: DuckDB, catalogue: Catalogue) -> None:
    tickets(bare, 10, 30)
    for key in ("response_time.business_hours", "response_time.business_hours_median", "response_sla.business_hour"):
        assert total(bare, catalogue, key).value is None, key


def test_first_contact_resolution_by_its_three_denominators(bare: DuckDB, catalogue: Catalogue) -> None:
    bare.connection.execute(
        """INSERT INTO ticket (id, opened_on, response_minutes, first_resolved_on, resolved_on, first_contact, follow_ups, reopens) VALUES
        (1, '2026-05-04', 5, '2026-05-04', '2026-05-04', true, 0, 0), (2, '2026-05-04', 5, '2026-05-05', '2026-05-05', true, 0, 0),
        (3, '2026-05-04', 5, '2026-05-05', '2026-05-20', false, 0, 1), (4, '2026-05-04', 5, '2026-05-05', '2026-05-05', false, 2, 0),
        (5, '2026-05-04', 5, NULL, NULL, NULL, 1, 0), (6, '2026-05-04', NULL, NULL, NULL, NULL, 0, 0)"""
    )
    assert total(bare, catalogue, "first_contact_resolution").value == Decimal("0.5")
    assert total(bare, catalogue, "first_contact_resolution.answered").value == Decimal("0.4")
    assert round(total(bare, catalogue, "first_contact_resolution.all").value or 0, 4) == Decimal("0.3333")
    assert total(bare, catalogue, "first_contact_resolution.no_follow_up").value == Decimal("0.75")
    assert total(bare, catalogue, "reopen_rate").value == Decimal("0.25")
    june = ask(
        bare,
        catalogue,
        Question("first_contact_resolution", start=date(2026, 5, 1), end=date(2026, 6, 1)),
        today=date(2026, 6, 3),
    )
    assert not june.total.ripe, "customers still have days to come back"
