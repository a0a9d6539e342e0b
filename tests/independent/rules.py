"""What the KPIs have in common: where a record belongs, what its money was worth on its day, means and middles."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any, overload

from tests.independent.calendar import Period, day_of, four
from tests.independent.company import Company, Record

Row = dict[str, Any]
Number = Fraction | Decimal | int | None
Keep = Callable[[Row], bool]
Kpi = Callable[[Company, Period, Keep], Number]

CohortKpi = Callable[[Company, Period, Period, Keep], Number]

KPIS: dict[str, Kpi] = {}
COHORTS: dict[str, CohortKpi] = {}
"""What is asked of those who began in one period, in this or a later one."""


def kpi[K: Kpi](key: str) -> Callable[[K], K]:
    """Name the KPI or variant that a function computes."""

    def named(function: K) -> K:
        assert key not in KPIS, key
        KPIS[key] = function
        return function

    return named


def cohort_kpi[K: CohortKpi](key: str) -> Callable[[K], K]:
    """Name the KPI that a function of a cohort and a period computes."""

    def named(function: K) -> K:
        COHORTS[key] = function
        return function

    return named


def money(company: Company, amount: Decimal | None, currency: str, on: date | None) -> Decimal | None:
    """An amount at the last rate known on its day; None without amount, day or rate."""
    if amount is None or on is None:
        return None
    if currency == company.currency:
        return amount
    known = [rate for rate in company.all("exchange_rate") if rate["currency"] == currency and rate["day"] <= on]
    return four(amount * max(known, key=lambda rate: rate["day"])["rate"]) if known else None


def owned(company: Company, member_id: int | None) -> Row:
    """The dimensions that an owner gives."""
    member = company.one("member", member_id)
    team = company.one("team", member["team_id"]) if member else None
    return {
        "owner": member and member["name"],
        "role": member and member["role"],
        "team": team and team["name"],
        "region": team and team["region"],
    }


def size_of(employees: int | None) -> str | None:
    """The class of an account by its employees; none for none."""
    classes = ((1000, "1000+"), (250, "250–999"), (50, "50–249"), (10, "10–49"), (1, "1–9"))
    return next((name for least, name in classes if employees is not None and employees >= least), None)


def customer(company: Company, account_id: int | None) -> Row:
    """The dimensions that an account gives, its own owner among them."""
    account = company.one("account", account_id)
    if account is None:
        names = ("account", "region", "country", "industry", "segment", "size", "owner", "team")
        return dict.fromkeys(names)
    own = owned(company, account["owner_id"])
    kept = {name: account[name] for name in ("region", "country", "industry", "segment")}
    return {
        "account": account["name"],
        **kept,
        "size": size_of(account["employees"]),
        **{n: own[n] for n in ("owner", "team")},
    }


def campaign(company: Company, record: Record) -> str | None:
    """The name of a record's campaign."""
    found = company.one("campaign", record["campaign_id"])
    return found["name"] if found else None


def sold(company: Company, product_ids: Iterable[int | None]) -> Row:
    """The product and the family that all lines share, "several" when they differ."""
    products = [company.one("product", found) for found in product_ids]
    shared: Row = {}
    for name, column in (("product", "name"), ("family", "family")):
        found = {product and product[column] for product in products}
        shared[name] = None if not found else found.pop() if len(found) == 1 else "several"
    return shared


@overload
def day(company: Company, moment: datetime) -> date: ...
@overload
def day(company: Company, moment: None) -> None: ...
def day(company: Company, moment: datetime | None) -> date | None:
    """The business day of a moment."""
    return day_of(moment, company.zone)


def known(rows: Iterable[Row], column: str) -> list[Any]:
    """The values of a column that are known."""
    return [row[column] for row in rows if row[column] is not None]


def total(rows: Collection[Row], column: str = "amount") -> Decimal | None:
    """The sum of what is known: 0 without rows, None where there are rows and nothing is known of any."""
    values = known(rows, column)
    return sum(values, Decimal(0)) if values or not rows else None


def ratio(part: Any, base: Any) -> Fraction | None:
    """Part over base; None over nothing."""
    if part is None or base is None or base == 0:
        return None
    return Fraction(part) / Fraction(base)


def mean(values: list[Any]) -> Fraction | None:
    """The mean; None of nothing."""
    return ratio(sum(values), len(values)) if values else None


def quantile(values: list[Any], share: str = "0.5", waiting: int = 0) -> Fraction | None:
    """The value below which so large a share lies, between two neighbours where it falls between them.

    `waiting` more values are larger than all: None when the place falls among them.
    """
    count = len(values) + waiting
    if not count:
        return None
    ordered, place = sorted(values), Fraction(share) * (count - 1)
    low, high = floor(place), ceil(place)
    if high >= len(ordered):
        return None
    return Fraction(ordered[low]) + (Fraction(ordered[high]) - Fraction(ordered[low])) * (place - low)
