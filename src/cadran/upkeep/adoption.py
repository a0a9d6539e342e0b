"""Who uses the product: the indicators of adoption as tiles, over time, by team and by person; never as a ranking."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _

from cadran.kpis.answer import answer_all
from cadran.kpis.page import Chart, kpi_url, trend_chart
from cadran.kpis.reader import Reader
from cadran.kpis.selection import Selection
from cadran.kpis.tile import Tile, change_of, tile, together, why_words
from cadran.metrics.metric import Metric
from cadran.metrics.question import UNKNOWN
from cadran.metrics.result import Result
from cadran.ui.formats import Change
from cadran.upkeep.asking import askable, in_alphabet

TILES = (
    "login_frequency", "active_users", "adoption_rate", "records_created.by_members", "activities", "pipeline_activity",
    "pipeline_activity.touched", "lead_dropoff",
)  # fmt: skip
DRAWN = ("login_frequency", "active_users")
BY = ("owner", "team")
COLUMNS = {
    "owner": (
        "login_frequency", "login_frequency.days", "records_created.by_members", "activities", "pipeline_activity",
        "pipeline_activity.touched", "lead_dropoff",
    ),
    "team": (
        "login_frequency", "active_users", "adoption_rate", "records_created.by_members", "activities",
        "pipeline_activity", "lead_dropoff",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Number:
    """One number of the table and its page; ``why`` where there is none. Its ``change`` is one that chance alone does
    not explain.
    """

    value: str
    why: str
    url: str
    change: Change | None


@dataclass(frozen=True)
class Line:
    """A person or a team."""

    name: str
    numbers: Sequence[Number]


@dataclass(frozen=True)
class Table:
    """The indicators by person or by team, in the order of the alphabet."""

    heads: Sequence[tuple[str, str]]
    lines: Sequence[Line]
    totals: Sequence[Number]


def tiles(selection: Selection, who: Reader) -> list[Tile]:
    """The indicators of adoption over the selection, for the people that the reader sees."""
    metrics = askable(TILES, selection, who)
    questions = [selection.total(metric.key) for metric in metrics]
    found = answer_all(
        [*questions, *(selection.months(metric.key) for metric in metrics)], member=who.member, today=who.today
    )
    totals, months = together(found[: len(metrics)]), found[len(metrics) :]
    return [tile(total, month, selection, who) for total, month in zip(totals, months, strict=True)]


def drawn(selection: Selection, who: Reader) -> list[Chart]:
    """Sign-ins and active members week by week."""
    weekly = replace(selection, grain="week")
    metrics = askable(DRAWN, selection, who)
    found = answer_all([weekly.trend(metric.key) for metric in metrics], member=who.member, today=who.today)
    charts = [trend_chart(one, weekly, who) for one in found]
    return [replace(chart, id=f"trend-{place}") for place, chart in enumerate(charts, 1)]


def table(by: str, selection: Selection, who: Reader) -> Table:
    """The indicators by ``owner`` or by ``team``."""
    metrics = askable(COLUMNS[by], selection, who)
    answers = answer_all(
        [selection.breakdown(metric.key, by) for metric in metrics], member=who.member, today=who.today
    )
    groups = {cell.split[by] for answer in answers for cell in answer.cells}
    groups = groups if by == "team" else groups - {None}
    named = sorted(groups, key=lambda group: (group is None, in_alphabet(str(group))))
    return Table(
        heads=[(metric.title[who.language], kpi_url(metric, selection.query(by=by))) for metric in metrics],
        lines=[_line(group, by, answers, selection, who) for group in named],
        totals=[_number(answer, None, selection.query(), who, whole=True) for answer in answers],
    )


def _line(group: str | int | None, by: str, answers: Sequence[Result], selection: Selection, who: Reader) -> Line:
    name = str(group) if group is not None else _("no team") if by == "team" else _("unknown")
    query = selection.only(by, UNKNOWN if group is None else str(group))
    return Line(name, [_number(answer, (by, group), query, who) for answer in answers])


def _number(
    answer: Result, group: tuple[str, str | int | None] | None, query: str, who: Reader, *, whole: bool = False
) -> Number:
    metric: Metric = answer.metric
    found = (cell for cell in answer.cells if group and cell.split[group[0]] == group[1])
    cell = answer.total if whole else next(found, None)
    url = kpi_url(metric, query)
    if cell is None:
        counted = metric.unit == "count"
        return Number(who.formats.value(Decimal(0), "count") if counted else "", "", url, None)
    value = "" if cell.value is None else who.formats.value(cell.value, metric.unit)
    sure = cell.difference is not None and cell.difference.detectable
    return Number(value, why_words(cell), url, change_of(cell, metric, who.formats) if sure else None)
