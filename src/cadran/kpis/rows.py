"""The rows behind a number, and those left out of it, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadran.kpis.choices import Choice
from cadran.kpis.columns import dimension_name
from cadran.kpis.formula import part_value
from cadran.kpis.page import kpi_url
from cadran.kpis.reader import Reader
from cadran.kpis.selection import Selection, page_number
from cadran.kpis.trust import lack_words
from cadran.metrics.confidence import Lack
from cadran.metrics.engines.base import Row
from cadran.metrics.errors import QuestionError
from cadran.metrics.measure import Measure
from cadran.metrics.reasons import Phrase
from cadran.metrics.result import Result
from cadran.metrics.rows import Place, Rows, count_left_out
from cadran.ui.formats import Formats

PAGE = 25
_LOOKS = {"money": "number", "decimal": "number", "integer": "number", "date": "date", "moment": "date"}


@dataclass(frozen=True)
class Column:
    """A column: its name in words, and how its values are set ("number", "date" or "")."""

    name: str
    look: str


@dataclass(frozen=True)
class RowLine:
    """A row: the page of the record that it opens ("" where there is none), and its values, each with how it is set."""

    url: str
    cells: list[tuple[str, str]]


@dataclass(frozen=True)
class RowsPage:
    """A page of the rows of one part. ``makes``: how they make the part's value; ``reasons``: how many are left out;
    ``mend``: what is wrong with them, when these are the rows to mend.
    """

    parts: Sequence[Choice]
    part: str
    columns: Sequence[Column]
    lines: Sequence[RowLine]
    makes: str
    left_out: bool
    reasons: Sequence[tuple[str, str]]
    count: str
    page: int
    pages: int
    before: str
    after: str
    other: str
    mend: str = ""


def read_rows(
    url: QueryDict, total: Result, selection: Selection, reader: Reader, lack: Lack | None = None
) -> RowsPage:
    """The page of rows that a URL asks for: ``part``, ``page``, ``rows=left-out``; those of ``lack`` if given.

    Raises QuestionError.
    """
    metric, formats = total.metric, reader.formats
    names = [str(part) for part in metric.reads]
    left_out, page = url.get("rows") == "left-out" and lack is None, page_number(url)
    found, measure = find_rows(url, total, PAGE, (page - 1) * PAGE, lack)
    part = found.part
    here = kpi_url(metric, selection.query())
    joint = "&" if "?" in here else "?"
    base = f"{here}{joint}{urlencode({'part': part})}"
    same = f"{base}&rows=left-out" if left_out else base
    same = same if lack is None else f"{here}{joint}{urlencode({'mend': url['mend']})}"
    pages = max(1, -(-found.count // PAGE))
    return RowsPage(
        parts=[Choice(f"{here}{joint}{urlencode({'part': name})}#rows", name, name == part) for name in names],
        part=part,
        columns=_columns(found, measure),
        lines=_lines(found, measure, reader),
        makes=_makes(found.count, measure, total.total.parts[part], formats),
        left_out=left_out,
        reasons=[(reason[reader.language], formats.number(Decimal(n))) for reason, n in _reasons(total, part)]
        if left_out
        else [],
        count=formats.number(Decimal(found.count)),
        page=page,
        pages=pages,
        before=f"{same}&page={page - 1}#rows" if page > 1 else "",
        after=f"{same}&page={page + 1}#rows" if page < pages else "",
        other=f"{base}#rows" if left_out or lack else f"{base}&rows=left-out#rows",
        mend=lack_words(lack, reader.language) if lack else "",
    )


def find_rows(url: QueryDict, total: Result, limit: int, offset: int, lack: Lack | None = None) -> tuple[Rows, Measure]:
    """The rows that a URL asks for (``part``, ``rows=left-out``; those of ``lack`` if given), and their measure.

    Raises QuestionError.
    """
    metric = total.metric
    names = [str(part) for part in metric.reads]
    part = lack.part if lack else url.get("part") or names[0]
    if part not in names:
        words = _("There is no part “%(part)s”. The parts are: %(parts)s.")
        raise QuestionError(words % {"part": part, "parts": ", ".join(names)})
    measure = next(metric.parts[read.name] for read in metric.reads if str(read) == part)
    if lack is not None:
        return total.to_mend(lack, limit=limit, offset=offset), measure
    left_out = url.get("rows") == "left-out"
    return (total.left_out if left_out else total.rows)(part, limit=limit, offset=offset), measure


def _reasons(total: Result, part: str) -> list[tuple[Phrase, int]]:
    whole = total.inquiry.whole
    return count_left_out(total.engine, whole, part, Place(whole.periods[0], {}))


def listed_columns(found: Rows, measure: Measure) -> list[str]:
    """The columns worth showing, and the one that is added up."""
    argument = _argument(measure)
    return list(dict.fromkeys([*found.shown, *([argument] if argument in found.columns else [])]))


def _argument(measure: Measure) -> str:
    """What is added up, as written: "amount" of "sum(amount) from deal …"."""
    return measure.text.partition("(")[2].partition(") from ")[0]


def _columns(found: Rows, measure: Measure) -> list[Column]:
    types = measure.table.columns
    columns = [
        Column(dimension_name(name), _LOOKS.get(types.get(name, "dim"), "")) for name in listed_columns(found, measure)
    ]
    return [*columns, Column(_("Why it is left out"), "")] if found.reasons is not None else columns


def _lines(found: Rows, measure: Measure, reader: Reader) -> list[RowLine]:
    types = measure.table.columns
    places = [(found.columns.index(name), types.get(name, "dim")) for name in listed_columns(found, measure)]
    lines = [
        RowLine(
            _record_url(found, row),
            [(_written(row[place], kind, reader.formats), _LOOKS.get(kind, "")) for place, kind in places],
        )
        for row in found.rows
    ]
    for line, reason in zip(lines, found.reasons or (), strict=False):
        line.cells.append((reason[reader.language], ""))
    return lines


def _record_url(found: Rows, row: Row) -> str:
    """The page of the record behind a row; "" where records of its kind have none. A table of many kinds names it."""
    kind = found.record if found.record != "record" else str(row[found.columns.index("record")])
    try:
        return reverse("record", args=[kind, row[found.columns.index(found.record_id)]])
    except NoReverseMatch:
        return ""


def _written(value: Any, kind: str, formats: Formats) -> str:
    match value:
        case None:
            written = _("unknown") if kind == "dim" else "–"
        case bool():
            written = _("yes") if value else _("no")
        case datetime():
            written = formats.moment(value)
        case date():
            written = formats.day(value)
        case Decimal() | int():
            written = formats.value(value, "money" if kind == "money" else "count")
        case _:
            written = str(value)
    return written


def _makes(count: int, measure: Measure, value: Decimal | None, formats: Formats) -> str:
    """How these rows make the part's value, in words."""
    rows = ngettext("%(n)s row", "%(n)s rows", count) % {"n": formats.number(Decimal(count))}
    written = part_value(value, formats)
    argument = dimension_name(_argument(measure))
    match measure.aggregate.function:
        case "count":
            return rows
        case "sum":
            words = _("%(rows)s; sum of “%(column)s”: %(value)s")
            return words % {"rows": rows, "column": argument, "value": written}
        case function:
            words = _("%(rows)s; %(function)s of “%(column)s”: %(value)s")
            return words % {"rows": rows, "function": function, "column": argument, "value": written}
