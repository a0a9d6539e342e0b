"""What a page of KPIs shows, as its URL says it: period, grain, comparison, split, filters.

?period=quarter                 a named period (PERIODS), or from=2026-01-01&through=2026-03-31 (both days included)
&grain=month                    of the trend
&compare=year_ago               or previous, or none
&by=owner                       the breakdown
&as_of=2026-04-01               as it was known at the end of that day, which is then today
&filter.region=West             rows whose region is West; repeated: any of them; "unknown": blank
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, cast
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from cadran.metrics.errors import QuestionError
from cadran.metrics.period import GRAINS, Calendar, Grain, advance, floor
from cadran.metrics.question import Comparison, Question
from cadran.ui.addresses import refuse_unknown

PERIODS: Mapping[str, tuple[Grain, int, int]] = {
    # name -> grain, how many periods back it starts, how many periods it lasts
    "month": ("month", 0, 1),
    "quarter": ("quarter", 0, 1),
    "year": ("year", 0, 1),
    "last_month": ("month", 1, 1),
    "last_quarter": ("quarter", 1, 1),
    "last_year": ("year", 1, 1),
    "12_months": ("month", 12, 12),
}
CUSTOM = "custom"
COMPARISONS = ("previous", "year_ago", "none")
TREND_LENGTH: Mapping[Grain, int] = {"day": 60, "week": 53, "month": 25, "quarter": 13, "year": 6}
LONG_TERM: Mapping[Grain, int] = {"day": 28, "week": 13, "month": 12, "quarter": 4, "year": 3}
"""How many periods the long-term mean beside a trend looks back on."""
_FILTER = "filter."
CHOICES = ("period", "from", "through", "grain", "compare", "by", "as_of")
"""What an address may choose on a page of KPIs, beside its filters."""


def refuse_others(url: QueryDict, *own: str) -> None:
    """Raise NotUnderstood when an address names a choice that is neither one of these nor a page's own."""
    refuse_unknown(url, (*own, *CHOICES, f"{_FILTER}…"), _FILTER)


@dataclass(frozen=True)
class Selection:
    """A page's choices. ``start`` and ``end`` are half-open; ``today`` is the organisation's, or that of ``as_of``."""

    today: date
    start: date
    end: date
    period: str = "quarter"
    grain: Grain = "month"
    compare: Comparison | None = "previous"
    by: str | None = None
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)
    as_of: date | None = None

    @property
    def named_grain(self) -> Grain | None:
        """The grain whose name the period bears: a quarter is one quarter; None for other ranges."""
        grain, _back, length = PERIODS.get(self.period, ("day", 0, 0))
        return grain if length == 1 else None

    @property
    def last_day(self) -> date:
        """The last day of the period."""
        return self.end - timedelta(days=1)

    @property
    def in_progress(self) -> bool:
        """Whether the period is not over yet."""
        return self.start <= self.today < self.last_day

    def total(self, metric: str) -> Question:
        """The metric over the whole period."""
        return Question(
            metric,
            start=self.start,
            end=self.end,
            where=self._where,
            compare=self.compare,
            as_of=self.as_of,
            interval=True,
        )

    def breakdown(self, metric: str, by: str) -> Question:
        """The metric over the period, split by a dimension."""
        return replace(self.total(metric), by=(by,))

    def trend(self, metric: str) -> Question:
        """The metric by grain, up to the end of the period, beside the same a year before; with the periods before it
        that its first long-term mean looks back on.
        """
        last = floor(min(self.last_day, self.today), self.grain, self.calendar)
        return Question(
            metric,
            grain=self.grain,
            start=advance(last, self.grain, 2 - TREND_LENGTH[self.grain] - LONG_TERM[self.grain]),
            end=advance(last, self.grain),
            where=self._where,
            compare="year_ago",
            as_of=self.as_of,
        )

    def months(self, metric: str) -> Question:
        """The metric over the 24 months before the one in progress at the period's end: a sparkline."""
        end = floor(min(self.end, self.today), "month", self.calendar)
        start = advance(end, "month", -24)
        return Question(metric, grain="month", start=start, end=end, where=self._where, as_of=self.as_of)

    @property
    def _where(self) -> dict[str, tuple[str | None, ...]]:
        return {name: tuple(values) for name, values in self.where.items()}

    def query(self, **changes: Any) -> str:
        """The query string of this selection with some choices changed, as ``?period=…``.

        ``where`` replaces all filters; a choice that is the default is left out.
        """
        pairs = replace(self, **changes).pairs()
        return f"?{urlencode(pairs)}" if pairs else "?"

    def pairs(self) -> list[tuple[str, str]]:
        """The choices as they stand in a URL or in the hidden fields of a form, the defaults left out."""
        pairs: list[tuple[str, str]] = []
        if self.period == CUSTOM:
            pairs += [("from", self.start.isoformat()), ("through", self.last_day.isoformat())]
        elif self.period != Selection.period:
            pairs.append(("period", self.period))
        if self.grain != Selection.grain:
            pairs.append(("grain", self.grain))
        if self.compare != Selection.compare:
            pairs.append(("compare", self.compare or "none"))
        if self.by:
            pairs.append(("by", self.by))
        if self.as_of:
            pairs.append(("as_of", self.as_of.isoformat()))
        return pairs + [(_FILTER + name, value) for name, values in sorted(self.where.items()) for value in values]

    def only(self, name: str, value: str) -> str:
        """The query string that also keeps one value of one dimension."""
        return self.query(where={**self.where, name: (value,)}, by=None if self.by == name else self.by)

    def without(self, name: str) -> str:
        """The query string without the filters on one dimension."""
        return self.query(where={key: values for key, values in self.where.items() if key != name})

    def over(self, start: date, end: date) -> str:
        """The query string of the same page over other days."""
        return self.query(period=CUSTOM, start=start, end=end)


def read(url: QueryDict, today: date, calendar: Calendar, newest: date | None = None) -> Selection:
    """The selection that a URL says; raises QuestionError when it makes no sense.

    `newest` is the last day on which anything happened: when the URL names no period and nothing happened in the
    present one, as in the file of a past year, the last period in which something did is shown instead.
    """
    as_of = _as_of(url, today)
    today = as_of or today
    grain = one_of(url, "grain", GRAINS, Selection.grain)
    compare = one_of(url, "compare", COMPARISONS, Selection.compare or "none")
    dated = bool(url.get("from") or url.get("through"))
    named = one_of(url, "period", (*PERIODS, CUSTOM), CUSTOM if dated else Selection.period)
    if named != CUSTOM:
        start, end = _named(named, today, calendar)
        if newest is not None and newest < start and not url.get("period"):
            named, (start, end) = CUSTOM, _named(named, newest, calendar)
    else:
        start, end = _custom(url) if dated else (_named("quarter", today, calendar)[0], today + timedelta(days=1))
    return Selection(
        today=today,
        start=start,
        end=end,
        period=named,
        grain=cast("Grain", grain),
        compare=None if compare == "none" else cast("Comparison", compare),
        by=url.get("by") or None,
        where={
            key.removeprefix(_FILTER): tuple(str(value) for value in values if value)
            for key, values in url.lists()
            if key.startswith(_FILTER) and any(values)
        },
        calendar=calendar,
        as_of=as_of,
    )


def _as_of(url: QueryDict, today: date) -> date | None:
    """The past day that a URL looks back from; today itself is no such day."""
    if not url.get("as_of"):
        return None
    day = _day(url, "as_of")
    if day > today:
        raise QuestionError(_("What will be known on a day to come is not known yet. Choose a day that is past."))
    return day if day < today else None


def _named(name: str, today: date, calendar: Calendar) -> tuple[date, date]:
    grain, back, length = PERIODS[name]
    start = advance(floor(today, grain, calendar), grain, -back)
    return start, advance(start, grain, length)


def _custom(url: QueryDict) -> tuple[date, date]:
    start, last = _day(url, "from"), _day(url, "through")
    if start > last:
        raise QuestionError(_("The first day comes after the last one. Exchange the two dates."))
    return start, last + timedelta(days=1)


def _day(url: QueryDict, name: str) -> date:
    text = url.get(name) or ""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        if name == "as_of":
            words = _("“%(text)s” is no date. Write a year, a month and a day, as in 2026-03-31.")
        else:
            words = _(
                "“%(text)s” is no date. Write a year, a month and a day, as in 2026-03-31, for both days of the period."
            )
        raise QuestionError(words % {"text": text}) from None
    if not 1900 <= day.year <= 2200:
        raise QuestionError(_("Choose days between 1900 and 2200."))
    return day


def one_of(url: QueryDict, name: str, choices: Iterable[str], default: str) -> str:
    """A word of the URL, the default without it; raises QuestionError when it is not one of the choices."""
    value = url.get(name) or default
    if value not in choices:
        words = _("“%(value)s” is not one of the choices: %(choices)s.")
        raise QuestionError(words % {"value": value, "choices": ", ".join(choices)})
    return value


def page_number(url: QueryDict) -> int:
    """Which page of a list the URL asks for, from 1; raises QuestionError when it is no number."""
    text = url.get("page") or "1"
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= 10_000_000:
        raise QuestionError(_("“%(page)s” is no page. Pages are numbered from 1.") % {"page": text})
    return int(text[:9])
