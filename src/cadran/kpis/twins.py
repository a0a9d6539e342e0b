"""The twins of a KPI's page: the same answer as CSV, XLSX and JSON, each stating what it rests on.

Names of columns and of JSON are for machines and are the same in every language; the words of a definition are the
reader's. CSV is one table: the total, the trend, the groups and the variants, told apart by ``series``. With
``?what=rows`` it is the rows behind the number instead (``part``, ``rows=left-out`` and ``mend`` as on the page).
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from cadran.kpis.asked import Asked
from cadran.kpis.columns import dimension_name
from cadran.kpis.explored import records
from cadran.kpis.exploring import Exploration
from cadran.kpis.reader import Reader
from cadran.kpis.rows import find_rows, listed_columns
from cadran.kpis.selection import TREND_LENGTH, Selection
from cadran.metrics.cells import Cell
from cadran.metrics.confidence import Lack
from cadran.metrics.errors import QuestionError
from cadran.metrics.result import Result, dump_json
from cadran.metrics.rows import Rows
from cadran.ui.exports import csv_response
from cadran.ui.workbooks import Sheet, xlsx_response

MOST_ROWS = 100_000
CELL = ("period", "from", "to", "group", "value", "previous", "change", "n", "low", "high", "ripe", "why")
WHATS = ("answer", "rows")


def twin(form: str, asked: Asked, url: QueryDict, reader: Reader, lack: Lack | None = None) -> HttpResponseBase:
    """The twin of a page in one of the forms (``lack``: the rows to mend that it asks for); raises QuestionError."""
    what = url.get("what") or "answer"
    if what not in WHATS:
        words = _("“%(value)s” is not one of the choices: %(choices)s.")
        raise QuestionError(words % {"value": what, "choices": ", ".join(WHATS)})
    stated = statement(asked, reader)
    name = f"{asked.metric.key}-{stated['period_from']}-{stated['period_through']}"
    if what == "rows":
        found, measure = find_rows(url, asked.total, MOST_ROWS, 0, lack)
        return _rows_twin(form, f"{name}-rows", asked, found, listed_columns(found, measure), reader)
    match form:
        case "csv":
            header = ("series", *CELL, *stated)
            lines = ((series, *line, *stated.values()) for series, line in _series(asked))
            return csv_response(name, header, lines)
        case "xlsx":
            return xlsx_response(name, [*_sheets(asked), about(stated)])
        case _:
            return json_response(name, {**stated, "filters": filters_of(asked.total), **_answers(asked)})


def explored_twin(form: str, explored: Exploration, answers: Sequence[Result], reader: Reader) -> HttpResponseBase:
    """The table of the explorer as a file that states what each measure rests on."""
    header, lines = records(explored, answers)
    chosen, first = explored.selection, answers[0]
    stated: dict[str, object] = {
        "metrics": ", ".join(answer.metric.key for answer in answers),
        "definitions": " | ".join(" ".join(a.metric.definition[reader.language].split()) for a in answers),
        "definition_hashes": ", ".join(answer.definition_hash for answer in answers),
        "period_from": chosen.start,
        "period_through": chosen.last_day,
        "compare": chosen.compare or "",
        "filters": "; ".join(f"{name} = {', '.join(values)}" for name, values in filters_of(first).items()),
        "as_of": chosen.as_of or first.as_of,
        "data_version": first.data_version,
    }
    if form == "csv":
        return csv_response("explore", [*header, *stated], ((*line, *stated.values()) for line in lines))
    if form == "json":
        whole = [answer.to_json(reader.language) for answer in answers]
        return json_response("explore", {**stated, "filters": filters_of(first), "answers": whole})
    return xlsx_response("explore", [Sheet(_("Table"), header, lines), about(stated)])


def rows_twin_url(form: str, url: QueryDict, asked: Asked) -> str:
    """The address of the rows that a page lists, as a file."""
    asking = [("what", "rows"), *((name, url[name]) for name in ("part", "rows", "mend") if url.get(name))]
    return f"{reverse(f'kpi_{form}', args=[asked.metric.key])}?{urlencode([*asked.selection.pairs(), *asking])}"


def statement(asked: Asked, reader: Reader) -> dict[str, object]:
    """What a twin says of itself: the definition, what was asked, and the state of the data.

    The filters are those of the question as it was answered: what the reader may see is among them.
    """
    return answer_statement(asked.total, asked.selection, reader)


def answer_statement(total: Result, selection: Selection, reader: Reader) -> dict[str, object]:
    """What a file says of an answer over a selection."""
    metric = total.metric
    return {
        "metric": metric.key,
        "title": metric.title[reader.language],
        "unit": metric.unit,
        "definition": " ".join(metric.definition[reader.language].split()),
        "definition_hash": total.definition_hash,
        "period_from": selection.start,
        "period_through": selection.last_day,
        "compare": selection.compare or "",
        "filters": "; ".join(f"{name} = {', '.join(values)}" for name, values in filters_of(total).items()),
        "as_of": selection.as_of or total.as_of,
        "data_version": total.data_version,
    }


def filters_of(total: Result) -> dict[str, list[str]]:
    """The filters of an answer as it was asked, blanks named."""
    return {
        name: ["unknown" if value is None else value for value in values]
        for name, values in sorted(total.question.where.items())
    }


def _trend(asked: Asked) -> Sequence[Cell]:
    return asked.trend.cells[-TREND_LENGTH[asked.selection.grain] :]


def cell_line(cell: Cell, group: object) -> tuple[object, ...]:
    """A cell as the columns of ``CELL``."""
    period = cell.period
    return (
        period.label,
        period.first,
        period.end,
        group,
        cell.value,
        cell.previous,
        cell.change,
        cell.n,
        cell.low,
        cell.high,
        cell.ripe,
        cell.why or None,
    )


def _series(asked: Asked) -> Iterator[tuple[str, tuple[object, ...]]]:
    """Every line of the answer, and the series that it is of."""
    yield "total", cell_line(asked.total.total, None)
    for cell in _trend(asked):
        yield "trend", cell_line(cell, None)
    for cell in asked.split.cells if asked.split else ():
        yield f"by {asked.by}", cell_line(cell, _group(cell, asked.by))
    for variant in asked.variants:
        yield "variant", cell_line(variant.total, variant.metric.key)


def _group(cell: Cell, by: str | None) -> object:
    value = cell.split[by or ""]
    return "unknown" if value is None else value


def _sheets(asked: Asked) -> list[Sheet]:
    sheets: dict[str, list[tuple[object, ...]]] = {}
    names = {"total": _("Total"), "trend": _("Trend"), "variant": _("Variants")}
    if asked.by:
        names[f"by {asked.by}"] = dimension_name(asked.by)
    for series, line in _series(asked):
        sheets.setdefault(names[series], []).append(line)
    return [Sheet(name, CELL, lines) for name, lines in sheets.items()]


def about(told: dict[str, object]) -> Sheet:
    """The sheet that says what a workbook rests on."""
    return Sheet(_("About"), (_("What"), _("Value")), list(told.items()))


def _answers(asked: Asked) -> dict[str, Any]:
    return {
        "total": asked.total.total.to_json(),
        "trend": [cell.to_json() for cell in _trend(asked)],
        "split": {"by": asked.by, "cells": [cell.to_json() for cell in asked.split.cells]} if asked.split else None,
        "variants": [{"metric": one.metric.key, **one.total.to_json()} for one in asked.variants],
    }


def _rows_twin(
    form: str, name: str, asked: Asked, found: Rows, listed: Sequence[str], reader: Reader
) -> HttpResponseBase:
    if found.count > MOST_ROWS:
        words = _("These are %(n)s rows, more than the %(most)s that a file holds. Filter them or shorten the period.")
        raise QuestionError(words % {"n": found.count, "most": MOST_ROWS})
    stated = statement(asked, reader) | {"part": found.part}
    columns = list(dict.fromkeys([found.record_id, *listed]))
    header = [*columns, *(["reason"] if found.reasons is not None else [])]
    lines = list(_row_lines(found, columns, reader))
    match form:
        case "csv":
            return csv_response(name, [*header, *stated], ((*line, *stated.values()) for line in lines))
        case "xlsx":
            return xlsx_response(name, [Sheet(_("Rows"), header, lines), about(stated)])
        case _:
            rows = [dict(zip(header, line, strict=True)) for line in lines]
            return json_response(name, {**stated, "filters": filters_of(asked.total), "rows": rows})


def _row_lines(found: Rows, columns: Sequence[str], reader: Reader) -> Iterator[list[object]]:
    places = [found.columns.index(name) for name in columns]
    for number, row in enumerate(found.rows):
        reason = [] if found.reasons is None else [found.reasons[number][reader.language]]
        yield [*(row[place] for place in places), *reason]


def json_response(name: str, content: dict[str, Any]) -> HttpResponse:
    """A JSON file to take away; numbers with all their digits."""
    response = HttpResponse(dump_json(_spoken(content), indent=2), content_type="application/json")
    response.headers["content-disposition"] = f'attachment; filename="{name}.json"'
    return response


def _spoken(content: Any) -> Any:
    """The content with days and moments as ISO 8601 texts."""
    match content:
        case dict():
            return {key: _spoken(value) for key, value in content.items()}
        case list():
            return [_spoken(value) for value in content]
        case date() | datetime():
            return content.isoformat()
        case _:
            return content
