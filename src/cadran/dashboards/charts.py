"""The charts of boards that the page of a KPI has not: months, shares of a whole, stages of a funnel, cohorts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from cadran.crm.models import Stage
from cadran.kpis.columns import dimension_name
from cadran.kpis.page import Chart, Line, kpi_url, mark_words, write_line
from cadran.kpis.reader import Reader
from cadran.kpis.selection import Selection
from cadran.kpis.why import explain
from cadran.metrics.cells import Cell
from cadran.metrics.result import Result
from cadran.ui import tokens
from cadran.ui.charts.columns import Column, columns
from cadran.ui.charts.donut import MOST_SLICES, TONES, Slice, donut, shares
from cadran.ui.charts.funnel import Layer, funnel
from cadran.ui.charts.heatmap import Square, heatmap


@dataclass(frozen=True)
class Told(Chart):
    """A chart whose gist is also a sentence."""

    words: str = ""


@dataclass(frozen=True)
class Grid(Chart):
    """A chart of cohorts and its table: the ages, and for each cohort its name and its values."""

    ages: Sequence[int] = ()
    cohorts: Sequence[tuple[str, Sequence[str]]] = field(default_factory=tuple)


def months(answer: Result, selection: Selection, reader: Reader) -> Chart:
    """Twelve months as columns; each leads to the page of the KPI over its month, with its rows."""
    metric, formats = answer.metric, reader.formats
    lines, drawn = [], []
    for cell in answer.cells:
        name = formats.period(cell.period.first, cell.period.end, "month")
        running = cell.period.in_progress(selection.today)
        note = _("in progress") if running else "" if cell.ripe else _("not final yet")
        url = kpi_url(metric, replace(selection, by=None).over(cell.period.first, cell.period.end)) + "#rows"
        line = write_line(cell, metric, formats, name, url, note)
        lines.append(line)
        value = None if cell.value is None else float(cell.value)
        drawn.append(Column(name, value, line.value, mark_words(line), url, not note))
    title = metric.title[reader.language]
    spec = None
    if any(column.value is not None for column in drawn):
        spec = columns(drawn, title, lambda value: formats.tick(value, metric.unit), tokens.variables())
    return Chart("columns", title, _("Period"), spec, lines[::-1])


def share(answer: Result, selection: Selection, reader: Reader) -> Chart:
    """The groups of a whole as a donut with their shares in words, which sum to 100 %; small groups are one slice."""
    by = selection.by or ""
    cells = [cell for cell in answer.cells if cell.value is not None]
    if by in _ORDERED:
        cells.sort(key=lambda cell: _place(_ORDERED[by], cell.split[by]))
    else:
        cells.sort(key=lambda cell: -(cell.value or Decimal(0)))
    name, title = dimension_name(by), answer.metric.title[reader.language]
    values = [cell.value or Decimal(0) for cell in cells]
    parts = shares(values) if all(value >= 0 for value in values) else []
    lines = [
        replace(_group(cell, by, answer, selection, reader), note=reader.formats.percent(part))
        for cell, part in zip(cells, parts, strict=False)
    ]
    if not lines:
        return Told("donut", f"{title} · {name}", name, None, [_group(c, by, answer, selection, reader) for c in cells])
    drawn = _slices(list(zip(cells, lines, parts, strict=True)), by, reader)
    words = ", ".join(one.label for one in drawn)
    spec = donut(drawn, title, tokens.variables())
    return Told("donut", f"{title} · {name}", name, spec, lines, short=True, words=f"{words}.")


def _slices(groups: Sequence[tuple[Cell, Line, Decimal]], by: str, reader: Reader) -> list[Slice]:
    shown = groups if len(groups) <= MOST_SLICES else groups[: MOST_SLICES - 1]
    slices = [
        Slice(
            f"{line.label} {line.note}",
            float(cell.value or 0),
            line.value,
            mark_words(line),
            line.url,
            _TONES.get(str(cell.split[by])) or TONES[place],
        )
        for place, (cell, line, _part) in enumerate(shown)
    ]
    rest = groups[len(shown) :]
    if rest:
        whole = sum((cell.value or Decimal(0) for cell, _line, _part in rest), Decimal(0))
        part = reader.formats.percent(sum((part for _cell, _line, part in rest), Decimal(0)))
        label = _("others")
        written = reader.formats.number(whole, short=True)
        slices.append(Slice(f"{label} {part}", float(whole), written, f"{label}, {part}", "", TONES[-1]))
    return slices


def stages(answer: Result, selection: Selection, reader: Reader) -> Chart:
    """What stands in each step of a way, in the order of the pipelines; other groups, the greatest first."""
    by = selection.by or ""
    order = _stage_order() if by == "stage" else {}
    cells = [cell for cell in answer.cells if cell.value is not None]
    cells.sort(key=lambda cell: (order.get(str(cell.split[by]), len(order)), -(cell.value or Decimal(0))))
    lines = [_group(cell, by, answer, selection, reader) for cell in cells]
    top = max((cell.value or Decimal(0) for cell in cells), default=Decimal(0)) or Decimal(1)
    lines = [
        replace(line, share=float(100 * max(Decimal(0), cell.value or Decimal(0)) / top))
        for line, cell in zip(lines, cells, strict=True)
    ]
    steps = [
        Layer(line.label, max(0.0, float(cell.value or 0)), line.value, mark_words(line), line.url)
        for line, cell in zip(lines, cells, strict=True)
    ]
    title, name = answer.metric.title[reader.language], dimension_name(by)
    spec = funnel(steps, title, tokens.variables()) if steps else None
    return Chart("funnel", f"{title} · {name}", name, spec, lines, short=True)


def moved(answer: Result, selection: Selection, reader: Reader) -> Chart:
    """What each group did to the change since the period before, as a waterfall; its table has every group."""
    told = explain(answer, selection.by, selection, reader)
    lines = [
        Line(group.label, group.url, group.effect, "", "", "", group.previous, None, group.value)
        for group in told.groups
    ]
    words = told.reason if told.spec is None else told.words[-1]
    return Told("waterfall", told.title, told.first, told.spec, lines, short=True, words=words)


def cohorts(answer: Result, _selection: Selection, reader: Reader) -> Chart:
    """Those who began in the same month, and what became of them month after month."""
    metric, formats = answer.metric, reader.formats
    squares: list[Square] = []
    rows: dict[str, dict[int, str]] = {}
    began = {cell.period.label: cell.period for cell in answer.cells}
    for cell in answer.cells:
        cohort, age = str(cell.split["cohort"]), int(str(cell.split["age"]))
        if cell.value is None:
            continue
        first = began.get(cohort)
        name = formats.period(first.first, first.end, "month") if first else cohort
        shown = (
            formats.percent(cell.value, "#,##0") if metric.unit == "percent" else formats.tick(cell.value, metric.unit)
        )
        words = _("%(cohort)s, month %(age)s: %(value)s") % {"cohort": name, "age": age, "value": shown}
        squares.append(Square(name, age, float(cell.value), shown, words))
        rows.setdefault(name, {})[age] = shown
    ages = sorted({square.column for square in squares})
    title = metric.title[reader.language]
    return Grid(
        "cohorts",
        title,
        _("Began in"),
        heatmap(squares, title, _("Months since the first"), tokens.variables()) if squares else None,
        [],
        short=True,
        ages=ages,
        cohorts=[(name, [values.get(age, "") for age in ages]) for name, values in rows.items()],
    )


def _group(cell: Cell, by: str, answer: Result, selection: Selection, reader: Reader) -> Line:
    value = cell.split[by]
    name = _("unknown") if value is None else _value_words().get(str(value), str(value))
    url = kpi_url(answer.metric, selection.only(by, "unknown" if value is None else str(value)))
    return write_line(cell, answer.metric, reader.formats, name, url)


def _stage_order() -> dict[str, int]:
    """The place of each stage's name: pipelines one after the other."""
    names = Stage.objects.order_by("pipeline_id", "order", "pk").values_list("name", flat=True)
    return {name: place for place, name in enumerate(dict.fromkeys(names))}


_ORDERED: Mapping[str, Sequence[str]] = {"nps_group": ("promoter", "passive", "detractor")}
_TONES: Mapping[str, str] = {"promoter": "good", "passive": "ink-3", "detractor": "bad"}


def _place(order: Sequence[str], value: object) -> int:
    return order.index(str(value)) if value in order else len(order)


def _value_words() -> dict[str, str]:
    """Values that are words of ours, not of the organisation."""
    return {"promoter": _("promoters"), "passive": _("passives"), "detractor": _("detractors")}
