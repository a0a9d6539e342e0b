"""The explorer: several measures at once, split, filtered, over time and compared, as its URL says.

?metric=revenue&metric=win_rate   the measures, four at most
&step=month                       over time; without, one number over the period
&where=owner&is=Alice             adds a filter; the rest as on a KPI's page (see :mod:`cadran.kpis.selection`)
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from cadran.kpis.answer import answer_all, catalogue, fact_tables, newest_day, reachable
from cadran.kpis.choices import in_order
from cadran.kpis.reader import Reader
from cadran.kpis.refusals import check_cohort, check_dimensions, find, open_to
from cadran.kpis.selection import Selection, read, refuse_others
from cadran.members.models import Member
from cadran.metrics.errors import QuestionError
from cadran.metrics.metric import Metric
from cadran.metrics.period import GRAINS, Grain, advance, floor
from cadran.metrics.question import Question
from cadran.metrics.result import Result

MOST_METRICS = 4
FIRST = "revenue"


@dataclass(frozen=True)
class Exploration:
    """What is explored."""

    metrics: Sequence[Metric]
    selection: Selection
    step: Grain | None
    member: Member | None = None

    @property
    def dimensions(self) -> list[str]:
        """The dimensions that all the measures share."""
        tables = fact_tables(self.member)
        first, *others = [metric.dimensions(tables) for metric in self.metrics]
        return in_order([name for name in first if all(name in other for other in others)])

    def question(self, metric: Metric) -> Question:
        """What is asked of one measure. A period that lasts is asked for up to the step in progress."""
        chosen, total = self.selection, self.selection.total(metric.key)
        end = chosen.end
        if self.step and chosen.start <= chosen.today:
            end = min(end, advance(floor(chosen.today, self.step, chosen.calendar), self.step))
        return replace(total, by=(chosen.by,) if chosen.by else (), grain=self.step, end=end)

    def url(self, metrics: Sequence[str] | None = None, selection: Selection | None = None, name: str = "") -> str:
        """The address of the same exploration with other measures or choices; ``name``: of one of its files."""
        return f"{reverse(name or 'explore')}?{urlencode(self.pairs(metrics, selection))}"

    def pairs(self, metrics: Sequence[str] | None = None, selection: Selection | None = None) -> list[tuple[str, str]]:
        """The choices as they stand in the URL."""
        keys = [metric.key for metric in self.metrics] if metrics is None else metrics
        step = [("step", self.step)] if self.step else []
        return [*(("metric", key) for key in keys), *(selection or self.selection).pairs(), *step]


def read_exploration(url: QueryDict, who: Reader) -> Exploration:
    """What a URL asks to explore; raises QuestionError in the reader's language when it makes no sense."""
    refuse_others(url, "metric", "step", "where", "is")
    keys = list(dict.fromkeys(key for key in url.getlist("metric") if key)) or [_first(who)]
    if len(keys) > MOST_METRICS:
        raise QuestionError(_("Choose at most %(most)s measures at once.") % {"most": MOST_METRICS})
    metrics = [open_to(find(key, who), who) for key in keys]
    for metric in metrics:
        check_cohort(metric, who)
    step = url.get("step") or None
    if step is not None and step not in GRAINS:
        words = _("“%(value)s” is not one of the choices: %(choices)s.")
        raise QuestionError(words % {"value": step, "choices": ", ".join(GRAINS)})
    selection = read(url, who.today, who.calendar, newest_day(who.today))
    added, value = url.get("where"), url.get("is")
    if added and value:
        kept = tuple(dict.fromkeys([*selection.where.get(added, ()), value]))
        selection = replace(selection, where={**selection.where, added: kept})
    named = [*filter(None, (selection.by, added)), *selection.where]
    for metric in metrics:
        check_dimensions(metric, named, who)
    return Exploration(metrics, selection, step, who.member)


def _first(who: Reader) -> str:
    """The measure that is explored where none is named: the first that this reader can explore, revenue if he can."""
    keys = [metric.key for metric in explorable(who)]
    return FIRST if FIRST in keys or not keys else keys[0]


def ask_exploration(exploration: Exploration, who: Reader) -> tuple[list[Result], list[Result]]:
    """The answers and the totals of the measures, asked together; raises QuestionError."""
    questions = [exploration.question(metric) for metric in exploration.metrics]
    totals = [exploration.selection.total(metric.key) for metric in exploration.metrics]
    answers = answer_all([*questions, *totals], member=who.member, today=who.today)
    return answers[: len(questions)], answers[len(questions) :]


def explorable(who: Reader) -> list[Metric]:
    """The measures that this reader can explore."""
    return reachable((metric for metric in catalogue().metrics if not metric.needs_cohort), who.member)
