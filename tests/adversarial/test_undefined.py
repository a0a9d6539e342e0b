# ruff: noqa: E501 (lines of data)
# mypy: disable-error-code="comparison-overlap"
"""0 and 100 % standing for "cannot be computed": nothing divided by nothing has no value, and says why."""

from __future__ import annotations

from datetime import date

import pytest

from cadran.metrics import Metric, Question
from cadran.metrics.formula import Binary, Formula
from tests.adversarial.conftest import Publish
from tests.adversarial.ledger import Books, Ledger, catalogue

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 1)
ASKED = [metric for metric in catalogue() if not metric.needs_cohort]


def divides(formula: Formula) -> bool:
    """Whether something is divided."""
    return isinstance(formula, Binary) and (formula.operator == "/" or divides(formula.left) or divides(formula.right))


def whole(metric: Metric) -> bool:
    """Whether it counts or sums: of nothing, that is 0."""
    sums = all(measure.aggregate.function in ("count", "distinct", "sum") for measure in metric.parts.values())
    return sums and not divides(metric.formula) and not any("recorded" in part.when for part in metric.reads)


def write(ledger: Ledger) -> None:
    """A company with every kind of record, all of them in 2025: in February 2026 nothing happened."""
    alice = ledger.add("member", "2025-02-01", name="Alice", licensed=False)
    acme = ledger.add("account", "2025-02-01", name="Acme")
    product = ledger.add("product", "2025-02-01", name="Lamp", price=10)
    deal = ledger.closed("2025-02-01", "2025-02-20", "Won", amount=100, owner=alice, account=acme)
    ledger.add("deal_line", "2025-02-01", deal=deal, product=product, quantity=1, unit_price=100)
    ledger.closed("2025-02-01", "2025-02-20", "Lost", amount=100, owner=alice, account=acme)
    order = ledger.add("order", "2025-02-01", account=acme, placed_at="2024-12-01", amount=10)
    ledger.add("order_line", "2025-02-01", order=order, product=product, quantity=1, amount=10)
    ledger.add("payment", "2025-02-01", account=acme, paid_at="2025-02-01", amount=10)
    subscription = ledger.add(
        "subscription", "2025-02-01", account=acme, monthly_amount=10, started_on="2025-02-01", ended_on="2025-03-01"
    )
    ledger.add("renewal", "2025-02-01", subscription=subscription, due_on="2025-03-01", amount=10, outcome="lost")
    ledger.add("lead", "2025-02-01", name="Lea", owner=alice, disqualified_at="2025-02-03")
    ledger.add("spend", "2025-02-01", spent_on="2025-02-01", purpose="acquisition", amount=10)
    ledger.add("touch", "2025-02-01", account=acme, at="2025-02-01", channel="web")
    ledger.add("ticket", "2025-02-01", opened_at="2025-02-01", resolved_at="2025-02-02", first_response_at="2025-02-02")
    for kind, low, high in (("nps", 0, 10), ("csat", 1, 5), ("ces", 1, 7)):
        survey = ledger.add("survey", "2025-02-01", name=kind, kind=kind, scale_min=low, scale_max=high)
        ledger.add("answer", "2025-02-01", survey=survey, score=high, at="2025-02-01")
    email = {"sent_at": "2025-02-01", "delivered_at": "2025-02-01", "opened_at": "2025-02-02"}
    ledger.add("activity", "2025-02-01", kind="email", at="2025-02-01", owner=alice, **email)
    ledger.add("activity", "2025-02-01", kind="call", at="2025-02-01", owner=alice, outcome="no answer")
    visit = ledger.add("visit", "2025-02-01", visitor="v", started_at="2025-02-01", pages=1)
    ledger.add("page_event", "2025-02-01", visit=visit, page="/", kind="scroll", depth="0.5", at="2025-02-01")
    ledger.add("session", "2025-02-01", member=alice, logged_in_at="2025-02-01")
    ledger.add("usage", "2025-02-01", account=acme, day="2025-02-01", count=1)
    ledger.add("goal", "2025-02-01", kpi="revenue", starts_on="2025-01-01", ends_on="2025-04-01", target=100)
    submission = {
        "owner": alice,
        "starts_on": "2025-02-01",
        "ends_on": "2025-03-01",
        "amount": 90,
        "category": "commit",
    }
    ledger.add("forecast_submission", "2025-02-01", at="2025-02-01", **submission)


EVER = {
    "churn_rate.subscriptions_ever", "churn_rate.customers_ever", "customer_lifetime_value.historical", "customer_lifespan",
    "customer_lifespan.contract", "cross_sell_rate.products_per_customer", "sales_cycle.kaplan_meier", "sales_cycle.kaplan_meier_median",
    "nps.coverage", "survey_coverage.accounts", "tickets_opened.per_account", "data_completeness", "data_completeness.filled",
    "data_completeness.sound", "data_completeness.single", "data_completeness.fresh", "data_completeness.with_gaps",
    "cross_sell_rate.several_plans", "revenue_growth.year_over_year",
}  # fmt: skip
"""What counts everything since the beginning, or since a year before, and so has something to count in February too."""
RATIOS = [metric.key for metric in ASKED if not whole(metric) and metric.key not in EVER]
SUMS = [metric.key for metric in ASKED if whole(metric) and metric.key not in EVER]


def test_what_divides_by_nothing_has_no_value_and_says_why(books: Books) -> None:
    questions = [Question(key, start=date(2026, 2, 1), end=date(2026, 3, 1)) for key in RATIOS]
    cells = {key: result.cells[0] for key, result in zip(RATIOS, books.answers(questions), strict=True)}
    assert {key: cell.value for key, cell in cells.items() if cell.value is not None} == {}
    assert all(cell.why and (cell.low, cell.high) == (None, None) for cell in cells.values())


def test_what_counts_counts_nothing(books: Books) -> None:
    found = books.values(SUMS, "2026-02-01", "2026-03-01")
    assert {key: value for key, value in found.items() if value} == {}


def test_before_the_first_record_nothing_is_known_at_all(publish: Publish) -> None:
    empty = publish(lambda _: None, TODAY)
    found = empty.values([metric.key for metric in ASKED], "2026-02-01", "2026-03-01")
    assert {key: value for key, value in found.items() if value is not None and not whole(catalogue()[key])} == {}
    assert not any(found.values())


def test_from_nothing_to_something_is_no_growth(books: Books) -> None:
    grown = books.cell("revenue_growth", "2025-02-01", "2025-03-01")
    assert (grown.value, grown.why) == (None, "previous(revenue.booked) is 0")
    compared = books.cell("deals_won", "2025-02-01", "2025-03-01", compare="previous")
    assert (compared.value, compared.previous, compared.relative_change) == (1, 0, None)


def test_without_recorded_spend_a_return_is_neither_infinite_nor_all_profit(books: Books) -> None:
    for key in ("channel_roi", "marketing_roi", "customer_acquisition_cost"):
        assert books.value(key, "2025-03-01", "2025-04-01") is None
    assert books.value("channel_roi", "2025-02-01", "2025-03-01") == 9  # (100 - 10) / 10
