"""Sums of amounts and ratios of sums: how far chance moves them, by tables, by hand, by simulation, and as asked."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from math import exp, log

import pytest

from cadran.metrics import Catalogue, Question, ask
from cadran.metrics.engines.base import Parameter, Row
from cadran.metrics.engines.duckdb import DuckDB
from cadran.metrics.moments import Moments
from cadran.metrics.stats.difference import Difference
from cadran.metrics.stats.normal import Z95
from cadran.metrics.stats.spread import Total, around, of_ratio, of_total
from cadran.metrics.stats.student import as_normal, critical
from cadran.metrics.stats.two_counts import two_counts
from cadran.metrics.stats.two_ratios import two_ratios
from cadran.metrics.stats.two_totals import two_totals
from cadran.metrics.tests.conftest import Ask
from cadran.metrics.tests.invented import empty

# --- formulas


@pytest.mark.parametrize(
    ("freedom", "published"),
    [(2, "4.303"), (3, "3.182"), (5, "2.571"), (10, "2.228"), (20, "2.086"), (30, "2.042"), (120, "1.980")],
)
def test_students_critical_values_are_those_of_the_tables(freedom: int, published: str) -> None:
    t = critical(Z95, Decimal(freedom))
    beyond = t / Decimal(published) - 1
    assert Decimal("-0.001") < beyond < (Decimal("0.005") if freedom >= 5 else Decimal("0.041"))
    assert abs(as_normal(t, Decimal(freedom)) - Z95) < Decimal("1e-15")


def total(amounts: Sequence[float]) -> Total:
    """What the engines yield of these amounts."""
    known = [Decimal(f"{amount:.4f}") for amount in amounts]
    return Total(sum(known, Decimal(0)), sum((x * x for x in known), Decimal(0)), len(known))


def count(number: int) -> Total:
    """What the engines yield of so many rows."""
    return Total(Decimal(number), Decimal(number), number)


def test_the_spread_of_a_mean_is_that_of_its_amounts() -> None:
    # 1 … 40: mean 20.5, variance (40² − 1)/12 = 133.25
    amounts = list(range(1, 41))
    found = of_ratio(total(amounts), count(40), Decimal(sum(amounts)))
    assert found is not None
    assert round(found.relative * Decimal("20.5") ** 2 * 40, 10) == Decimal("133.25")


def test_amounts_that_are_all_alike_count_as_rows_and_one_large_one_as_one() -> None:
    assert total([250] * 40).worth == 40
    assert round(total([1_000_000, *[1] * 39]).worth, 3) == 1
    assert of_total(total([250] * 19)) is None
    assert of_ratio(total([250] * 40), count(40), Decimal(10_000)) is None  # nothing varies


def test_totals_of_ones_are_compared_as_counts() -> None:
    for now, days, before, earlier in ((280, 28, 310, 31), (200, 28, 310, 31), (4, 30, 0, 30), (50, 90, 90, 90)):
        as_total = two_totals(count(now), days, count(before), earlier)
        as_count = two_counts(Decimal(now), days, Decimal(before), earlier)
        assert as_total is not None
        assert as_count is not None
        assert as_total.p_value == as_count.p_value
    assert two_totals(count(0), 30, count(0), 30) is None


def test_one_huge_deal_is_no_rise() -> None:
    small = [1_000 + 10 * number for number in range(60)]
    steady, huge = total(small), total([*small, 1_000_000])
    found = two_totals(huge, 90, steady, 90)
    assert found is not None
    assert huge.value > 11 * steady.value
    assert not found.detectable


def test_revenue_that_ceases_is_a_fall() -> None:
    found = two_totals(total([]), 90, total([100 + number for number in range(60)]), 90)
    assert found is not None
    assert found.detectable


def test_too_few_to_compare_means_are_said_to_be() -> None:
    few = of_ratio(total([1, 2, 3]), count(3), Decimal(6))
    assert two_ratios(Decimal(2), few, Decimal(9), few) == Difference(Decimal(1), None, False)


# --- simulations

SIGMAS = (0.5, 0.8, 1.0, 1.2)


def drawn(chance: random.Random, expected: float, sigma: float, scale: float = 1.0) -> list[float]:
    """The amounts of a period: deals come one by one, so many expected; their amounts are lognormal."""
    amounts, waited = [], chance.expovariate(expected)
    while waited < 1:
        amounts.append(scale * 1_000 * exp(chance.gauss(0, sigma)))
        waited += chance.expovariate(expected)
    return amounts


def mean_of(amounts: Sequence[float]) -> tuple[Decimal, Total, Total]:
    """The mean with its sum and count."""
    whole, rows = total(amounts), count(len(amounts))
    return whole.value / rows.value, whole, rows


@pytest.mark.parametrize("sigma", SIGMAS)
@pytest.mark.parametrize("expected", [40, 150])
def test_95_per_cent_intervals_hold_the_truth_as_often_as_they_say(sigma: float, expected: int) -> None:
    chance, times = random.Random(f"{sigma} {expected}"), 1_500
    mean = 1_000 * exp(sigma**2 / 2)
    sums = means = ratios = given = 0
    for _ in range(times):
        amounts, spent = drawn(chance, expected, sigma), drawn(chance, expected, 0.7)
        value, whole, rows = mean_of(amounts)
        cost = total(spent)
        one, other = of_total(whole), of_ratio(whole, rows, whole.value)
        third = of_ratio(whole, cost, Decimal(0))
        if one is None or other is None or third is None:
            continue
        given += 1
        low, high = around(whole.value, one)
        sums += low <= Decimal(mean * expected) <= high
        low, high = around(value, other)
        means += low <= Decimal(mean) <= high
        low, high = around(whole.value / cost.value, third)
        ratios += low <= Decimal(exp(sigma**2 / 2 - 0.245)) <= high
    assert given > 0.95 * times
    for covered in (sums, means, ratios):
        assert 0.92 <= covered / given <= 0.985  # 93 to 98, give or take the chance of 1,500 draws


@pytest.mark.parametrize("sigma", SIGMAS)
@pytest.mark.parametrize(("expected", "before"), [(25, 25), (120, 120), (120, 40)])
def test_a_flat_business_rarely_shows_a_change_of_its_amounts(sigma: float, expected: int, before: int) -> None:
    chance, times = random.Random(f"{sigma} {expected} {before}"), 1_000
    alarms = {"sum": 0, "mean": 0}
    for _ in range(times):
        value, whole, rows = mean_of(drawn(chance, expected, sigma))
        earlier, was, its = mean_of(drawn(chance, before, sigma))
        sums = two_totals(whole, 30 * expected // before, was, 30)
        means = two_ratios(value, of_ratio(whole, rows, whole.value), earlier, of_ratio(was, its, was.value))
        alarms["sum"] += sums is not None and sums.detectable
        alarms["mean"] += means.detectable
    assert max(alarms.values()) / times <= 0.07  # nominal 5 %


def test_the_smallest_change_of_amounts_is_found_four_times_in_five() -> None:
    chance, times, expected, sigma = random.Random(8), 500, 150, 0.8
    typical = drawn(random.Random(1), 100 * expected, sigma)
    whole = Total(total(typical).value / 100, total(typical).squares / 100, expected)
    rise = two_totals(whole, 30, whole, 30)
    spread = of_ratio(whole, count(expected), whole.value)
    mean = whole.value / expected
    larger = two_ratios(mean, spread, mean, spread)
    assert rise is not None
    assert rise.smallest is not None
    assert larger.smallest is not None
    more, scale = float(rise.smallest / whole.value), 1 + float(larger.smallest / mean)
    found = {"sum": 0, "mean": 0}
    for _ in range(times):
        # half above and half below, as both periods are drawn anew
        seen = two_totals(
            total(drawn(chance, expected * (1 + more / 2), sigma)), 30,
            total(drawn(chance, expected * (1 - more / 2), sigma)), 30,
        )  # fmt: skip
        value, one, rows = mean_of(drawn(chance, expected, sigma, scale))
        earlier, other, its = mean_of(drawn(chance, expected, sigma))
        means = two_ratios(value, of_ratio(one, rows, one.value), earlier, of_ratio(other, its, other.value))
        found["sum"] += seen is not None and seen.detectable
        found["mean"] += means.detectable
    assert all(0.72 <= number / times <= 0.88 for number in found.values()), found


# --- answers


class Listening:
    """An engine that writes down what it is asked."""

    def __init__(self, engine: DuckDB) -> None:
        self.engine = engine
        self.heard: list[str] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self.engine, name)

    def select(self, sql: str, parameters: Sequence[Parameter]) -> list[Row]:
        """The rows, the text kept."""
        self.heard.append(sql)
        return self.engine.select(sql, parameters)


def test_a_plain_question_reads_no_squares_and_a_compared_one_reads_them_in_the_same_scans(
    deals: DuckDB, catalogue: Catalogue
) -> None:
    whole = {"start": date(2026, 1, 1), "end": date(2026, 4, 1)}
    for metric in ("revenue", "average_deal_size", "sales_cycle", "customer_acquisition_cost"):
        heard = []
        for more in ({}, {"interval": True}):
            engine = Listening(deals)
            ask(engine, catalogue, Question(metric, **whole, **more), today=date(2026, 4, 1))  # type: ignore[arg-type]
            heard.append([sql for sql in engine.heard if "sum(" in sql])
        plain, bounded = heard
        assert len(plain) == len(bounded)
        assert not any(" * " in sql for sql in plain)
        assert any(" * " in sql for sql in bounded)


def test_a_mean_needs_only_the_squares_beside_its_parts(catalogue: Catalogue) -> None:
    moments = catalogue["average_deal_size"].moments
    assert isinstance(moments, Moments)
    assert moments.bottom_squares == catalogue["average_deal_size"].parts["won"]
    assert moments.product == catalogue["average_deal_size"].parts["amount"]
    assert moments.squares.text == "sum((amount * amount)) from deal where outcome = 'won' at closed_on"


def test_what_is_no_total_of_what_happened_has_no_spread(catalogue: Catalogue) -> None:
    # stocks, distinct counts, sums of parts, differences, and stocks summed over days
    for key in (
        "pipeline_value", "revenue_per_customer", "records_created.by_owner",
        "marketing_roi", "login_frequency", "sales_velocity", "retention_cost.per_customer",
    ):  # fmt: skip
        assert catalogue[key].interval == "none"
    for key in ("revenue", "revenue.collected", "net_new_revenue"):
        assert catalogue[key].interval == "total"
    for key in ("average_deal_size", "sales_cycle", "response_time", "customer_acquisition_cost", "nps.average"):
        if key in {metric.key for metric in catalogue}:
            assert catalogue[key].interval == "ratio"
    for key in ("average_deal_size.median", "sales_cycle.median"):
        assert catalogue[key].interval == "quantile"


def test_stocks_have_no_verdict(asked: Ask) -> None:
    for metric in ("open_deals", "pipeline_value"):
        cell = asked(metric, start=date(2026, 2, 1), end=date(2026, 3, 1), grain="month", compare="previous").cells[0]
        assert cell.difference is None
        assert cell.to_json()["detectable"] is None


def test_few_deals_show_no_change_however_large(asked: Ask) -> None:
    # 900 after 100: of 1,000 in all, three deals of 100, 300 and 600
    february = {"start": date(2026, 2, 1), "end": date(2026, 3, 1), "grain": "month", "compare": "previous"}
    cell = asked("revenue", **february).cells[0]
    expected = two_totals(total([300, 600]), 28, total([100]), 31)
    assert cell.difference == expected
    assert expected is not None
    assert not expected.detectable
    cell = asked("average_deal_size", **february).cells[0]
    assert cell.difference == Difference(Decimal(1), None, False)
    assert (cell.low, cell.high) == (None, None)


TODAY = date(2025, 12, 31)


@pytest.fixture(scope="module")
def amounts() -> Iterator[DuckDB]:
    """Three years of 40 lognormal deals won a month; a hundred a month, and larger ones, from October 2025."""
    engine, chance = empty(), random.Random(11)
    rows: list[str] = []
    for month in range(36):
        rose = month >= 33
        for deal in range(100 if rose else 40):
            day = date(2023 + month // 12, month % 12 + 1, 1) + timedelta(days=deal % 28)
            amount = chance.lognormvariate(log(10_000) + 0.8 * rose, 0.8)
            rows.append(f"({len(rows)}, 'won', {amount:.2f}, DATE '{day}', '{'AB'[deal % 2]}')")
    engine.connection.execute(f"INSERT INTO deal (id, outcome, amount, closed_on, owner) VALUES {', '.join(rows)}")
    yield engine
    engine.connection.close()


def test_a_rise_of_revenue_and_of_the_size_of_deals_is_found(amounts: DuckDB, catalogue: Catalogue) -> None:
    for metric in ("revenue", "average_deal_size"):
        question = Question(
            metric, grain="quarter", start=date(2024, 1, 1), end=date(2026, 1, 1), compare="previous", by=("owner",)
        )
        cells = ask(amounts, catalogue, question, today=TODAY).cells
        assert all(cell.difference for cell in cells)
        changed = {cell.period.label for cell in cells if cell.difference and cell.difference.detectable}
        assert changed == {"2025-Q4"}
        assert all(cell.low and cell.high and cell.value and cell.low < cell.value < cell.high for cell in cells)


def test_an_interval_is_given_where_it_is_asked_for(amounts: DuckDB, catalogue: Catalogue) -> None:
    whole = {"start": date(2024, 1, 1), "end": date(2025, 1, 1)}
    plain = ask(amounts, catalogue, Question("revenue", **whole), today=TODAY)  # type: ignore[arg-type]
    bounded = ask(amounts, catalogue, Question("revenue", interval=True, **whole), today=TODAY)  # type: ignore[arg-type]
    assert (plain.total.low, plain.total.value) == (None, bounded.total.value)
    assert "95 %" in repr(bounded)
    found = amounts.select(
        "SELECT sum(amount), sum(amount * amount), count(*) FROM deal WHERE closed_on >= $1 AND closed_on < $2",
        list(whole.values()),
    )[0]
    spread = of_total(Total(*found))
    assert spread is not None
    low, high = around(found[0], spread)
    assert bounded.total.low is not None
    assert abs(bounded.total.low - low) < Decimal("1e-9")
    assert bounded.total.high is not None
    assert abs(bounded.total.high - high) < Decimal("1e-9")
