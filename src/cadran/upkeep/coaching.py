"""Where a person's rate is below that of the others of his team by more than chance explains: whom to help with what.

Everyone is held against the others of his own team at the same step, over days old enough for the outcomes to be
known, and all the comparisons are looked at together, so that few of those told are false alarms. Nobody is ranked.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from django.utils.translation import pgettext

from cadran.kpis.answer import answer_all
from cadran.kpis.page import kpi_url
from cadran.kpis.reader import Reader
from cadran.kpis.selection import CUSTOM, Selection
from cadran.metrics.cells import Cell
from cadran.metrics.metric import Metric
from cadran.metrics.period import advance
from cadran.metrics.question import UNKNOWN, Question
from cadran.metrics.stats.difference import Difference
from cadran.metrics.stats.two_rates import newcombe, two_rates
from cadran.metrics.verdict import believable
from cadran.upkeep.asking import askable, in_alphabet

COACHED: dict[str, tuple[str, ...]] = {
    "stage_conversion": ("pipeline", "stage"),
    "win_rate": (),
    "lead_conversion": (),
    "lead_dropoff": (),
    "pipeline_activity.touched": (),
}
"""The rates by which people are held against each other, and the steps at which they are apart."""
MONTHS = 12
ENOUGH = 5
"""A rate over fewer than this is no rate: neither a person's nor that of the others."""


@dataclass(frozen=True)
class Advice:
    """One thing to look at with one person: where, his rate and that of the others with what they rest on, the gap."""

    person: str
    title: str
    step: str
    rate: str
    n: str
    others: str
    others_n: str
    gap: str
    url: str


@dataclass(frozen=True)
class Coaching:
    """What there is to say. ``compared`` is how many comparisons were made; none when the reader sees himself alone."""

    advice: Sequence[Advice]
    compared: int


@dataclass(frozen=True)
class _Beside:
    """A person's rate beside that of the others of his team, as successes out of a base."""

    cell: Cell
    metric: Metric
    question: Question
    here: tuple[Decimal, Decimal]
    there: tuple[Decimal, Decimal]
    difference: Difference

    @property
    def worse(self) -> bool:
        """Whether the person's rate is on the wrong side of the others'."""
        gap = self.here[0] / self.here[1] - self.there[0] / self.there[1]
        return gap > 0 if self.metric.good == "down" else gap < 0


def coach(selection: Selection, who: Reader) -> Coaching:
    """What to look at with whom, over the last twelve months whose outcomes are known, by person."""
    metrics = askable(COACHED, selection, who)
    questions = [_question(metric, selection, who) for metric in metrics]
    answers = answer_all(questions, member=who.member, today=who.today)
    pairs = [
        beside
        for metric, question, answer in zip(metrics, questions, answers, strict=True)
        for beside in _besides(metric, question, answer.cells)
    ]
    sure = believable([pair.difference for pair in pairs])
    told = [pair for pair, found in zip(pairs, sure, strict=True) if found and found.detectable and pair.worse]
    advice = [_advice(pair, selection, who) for pair in told]
    return Coaching(sorted(advice, key=lambda one: (in_alphabet(one.person), one.title, one.step)), len(pairs))


def _question(metric: Metric, selection: Selection, who: Reader) -> Question:
    end = who.today + timedelta(days=1) - timedelta(days=metric.matures or 0)
    where = {name: tuple(values) for name, values in selection.where.items()}
    by = ("team", "owner", *COACHED[metric.key])
    return Question(metric.key, by=by, start=advance(end, "month", -MONTHS), end=end, where=where)


def _besides(metric: Metric, question: Question, cells: Sequence[Cell]) -> Iterator[_Beside]:
    """Each person at each step beside the others of his team at the same step."""
    steps = COACHED[metric.key]
    for cell in cells:
        if cell.value is None or cell.split["owner"] is None or cell.n < ENOUGH:
            continue
        place = [cell.split[name] for name in ("team", *steps)]
        others = [
            other
            for other in cells
            if other is not cell
            and other.value is not None
            and [other.split[name] for name in ("team", *steps)] == place
        ]
        here, there = _counts([cell]), _counts(others)
        if there[1] < ENOUGH:
            continue
        difference = two_rates(*here, *there)
        if difference is not None:
            yield _Beside(cell, metric, question, here, there, difference)


def _counts(cells: Sequence[Cell]) -> tuple[Decimal, Decimal]:
    """How many succeeded out of how many."""
    base = sum((Decimal(cell.n) for cell in cells), Decimal(0))
    return sum(((cell.value or Decimal(0)) * cell.n for cell in cells), Decimal(0)).to_integral_value(), base


def _advice(pair: _Beside, selection: Selection, who: Reader) -> Advice:
    formats, cell, metric = who.formats, pair.cell, pair.metric
    steps = [str(cell.split[name]) for name in COACHED[metric.key] if cell.split[name] is not None]
    where = {**selection.where, "owner": (str(cell.split["owner"]),)}
    where |= {name: (str(cell.split[name] or UNKNOWN),) for name in COACHED[metric.key]}
    assert pair.question.start is not None
    assert pair.question.end is not None
    page = replace(
        selection, period=CUSTOM, start=pair.question.start, end=pair.question.end, where=where, compare=None, by=None
    )
    low, high = newcombe(*pair.here, *pair.there)
    return Advice(
        person=str(cell.split["owner"]),
        title=metric.title[who.language],
        step=" · ".join(steps),
        rate=formats.percent(pair.here[0] / pair.here[1]),
        n=formats.number(pair.here[1]),
        others=formats.percent(pair.there[0] / pair.there[1]),
        others_n=formats.number(pair.there[1]),
        gap=_points(low, high, who),
        url=kpi_url(metric, page.query()),
    )


def _points(low: Decimal | None, high: Decimal | None, who: Reader) -> str:
    """The interval of a gap, in points."""
    assert low is not None
    assert high is not None
    ends = {"low": who.formats.value(low * 100, "points"), "high": who.formats.value(high * 100, "points")}
    return pgettext("interval", "%(low)s to %(high)s points") % ends
