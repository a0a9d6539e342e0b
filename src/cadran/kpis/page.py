"""What the page of one KPI shows, ready to be written by its template."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from cadran.kpis.columns import dimension_name
from cadran.kpis.long_term import is_signal, long_term, mean_words, signal_words
from cadran.kpis.reader import Reader
from cadran.kpis.selection import TREND_LENGTH, Selection
from cadran.kpis.tile import against, change_of, period_words, smallest_words, why_words
from cadran.metrics.cells import Cell
from cadran.metrics.metric import Metric
from cadran.metrics.reading import SplitValue
from cadran.metrics.result import Result
from cadran.ui import tokens
from cadran.ui.charts.bars import Bar, bars
from cadran.ui.charts.trend import Point, Words, trend
from cadran.ui.formats import Change, Formats, labelled

MOST_BARS = 10
POINTS = ("wilson", "nps")
"""The intervals of what is not an amount: rates and scores, that need no zero and say nothing by their size."""


@dataclass(frozen=True)
class Line:
    """A row of a chart's table: a period or a group."""

    label: str
    url: str
    value: str
    why: str
    n: str
    interval: str
    previous: str
    change: Change | None
    note: str = ""
    share: float = 0.0
    mean: str = ""


@dataclass(frozen=True)
class Chart:
    """A chart and its table. ``mean`` names its long-term mean, ``verdict`` tells signal from noise; "" without."""

    id: str
    title: str
    first: str
    spec: dict[str, Any] | None
    lines: Sequence[Line]
    more: int = 0
    short: bool = False
    mean: str = ""
    verdict: str = ""


@dataclass(frozen=True)
class Headline:
    """The number itself, with what it rests on."""

    value: str
    why: str
    interval: str
    n: str
    period: str
    in_progress: bool
    change: Change | None
    against: str
    previous: str
    smallest: str


def headline(total: Result, selection: Selection, reader: Reader) -> Headline:
    """The total of a metric over the selection."""
    cell, metric, formats = total.total, total.metric, reader.formats
    return Headline(
        value="" if cell.value is None else formats.value(cell.value, metric.unit),
        why=why_words(cell),
        interval=interval_words(cell, metric.unit, formats),
        n=formats.number(Decimal(cell.n)),
        period=period_words(metric, cell.period, selection, formats),
        in_progress=selection.in_progress,
        change=change_of(cell, metric, formats),
        against=against(cell, metric, selection, formats),
        previous="" if cell.previous is None else formats.value(cell.previous, metric.unit),
        smallest=smallest_words(cell, metric, formats),
    )


def kpi_url(metric: Metric, query: str) -> str:
    """The address of a KPI's page."""
    return reverse("kpi", args=[metric.key]) + query.rstrip("?")


def interval_words(cell: Cell, unit: str, formats: Formats) -> str:
    """The interval that holds the true value 95 times in 100; "" where the metric has none."""
    if cell.low is None or cell.high is None:
        return ""
    return f"{formats.value(cell.low, unit)} – {formats.value(cell.high, unit)}"


def trend_chart(result: Result, selection: Selection, reader: Reader) -> Chart:
    """The metric by grain, beside the year before and its long-term mean; each point leads to its days."""
    metric, formats = result.metric, reader.formats
    lines, points = [], []
    cells = result.cells[-TREND_LENGTH[selection.grain] :]
    means = long_term(result, selection)[-len(cells) :]
    for cell, mean in zip(cells, means, strict=True):
        name = formats.period(cell.period.first, cell.period.end, selection.grain)
        running = cell.period.in_progress(selection.today)
        note = _("in progress") if running else "" if cell.ripe else _("not final yet")
        url = kpi_url(metric, selection.over(cell.period.first, cell.period.end))
        line = replace(
            write_line(cell, metric, formats, name, url, note),
            mean="" if mean is None else formats.value(mean, metric.unit, short=True),
        )
        lines.append(line)
        points.append(
            Point(
                label=name,
                value=_float(cell.value),
                shown=line.value,
                words=mark_words(line),
                url=url,
                whole=not note,
                previous=_float(cell.previous),
                previous_shown=line.previous,
                low=_float(cell.low),
                high=_float(cell.high),
                mean=_float(mean),
                mean_shown=line.mean,
                signal=is_signal(cell),
            )
        )
    if all(point.value is None for point in points):
        return Chart("trend", metric.title[reader.language], _("Period"), None, lines[::-1])
    words = Words(metric.title[reader.language], _("Value"), _("A year before"), mean_words(selection))
    spec = trend(
        points,
        words,
        lambda value: formats.tick(value, metric.unit),
        tokens.variables(),
        from_zero=metric.interval not in POINTS,
    )
    return Chart(
        "trend",
        words.title,
        _("Period"),
        spec,
        lines[::-1],
        mean=words.mean,
        verdict=signal_words(cells, formats),
    )


def breakdown_chart(result: Result, by: str, selection: Selection, reader: Reader) -> Chart:
    """The metric by group; each bar leads to the same page for its group alone.

    Amounts come largest first. Rates and scores are not ranked, as chance alone may order them: the groups that rest on
    the most come first. Those that chance alone sets apart from the best are said to be so.
    """
    metric, formats = result.metric, reader.formats
    ranked, level = metric.interval not in POINTS, _level_with_the_first(result)
    cells = sorted(
        result.cells,
        key=lambda c: (c.value is None, -((c.value or Decimal(0)) if ranked else c.n), str(c.split[by])),
    )
    top = max((abs(cell.value) for cell in cells if cell.value is not None), default=Decimal(0)) or Decimal(1)
    lines = []
    for cell in cells:
        value = cell.split[by]
        name = _("unknown") if value is None else str(value)
        url = kpi_url(metric, selection.only(by, "unknown" if value is None else str(value)))
        note = _("not distinguishable from the first") if value in level else ""
        line = write_line(cell, metric, formats, name, url, note)
        lines.append(replace(line, share=float(100 * max(Decimal(0), cell.value or Decimal(0)) / top)))
    groups = [
        Bar(line.label, float(cell.value), line.value, mark_words(line), line.url)
        for line, cell in zip(lines[:MOST_BARS], cells, strict=False)
        if cell.value is not None
    ]
    title = metric.title[reader.language]
    spec = bars(groups, title, tokens.variables()) if groups else None
    name, more = dimension_name(by), max(0, len(lines) - MOST_BARS)
    return Chart("breakdown", f"{title} · {name}", name, spec, lines, more, short=True)


def _level_with_the_first(result: Result) -> set[SplitValue]:
    """The groups that share the first rank with the best."""
    first = [cell for cell, rank in zip(result.cells, result.ranks, strict=True) if rank == 1]
    first.sort(key=lambda cell: cell.value or Decimal(0), reverse=result.metric.good != "down")
    return {cell.split[result.question.by[0]] for cell in first[1:]}


def write_line(cell: Cell, metric: Metric, formats: Formats, label: str, url: str, note: str = "") -> Line:
    """A cell as a row of its chart's table."""
    return Line(
        label=label,
        url=url,
        value="" if cell.value is None else formats.value(cell.value, metric.unit, short=True),
        why=why_words(cell),
        n=formats.number(Decimal(cell.n)),
        interval=interval_words(cell, metric.unit, formats),
        previous="" if cell.previous is None else formats.value(cell.previous, metric.unit, short=True),
        change=change_of(cell, metric, formats),
        note=note,
    )


def mark_words(line: Line) -> str:
    """A mark in words, for those who do not see it."""
    parts = [
        labelled(line.label, line.value),
        f"n = {line.n}",
    ]
    if line.note:
        parts.append(line.note)
    return ", ".join(parts)


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
