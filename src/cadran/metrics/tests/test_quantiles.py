"""Medians and other quantiles: how far chance moves them, by tables, by simulation through the engine, and as asked."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from math import exp

import pytest

from cadran.metrics import Catalogue, Question, Result, ask
from cadran.metrics.engines.duckdb import DuckDB
from cadran.metrics.stats.difference import Difference
from cadran.metrics.stats.two_quantiles import Bounds, two_quantiles

TODAY = date(2026, 3, 31)
MEDIAN = "average_deal_size.median"


def won(engine: DuckDB, rows: list[tuple[str, date, float]]) -> None:
    """Deals won, each of an owner on a day for an amount."""
    listed = ", ".join(
        f"({place}, 'Deal {place}', '{owner}', 'won', {amount:.2f}, '{day}', '{day}')"
        for place, (owner, day, amount) in enumerate(rows, 1)
    )
    columns = "id, name, owner, outcome, amount, created_on, closed_on"
    engine.connection.execute(f"INSERT INTO deal ({columns}) VALUES {listed}")


def asked(engine: DuckDB, catalogue: Catalogue, **question: object) -> Result:
    """The median deal of March by owner, with its interval."""
    march = {"start": date(2026, 3, 1), "end": date(2026, 4, 1), "interval": True}
    return ask(engine, catalogue, Question(MEDIAN, **(march | question)), today=TODAY)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("deals", "low", "high"),
    [(6, 1, 6), (8, 1, 8), (10, 2, 9), (15, 4, 12), (20, 6, 15), (25, 8, 18), (50, 18, 33), (100, 40, 61)],
)
def test_the_ranks_around_a_median_are_those_of_the_tables(
    deals: int, low: int, high: int, bare: DuckDB, catalogue: Catalogue
) -> None:
    # The binomial leaves the median between these ranks 95 times in 100, as nearly as ranks can.
    won(
        bare,
        [("Alice", date(2026, 3, 2), 100 * rank) for rank in random.Random(deals).sample(range(1, deals + 1), deals)],
    )
    total = asked(bare, catalogue).total
    assert (total.low, total.high) == (Decimal(100 * low), Decimal(100 * high))


def test_fewer_than_six_bound_no_median_and_show_no_change(bare: DuckDB, catalogue: Catalogue) -> None:
    before = [("Alice", date(2026, 2, 2), 10.0 + rank) for rank in range(5)]
    won(bare, [*before, *(("Alice", date(2026, 3, 2), 9_000.0 + rank) for rank in range(5))])
    total = asked(bare, catalogue, compare="previous", grain="month").cells[0]
    assert (total.value, total.previous) == (Decimal(9_002), Decimal(12))
    assert (total.low, total.high) == (None, None)
    assert total.difference == Difference(Decimal(1), None, False)


def test_a_median_that_rose_by_half_is_found_and_its_like_is_not(bare: DuckDB, catalogue: Catalogue) -> None:
    chance = random.Random(3)
    months = [("Alice", date(2026, 2, 3), 1.0), ("Bob", date(2026, 2, 3), 1.0), ("Alice", date(2026, 3, 3), 1.5)]
    months.append(("Bob", date(2026, 3, 3), 1.0))
    won(bare, [(owner, day, scale * exp(chance.gauss(7, 0.6))) for owner, day, scale in months for _ in range(150)])
    found = asked(bare, catalogue, by=("owner",), compare="previous", grain="month").cells
    assert {cell.split["owner"]: cell.difference.detectable for cell in found if cell.difference} == {
        "Alice": True,
        "Bob": False,
    }


@pytest.mark.parametrize("expected", [8, 25, 120])
def test_intervals_hold_the_true_median_and_a_flat_business_rarely_shows_a_change(
    expected: int, bare: DuckDB, catalogue: Catalogue
) -> None:
    chance, owners = random.Random(expected), 400
    won(
        bare,
        [
            (f"Owner {owner}", day + timedelta(days=chance.randrange(28)), 1_000 * exp(chance.gauss(0, 0.9)))
            for owner in range(owners)
            for day in (date(2026, 2, 1), date(2026, 3, 1))
            for _ in range(expected)
        ],
    )
    cells = asked(bare, catalogue, by=("owner",), compare="previous", grain="month").cells
    assert len(cells) == owners
    held = sum(cell.low <= 1_000 <= cell.high for cell in cells if cell.low is not None and cell.high is not None)
    alarms = sum(cell.difference.p_value < Decimal("0.05") for cell in cells if cell.difference)
    assert 0.93 <= held / owners <= 0.995  # ranks are whole: of few rows, they hold more than they need to
    assert alarms / owners <= 0.07


@pytest.mark.parametrize(("deals", "bounded"), [(30, False), (60, True)])
def test_a_ninetieth_percentile_needs_some_forty_rows(
    deals: int, bounded: bool, bare: DuckDB, catalogue: Catalogue
) -> None:
    rows = ", ".join(f"({rank}, 'won', {rank}, DATE '2026-03-02')" for rank in range(1, deals + 1))
    bare.connection.execute(f"INSERT INTO deal (id, outcome, cycle_days, closed_on) VALUES {rows}")
    march = Question("sales_cycle.slowest_tenth", start=date(2026, 3, 1), end=date(2026, 4, 1), interval=True)
    total = ask(bare, catalogue, march, today=TODAY).total
    assert (total.low is not None, total.high is not None) == (bounded, bounded)


def test_answers_that_have_not_come_count_as_later_than_all(bare: DuckDB, catalogue: Catalogue) -> None:
    # 12 of 20 leads answered, after 1 to 12 hours: the median stands between the 10th and 11th, its bounds are the 6th
    # and the 15th, which has not been answered yet.
    rows = ", ".join(f"({rank}, {60 * rank if rank <= 12 else 'NULL'}, DATE '2026-03-02')" for rank in range(1, 21))
    measure = next(iter(catalogue["lead_response_time"].parts.values()))
    assert measure.aggregate.argument is not None
    column = measure.aggregate.argument.node.name
    bare.connection.execute(f"INSERT INTO lead (id, {column}, created_on) VALUES {rows}")
    march = Question("lead_response_time", start=date(2026, 3, 1), end=date(2026, 4, 1), interval=True)
    total = ask(bare, catalogue, march, today=TODAY).total
    assert total.value is not None
    assert (total.low, total.high) == (None, None)


def test_what_touches_no_chance_is_certain() -> None:
    same = Bounds(Decimal(2), Decimal(2))
    assert not two_quantiles(Decimal(2), same, Decimal(2), same).detectable
    assert two_quantiles(Decimal(3), Bounds(Decimal(3), Decimal(3)), Decimal(2), same).detectable
