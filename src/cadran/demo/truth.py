"""What is true of the made-up company, counted in plain Python from its rows, to test the product's answers against.

Nothing here is shared with the product's own SQL: rows are read as they were drawn, and counted one by one.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection

from cadran.demo.company import company

PLACES = Decimal("0.0001")
CHUNK = 50_000

Month = date
"""The first day of a month, in the organisation's time zone."""


@dataclass(frozen=True, slots=True)
class Truth:
    """Numbers of the made-up company as of its last day. Money is in its currency, at the rate of each record's day."""

    deals: int
    open_deals: int
    won_deals: dict[Month, int]  # by month of close
    lost_deals: dict[Month, int]
    won_revenue: dict[Month, Decimal]
    won_deals_by_owner: dict[str, int]
    leads: dict[Month, int]  # by month of creation
    converted_leads: int
    ordered: dict[Month, Decimal]  # net of refunds
    monthly_recurring: Decimal  # of the subscriptions running on the last day
    promoters: int
    detractors: int
    recommendations: int

    def win_rate(self, month: Month) -> Fraction | None:
        """Won over closed deals of a month; None when none closed."""
        won, lost = self.won_deals.get(month, 0), self.lost_deals.get(month, 0)
        return Fraction(won, won + lost) if won + lost else None

    @property
    def whole_win_rate(self) -> Fraction:
        """Won over closed deals of all time."""
        won = sum(self.won_deals.values())
        return Fraction(won, won + sum(self.lost_deals.values()))

    @property
    def net_promoter_score(self) -> Fraction:
        """Promoters less detractors, in hundredths of all answers."""
        return Fraction(100 * (self.promoters - self.detractors), self.recommendations)


class Rates:
    """What currencies were worth, by day: the last rate known on or before it."""

    def __init__(self, rows: Iterable[dict[str, Any]], own: str) -> None:
        self.own = own
        self.known: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: (row["currency"], row["day"])):
            self.known[row["currency"]].append((row["day"], row["rate"]))

    def worth(self, amount: Decimal, currency: str, day: date) -> Decimal:
        """The amount in the organisation's currency, to four places."""
        if currency == self.own:
            return amount
        known = self.known[currency]
        _, rate = known[bisect_right(known, day, key=lambda pair: pair[0]) - 1]
        return (amount * rate).quantize(PLACES, ROUND_HALF_UP)


def truth(connection: DuckDBPyConnection) -> Truth:
    """Count the rows of the schema `made` (see `generate`)."""
    zone = ZoneInfo(company()["organisation"]["time_zone"])
    rates = Rates(_rows(connection, "exchange_rate", "day, currency, rate"), company()["organisation"]["currency"])

    def day(moment: datetime) -> date:
        return moment.replace(tzinfo=UTC).astimezone(zone).date()

    outcomes = {row["id"]: row["outcome"] for row in _rows(connection, "stage", "id, outcome")}
    names = {row["id"]: row["name"] for row in _rows(connection, "member", "id, name")}
    won, lost, revenue = Counter[Month](), Counter[Month](), defaultdict[Month, Decimal](Decimal)
    by_owner = Counter[str]()
    deals = still_open = 0
    for deal in _rows(connection, "deal", "stage_id, amount, currency, owner_id, closed_at"):
        deals += 1
        outcome = outcomes[deal["stage_id"]]
        if outcome == "open":
            still_open += 1
            continue
        closed_on = day(deal["closed_at"])
        month = closed_on.replace(day=1)
        if outcome == "won":
            won[month] += 1
            revenue[month] += rates.worth(deal["amount"], deal["currency"], closed_on)
            by_owner[names[deal["owner_id"]]] += 1
        else:
            lost[month] += 1

    leads, converted = Counter[Month](), 0
    for lead in _rows(connection, "lead", "created_at, converted_at"):
        leads[day(lead["created_at"]).replace(day=1)] += 1
        converted += lead["converted_at"] is not None

    ordered = defaultdict[Month, Decimal](Decimal)
    for order in _rows(connection, "order", "placed_at, amount, currency"):
        placed_on = day(order["placed_at"])
        ordered[placed_on.replace(day=1)] += rates.worth(order["amount"], order["currency"], placed_on)

    running = Decimal()
    for subscription in _rows(connection, "subscription", "monthly_amount, currency, started_on, ended_on"):
        if subscription["ended_on"] is None:
            running += rates.worth(subscription["monthly_amount"], subscription["currency"], subscription["started_on"])

    recommendation = next(row["id"] for row in _rows(connection, "survey", "id, kind") if row["kind"] == "nps")
    scores = [
        row["score"] for row in _rows(connection, "answer", "survey_id, score") if row["survey_id"] == recommendation
    ]
    return Truth(
        deals=deals,
        open_deals=still_open,
        won_deals=dict(won),
        lost_deals=dict(lost),
        won_revenue=dict(revenue),
        won_deals_by_owner=dict(by_owner),
        leads=dict(leads),
        converted_leads=converted,
        ordered=dict(ordered),
        monthly_recurring=running,
        promoters=sum(score >= 9 for score in scores),
        detractors=sum(score <= 6 for score in scores),
        recommendations=len(scores),
    )


def _rows(connection: DuckDBPyConnection, kind: str, columns: str) -> Iterable[dict[str, Any]]:
    found = connection.execute(f'SELECT {columns} FROM made."{kind}"')
    names = [column[0] for column in found.description]
    while chunk := found.fetchmany(CHUNK):
        yield from (dict(zip(names, row, strict=True)) for row in chunk)
