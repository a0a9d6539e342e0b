"""What the page of a KPI asks, and its twins ask alike: the number, its trend, its groups, its variants."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from cadran.kpis import choices
from cadran.kpis.answer import answer_all, catalogue, fact_tables, newest_day, within_reach
from cadran.kpis.reader import Reader
from cadran.kpis.refusals import check_cohort, check_dimensions, find, open_to
from cadran.kpis.selection import Selection, read
from cadran.metrics.metric import Metric
from cadran.metrics.result import Result


@dataclass(frozen=True)
class Asked:
    """The answers of one page. ``by`` is the dimension it is split by: the one chosen, else the most asked for."""

    metric: Metric
    selection: Selection
    dimensions: Sequence[str]
    by: str | None
    total: Result
    trend: Result
    split: Result | None
    variants: Sequence[Result]


def ask_page(request: HttpRequest, key: str, who: Reader) -> Asked:
    """The answers that a URL asks for; raises QuestionError, Unknown where there is no such metric."""
    metric, selection = chosen_by(request, key, who)
    dimensions = choices.in_order(metric.dimensions(fact_tables(who.member)))
    by = selection.by or next(iter(dimensions), None)
    base = metric.variant_of or key
    variants = [one for one in (catalogue()[base], *catalogue().variants(base)) if _fits(one, selection, who)]
    questions = [selection.total(metric.key), selection.trend(metric.key)]
    questions += [selection.breakdown(metric.key, by)] if by else []
    total, trend, *others = answer_all(
        [*questions, *(selection.total(v.key) for v in variants)], member=who.member, today=who.today
    )
    split = others.pop(0) if by else None
    return Asked(metric, selection, dimensions, by, total, trend, split, others)


def _fits(variant: Metric, selection: Selection, who: Reader) -> bool:
    """Whether a variant can be narrowed as the page is: some lack a dimension, or rest on what is hidden."""
    if not within_reach(variant, who.member):
        return False
    return set(selection.where) <= set(variant.dimensions(fact_tables(who.member)))


def chosen_by(request: HttpRequest, key: str, who: Reader) -> tuple[Metric, Selection]:
    """The metric and the selection that a URL names, the one fit for the other; raises as :func:`ask_page`."""
    metric = open_to(find(key, who), who)
    check_cohort(metric, who)
    selection = read(request.GET, who.today, who.calendar, newest_day(who.today))
    check_dimensions(metric, [*([selection.by] if selection.by else []), *selection.where], who)
    return metric, selection
