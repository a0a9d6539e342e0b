"""Statistics of distributions, against hand-computed cases and against definitions that are slow and obvious."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from cadran.metrics import Catalogue, Question, ask
from cadran.metrics.engines.duckdb import DuckDB
from cadran.metrics.stats.gini import gini
from cadran.metrics.stats.kaplan_meier import ENDED, ENDED_OTHERWISE, RUNNING, Spell, kaplan_meier
from cadran.metrics.stats.survival_mean import survival_mean
from cadran.metrics.stats.survival_median import survival_median

spells = st.lists(st.tuples(st.integers(0, 40).map(Decimal), st.integers(0, 2), st.integers(1, 3)), min_size=1)


def test_the_curve_of_the_leukaemia_trial_of_1963() -> None:
    # Freireich et al., the 6-MP arm: the example of most textbooks; + marks who was still in remission when last seen.
    ended = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    running = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    seen = [(Decimal(weeks), ENDED, 1) for weeks in ended] + [(Decimal(weeks), RUNNING, 1) for weeks in running]
    curve = {int(step.duration): round(step.still, 3) for step in kaplan_meier(seen)}
    published = {6: "0.857", 7: "0.807", 10: "0.753", 13: "0.690", 16: "0.627", 22: "0.538", 23: "0.448"}
    assert {weeks: curve[weeks] for weeks in published} == {k: Decimal(v) for k, v in published.items()}
    assert survival_median(seen) == 23
    assert round(survival_mean(seen) or Decimal(0), 2) == Decimal("23.29")


def test_spells_that_still_run_are_not_taken_for_short_ones() -> None:
    # Two left after 10 days; two are there for 30 already: the mean of those who left is 10, the restricted mean 20.
    seen = [(Decimal(10), ENDED, 2), (Decimal(30), RUNNING, 2)]
    assert survival_mean(seen) == 20
    assert survival_median(seen) == 10
    assert survival_median([(Decimal(10), ENDED, 1), (Decimal(30), RUNNING, 2)]) is None
    assert survival_mean([]) is None


@given(st.lists(st.tuples(st.integers(0, 400).map(Decimal), st.integers(1, 4)), min_size=1))
def test_without_running_spells_it_is_the_plain_mean(durations: list[tuple[Decimal, int]]) -> None:
    found = survival_mean([(duration, ENDED, count) for duration, count in durations])
    assert found is not None
    days = sum((duration * count for duration, count in durations), Decimal(0))
    mean = days / sum(count for _, count in durations)
    assert abs(found - mean) < Decimal("1e-20")


@given(spells)
def test_counting_equals_listing(counted: list[Spell]) -> None:
    listed = [(duration, end, 1) for duration, end, count in counted for _ in range(count)]
    assert kaplan_meier(counted) == kaplan_meier(listed)
    shares = [step.still for step in kaplan_meier(counted)]
    assert shares == sorted(shares, reverse=True)


def test_ends_of_another_kind_are_neither_running_nor_looked_for() -> None:
    # Of four deals two were won after 10 and 30 days and one was lost after 20; one has been open for 15 days. Its
    # quarter is shared by the two that lasted longer: won 1/4 at 10, lost 3/8 at 20, won 3/8 at 30.
    seen = [
        (Decimal(10), ENDED, 1),
        (Decimal(20), ENDED_OTHERWISE, 1),
        (Decimal(30), ENDED, 1),
        (Decimal(15), RUNNING, 1),
    ]
    assert kaplan_meier(seen)[-1].ended == Decimal("0.625")
    assert survival_mean(seen) == 22  # (10 × 2/8 + 30 × 3/8) / (5/8)
    assert survival_median(seen) == 30
    assert survival_mean([(Decimal(20), ENDED_OTHERWISE, 1)]) is None


def test_open_deals_do_not_make_the_cycle_look_short() -> None:
    # Deals come in evenly over a year and take 30 or 170 days, half of each; a fifth are lost after 60.
    seen, won = [], []
    for age in range(365):
        for days, end in ((30, ENDED), (170, ENDED), (30, ENDED), (170, ENDED), (60, ENDED_OTHERWISE)):
            seen.append((Decimal(min(days, age)), end if days <= age else RUNNING, 1))
            won += [days] if end == ENDED and days <= age else []
    naive, found = sum(won) / len(won), survival_mean(seen)
    assert naive < 85
    assert found is not None
    assert abs(found - 100) < 5


def test_a_cycle_is_right_where_the_mean_of_closed_deals_is_40_per_cent_off(bare: DuckDB, catalogue: Catalogue) -> None:
    # Deals come in over a year: half take about a month, half about nine; a fifth are lost somewhere on the way.
    chance, first, today = random.Random(5), date(2025, 1, 1), date(2025, 12, 31)
    rows, truth = [], []
    for number in range(3_000):
        created = first + timedelta(days=chance.randrange(365))
        lost = chance.random() < 0.2
        days = round(chance.uniform(10, 50) if number % 2 else chance.uniform(230, 300))
        truth += [] if lost else [days]
        closed = created + timedelta(days=chance.randint(1, days) if lost else days)
        seen = closed <= today
        outcome = ("lost" if lost else "won") if seen else "open"
        ended = f"DATE '{closed}', {(closed - created).days}" if seen else "NULL, NULL"
        rows.append(f"({number}, '{outcome}', DATE '{created}', {ended})")
    values = ", ".join(rows)
    bare.connection.execute(f"INSERT INTO deal (id, outcome, created_on, closed_on, deal_days) VALUES {values}")
    naive, found = (
        ask(bare, catalogue, Question(metric, start=first, end=date(2026, 1, 1)), today=today).total.value or Decimal(0)
        for metric in ("sales_cycle.from_deal", "sales_cycle.kaplan_meier")
    )
    mean = Decimal(sum(truth)) / len(truth)
    assert naive < mean * Decimal("0.6")
    assert abs(found / mean - 1) < Decimal("0.05")


def test_gini_of_equal_and_of_single_holders() -> None:
    assert gini([(Decimal(5), 4)]) == 0
    assert gini([(Decimal(0), 3), (Decimal(8), 1)]) == Decimal("0.75")
    assert gini([(Decimal(n), 1) for n in (1, 2, 3, 4)]) == Decimal("0.25")
    assert (gini([]), gini([(Decimal(0), 2)]), gini([(Decimal(-1), 1), (Decimal(9), 1)])) == (None, None, None)


@given(st.lists(st.tuples(st.integers(0, 300).map(Decimal), st.integers(1, 4)), min_size=1))
def test_gini_is_the_mean_difference_over_twice_the_mean(shares: list[tuple[Decimal, int]]) -> None:
    held = [Fraction(amount) for amount, count in shares for _ in range(count)]
    found, total = gini(shares), sum(held)
    if not total:
        assert found is None
        return
    apart = sum(abs(a - b) for a in held for b in held)
    assert found is not None
    assert abs(Fraction(found) - apart / (2 * len(held) * total)) < Fraction(1, 10**20)
