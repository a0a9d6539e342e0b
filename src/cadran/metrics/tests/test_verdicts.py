"""Verdicts: whether a change is more than chance, by published values, by simulation, and on a flat business."""

# mypy: disable-error-code="arg-type, comparison-overlap"
from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from cadran.metrics import Catalogue, Question, ask, ask_all
from cadran.metrics.cells import look_together
from cadran.metrics.engines.duckdb import DuckDB
from cadran.metrics.stats.false_discoveries import kept
from cadran.metrics.stats.intervals import adjusted_wald, wilson
from cadran.metrics.stats.two_counts import two_counts
from cadran.metrics.stats.two_rates import newcombe, two_rates
from cadran.metrics.stats.two_scores import Answers, two_scores
from cadran.metrics.tests.conftest import Ask
from cadran.metrics.tests.invented import empty

# --- formulas


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998) 873, table II, method 10
        ((56, 70), (48, 80), "0.0524", "0.3339"),
        ((9, 10), (3, 10), "0.1705", "0.8090"),
        ((6, 7), (2, 7), "0.0582", "0.8062"),
        ((5, 56), (0, 29), "-0.0381", "0.1926"),
        ((0, 10), (0, 20), "-0.1611", "0.2775"),
        ((0, 10), (0, 10), "-0.2775", "0.2775"),
        ((10, 10), (0, 20), "0.6791", "1.0000"),
        ((10, 10), (0, 10), "0.6075", "1.0000"),
    ],
)
def test_the_interval_between_two_rates_agrees_with_its_published_values(
    first: tuple[int, int], second: tuple[int, int], low: str, high: str
) -> None:
    numbers = [Decimal(number) for number in (*first, *second)]
    found = newcombe(*numbers)
    assert (round(found[0] or Decimal(0), 4), round(found[1] or Decimal(0), 4)) == (Decimal(low), Decimal(high))
    difference = two_rates(*numbers)
    assert difference is not None
    assert difference.detectable == (not Decimal(low) <= 0 <= Decimal(high))


def test_two_equal_rates_do_not_differ_and_none_of_nothing_is_no_rate() -> None:
    equal = two_rates(Decimal(30), Decimal(100), Decimal(60), Decimal(200))
    assert equal is not None
    assert (equal.p_value, equal.detectable) == (1, False)
    assert two_rates(Decimal(0), Decimal(0), Decimal(1), Decimal(2)) is None


def test_paces_are_compared_per_day() -> None:
    # 310 in January and 280 in February are 10 a day both.
    same = two_counts(Decimal(280), 28, Decimal(310), 31)
    fewer = two_counts(Decimal(200), 28, Decimal(310), 31)
    assert same is not None
    assert fewer is not None
    assert (same.detectable, fewer.detectable) == (False, True)
    # 4 against 0 in as many days: z = (2 − 1/2) / 1; the exact binomial gives 0.125
    few = two_counts(Decimal(4), 30, Decimal(0), 30)
    assert few is not None
    assert round(few.p_value, 4) == Decimal("0.1336")
    assert two_counts(Decimal(0), 30, Decimal(0), 30) is None


def test_of_many_differences_only_the_surprising_ones_are_kept() -> None:
    # Benjamini and Hochberg (1995), section 3.2: at 5 % the first four of fifteen are kept.
    published = (
        "0.0001 0.0004 0.0019 0.0095 0.0201 0.0278 0.0298 0.0344 0.0459 0.3240 0.4262 0.5719 0.6528 0.7590 1.0000"
    )
    p_values = [Decimal(p) for p in published.split()]
    assert kept(p_values, Decimal("0.05")) == [True] * 4 + [False] * 11
    assert kept([]) == []


# --- simulations


def draw(chance: random.Random, n: int, share: float) -> Decimal:
    return Decimal(sum(chance.random() < share for _ in range(n)))


@pytest.mark.parametrize("n", [10, 25, 100])
def test_intervals_hold_the_truth_95_times_in_100(n: int) -> None:
    chance = random.Random(n)
    times, rates, scores = 2_000, 0, 0
    for _ in range(times):
        share = chance.uniform(0.05, 0.95)
        low, high = wilson(draw(chance, n, share), Decimal(n))
        assert low is not None
        assert high is not None
        rates += low <= Decimal(share) <= high
        promoters, detractors = sorted((chance.random(), chance.random()))
        answers = [chance.random() for _ in range(n)]
        found = adjusted_wald(
            Decimal(sum(answer < promoters for answer in answers)),
            Decimal(sum(answer > detractors for answer in answers)),
            Decimal(n),
        )
        assert found[0] is not None
        assert found[1] is not None
        scores += found[0] <= Decimal(100 * (promoters - (1 - detractors))) <= found[1]
    assert 0.93 <= rates / times <= 0.98
    assert 0.93 <= scores / times <= 0.98


def test_the_smallest_change_is_found_four_times_in_five() -> None:
    chance = random.Random(8)
    times, n = 400, 300
    expected = two_rates(Decimal(90), Decimal(n), Decimal(90), Decimal(n))
    assert expected is not None
    assert expected.smallest is not None
    gap = float(expected.smallest) / 2
    found = 0
    for _ in range(times):
        seen = two_rates(draw(chance, n, 0.3 + gap), Decimal(n), draw(chance, n, 0.3 - gap), Decimal(n))
        assert seen is not None
        found += seen.detectable
    assert 0.72 <= found / times <= 0.88


def test_a_board_of_a_flat_business_rarely_raises_an_alarm() -> None:
    # Boards of 66 KPIs: rates, scores and counts, of which nothing changed.
    chance = random.Random(66)
    boards, naive, controlled = 100, 0, 0
    for _ in range(boards):
        differences = []
        for kpi in range(66):
            n = chance.choice((12, 40, 150))
            share = chance.uniform(0.1, 0.9)
            now, before = draw(chance, n, share), draw(chance, n, share)
            if kpi % 3 == 0:
                differences.append(two_rates(now, Decimal(n), before, Decimal(n)))
            elif kpi % 3 == 1:
                more = draw(chance, n - int(now), 0.5), draw(chance, n - int(before), 0.5)
                differences.append(two_scores(Answers(now, more[0], Decimal(n)), Answers(before, more[1], Decimal(n))))
            else:
                rare = draw(chance, 400, n / 1000), draw(chance, 400, n / 1000)
                differences.append(two_counts(rare[0], 30, rare[1], 30))
        known = [difference for difference in differences if difference is not None]
        naive += any(difference.detectable for difference in known)
        survive = kept([difference.p_value for difference in known])
        controlled += any(d.detectable and kept for d, kept in zip(known, survive, strict=True))
    assert naive / boards > 0.8
    assert controlled / boards <= 0.1


# --- answers


def test_a_compared_cell_says_what_could_have_been_detected(asked: Ask) -> None:
    result = asked("win_rate", grain="month", start=date(2026, 2, 1), end=date(2026, 3, 1), compare="previous")
    cell = result.cells[0]
    # 2 of 3 after 1 of 1: too few for any change to show
    expected = two_rates(Decimal(2), Decimal(3), Decimal(1), Decimal(1))
    assert cell.difference is not None
    assert expected is not None
    assert cell.difference == expected
    shown = cell.to_json()
    assert (shown["detectable"], list(shown)[-3:]) == (False, ["p_value", "detectable", "smallest_detectable"])
    assert "no detectable change (n too small for any)" in repr(result)
    assert "p_value" not in asked("win_rate", start=date(2026, 1, 1), end=date(2026, 4, 1)).cells[0].to_json()


def test_those_whose_intervals_overlap_share_a_rank(bare: DuckDB, catalogue: Catalogue) -> None:
    won = {"Alice": (90, 100), "Bob": (85, 100), "Charlie": (20, 100), "Dave": (1, 2)}
    for owner, (wins, closed) in won.items():
        bare.connection.execute(
            "INSERT INTO deal (id, owner, outcome, closed_on) SELECT (SELECT count(*) FROM deal) + i, $1, "
            "CASE WHEN i <= $2 THEN 'won' ELSE 'lost' END, DATE '2026-01-15' FROM range(1, $3 + 1) AS r(i)",
            [owner, wins, closed],
        )
    asked = ask(bare, catalogue, Question("win_rate", by=("owner",)), today=date(2026, 2, 1))
    assert dict(zip((cell.split["owner"] for cell in asked.cells), asked.ranks, strict=True)) == {
        "Alice": 1,
        "Bob": 1,
        "Charlie": 2,
        "Dave": 1,
    }
    assert "rank" in repr(asked)


# --- a flat business

START, TODAY = date(2022, 1, 3), date(2025, 2, 19)
WINDOWS = {
    "week": {"grain": "week", "start": date(2024, 1, 1), "end": date(2025, 2, 24)},
    "month": {"grain": "month", "start": date(2023, 6, 1), "end": date(2025, 3, 1)},
    "quarter": {"grain": "quarter", "start": date(2023, 4, 1), "end": date(2025, 4, 1)},
    "year": {"grain": "year", "start": date(2023, 1, 1), "end": date(2026, 1, 1)},
    "rolling": {"grain": "week", "rolling": 28, "start": date(2024, 1, 1), "end": date(2025, 2, 24)},
    "part of a month": {"start": date(2025, 2, 1), "end": date(2025, 3, 1)},
    "some days": {"start": date(2024, 11, 7), "end": date(2025, 1, 4)},
}
FLAT = ("win_rate", "deals_won", "deals_lost", "revenue", "average_deal_size", "nps")


def _questions(compare: str) -> Iterator[Question]:
    for window in WINDOWS.values():
        yield from (Question(metric, compare=compare, **window) for metric in FLAT)


@pytest.fixture(scope="module")
def flat() -> Iterator[DuckDB]:
    """Every day the same: four deals closed, three of them won (1,000, 2,000 and 3,000); five answers of which two
    promote and one not.
    """
    engine = empty()
    days = (TODAY - START).days + 1
    engine.connection.execute(
        "INSERT INTO deal (id, outcome, amount, closed_on) "
        "SELECT i, CASE WHEN i % 4 = 0 THEN 'lost' ELSE 'won' END, 1000 * (i % 4), "
        f"DATE '{START}' + (i // 4)::INTEGER FROM range({4 * days}) AS r(i)"
    )
    engine.connection.execute(
        f"INSERT INTO answer (id, nps_group, answered_on) "
        "SELECT i, CASE WHEN i % 5 = 0 THEN 'detractor' WHEN i % 5 < 3 THEN 'promoter' ELSE 'passive' END, "
        f"DATE '{START}' + (i // 5)::INTEGER FROM range({5 * days}) AS r(i)"
    )
    yield engine
    engine.connection.close()


@pytest.mark.parametrize("compare", ["previous", "year_ago"])
def test_a_flat_business_shows_no_change_in_any_window(flat: DuckDB, catalogue: Catalogue, compare: str) -> None:
    questions = list(_questions(compare))
    answers = ask_all(flat, catalogue, questions, today=TODAY)
    tested = 0
    for question, answer in zip(questions, answers, strict=True):
        for cell in answer.cells:
            assert cell.difference is not None, (question, cell)
            assert not cell.difference.detectable, (question, cell)
            tested += 1
    assert tested > 500


def test_a_business_that_is_flat_but_for_chance_rarely_shows_a_change(catalogue: Catalogue) -> None:
    engine, chance = empty(), random.Random(2)
    rows = []
    for day in range((TODAY - START).days + 1):
        for _ in range(sum(chance.random() < 0.2 for _ in range(20))):
            amount = chance.lognormvariate(9, 0.9)
            rows.append((START + timedelta(days=day), "won" if chance.random() < 0.3 else "lost", amount))
    listed = ", ".join(
        f"({place}, '{won}', {amount:.2f}, DATE '{day}')" for place, (day, won, amount) in enumerate(rows)
    )
    engine.connection.execute(f"INSERT INTO deal (id, outcome, amount, closed_on) VALUES {listed}")
    questions = [q for compare in ("previous", "year_ago") for q in _questions(compare) if q.metric != "nps"]
    answers = ask_all(engine, catalogue, questions, today=TODAY)
    engine.connection.close()
    alarmed = sum(any(cell.difference and cell.difference.detectable for cell in answer.cells) for answer in answers)
    assert alarmed / len(answers) <= 0.1


def test_cells_shown_side_by_side_are_looked_at_together(flat: DuckDB, catalogue: Catalogue) -> None:
    # A deal more each day for a month is found; the same p-value among many that changed nothing is not.
    question = Question("deals_won", start=date(2025, 2, 1), end=date(2025, 3, 1), compare="previous")
    cell = ask(flat, catalogue, question, today=TODAY).cells[0]
    surprising = two_rates(Decimal(62), Decimal(100), Decimal(47), Decimal(100))
    assert surprising is not None
    assert surprising.detectable
    changed = look_together([cell, *[cell] * 40])
    assert not any(one.difference and one.difference.detectable for one in changed)
