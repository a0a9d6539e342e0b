"""How well the records are kept: filled, possible, fresh and without doubles; and how that moved over the last year.

Today's records say nothing of how they were: a field filled in yesterday was blank last month. Each point of the trend
is therefore asked as it was known on its day.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from cadran.kpis.answer import answer_all, catalogue
from cadran.kpis.columns import dimension_name
from cadran.kpis.page import kpi_url
from cadran.kpis.reader import Reader
from cadran.kpis.row_words import row_words
from cadran.kpis.selection import Selection
from cadran.metrics.cells import Cell
from cadran.metrics.period import advance, floor
from cadran.metrics.question import UNKNOWN
from cadran.metrics.result import Result
from cadran.ui import tokens
from cadran.ui.charts.lines import Mark, lines
from cadran.ui.formats import labelled

INDEX = "data_completeness"
SIDES = ("filled", "sound", "fresh", "single")
BY = ("record", "owner", "team")
MONTHS = 12
MOST_GAPS = 12


@dataclass(frozen=True)
class Figure:
    """A number and the page that it leads to; ``value`` is "" where there is none."""

    value: str
    url: str


@dataclass(frozen=True)
class Group:
    """How well the records of a group are kept: how many there are, the index, and its four sides."""

    name: str
    count: str
    index: Figure
    sides: Sequence[Figure]


@dataclass(frozen=True)
class Gap:
    """A required field that is blank: of which records, of how many of them, and where they are listed."""

    record: str
    field: str
    count: str
    url: str


@dataclass(frozen=True)
class Doubles:
    """How many records of a kind seem to repeat another, and where they are listed."""

    record: str
    count: str
    url: str


@dataclass(frozen=True)
class Quality:
    """The whole answer: the groups with their total, the blank fields, the doubles."""

    total: Group
    groups: Sequence[Group]
    gaps: Sequence[Gap]
    doubles: Sequence[Doubles]


def quality(by: str, selection: Selection, who: Reader) -> Quality:
    """How well the records are kept, split by ``record``, ``owner`` or ``team``."""
    keys = [INDEX, *(f"{INDEX}.{side}" for side in SIDES)]
    questions = [selection.breakdown(key, by) for key in keys]
    questions += [replace(selection.total(f"{INDEX}.with_gaps"), by=("record", "missing"))]
    questions += [selection.breakdown(f"{INDEX}.single", "record")]
    *sides, gaps, single = answer_all(
        [replace(question, compare=None) for question in questions], member=who.member, today=who.today
    )
    largest = sorted(sides[0].cells, key=lambda cell: (-cell.n, str(cell.split[by])))
    groups = [_group(cell.split[by], by, sides, selection, who) for cell in largest]
    return Quality(_total(sides, selection, who), groups, _gaps(gaps, selection, who), _doubles(single, selection, who))


def _group(group: str | int | None, by: str, sides: Sequence[Result], selection: Selection, who: Reader) -> Group:
    query = selection.only(by, UNKNOWN if group is None else str(group))
    cells = [next((cell for cell in side.cells if cell.split[by] == group), None) for side in sides]
    name = str(group) if group is not None else _("unknown")
    return _written(row_words(name) if by == "record" else name, cells, sides, query, who)


def _total(sides: Sequence[Result], selection: Selection, who: Reader) -> Group:
    return _written(_("Total"), [side.total for side in sides], sides, selection.query(), who)


def _written(name: str, cells: Sequence[Cell | None], sides: Sequence[Result], query: str, who: Reader) -> Group:
    figures = [
        Figure(
            "" if cell is None or cell.value is None else who.formats.percent(cell.value), kpi_url(side.metric, query)
        )
        for cell, side in zip(cells, sides, strict=True)
    ]
    single = cells[-1]
    count = int(single.parts["records"] or 0) if single else 0
    return Group(name, who.formats.number(Decimal(count)), figures[0], figures[1:])


def _gaps(found: Result, selection: Selection, who: Reader) -> list[Gap]:
    cells = [cell for cell in found.cells if cell.value and cell.split["missing"] is not None]
    gaps = []
    for cell in sorted(cells, key=lambda cell: -(cell.value or 0))[:MOST_GAPS]:
        record, field = str(cell.split["record"]), str(cell.split["missing"])
        query = selection.query(where={**selection.where, "record": (record,), "missing": (field,)})
        words = _("several of them") if field == "several" else dimension_name(field)
        count = who.formats.number(cell.value or Decimal(0))
        gaps.append(Gap(row_words(record), words, count, f"{kpi_url(found.metric, query)}#rows"))
    return gaps


def _doubles(found: Result, selection: Selection, who: Reader) -> list[Doubles]:
    doubles = []
    for cell in found.cells:
        count = (cell.parts["records"] or Decimal(0)) - (cell.parts["single"] or Decimal(0))
        if count:
            record = str(cell.split["record"])
            url = kpi_url(found.metric, selection.only("record", record))
            joint = "&" if "?" in url else "?"
            rows = f"{url}{joint}part=single&rows=left-out#rows"
            doubles.append(Doubles(row_words(record), who.formats.number(count), rows))
    return doubles


# The trend


@dataclass(frozen=True)
class Past:
    """The chart of the last months and its table: the month's last day, then the four sides."""

    id: str
    title: str
    spec: dict[str, object]
    heads: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]


def side_words() -> dict[str, str]:
    """The four sides of the quality of records."""
    return {
        "filled": _("Filled in"),
        "sound": _("Possible"),
        "fresh": _("Fresh"),
        "single": _("Without a double"),
    }


def past(selection: Selection, who: Reader) -> Past:
    """The four sides at the end of each of the last months, each as it was known then."""
    days = month_ends(who)
    words, title = side_words(), catalogue()[INDEX].title[who.language]
    marks, rows = [], []
    for day in days:
        then = replace(selection, as_of=day if day < who.today else None, today=day, start=day, end=day + timedelta(1))
        questions = [replace(then.total(f"{INDEX}.{side}"), compare=None) for side in SIDES]
        cells = [found.total for found in answer_all(questions, member=who.member, today=who.today)]
        label = who.formats.day(day)
        shown = ["–" if cell.value is None else who.formats.percent(cell.value) for cell in cells]
        rows.append((label, shown))
        for side, cell, text in zip(SIDES, cells, shown, strict=True):
            value = None if cell.value is None else float(cell.value)
            marks.append(Mark(label, words[side], value, text, labelled(f"{words[side]}, {label}", text)))
    spec = lines(marks, title, lambda value: who.formats.tick(value, "percent"), tokens.variables(), from_zero=False)
    return Past("past", title, spec, [words[side] for side in SIDES], rows[::-1])


def month_ends(who: Reader) -> list[date]:
    """The last days of the last months, then today."""
    first = floor(who.today, "month", who.calendar)
    ends = [advance(first, "month", -back) - timedelta(days=1) for back in range(MONTHS - 2, -1, -1)]
    return [*ends, who.today]
