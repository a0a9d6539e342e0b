"""A board as its reader sees it: the tiles, asked together, limited to what he may see."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from cadran.dashboards.kinds import KINDS, Kind
from cadran.dashboards.spec import Spec, TileError, check, filter_words
from cadran.kpis.answer import answer_all, catalogue, within_reach
from cadran.kpis.columns import dimension_name
from cadran.kpis.page import Chart
from cadran.kpis.reader import Reader
from cadran.kpis.selection import Selection
from cadran.kpis.tile import Tile, tile, together
from cadran.metrics.metric import Metric
from cadran.metrics.question import Question
from cadran.metrics.result import Result


@dataclass(frozen=True)
class Shown:
    """A tile as it is shown: its number, its chart (None for a number alone), or why there is neither."""

    place: int
    width: int
    head: Tile | None
    chart: Chart | None = None
    title: str = ""
    why: str = ""


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


def ask_board(specs: Sequence[Spec], selection: Selection, reader: Reader) -> list[Shown]:
    """The tiles of a board over a selection, all asked at once. A tile that cannot be shown says why."""
    found = [_prepared(place, spec, selection, reader) for place, spec in enumerate(specs)]
    asked = [one for one in found if isinstance(one, Asked)]
    questions = [question for one in asked for question in one.questions]
    answers = iter(answer_all(questions, member=reader.member, today=reader.today))
    answered = [[next(answers) for _question in one.questions] for one in asked]
    heads = iter(together([results[0] for results in answered if len(results) > 1]))
    shown = {
        one.place: _drawn(one, next(heads) if len(results) > 1 else None, results[-1], reader)
        for one, results in zip(asked, answered, strict=True)
    }
    return [one if isinstance(one, Shown) else shown[one.place] for one in found]


def told(tiles: Sequence[Shown], verdict: str) -> list[Tile]:
    """The first KPIs of the board whose change is good news, or bad news: three at most, each once."""
    news: dict[str, Tile] = {}
    for one in tiles:
        if one.head is not None and one.head.change and one.head.change.verdict == verdict:
            news.setdefault(one.head.key, one.head)
    return list(news.values())[:3]


def _prepared(place: int, spec: Spec, selection: Selection, reader: Reader) -> Asked | Shown:
    chosen = spec.over(selection)
    try:
        check(replace(spec, where=chosen.where), reader.language)
    except TileError as error:
        title = catalogue()[spec.kpi].title[reader.language] if spec.kpi in catalogue() else spec.kpi
        return Shown(place, spec.width, None, title=title, why=str(error))
    metric, kind = catalogue()[spec.kpi], KINDS[spec.kind]
    if not within_reach(metric, reader.member):
        why = _("It cannot be limited to what you may see.")
        return Shown(place, spec.width, None, title=metric.title[reader.language], why=why)
    return Asked(place, spec, metric, kind, chosen, kind.spans(chosen))


def _drawn(asked: Asked, total: Result | None, drawn: Result, reader: Reader) -> Shown:
    spec, kind = asked.spec, asked.kind
    title = spec.title.get(reader.language) or " · ".join(
        word
        for word in (
            asked.metric.title[reader.language],
            dimension_name(spec.by) if spec.by else "",
            filter_words(spec.where),
        )
        if word
    )
    head = None
    if total is not None:
        head = replace(tile(total, drawn if kind.draw is None else None, asked.spanned, reader), title=title)
    chart = None
    if kind.draw is not None:
        chart = replace(kind.draw(drawn, asked.chosen, reader), id=f"tile-{asked.place + 1}")
    return Shown(asked.place, spec.width, head, chart, title)
