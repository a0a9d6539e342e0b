"""The catalogue of KPIs, and the page of each."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cadran.kpis import choices
from cadran.kpis.answer import answer_all, catalogue, engine, fresh_at, newest_day
from cadran.kpis.columns import dimension_name
from cadran.kpis.definition import definition
from cadran.kpis.families import families
from cadran.kpis.page import breakdown_chart, headline, trend_chart
from cadran.kpis.reader import reader
from cadran.kpis.refusals import check_dimensions, find, says_why
from cadran.kpis.rows import read_rows
from cadran.kpis.selection import read
from cadran.kpis.trust import chosen, trust
from cadran.kpis.why import explain
from cadran.ui.access import members


@members
@require_safe
@says_why
def kpis(request: HttpRequest) -> HttpResponse:
    """Every metric by family, those that a search finds."""
    who, sought = reader(request), request.GET.get("q", "").strip()
    found = families(catalogue(), sought, who.language)
    return render(request, "kpis/catalogue.html", {"families": found, "sought": sought})


@members
@require_safe
@says_why
def kpi(request: HttpRequest, key: str) -> HttpResponse:
    """One KPI: its value, its trend, its breakdown, the rows behind it and its definition."""
    who = reader(request)
    metric = find(key, who)
    selection = read(request.GET, who.today, who.calendar, newest_day(who.today))
    dimensions = choices.in_order(metric.dimensions(engine().tables))
    check_dimensions(metric, [*([selection.by] if selection.by else []), *selection.where], who)
    by = selection.by or next(iter(dimensions), None)
    base = metric.variant_of or key
    variants = [catalogue()[base], *catalogue().variants(base)]
    questions = [selection.total(metric.key), selection.trend(metric.key)]
    questions += [selection.breakdown(metric.key, by)] if by else []
    total, trend, *splits = answer_all(
        [*questions, *(selection.total(v.key) for v in variants)], member=who.member, today=who.today
    )
    breakdown = splits.pop(0) if by else None
    confidence = total.confidence()
    return render(
        request,
        "kpis/kpi.html",
        {
            "metric": metric,
            "title": metric.title[who.language],
            "selection": selection,
            "periods": choices.period_choices(selection),
            "comparisons": choices.comparison_choices(selection),
            "grains": choices.grain_choices(selection),
            "dimensions": choices.dimension_choices(dimensions, by),
            "filters": choices.filters(selection, who.formats),
            "head": headline(total, selection, who),
            "trend": trend_chart(trend, selection, who),
            "breakdown": breakdown_chart(breakdown, by, selection, who) if breakdown and by else None,
            "why": explain(total, by, selection, who),
            "by": dimension_name(by) if by else "",
            "rows": read_rows(request.GET, total, selection, who, chosen(request.GET, confidence)),
            "trust": trust(confidence, total, selection, who),
            "definition": definition(total, splits, selection, who),
            "fresh": who.formats.moment(fresh_at()),
        },
    )
