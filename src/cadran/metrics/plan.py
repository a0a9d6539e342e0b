"""From questions to scans: which parts at which times, gathered so that a page is answered by few passes over the
facts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property

from cadran.metrics import period as periods
from cadran.metrics.errors import QuestionError
from cadran.metrics.formula import Part
from cadran.metrics.measure import DISTRIBUTIONS, SURVIVAL, Measure
from cadran.metrics.metric import Metric
from cadran.metrics.moments import Moments, Ranks
from cadran.metrics.period import Calendar, Grain, Period
from cadran.metrics.question import UNKNOWN, Question
from cadran.metrics.scan import Filters, Run, Scan, Span, runs
from cadran.metrics.sql import instants
from cadran.metrics.tables import Tables

FIRST, LAST = date(1900, 1, 1), date(2999, 12, 31)
"""The days that can be asked for; periods before and after them are still days of the calendar."""


@dataclass(frozen=True)
class Daily:
    """The instants at which the days from ``first`` up to, and without, ``end`` are over."""

    first: date
    end: date

    @property
    def instants(self) -> list[date]:
        """The day after each of them."""
        return [date.fromordinal(day) for day in range(self.first.toordinal() + 1, self.end.toordinal() + 1)]


@dataclass(frozen=True, order=True)
class Pair:
    """A span, and the one before by whose rows its subjects are judged."""

    now: Span
    before: Span


Time = Span | date | Daily | Pair


@dataclass(frozen=True)
class Inquiry:
    """A question made definite: the metric, the periods of its cells, and what today and the calendar are.

    ``asked`` is the whole range; without a grain, periods before it are as long, or as what has come of it.
    """

    question: Question
    metric: Metric
    periods: tuple[Period, ...]
    by: tuple[str, ...]
    filters: Filters
    today: date
    calendar: Calendar
    asked: Period

    @property
    def grain(self) -> Grain | None:
        """The grain of its periods."""
        return self.question.grain

    @cached_property
    def whole(self) -> Inquiry:
        """The same without grain and splits: the total."""
        span = periods.whole(self.periods[0].first, self.periods[-1].end, self.calendar)
        question = Question(
            self.question.metric,
            where=self.question.where,
            compare=self.question.compare,
            interval=self.question.interval,
            start=span.first,
            end=span.end,
        )
        return Inquiry(question, self.metric, (span,), (), self.filters, self.today, self.calendar, span)

    @cached_property
    def moments(self) -> Moments | Ranks | None:
        """What is read beside the parts for an interval or a comparison; None where neither is wanted or can be."""
        wanted = self.question.interval or self.question.compare
        bounded = self.metric.interval in ("total", "ratio", "quantile")
        return self.metric.moments if wanted and bounded and not self.question.cohort else None

    def before(self, period: Period) -> Period:
        """The period that this one is compared with."""
        return self._year_ago(period) if self.question.compare == "year_ago" else self._previous(period)

    def comparable(self, period: Period) -> bool:
        """Whether it can be compared: no period that is over still has what is planned for days to come."""
        return not (self.metric.looks_ahead and self.today < period.last)

    def time(self, part: Part, period: Period) -> Time:
        """The span (of a flow) or the instant (of a stock) at which a part is read for a period.

        A flow is read over the days of the period that have come, unless the formula looks ahead: what is due or ends
        later has not happened. A stock is read at the end of the period, or at the end of today when the period lasts
        longer; daily, at the end of each of its days up to today.
        """
        if part.when in ("previous", "previous_start", "previous_recorded"):
            period = self._previous(period)
        elif part.when == "year_ago":
            period = self._year_ago(period)
        measure = self.metric.parts[part.name]
        if not measure.clock.stock:
            come = (period.first, period.end if part.when == "ahead" else self._come(period))
            if measure.per is None or not measure.per.before:
                return come
            before = self._previous(period) if measure.per.before == "previous" else self._year_ago(period)
            return Pair(come, (before.first, before.end))
        if part.when == "daily":
            return Daily(period.first, min(period.end, self.today + timedelta(days=1)))
        day = period.first if part.when in ("start", "previous_start") else period.end
        return min(day, self.today + timedelta(days=1))

    def months(self, period: Period) -> Decimal:
        """The length of a period in months; of one in progress, of what has passed of it."""
        end = max(min(period.end, self.today + timedelta(days=1)), period.first + timedelta(days=1))
        if self.grain is None and not periods.of_whole_months(self.asked):
            return periods.mean_months(period.first, end)  # though the period that it is compared with be a month
        return periods.months_between(period.first, end)

    def times(self, period: Period) -> Iterable[tuple[Part, Time]]:
        """Every reading that the value of a period needs."""
        for part in self.metric.reads:
            if part.when != "initial":
                yield part, self.time(part, period)

    def _come(self, period: Period) -> date:
        """The end of what has come of a period, its first day when nothing has; cohorts are read whole."""
        if self.question.cohort:
            return period.end
        return min(period.end, max(period.first, self.today + timedelta(days=1)))

    def _previous(self, period: Period) -> Period:
        if self.question.rolling:
            return Period(period.first - timedelta(days=period.days), period.first, period.label)
        return periods.previous(period, self.grain, self.today, self.calendar, self.asked)

    def _year_ago(self, period: Period) -> Period:
        return periods.year_ago(period, self.grain, self.today, self.calendar)


def check(question: Question, metric: Metric, tables: Tables) -> Filters:
    """The filters of a question in a fixed order; raises QuestionError when it cannot be asked of this metric."""
    for day in (question.start, question.end):
        if day is not None and not FIRST <= day <= LAST:
            raise QuestionError(f"{day} is too far away: ask for days from {FIRST} to {LAST}.")
    for dimension in question.by:
        _check_dimension(dimension, metric, tables, "split")
    for dimension in question.where:
        _check_dimension(dimension, metric, tables, "filtered")
    if question.cohort:
        for name, measure in metric.parts.items():
            if measure.clock.stock or measure.table.cohort is None:
                raise QuestionError(
                    f"{metric.key} cannot be split by cohort: {name} is not an 'at' measure of a table with a cohort."
                )
        if question.compare or any(_looks_back(metric, part) for part in metric.reads):
            raise QuestionError(
                f"{metric.key} by cohort cannot be compared with another period: compare its ages instead."
            )
    elif metric.needs_cohort:
        raise QuestionError(f"{metric.key} follows cohorts: ask it with cohort and a grain.")
    return tuple(
        (dimension, tuple(dict.fromkeys(None if v == UNKNOWN else v for v in question.where[dimension])))
        for dimension in sorted(question.where)
    )


def _looks_back(metric: Metric, part: Part) -> bool:
    """Whether a part is read at another period than the cell's own."""
    per = metric.parts[part.name].per
    return part.when not in ("now", "initial", "recorded") or (per is not None and per.before != "")


_IMPERATIVES = {"split": "Split", "filtered": "Filter"}


def _check_dimension(dimension: str, metric: Metric, tables: Tables, verb: str) -> None:
    for measure in metric.parts.values():
        if not tables.dimension(measure.table.name, dimension):
            own = [name for name in metric.dimensions(tables) if "." not in name] or metric.dimensions(tables)
            instead = f"{_IMPERATIVES[verb]} by: {', '.join(own)}." if own else f"It cannot be {verb} by anything."
            raise QuestionError(
                f"{metric.key} cannot be {verb} by {dimension}: {_article(measure.table.name)} "
                f"has no {dimension}. {instead}"
            )


def _article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeio' else 'a'} {noun.replace('_', ' ')}"


@dataclass(frozen=True)
class Need:
    """One measure, split and filtered so, wanted at these times."""

    measure: Measure
    by: tuple[str, ...]
    filters: Filters
    cohorts: bool
    times: frozenset[Time]


@dataclass(frozen=True)
class Planned:
    """A scan, the time that each index of its answer stands for, and the needs that it serves."""

    scan: Scan
    times: dict[int, Time]
    needs: tuple[Need, ...]


def needs(inquiry: Inquiry) -> list[Need]:
    """What an inquiry has to read."""
    wanted: dict[Measure, set[Time]] = {}
    for base in inquiry.periods:
        for period in (base, inquiry.before(base)) if inquiry.question.compare else (base,):
            for part, time in inquiry.times(period):
                wanted.setdefault(inquiry.metric.parts[part.name], set()).add(time)
            for part, measure in inquiry.moments.reads() if inquiry.moments else ():
                wanted.setdefault(measure, set()).add(inquiry.time(part, period))
    if inquiry.question.cohort:
        for part in inquiry.metric.reads:
            wanted.setdefault(inquiry.metric.parts[part.name], set()).update((p.first, p.end) for p in inquiry.periods)
    return [
        Need(measure, inquiry.by, inquiry.filters, inquiry.question.cohort, frozenset(times))
        for measure, times in wanted.items()
    ]


def plan(wanted: Iterable[Need]) -> list[Planned]:
    """Scans that answer all needs: one for each table, rule for time, split, filter and list of spans.

    Measures that look at the same rows one subject at a time are read together, and how many these subjects are with
    them.
    """
    wanted = list(wanted)
    judged = {_read_with(need, subjects) for need in wanted if need.measure.per and (subjects := _subjects(need))}
    together: dict[object, list[Need]] = {}
    for need in wanted:
        by_subject = _read_with(need, _subjects(need))
        together.setdefault(by_subject if by_subject in judged else _read_with(need, _apart(need)), []).append(need)
    return [
        planned
        for group in together.values()
        for planned in (_stocks(group) if group[0].measure.clock.stock else _flows(group))
    ]


def _read_with(need: Need, apart: object) -> object:
    measure = need.measure
    kind: object = measure.additive if measure.clock.stock else None
    return measure.table.name, measure.clock, need.by, need.filters, need.cohorts, kind, apart


def _apart(need: Need) -> object:
    """What a measure is read apart for: itself when it is read by itself, the values that it counts; None else."""
    measure = need.measure
    alone = measure.aggregate.function in DISTRIBUTIONS | {"quantile"}
    if measure.per is not None or alone or measure.periods:
        return measure
    counted = measure.aggregate.function == "distinct" and measure.aggregate.argument is not None
    return measure.aggregate.argument.said() if counted and measure.aggregate.argument else None


def _subjects(need: Need) -> tuple[str, str] | None:
    """The column of the subjects that a measure judges or counts one by one, and its condition; None when it does
    neither, or when what it judges them by cannot be had beside something else.
    """
    measure, per = need.measure, need.measure.per
    if measure.periods or measure.clock.stock:
        return None
    where = measure.where.said() if measure.where else ""
    if per is not None:
        return (per.column, where) if per.having is not None and not per.before else None
    argument = measure.aggregate.argument
    counted = measure.aggregate.function == "distinct" and argument is not None and not argument.links
    return (argument.node.name, where) if counted and argument is not None else None


def _flows(group: list[Need]) -> list[Planned]:
    first = group[0]
    spans = frozenset[Time]().union(*(need.times for need in group))
    pairs = sorted(time for time in spans if isinstance(time, Pair))
    planned = [_paired(group, pairs)] if pairs else []
    for run in runs([span for span in spans if isinstance(span, tuple)]):
        in_run = {span for _, span in run.cells}
        measures = dict.fromkeys(need.measure for need in group if not in_run.isdisjoint(need.times))
        scan = Scan(
            first.measure.table.name, first.measure.clock, tuple(measures), first.by, first.filters, run, first.cohorts
        )
        planned.append(Planned(scan, dict(run.cells), tuple(group)))
    return planned


def _paired(group: list[Need], pairs: list[Pair]) -> Planned:
    """Spans each of which is read with the one before it."""
    need = group[0]
    run = Run("pairs", tuple(enumerate(pair.now for pair in pairs)), before=tuple(pair.before for pair in pairs))
    scan = Scan(need.measure.table.name, need.measure.clock, (need.measure,), need.by, need.filters, run)
    return Planned(scan, dict(enumerate(pairs)), tuple(group))


def _stocks(group: list[Need]) -> list[Planned]:
    """Stocks at their instants: one instant by its range; several by what came and went, unless the measure cannot be
    told from it.
    """
    first = group[0]
    days = _instants(time for need in group for time in need.times)
    if not days:
        return []
    measures = tuple(dict.fromkeys(need.measure for need in group))
    run: Run = instants(tuple(days), periods.steps(days) if len(days) > 1 else None)
    told = all(measure.additive or measure.aggregate.function in SURVIVAL for measure in measures)
    deltas = len(days) > 1 and told
    scan = Scan(first.measure.table.name, first.measure.clock, measures, first.by, first.filters, run, False, deltas)
    return [Planned(scan, dict(enumerate(days)), tuple(group))]


def _instants(times: Iterable[Time]) -> list[date]:
    """The instants in order; those between days that are all wanted are wanted too, so that they are even steps."""
    wanted = set(times)
    found = {time for time in wanted if isinstance(time, date)}
    spans = [(time.first, time.end) for time in wanted if isinstance(time, Daily) and time.first < time.end]
    if spans:
        found.update(Daily(min(first for first, _ in spans), max(end for _, end in spans)).instants)
    return sorted(found)
