"""The ways to draw a tile: what each asks, and the chart that it makes of the answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cadran.dashboards import charts
from cadran.kpis.page import Chart, breakdown_chart, trend_chart
from cadran.kpis.reader import Reader
from cadran.kpis.selection import CUSTOM, Selection
from cadran.metrics.metric import Metric
from cadran.metrics.period import advance, floor
from cadran.metrics.question import Question
from cadran.metrics.result import Result

COHORTS = 8
"""How many months of beginners a grid of cohorts shows."""

HEIGHT = 220
"""Of the charts over time, in pixels: lower than on a page of their own."""

type Ask = Callable[[Metric, Selection], Question]
type Draw = Callable[[Result, Selection, Reader], Chart]


@dataclass(frozen=True)
class Kind:
    """A way to draw a tile. ``spans`` gives the days that the value beside the chart is of; ``ask`` and ``draw`` make
    the chart. ``splits``: it needs a dimension; ``fits``: what can be drawn so.
    """

    title: str | Promise
    ask: Ask
    draw: Draw | None
    fits: Callable[[Metric], bool]
    splits: bool = False
    width: int = 2
    spans: Callable[[Selection], Selection] = lambda selection: selection


def _plain(metric: Metric) -> bool:
    return not metric.needs_cohort


def _adds_up(metric: Metric) -> bool:
    """Whether its groups are parts of a whole that none is less than."""
    return _plain(metric) and metric.unit in ("money", "count") and all(part.additive for part in metric.parts.values())


def _twelve_months(selection: Selection) -> Selection:
    last = floor(min(selection.last_day, selection.today), "month", selection.calendar)
    start, end = advance(last, "month", -11), advance(last, "month")
    return replace(selection, period=CUSTOM, start=start, end=end, compare=None, by=None)


def _split(metric: Metric, selection: Selection) -> Question:
    return selection.breakdown(metric.key, selection.by or "")


def _whole(metric: Metric, selection: Selection) -> Question:
    return selection.total(metric.key)


def _by_month(metric: Metric, selection: Selection) -> Question:
    return replace(_twelve_months(selection).total(metric.key), grain="month", interval=False)


def _by_cohort(metric: Metric, selection: Selection) -> Question:
    months = _twelve_months(selection)
    start = advance(months.end, "month", -COHORTS)
    where = {name: tuple(values) for name, values in selection.where.items()}
    return Question(
        metric.key, grain="month", start=start, end=months.end, where=where, cohort=True, as_of=selection.as_of
    )


def _breakdown(answer: Result, selection: Selection, reader: Reader) -> Chart:
    return breakdown_chart(answer, selection.by or "", selection, reader)


def _trend(answer: Result, selection: Selection, reader: Reader) -> Chart:
    chart = trend_chart(answer, selection, reader)
    return chart if chart.spec is None else replace(chart, spec={**chart.spec, "height": HEIGHT})


KINDS: Mapping[str, Kind] = {
    "number": Kind(_("Number"), lambda metric, selection: selection.months(metric.key), None, _plain, width=1),
    "trend": Kind(_("Line over time"), lambda metric, selection: selection.trend(metric.key), _trend, _plain),
    "columns": Kind(_("Columns by month"), _by_month, charts.months, _plain, spans=_twelve_months),
    "bars": Kind(_("Bars by group"), _split, _breakdown, _plain, splits=True),
    "donut": Kind(_("Donut of shares"), _split, charts.share, _adds_up, splits=True),
    "funnel": Kind(_("Funnel of stages"), _split, charts.stages, _adds_up, splits=True),
    "waterfall": Kind(_("Waterfall of what moved"), _whole, charts.moved, _plain, splits=True),
    "cohorts": Kind(_("Grid of cohorts"), _by_cohort, charts.cohorts, lambda metric: metric.needs_cohort),
}
