"""Periods, days and hours in plain Python, without the engine's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

GRAINS = ("week", "month", "quarter", "year")


@dataclass(frozen=True)
class Period:
    """The days from `first` up to, and without, `end`."""

    first: date
    end: date
    grain: str

    def holds(self, on: date | None) -> bool:
        """Whether a day is one of them."""
        return on is not None and self.first <= on < self.end

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.first).days

    @property
    def months(self) -> Decimal:
        """Its length in months; of a week, by the mean month of the calendar (365.2425 days a year)."""
        return Decimal(7) * 12 / Decimal("365.2425") if self.grain == "week" else Decimal(MONTHS[self.grain])

    @property
    def before(self) -> Period:
        """The one before, of the same grain."""
        return period_of(self.first - timedelta(days=1), self.grain)

    @property
    def year_ago(self) -> Period:
        """The same a year before; of a week, the one 52 weeks before."""
        if self.grain == "week":
            return period_of(self.first - timedelta(weeks=52), "week")
        return period_of(self.first.replace(year=self.first.year - 1), self.grain)


MONTHS = {"month": 1, "quarter": 3, "year": 12}


def period_of(on: date, grain: str) -> Period:
    """The period of this grain that a day is in."""
    if grain == "week":
        first = on
        while first.isoweekday() != 1:
            first -= timedelta(days=1)
        return Period(first, first + timedelta(days=7), grain)
    length = MONTHS[grain]
    month = (on.month - 1) // length * length + 1
    after = month + length
    end = date(on.year + 1, 1, 1) if after > 12 else date(on.year, after, 1)
    return Period(date(on.year, month, 1), end, grain)


def periods(first: date, end: date, grain: str) -> list[Period]:
    """The periods of a grain, from that which holds `first` until `end` is reached."""
    found = [period_of(first, grain)]
    while found[-1].end < end:
        found.append(period_of(found[-1].end, grain))
    return found


def day_of(moment: datetime | None, zone: str) -> date | None:
    """The business day of a moment in UTC."""
    return None if moment is None else moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()


def hour_of(moment: datetime, zone: str) -> str:
    """The full hour on the clocks of the zone."""
    return f"{moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).hour:02}:00"


def six(number: Decimal) -> Decimal:
    """Rounded to six places, as durations are kept."""
    return number.quantize(Decimal("0.000001"), ROUND_HALF_UP)


def four(number: Decimal) -> Decimal:
    """Rounded to four places, as money is kept."""
    return number.quantize(Decimal("0.0001"), ROUND_HALF_UP)


def minutes(start: datetime, end: datetime) -> Decimal:
    """The minutes from one moment to another."""
    return six(Decimal((end - start) // timedelta(seconds=1)) / 60)


def days(start: datetime, end: datetime) -> Decimal:
    """The days from one moment to another, with their fraction."""
    return six(Decimal((end - start) // timedelta(seconds=1)) / 86400)


Stretch = tuple[int, time, time]


def worked_minutes(start: datetime, end: datetime, zone: str, hours: list[Stretch], holidays: set[date]) -> Decimal:
    """The minutes of business hours between two moments in UTC, day after day on the clocks of the zone."""
    here, total = ZoneInfo(zone), timedelta()
    low, high = start.replace(tzinfo=UTC), end.replace(tzinfo=UTC)
    on = low.astimezone(here).date()
    while on <= high.astimezone(here).date():
        for weekday, opens, closes in hours:
            if weekday == on.isoweekday() and on not in holidays:
                opened = datetime.combine(on, opens, here).astimezone(UTC)
                closed = datetime.combine(on, closes, here).astimezone(UTC)
                total += max(min(closed, high) - max(opened, low), timedelta())
        on += timedelta(days=1)
    return six(Decimal(total // timedelta(seconds=1)) / 60)
