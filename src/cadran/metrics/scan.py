"""What one SELECT computes: several measures of one fact table, with one rule for time, over one list of spans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

from cadran.metrics.measure import Clock, Measure
from cadran.metrics.period import Steps, add_months

Span = tuple[date, date]
Filters = tuple[tuple[str, tuple[str | None, ...]], ...]
Shape = Literal["one", "steps", "few", "many", "pairs"]

FEW = 8


@dataclass(frozen=True)
class Run:
    """Spans that one scan tells apart.

    ``one``: a single span, nothing to tell apart. ``steps``: evenly spaced, found by arithmetic on the date. ``few``:
    disjoint, found by comparing with each. ``many``: anything else, overlapping ones included, found through a join
    with their days. ``pairs``: each with the span ``before`` it, in the order of the cells. ``cells`` are the spans
    with the index that SQL gives them.
    """

    shape: Shape
    cells: tuple[tuple[int, Span], ...]
    steps: Steps | None = None
    before: tuple[Span, ...] = ()

    @property
    def first(self) -> date:
        """The first day that matters."""
        return min(*(span[0] for _, span in self.cells), *(span[0] for span in self.before), date.max)

    @property
    def end(self) -> date:
        """The day after the last that matters."""
        return max(*(span[1] for _, span in self.cells), *(span[1] for span in self.before), date.min)


def runs(spans: Iterable[Span]) -> list[Run]:
    """Spans arranged into as few and as cheap runs as possible."""
    left = sorted(set(spans))
    if len(left) == 1:
        return [Run("one", ((0, left[0]),))]
    found: list[Run] = []
    for unit in ("month", "day"):
        classes: dict[tuple[int, int], list[Span]] = {}
        for span in left:
            step, position = _grid(span, unit)
            if step:
                classes.setdefault((step, position % step), []).append(span)
        for (step, _), members in sorted(classes.items(), key=lambda item: -len(item[1])):
            run = _stepped(unit, step, [span for span in members if span in left], left)
            if run is not None:
                found.append(run)
                left = [span for span in left if all(span != used for _, used in run.cells)]
    if not left:
        return found
    if len(left) == 1:
        return [*found, Run("one", ((0, left[0]),))]
    disjoint = all(earlier[1] <= later[0] for earlier, later in pairwise(left))
    return [*found, Run("few" if disjoint and len(left) <= FEW else "many", tuple(enumerate(left)))]


def _grid(span: Span, unit: str) -> tuple[int, int]:
    """The length of a span in units and its place on the grid; (0, 0) when it does not fit."""
    if unit == "day":
        return (span[1] - span[0]).days, span[0].toordinal()
    if span[0].day != 1 or span[1].day != 1:
        return 0, 0
    first = month_number(span[0])
    return month_number(span[1]) - first, first


def month_number(day: date) -> int:
    """Months since the year 0."""
    return day.year * 12 + day.month - 1


def _stepped(unit: str, step: int, members: list[Span], among: Sequence[Span]) -> Run | None:
    """The members as a run, with a cut span at either end taken along; None when they are too few or too far apart."""
    if len(members) < 2:
        return None
    origin = members[0][0]
    place = month_number if unit == "month" else date.toordinal
    reach = place(members[-1][0]) - place(origin)
    if reach // step + 1 > 3 * len(members):
        return None
    cells = [((place(span[0]) - place(origin)) // step, span) for span in members]
    end, following = members[-1][1], _later(members[-1][1], unit, step)
    cut_last = [span for span in among if span[0] == end and end < span[1] < following]
    cut_first = [span for span in among if span[1] == origin and _later(origin, unit, -step) < span[0]]
    cells += [(cells[-1][0] + 1, span) for span in cut_last[-1:]]
    if cut_first:
        origin = _later(origin, unit, -step)
        cells = [(0, cut_first[0]), *((index + 1, span) for index, span in cells)]
    return Run("steps", tuple(cells), Steps("month" if unit == "month" else "day", step, origin))


def _later(day: date, unit: str, step: int) -> date:
    return add_months(day, step) if unit == "month" else date.fromordinal(day.toordinal() + step)


@dataclass(frozen=True)
class Scan:
    """One SELECT. ``cohorts`` adds the span of the run that holds the row's cohort date as the first split."""

    table: str
    clock: Clock
    measures: tuple[Measure, ...]
    by: tuple[str, ...]
    filters: Filters
    run: Run
    cohorts: bool = False
    deltas: bool = False
