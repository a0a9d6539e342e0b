"""The twins of a board: its tiles as CSV, XLSX, JSON and PDF, a chart of it as PNG.

They are the answers that the board shows, with all their digits; each tile says its definition, its filters (what the
reader may see is among them), its days and what the data was.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from cadran.dashboards.board import Answered, Shown, answer_board, draw, title_of
from cadran.dashboards.charts import Grid, Told
from cadran.dashboards.shelf import Face
from cadran.kpis.page import Line
from cadran.kpis.reader import Reader
from cadran.kpis.selection import Selection
from cadran.kpis.twins import CELL, answer_statement, cell_line, filters_of, json_response
from cadran.metrics.cells import Cell
from cadran.metrics.errors import QuestionError
from cadran.metrics.result import Result
from cadran.ui.charts.picture import png, svg
from cadran.ui.documents import pdf, pdf_response
from cadran.ui.exports import csv_response
from cadran.ui.workbooks import Sheet, xlsx_response

FORMS = ("csv", "xlsx", "json", "pdf", "png")
STATED = ("compare", "filters", "period_from", "period_through", "as_of", "data_version", "definition_hash")


@dataclass(frozen=True)
class Part:
    """A tile in a file: what it is called and drawn as, what it says of itself, its answers."""

    place: int
    title: str
    kind: str
    stated: dict[str, object]
    total: Result | None
    drawn: Result
    over: Selection

    def lines(self) -> Iterator[tuple[str, tuple[object, ...]]]:
        """Every cell: that of the number, then those of what is drawn."""
        if self.total is not None:
            yield "total", cell_line(self.total.total, None)
        for cell in self.drawn.cells:
            yield self.kind, cell_line(cell, _group(cell))


def twin(form: str, face: Face, selection: Selection, reader: Reader, tile: str = "") -> HttpResponseBase:
    """A board over a selection in one of the forms; `tile` is the place of the chart that a picture is of, from 1.

    Raises QuestionError when there is no such chart.
    """
    answered = answer_board(face.specs, selection, reader)
    parts = [_part(one, reader) for one in answered if isinstance(one, Answered)]
    name = f"{face.slug}-{selection.start}-{selection.last_day}"
    match form:
        case "csv":
            header = ("tile", "metric", "title", "unit", "series", *CELL, *STATED, "definition")
            return csv_response(name, header, (line for part in parts for line in _csv_lines(part)))
        case "xlsx":
            sheets = [Sheet(f"{part.place} {part.title}", ("series", *CELL), _flat(part)) for part in parts]
            about = ("tile", "metric", "title", "unit", *STATED, "definition")
            told = [[part.place, *(part.stated[key] for key in about[1:])] for part in parts]
            return xlsx_response(name, [*sheets, Sheet(_("About"), about, told)])
        case "json":
            return json_response(name, {"board": face.slug, "title": face.title, "tiles": [_json(p) for p in parts]})
        case "pdf":
            return _document(name, face, selection, answered, reader)
        case _:
            return _picture(name, tile, draw(answered, reader), parts, reader)


def twin_urls(face: Face, selection: Selection) -> list[tuple[str, str]]:
    """The files of a board, by form. Its pictures are linked to by its charts."""
    query = selection.query().rstrip("?")
    return [(form.upper(), reverse(f"board_{form}", args=[face.slug]) + query) for form in FORMS if form != "png"]


def _part(one: Answered, reader: Reader) -> Part:
    asked = one.asked
    over = asked.chosen if one.total is None else asked.spanned
    rests_on = answer_statement(one.drawn if one.total is None else one.total, over, reader)
    title = title_of(asked, reader)
    stated = {**rests_on, "title": title}
    return Part(asked.place + 1, title, asked.spec.kind, stated, one.total, one.drawn, over)


def _group(cell: Cell) -> str | None:
    """The group of a cell, as a file names it: the cohort and its age, or the one value it is split by."""
    return ", ".join("unknown" if value is None else str(value) for value in cell.split.values()) or None


def _flat(part: Part) -> list[tuple[object, ...]]:
    return [(series, *line) for series, line in part.lines()]


def _csv_lines(part: Part) -> Iterator[tuple[object, ...]]:
    stated = part.stated
    named = (part.place, stated["metric"], part.title, stated["unit"])
    foot = (*(stated[key] for key in STATED), stated["definition"])
    yield from ((*named, *line, *foot) for line in _flat(part))


def _json(part: Part) -> dict[str, Any]:
    return {
        "tile": part.place,
        "kind": part.kind,
        **part.stated,
        "filters": filters_of(part.drawn),
        "total": None if part.total is None else part.total.total.to_json(),
        "cells": [cell.to_json() for cell in part.drawn.cells],
    }


def _picture(name: str, tile: str, shown: Sequence[Shown], parts: Sequence[Part], reader: Reader) -> HttpResponse:
    found = next((part for part in parts if str(part.place) == tile), None)
    chart = shown[found.place - 1].chart if found else None
    if found is None or chart is None or chart.spec is None:
        raise QuestionError(_("There is nothing to draw here."))
    head = shown[found.place - 1].head
    first, *notes = _notes(found, shown[found.place - 1], reader)
    value = head.value or _("Cannot be computed") if head else ""
    content = png(chart.spec, found.title, [" · ".join(filter(None, [value, first])), *notes])
    response = HttpResponse(content, content_type="image/png")
    response.headers["content-disposition"] = f'attachment; filename="{name}-{found.place}.png"'
    return response


def _notes(part: Part, shown: Shown, reader: Reader) -> list[str]:
    """What a tile rests on, in a few lines."""
    head, formats = shown.head, reader.formats
    first = head.period if head else formats.days(part.over.start, part.over.end)
    known = formats.day(part.over.as_of) if part.over.as_of else formats.moment(part.drawn.as_of)
    return [
        " · ".join(filter(None, [first, f"n = {head.n}" if head else "", str(part.stated["filters"])])),
        " · ".join(
            [
                _("As known on %(day)s") % {"day": known},
                f"{part.stated['metric']} {part.stated['definition_hash']}",
                f"{_('Data version')} {part.stated['data_version']}",
            ]
        ),
    ]


def _document(
    name: str, face: Face, selection: Selection, answered: Sequence[Answered | Shown], reader: Reader
) -> HttpResponse:
    """The PDF of a board, in the reader's language: its tiles one below the other."""
    pictures, tiles = dict[str, str](), []
    for one, shown in zip(answered, draw(answered, reader), strict=True):
        if isinstance(one, Shown):
            tiles.append({"title": one.title, "value": _("Not shown"), "notes": [one.why]} | _nothing())
            continue
        part, head, chart = _part(one, reader), shown.head, shown.chart
        change = head.change.text if head and head.change else ""
        against = f"{change} {head.against}".strip() if head else ""
        words = chart.words if isinstance(chart, Told) else ""
        told = {
            "title": part.title,
            "value": head.value or _("Cannot be computed") if head else "",
            "notes": [
                text for text in (head.why if head else "", against, words, *_notes(part, shown, reader)) if text
            ],
            "definition": str(part.stated["definition"]),
        }
        drawn = _nothing() | told
        if chart is not None and chart.spec is not None:
            file = f"tile-{part.place}.svg"
            pictures[file] = svg(chart.spec)
            shown_words = _("%(title)s: a chart of the numbers in the table below.") % {"title": part.title}
            drawn |= {"chart": file, "words": shown_words, **_table(chart)}
        tiles.append(drawn)
    days = reader.formats.days(selection.start, selection.end)
    data = {"title": face.title, "language": reader.language, "days": days, "about": face.about, "tiles": tiles}
    data["foot"] = f"{face.title} · {days}"
    template = (files("cadran.dashboards") / "board.typ").read_bytes()
    return pdf_response(name, pdf(template, data, pictures))


def _nothing() -> dict[str, Any]:
    return {"chart": "", "words": "", "head": [], "rows": [], "definition": ""}


def _table(chart: Any) -> dict[str, Any]:
    """The table of a chart: its groups or periods; of cohorts, their ages."""
    if isinstance(chart, Grid):
        head = [chart.first, *(_("month %(age)s") % {"age": age} for age in chart.ages)]
        return {"head": head, "rows": [[name, *values] for name, values in chart.cohorts]}
    return {"head": [chart.first, _("Value"), _("Compared with"), "n"], "rows": [_row(line) for line in chart.lines]}


def _row(line: Line) -> list[str]:
    label = f"{line.label} ({line.note})" if line.note else line.label
    return [label, line.value or line.why, line.previous or "–", line.n]
