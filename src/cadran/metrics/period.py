"""Periods: half-open ranges of days, made in Python and passed to SQL as dates.

Days are business days in the organisation's zone. Weeks are ISO weeks. Fiscal years are named by the year in which
they end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Literal, get_args

from cadran.metrics.errors import QuestionError

Grain = Literal["day", "week", "month", "quarter", "year"]
GRAINS: tuple[Grain, ...] = get_args(Grain)
MOST_PERIODS = 20_000

_MONTHS: dict[Grain, int] = {"month": 1, "quarter": 3, "year": 12}
_DAYS: dict[Grain, int] = {"day": 1, "week": 7}


@dataclass(frozen=True)
class Calendar:
    """How an organisation counts time: the month its fiscal year starts in, and its time zone (an IANA name)."""

    fiscal_year_start_month: int = 1
    zone: str = "UTC"


GREGORIAN = Calendar()


@dataclass(frozen=True)
class Period:
    """The days from ``first`` up to, and without, ``end``."""

    first: date
    end: date
    label: str

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.first).days

    @property
    def last(self) -> date:
        """Its last day."""
        return self.end - timedelta(days=1)

    def __contains__(self, day: date) -> bool:
        return self.first <= day < self.end

    def in_progress(self, today: date) -> bool:
        """Whether ``today`` is one of its days but not the last."""
        return self.first <= today < self.last


def add_months(day: date, months: int) -> date:
    """The same day of the month, so many months later or earlier; the month's last day when it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + month // 11, (month + 1) % 12 + 1, 1) if year < 9999 or month < 11 else date.max
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))


def months_between(first: date, end: date) -> Decimal:
    """The length of a span in months: of whole months, how many; of any other, by the calendar's mean month."""
    whole_months = (end.year - first.year) * 12 + end.month - first.month
    if add_months(first, whole_months) == end:
        return Decimal(whole_months)
    return mean_months(first, end)


def mean_months(first: date, end: date) -> Decimal:
    """The length of a span in the calendar's mean months."""
    return Decimal((end - first).days) * 12 / Decimal("365.2425")


def of_whole_months(period: Period) -> bool:
    """Whether a period is so many months to the day."""
    return months_between(period.first, period.end) % 1 == 0


def floor(day: date, grain: Grain, calendar: Calendar) -> date:
    """The first day of the period of this grain that holds ``day``."""
    if grain == "day":
        return day
    if grain == "week":
        return day - timedelta(days=day.weekday())
    step = _MONTHS[grain]
    offset = (day.month - calendar.fiscal_year_start_month) % step
    return add_months(day.replace(day=1), -offset)


def advance(day: date, grain: Grain, count: int = 1) -> date:
    """``count`` periods of this grain later (earlier when negative)."""
    if grain in _DAYS:
        return day + timedelta(days=_DAYS[grain] * count)
    return add_months(day, _MONTHS[grain] * count)


def label(first: date, grain: Grain, calendar: Calendar) -> str:
    """The name of the period of this grain that starts on ``first``: 2017-03-01, 2017-W05, 2017-03, 2017-Q1, 2017,
    FY2018-Q1.
    """
    if grain == "day":
        return first.isoformat()
    if grain == "week":
        year, week, _ = first.isocalendar()
        return f"{year}-W{week:02}"
    if grain == "month":
        return f"{first.year}-{first.month:02}"
    months = (first.month - calendar.fiscal_year_start_month) % 12
    fiscal = calendar.fiscal_year_start_month != 1
    year = first.year + (1 if fiscal and first.month >= calendar.fiscal_year_start_month else 0)
    name = f"FY{year}" if fiscal else str(year)
    return name if grain == "year" else f"{name}-Q{months // 3 + 1}"


@lru_cache(maxsize=1024)
def split(start: date, end: date, grain: Grain, calendar: Calendar) -> tuple[Period, ...]:
    """The periods of this grain that cover ``[start, end)``; the range cuts the first and the last."""
    periods: list[Period] = []
    first = floor(start, grain, calendar)
    while first < end:
        following = advance(first, grain)
        periods.append(Period(max(first, start), min(following, end), label(first, grain, calendar)))
        first = following
        if len(periods) > MOST_PERIODS:
            raise QuestionError(
                f"{start} to {end} has more than {MOST_PERIODS} {grain}s. Choose a longer grain or a shorter range."
            )
    return tuple(periods)


def whole(start: date, end: date, calendar: Calendar = GREGORIAN) -> Period:
    """``[start, end)`` as one period, labelled as a calendar period when it is one."""
    for grain in reversed(GRAINS):
        if floor(start, grain, calendar) == start and advance(start, grain) == end:
            return Period(start, end, label(start, grain, calendar))
    return Period(start, end, f"{start.isoformat()}/{(end - timedelta(days=1)).isoformat()}")


def rolling(periods: Sequence[Period], days: int) -> tuple[Period, ...]:
    """For each period, the ``days`` days that end with it, under its label."""
    return tuple(Period(p.end - timedelta(days=days), p.end, p.label) for p in periods)


def to_date(today: date, grain: Grain, calendar: Calendar) -> Period:
    """The part of the current period of this grain that has passed, today included."""
    first = floor(today, grain, calendar)
    return Period(first, today + timedelta(days=1), label(first, grain, calendar))


def previous(
    period: Period, grain: Grain | None, today: date, calendar: Calendar, asked: Period | None = None
) -> Period:
    """The period of equal length right before: calendar-aligned when ``period`` is, else the same number of days.

    A period in progress is compared with the same number of elapsed days of the one before. ``asked`` is the period
    asked for when ``period`` is one before it: cut to what has come of ``asked``, it is still a month of two before.
    """
    if grain is not None and floor(period.first, grain, calendar) == period.first:
        before = Period(
            advance(period.first, grain, -1), period.first, label(advance(period.first, grain, -1), grain, calendar)
        )
        if period.end < advance(period.first, grain):
            before = _elapsed(before, period.days)
    else:
        length = asked if grain is None and asked is not None else period
        if length.first.day == 1 and length.end.day == 1:
            months = (length.end.year - length.first.year) * 12 + length.end.month - length.first.month
            first, following = add_months(period.first, -months), add_months(period.first, months)
        else:
            first, following = period.first - timedelta(days=length.days), period.first + timedelta(days=length.days)
        before = whole(first, period.first, calendar)
        if period.end < following:
            before = _elapsed(before, period.days)
    return _same_elapsed_part(before, period, today)


def year_ago(period: Period, grain: Grain | None, today: date, calendar: Calendar) -> Period:
    """The same period a year before; for weeks, 52 weeks before, so that weekdays match."""
    if grain == "week":
        back = timedelta(weeks=52)
        before = whole(period.first - back, period.end - back, calendar)
    else:
        # On 29 February a year ends that has no such day: what ends with the 28th must not end with the 27th.
        end = max(add_months(period.end, -12), add_months(period.last, -12) + timedelta(days=1))
        before = whole(add_months(period.first, -12), end, calendar)
    return _same_elapsed_part(before, period, today)


def _same_elapsed_part(before: Period, period: Period, today: date) -> Period:
    return _elapsed(before, (today - period.first).days + 1) if period.in_progress(today) else before


def _elapsed(period: Period, days: int) -> Period:
    return Period(period.first, min(period.end, period.first + timedelta(days=days)), period.label)


@dataclass(frozen=True)
class Steps:
    """Evenly spaced bounds: ``origin`` plus multiples of ``step`` months or days. SQL computes the index of a date by
    arithmetic.
    """

    unit: Literal["month", "day"]
    step: int
    origin: date


def steps(bounds: Sequence[date]) -> Steps | None:
    """The even spacing of these bounds, or None. The last may be cut short: nothing lies behind it."""
    if len(bounds) < 2:
        return None
    first, second = bounds[0], bounds[1]
    inner = bounds[:-1]
    if all(bound.day == 1 for bound in inner):
        months = [bound.year * 12 + bound.month for bound in inner]
        step = (
            months[1] - months[0]
            if len(months) > 1
            else max(1, (bounds[-1].year - first.year) * 12 + bounds[-1].month - first.month)
        )
        even = all(later - earlier == step for earlier, later in pairwise(months))
        if even and bounds[-1] <= add_months(inner[-1], step):
            return Steps("month", step, first)
    days = (second - first).days
    even = all((later - earlier).days == days for earlier, later in pairwise(inner))
    return Steps("day", days, first) if even and (bounds[-1] - inner[-1]).days <= days else None
