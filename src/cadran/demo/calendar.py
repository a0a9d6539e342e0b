"""The calendar of the made-up company: working days of France, seasons, growth, and the clock of its time zone."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from holidays import country_holidays

YEARLY_GROWTH = 0.22
DAILY_NOISE = 0.22
MARGIN = 1000
"""Days kept before the first day (customers older than the records) and after the last one (dates to come)."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a made company. Days are numbered: 0 is the first, `last` the day before it is built."""

    first: date
    last: int
    zone: ZoneInfo

    @property
    def numbers(self) -> range:
        """Every numbered day that dates may fall on, margins included."""
        return range(-MARGIN, self.last + MARGIN + 1)

    def on(self, number: int) -> date:
        """The date of a day number."""
        return self.first + timedelta(days=number)


def span(today: date, zone: str) -> Span:
    """Three years of records; the last full day is the one before `today`, so that nothing is in the future."""
    first = date(today.year - 3, today.month, min(today.day, 28))
    return Span(first, (today - first).days - 1, ZoneInfo(zone))


def closed_days(days: Span) -> dict[date, str]:
    """The public holidays of France in the whole span, margins included."""
    years = range(days.on(days.numbers[0]).year, days.on(days.numbers[-1]).year + 1)
    return dict(sorted(country_holidays("FR", years=years).items()))


def working_days(days: Span) -> list[bool]:
    """For every numbered day, whether the company works."""
    closed = closed_days(days)
    return [days.on(number).weekday() < 5 and days.on(number) not in closed for number in days.numbers]


def clock(days: Span) -> list[int]:
    """For every numbered day, the minutes that its business hours are ahead of UTC."""
    offsets = []
    for number in days.numbers:
        noon = datetime.combine(days.on(number), datetime.min.time(), tzinfo=UTC) + timedelta(hours=11)
        ahead = noon.astimezone(days.zone).utcoffset() or timedelta()
        offsets.append(int(ahead.total_seconds()) // 60)
    return offsets


def shares(days: Span, season: Mapping[str, Any], random: Random) -> Iterator[tuple[int, float, float]]:
    """Each day's share of a flow: (day number, share of all rows before it, share up to it).

    The share is the product of growth, month, weekday and a daily noise; public holidays are near zero,
    and zero for flows that stop at week-ends.
    """
    closed = closed_days(days)
    rest = 0.0 if season["week"][6] == 0 else 0.25
    weights = []
    for number in range(days.last + 1):
        day = days.on(number)
        growth = (1 + YEARLY_GROWTH) ** (number / 365.25)
        noise = math.exp(random.gauss(0, DAILY_NOISE))
        weight = growth * noise * season["months"][day.month - 1] * season["week"][day.weekday()]
        if (day.month, day.day) >= (12, 24):
            weight *= 0.3
        weights.append(weight * rest if day in closed else weight)
    whole = sum(weights)
    before = 0.0
    for number, weight in enumerate(weights):
        upto = 1.0 if number == days.last else before + weight / whole
        yield number, before, upto
        before = upto
