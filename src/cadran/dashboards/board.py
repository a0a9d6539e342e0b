"""A board as its reader sees it: the tiles, asked together, limited to what he may see."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from cadran.dashboards.grid import filled
from cadran.dashboards.kinds import KINDS, Kind
from cadran.dashboards.spec import Spec, TileError, check, filter_words
from cadran.kpis.answer import answer_all, catalogue, rests_on_seen, within_reach
from cadran.kpis.columns import dimension_name
from cadran.kpis.kept import Kept
from cadran.kpis.page import Chart
from cadran.kpis.reader import Reader
from cadran.kpis.selection import Selection
from cadran.kpis.tile import Tile, tile, together
from cadran.metrics.metric import Metric
from cadran.metrics.question import Question
from cadran.metrics.result import Result

MOST_CHARTS = 500


@dataclass(frozen=True)
class Shown:
    """A tile as it is shown: its number, its chart (None for a number alone), or why there is neither.

    ``body`` is the HTML of the chart and its table.
    ``width`` is in columns of four; ``alone``: it has a row of its own where there are two.
    """

    place: int
    width: int
    head: Tile | None
    chart: Chart | None = None
    title: str = ""
    why: str = ""
    body: str = ""
    alone: bool = False


@dataclass(frozen=True)
class Asked:
    """A tile about to be answered: over which days its number is, and its questions."""

    place: int
    spec: Spec
    metric: Metric
    kind: Kind
    chosen: Selection
    spanned: Selection

    @property
    def questions(self) -> list[Question]:
        """The number, where there is one, and what is drawn."""
        drawn = self.kind.ask(self.metric, self.chosen)
        return [drawn] if self.metric.needs_cohort else [self.spanned.total(self.metric.key), drawn]


@dataclass(frozen=True)
class Answered:
    """A tile with its answers: its number, where there is one, and what is drawn."""

    asked: Asked
    total: Result | None
    drawn: Result


def ask_board(specs: Sequence[Spec], selection: Selection, reader: Reader) -> list[Shown]:
    """The tiles of a board over a selection, all asked at once. A tile that cannot be shown says why."""
    return draw(answer_board(specs, selection, reader), reader)


def answer_board(specs: Sequence[Spec], selection: Selection, reader: Reader) -> list[Answered | Shown]:
    """The answers of a board's tiles, in their order; of a tile that cannot be shown, why."""
    found = [_prepared(place, spec, selection, reader) for place, spec in enumerate(specs)]
    asked = [one for one in found if isinstance(one, Asked)]
    answers = iter(answer_all(_questions(asked), member=reader.member, today=reader.today))
    answered = dict[int, Answered]()
    for one in asked:
        results = [next(answers) for _question in one.questions]
        answered[one.place] = Answered(one, results[0] if len(results) > 1 else None, results[-1])
    return [one if isinstance(one, Shown) else answered[one.place] for one in found]


def draw(board: Sequence[Answered | Shown], reader: Reader) -> list[Shown]:
    """The tiles of a board as they are shown."""
    totals = [one.total for one in board if isinstance(one, Answered) and one.total]
    heads = iter(together(totals))
    shown = [
        one
        if isinstance(one, Shown)
        else _drawn(one.asked, next(heads) if one.total is not None else None, one.drawn, reader)
        for one in board
    ]
    return laid_out(shown)


def laid_out(tiles: Sequence[Shown]) -> list[Shown]:
    """The tiles as wide as they fill the rows of a page: four columns wide, and two on a narrow one."""
    charted = [one.chart is not None for one in tiles]
    wide = filled([one.width for one in tiles], charted)
    halves = [2 if chart or one.width > 1 else 1 for one, chart in zip(tiles, charted, strict=True)]
    narrow = filled(halves, charted, 2)
    return [replace(one, width=width, alone=half == 2) for one, width, half in zip(tiles, wide, narrow, strict=True)]


def questions_of(specs: Sequence[Spec], selection: Selection, reader: Reader) -> list[Question]:
    """All that the tiles of a board ask over a selection."""
    found = [_prepared(place, spec, selection, reader) for place, spec in enumerate(specs)]
    return _questions([one for one in found if isinstance(one, Asked)])


def _questions(asked: Sequence[Asked]) -> list[Question]:
    return [question for one in asked for question in one.questions]


def told(tiles: Sequence[Shown], verdict: str) -> list[Tile]:
    """The first KPIs of the board whose change is good news, or bad news: three at most, each once."""
    news: dict[str, Tile] = {}
    for one in tiles:
        if one.head is not None and one.head.change and one.head.change.verdict == verdict:
            news.setdefault(one.head.key, one.head)
    return list(news.values())[:3]


def _prepared(place: int, spec: Spec, selection: Selection, reader: Reader) -> Asked | Shown:
    chosen = spec.over(selection)
    if spec.kpi in catalogue() and not rests_on_seen(catalogue()[spec.kpi], reader.member):
        why = _("It rests on fields that your role does not see.")
        return Shown(place, spec.width, None, title=catalogue()[spec.kpi].title[reader.language], why=why)
    try:
        check(replace(spec, where=chosen.where), reader.language, reader.member)
    except TileError as error:
        title = catalogue()[spec.kpi].title[reader.language] if spec.kpi in catalogue() else spec.kpi
        return Shown(place, spec.width, None, title=title, why=str(error))
    metric, kind = catalogue()[spec.kpi], KINDS[spec.kind]
    if not within_reach(metric, reader.member):
        why = _("It cannot be limited to what you may see.")
        return Shown(place, spec.width, None, title=metric.title[reader.language], why=why)
    return Asked(place, spec, metric, kind, chosen, kind.spans(chosen))


def _drawn(asked: Asked, total: Result | None, drawn: Result, reader: Reader) -> Shown:
    spec, kind, title = asked.spec, asked.kind, title_of(asked, reader)
    head = None
    if total is not None:
        head = replace(tile(total, drawn if kind.draw is None else None, asked.spanned, reader), title=title)
    chart, body = _chart(asked, drawn, reader) if kind.draw else (None, "")
    return Shown(asked.place, spec.width, head, chart, title, body=body)


@cache
def _charts(home: Path) -> Kept[Hashable, tuple[Chart, str]]:  # noqa: ARG001 (one for each home)
    """Charts and their HTML, which cost more than all else on a board, by the answer that they draw and how."""
    return Kept(MOST_CHARTS)


def _chart(asked: Asked, drawn: Result, reader: Reader) -> tuple[Chart, str]:
    """The chart of a tile and its HTML, made when its answer is another than before."""
    assert asked.kind.draw is not None
    key = (drawn.data_version, asked.metric.hash, drawn.question, asked.spec.kind, repr(asked.chosen), reader.formats)
    place, charts = asked.place + 1, _charts(settings.HOME)
    found = charts.find("", [(place, key)]).get((place, key))
    if found is None:
        chart = replace(asked.kind.draw(drawn, asked.chosen, reader), id=f"tile-{place}")
        found = chart, render_to_string("dashboards/chart.html", {"chart": chart}) if chart.spec else ""
        charts.keep("", {(place, key): found})
    return found


def title_of(asked: Asked, reader: Reader) -> str:
    """What a tile is called: its own title, else its KPI, split and filters."""
    spec = asked.spec
    words = (
        asked.metric.title[reader.language],
        dimension_name(spec.by) if spec.by else "",
        filter_words(spec.where),
    )
    return spec.title.get(reader.language) or " · ".join(word for word in words if word)
