"""What the explorer found: a chart for each measure, and one table of them all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from cadran.kpis.columns import dimension_name
from cadran.kpis.exploring import Exploration
from cadran.kpis.page import POINTS, Chart, kpi_url, mark_words, write_line
from cadran.kpis.reader import Reader
from cadran.kpis.telling import as_command, as_http, as_python, as_sql
from cadran.kpis.tile import change_of, period_words, why_words
from cadran.metrics.cells import Cell
from cadran.metrics.period import Period
from cadran.metrics.result import Result
from cadran.ui import tokens
from cadran.ui.charts.bars import Bar, bars
from cadran.ui.charts.lines import MOST, Mark, lines
from cadran.ui.formats import Change

MOST_BARS = 12
MOST_LINES = 500

type Key = tuple[Period, str | int | None]


@dataclass(frozen=True)
class Number:
    """One number of the table, and how it changed; ``why`` where there is none."""

    value: str
    why: str
    change: Change | None


@dataclass(frozen=True)
class Row:
    """A period, a group, or both, with a number for each measure."""

    period: str
    group: str
    numbers: Sequence[Number]


@dataclass(frozen=True)
class Table:
    """All the numbers. ``more`` rows are not shown; the files hold them."""

    heads: Sequence[tuple[str, str]]
    over_time: bool
    by: str
    rows: Sequence[Row]
    totals: Sequence[Number]
    more: int


@dataclass(frozen=True)
class Told:
    """The question for other tools."""

    name: str
    id: str
    text: str


def table(exploration: Exploration, answers: Sequence[Result], totals: Sequence[Result], who: Reader) -> Table:
    """The answers side by side, over their totals: those of the whole selection, as the pages of the measures say."""
    found = [{_key(cell): cell for cell in answer.cells} for answer in answers]
    keys = _ordered(exploration, answers)
    rows = [
        Row(
            who.formats.period(period.first, period.end, exploration.step) if exploration.step else "",
            _named(group),
            [_number(of.get((period, group)), answer, who) for of, answer in zip(found, answers, strict=True)],
        )
        for period, group in keys[:MOST_LINES]
    ]
    return Table(
        heads=[
            (answer.metric.title[who.language], kpi_url(answer.metric, exploration.selection.query()))
            for answer in answers
        ],
        over_time=exploration.step is not None,
        by=dimension_name(exploration.selection.by) if exploration.selection.by else "",
        rows=rows,
        totals=[_number(total.total, total, who) for total in totals],
        more=max(0, len(keys) - MOST_LINES),
    )


def charts(exploration: Exploration, answers: Sequence[Result], who: Reader) -> list[Chart]:
    """A chart for each measure, as measures of different units share no axis: lines over time, else bars."""
    if not exploration.step and not exploration.selection.by:
        return []
    names = [f"explored-{place}" for place in range(len(answers))]
    if not exploration.step:
        return [_bars(exploration, answer, name, who) for answer, name in zip(answers, names, strict=True)]
    groups = _groups(answers[0])
    return [_lines(exploration, answer, groups, name, who) for answer, name in zip(answers, names, strict=True)]


def told(answers: Sequence[Result], address: str) -> list[Told]:
    """The same question as a command, as Python, as SQL, and by HTTP: an address that answers in JSON."""
    asked = [answer.question for answer in answers]
    python = "import cadran\n\ncrm = cadran.open()\n" + "\n".join(as_python(question) for question in asked)
    return [
        Told(_("Command line"), "told-command", "\n".join(as_command(question) for question in asked)),
        Told("Python", "told-python", python),
        Told("SQL", "told-sql", "\n\n".join(as_sql(answer) for answer in answers)),
        Told(_("HTTP, with the cookie of your session"), "told-http", as_http(address)),
    ]


def records(exploration: Exploration, answers: Sequence[Result]) -> tuple[list[str], Iterator[list[object]]]:
    """The whole table for files: the names of its columns, and its rows with every digit."""
    header = ["period", "from", "to", exploration.selection.by or "group"]
    fields = ("value", "previous", "change", "n", "low", "high")
    header += [f"{answer.metric.key} {field}" for answer in answers for field in fields]
    found = [{_key(cell): cell for cell in answer.cells} for answer in answers]

    def written() -> Iterator[list[object]]:
        for period, group in _ordered(exploration, answers):
            cells = [of.get((period, group)) for of in found]
            name = "unknown" if group is None and exploration.selection.by else group
            numbers = [getattr(cell, field) if cell else None for cell in cells for field in fields]
            yield [period.label, period.first, period.end, name, *numbers]

    return header, written()


def _key(cell: Cell) -> Key:
    return cell.period, next(iter(cell.split.values()), "")


def _ordered(exploration: Exploration, answers: Sequence[Result]) -> list[Key]:
    """Every period and group once: in time, and without time as :func:`_weight` orders them by the first measure."""
    keys = list(dict.fromkeys(_key(cell) for answer in answers for cell in answer.cells))
    if exploration.step:
        return sorted(keys, key=lambda key: (key[0].first, str(key[1])))
    first = {_key(cell): _weight(cell, answers[0]) for cell in answers[0].cells}
    return sorted(keys, key=lambda key: (-first.get(key, Decimal("-Infinity")), str(key[1])))


def _weight(cell: Cell, answer: Result) -> Decimal:
    """What groups are ordered by: amounts by their size; rates and scores, which chance may order, by what they rest
    on.
    """
    if cell.value is None:
        return Decimal("-Infinity")
    return Decimal(cell.n) if answer.metric.interval in POINTS else cell.value


def _named(group: str | int | None) -> str:
    return _("unknown") if group is None else str(group)


def _number(cell: Cell | None, answer: Result, who: Reader) -> Number:
    if cell is None:
        return Number("", "", None)
    value = "" if cell.value is None else who.formats.value(cell.value, answer.metric.unit)
    return Number(value, why_words(cell), change_of(cell, answer.metric, who.formats))


def _bars(exploration: Exploration, answer: Result, name: str, who: Reader) -> Chart:
    metric, selection = answer.metric, exploration.selection
    by = selection.by or ""
    cells = sorted((cell for cell in answer.cells if cell.value is not None), key=lambda cell: -_weight(cell, answer))
    groups = []
    for cell in cells[:MOST_BARS]:
        group = cell.split[by]
        url = kpi_url(metric, selection.only(by, "unknown" if group is None else str(group)))
        line = write_line(cell, metric, who.formats, _named(group), url, "")
        groups.append(Bar(line.label, float(cell.value or 0), line.value, mark_words(line), url))
    title = metric.title[who.language]
    return Chart(name, title, "", bars(groups, title, tokens.variables()) if groups else None, [], short=True)


def _groups(answer: Result) -> list[str | int | None]:
    """The groups of an answer, those that rest on the most first."""
    weight: dict[str | int | None, int] = {}
    for cell in answer.cells:
        weight[_key(cell)[1]] = weight.get(_key(cell)[1], 0) + cell.n
    return sorted(weight, key=lambda group: (-weight[group], str(group)))


def _lines(
    exploration: Exploration, answer: Result, groups: Sequence[str | int | None], name: str, who: Reader
) -> Chart:
    """A line for each group, the same groups in the same colours for every measure."""
    metric, step = answer.metric, exploration.step
    title = metric.title[who.language]
    shown = groups[:MOST]
    marks = []
    for group in shown:
        for cell in answer.cells:
            if _key(cell)[1] == group:
                label = who.formats.period(cell.period.first, cell.period.end, step)
                line = write_line(cell, metric, who.formats, label, "", "")
                series = _named(group) if exploration.selection.by else title
                words = f"{series}, {mark_words(line)}"
                marks.append(Mark(label, series, None if cell.value is None else float(cell.value), line.value, words))
    spec = lines(
        marks,
        title,
        lambda value: who.formats.tick(value, metric.unit),
        tokens.variables(),
        from_zero=metric.interval not in POINTS,
    )
    more = len(groups) - len(shown)
    return Chart(name, title, "", spec if any(mark.value is not None for mark in marks) else None, [], more)


def period_of(exploration: Exploration, totals: Sequence[Result], who: Reader) -> str:
    """The days that the totals rest on."""
    total = totals[0]
    return period_words(total.metric, total.total.period, exploration.selection, who.formats)
