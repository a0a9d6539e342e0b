"""The catalogue of KPIs, the page of each, its twins and its filters."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cadran.kpis import choices
from cadran.kpis.answer import catalogue, fresh_at
from cadran.kpis.asked import ask_page, chosen_by
from cadran.kpis.columns import dimension_name
from cadran.kpis.definition import definition
from cadran.kpis.families import families
from cadran.kpis.filtering import form
from cadran.kpis.page import breakdown_chart, headline, kpi_url, trend_chart
from cadran.kpis.reader import reader
from cadran.kpis.refusals import check_dimensions, says_why
from cadran.kpis.rows import read_rows
from cadran.kpis.trust import chosen, trust
from cadran.kpis.twins import rows_twin_url, twin
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
    asked = ask_page(request, key, who)
    metric, selection, total, by = asked.metric, asked.selection, asked.total, asked.by
    confidence = total.confidence()
    return render(
        request,
        "kpis/kpi.html",
        {
            "metric": metric,
            "title": metric.title[who.language],
            "selection": selection,
            "latest": who.today,
            "query": selection.query().rstrip("?"),
            "rows_csv": rows_twin_url("csv", request.GET, asked),
            "rows_xlsx": rows_twin_url("xlsx", request.GET, asked),
            "periods": choices.period_choices(selection),
            "comparisons": choices.comparison_choices(selection),
            "grains": choices.grain_choices(selection),
            "dimensions": choices.dimension_choices(asked.dimensions, by),
            "filters": choices.filters(selection, who.formats),
            "head": headline(total, selection, who),
            "trend": trend_chart(asked.trend, selection, who),
            "breakdown": breakdown_chart(asked.split, by, selection, who) if asked.split and by else None,
            "why": explain(total, by, selection, who),
            "by": dimension_name(by) if by else "",
            "rows": read_rows(request.GET, total, selection, who, chosen(request.GET, confidence)),
            "trust": trust(confidence, total, selection, who),
            "definition": definition(total, asked.variants, selection, who),
            "fresh": who.formats.moment(fresh_at()),
        },
    )


@members
@require_safe
@says_why
def kpi_twin(request: HttpRequest, key: str, form: str) -> HttpResponseBase:
    """The answer of a KPI's page as a file: csv, xlsx or json; with ?what=rows the rows behind it."""
    who = reader(request)
    asked = ask_page(request, key, who)
    lack = chosen(request.GET, asked.total.confidence()) if request.GET.get("mend") else None
    return twin(form, asked, request.GET, who, lack)


@members
@require_safe
@says_why
def kpi_filter(request: HttpRequest, key: str) -> HttpResponse:
    """The form by which a KPI is filtered, with the values of one dimension (?dimension=owner)."""
    who = reader(request)
    metric, selection = chosen_by(request, key, who)
    dimension = request.GET.get("dimension") or None
    check_dimensions(metric, [dimension] if dimension else [], who)
    return render(
        request,
        "kpis/filter.html",
        {
            "metric": metric,
            "title": metric.title[who.language],
            "back": kpi_url(metric, selection.query()),
            "filters": choices.filters(selection, who.formats),
            "form": form(metric, selection, dimension, who),
        },
    )
