"""The columns of a pipeline: what stands in each stage, asked as the pages of KPIs ask it, and its largest deals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from cadran.crm.models import Stage
from cadran.kpis import selection
from cadran.kpis.answer import answer_all, catalogue, rests_on_seen
from cadran.kpis.page import kpi_url
from cadran.kpis.reader import Reader
from cadran.kpis.selection import Selection
from cadran.kpis.tile import why_words
from cadran.metrics.cells import Cell
from cadran.metrics.metric import Metric
from cadran.metrics.result import Result
from cadran.workspace.pipeline import Shown
from cadran.workspace.pipeline_cards import Card
from cadran.workspace.pipeline_deals import OpenDeals

MOST_CARDS = 20
STANDING = ("open_deals", "pipeline_value", "weighted_pipeline")
PASSING = ("stage_conversion", "time_in_stage.median")


@dataclass(frozen=True)
class Figure:
    """A number with what it is called and the page of its KPI. ``value`` is "" where it cannot be computed."""

    key: str
    name: str
    value: str
    why: str
    url: str


@dataclass(frozen=True)
class Column:
    """A stage with its figures and its cards; ``more`` deals are in the list only. One that ends deals has neither."""

    stage: Stage
    figures: Sequence[Figure]
    cards: Sequence[Card]
    more: int
    all_url: str


def columns(shown: Shown, cards: Sequence[Card], deals: OpenDeals, reader: Reader) -> tuple[list[Figure], list[Column]]:
    """The figures of the whole pipeline, and its columns."""
    every = [(catalogue()[key], over) for key, over in _asked(shown, reader)]
    asked = [(metric, over) for metric, over in every if rests_on_seen(metric, reader.member)]
    answers = answer_all(
        [over.breakdown(metric.key, "stage") for metric, over in asked], member=reader.member, today=reader.today
    )
    whole = [_figure(metric, answer.total, over, reader) for (metric, over), answer in zip(asked, answers, strict=True)]
    counts = deals.counts()
    return whole, [_column(stage, shown, cards, asked, answers, counts, reader) for stage in shown.stages]


def _asked(shown: Shown, reader: Reader) -> list[tuple[str, Selection]]:
    today = reader.today.isoformat()
    now = _selection(shown, reader, {"from": today, "through": today})
    lately = _selection(shown, reader, {"period": "12_months"})
    return [*((key, now) for key in STANDING), *((key, lately) for key in PASSING)]


def _selection(shown: Shown, reader: Reader, period: Mapping[str, str]) -> Selection:
    """The selection of a KPI's page that shows this pipeline by stage, with the same filters."""
    pairs = [*period.items(), ("compare", "none"), ("by", "stage"), ("filter.pipeline", shown.pipeline.name)]
    return selection.read(QueryDict(urlencode([*pairs, *shown.filters()])), reader.today, reader.calendar)


def _column(
    stage: Stage,
    shown: Shown,
    cards: Sequence[Card],
    asked: Sequence[tuple[Metric, Selection]],
    answers: Sequence[Result],
    counts: Mapping[str, int],
    reader: Reader,
) -> Column:
    if stage.outcome != Stage.Outcome.OPEN:
        return Column(stage, (), (), 0, "")
    cells = [_cell(answer, stage.name) for answer in answers]
    mine = [card for card in cards if card.stage == stage]
    return Column(
        stage=stage,
        figures=[_figure(metric, cell, over, reader, stage) for (metric, over), cell in zip(asked, cells, strict=True)],
        cards=mine,
        more=max(0, counts.get(stage.name, 0) - len(mine)),
        all_url=shown.url(view="list", stage=stage.name),
    )


def _cell(answer: Result, stage: str) -> Cell | None:
    return next((cell for cell in answer.cells if cell.split["stage"] == stage), None)


def _figure(metric: Metric, cell: Cell | None, over: Selection, reader: Reader, stage: Stage | None = None) -> Figure:
    """A figure; that no deal is in a stage is a count of none, and amounts of nothing."""
    url = kpi_url(metric, over.only("stage", stage.name) if stage else over.query())
    value = cell.value if cell else Decimal(0) if metric.key == STANDING[0] else None
    return Figure(
        key=metric.key,
        name=_names()[metric.key],
        value="" if value is None else reader.formats.value(value, metric.unit, short=True),
        why=why_words(cell) if cell else _("There is nothing to measure in this period."),
        url=url,
    )


def _names() -> dict[str, str]:
    return {
        "open_deals": _("Open deals"),
        "pipeline_value": _("Value"),
        "weighted_pipeline": _("Weighted"),
        "stage_conversion": _("Conversion"),
        "time_in_stage.median": _("Median stay"),
    }
