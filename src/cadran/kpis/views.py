"""The catalogue of KPIs, the page of each, its twins and its filters; the explorer."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from cadran.kpis import choices
from cadran.kpis.answer import catalogue, fact_tables, fresh_at, newest_day, reachable
from cadran.kpis.asked import ask_page, chosen_by
from cadran.kpis.columns import dimension_name
from cadran.kpis.definition import definition
from cadran.kpis.document import document
from cadran.kpis.explored import charts as explored_charts
from cadran.kpis.explored import period_of, table, told
from cadran.kpis.exploring import MOST_METRICS, Exploration, ask_exploration, explorable, read_exploration
from cadran.kpis.families import families, families_of, found
from cadran.kpis.filtering import form, values_of
from cadran.kpis.page import breakdown_chart, headline, kpi_url, trend_chart
from cadran.kpis.pictures import CHARTS, picture, picture_url
from cadran.kpis.reader import reader
from cadran.kpis.refusals import check_dimensions, says_why
from cadran.kpis.rows import read_rows
from cadran.kpis.selection import read, refuse_others
from cadran.kpis.story import tell
from cadran.kpis.trust import chosen, trust
from cadran.kpis.twins import explored_twin, rows_twin_url, twin
from cadran.kpis.why import explain
from cadran.ui.access import members


@members
@require_safe
@says_why
def kpis(request: HttpRequest) -> HttpResponse:
    """Every metric within one's reach by family, those that a search finds; how many it finds beyond."""
    who, sought = reader(request), request.GET.get("q", "").strip()
    known = catalogue()
    mine = {metric.key for metric in reachable(known, who.member)}
    shown = families(known, sought, who.language, mine)
    beyond = sum(metric.key not in mine for metric in found(known, sought))
    return render(request, "kpis/catalogue.html", {"families": shown, "sought": sought, "beyond": beyond})


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
            "longer": selection.query(period="12_months"),
            "explore": Exploration([metric], selection, None).url(),
            "pictures": {name: picture_url(asked, name) for name in CHARTS},
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
    """The answer of a KPI's page as a file: csv, xlsx, json (?what=rows: the rows behind it), pdf; a chart as png."""
    who = reader(request)
    asked = ask_page(request, key, who)
    if form == "pdf":
        return document(asked, who)
    if form == "png":
        return picture(asked, request.GET, who)
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


@members
@require_safe
@says_why
def explore(request: HttpRequest) -> HttpResponseBase:
    """Several measures at once, as the URL says; a filter just added is brought into the URL."""
    who = reader(request)
    explored = read_exploration(request.GET, who)
    if request.GET.get("where") and request.GET.get("is"):
        return redirect(explored.url())
    answers, totals = ask_exploration(explored, who)
    narrowed = request.GET.get("where") or ""
    selection, keys = explored.selection, [metric.key for metric in explored.metrics]
    tables, shared = fact_tables(who.member), explored.dimensions
    every = [name for metric in explored.metrics for name in metric.dimensions(tables)]
    return render(
        request,
        "kpis/explore.html",
        {
            "selection": selection,
            "latest": who.today,
            "measures": [
                {
                    "key": metric.key,
                    "words": metric.title[who.language],
                    "without": explored.url([key for key in keys if key != metric.key]) if len(keys) > 1 else "",
                }
                for metric in explored.metrics
            ],
            "filters": [
                choices.Filter(one.words, explored.url(selection=other))
                for one, other in choices.without_each(selection, who.formats)
            ],
            "families": families_of(explorable(who), who.language) if len(keys) < MOST_METRICS else [],
            "dimensions": choices.dimension_choices(shared, selection.by),
            "narrowed": narrowed,
            "values": values_of(explored.metrics[0], explored.selection, narrowed, who)[0] if narrowed else [],
            "apart": [
                dimension_name(name) for name in choices.in_order(list(dict.fromkeys(every))) if name not in shared
            ],
            "steps": choices.step_choices(explored.step),
            "periods": choices.period_choices(selection),
            "comparisons": choices.comparison_choices(selection),
            "charts": explored_charts(explored, answers, who),
            "table": table(explored, answers, totals, who),
            "days": period_of(explored, totals, who),
            "told": told(answers, request.build_absolute_uri(explored.url(name="explore_json"))),
            "csv": explored.url(name="explore_csv"),
            "xlsx": explored.url(name="explore_xlsx"),
            "json": explored.url(name="explore_json"),
            "fresh": who.formats.moment(fresh_at()),
        },
    )


@members
@require_safe
@says_why
def explore_twin(request: HttpRequest, form: str) -> HttpResponseBase:
    """The table of the explorer as a file: csv, xlsx or json."""
    who = reader(request)
    explored = read_exploration(request.GET, who)
    answers, _totals = ask_exploration(explored, who)
    return explored_twin(form, explored, answers, who)


@members
@require_safe
@says_why
def story(request: HttpRequest) -> HttpResponse:
    """The story of a period in words, each figure leading to its page."""
    refuse_others(request.GET)
    who = reader(request)
    selection = read(request.GET, who.today, who.calendar, newest_day(who.today))
    return render(
        request,
        "kpis/story.html",
        {
            "story": tell(selection, who),
            "selection": selection,
            "latest": who.today,
            "periods": choices.period_choices(selection),
            "comparisons": [one for one in choices.comparison_choices(selection) if one.value != "none"],
            "filters": choices.filters(selection, who.formats),
            "fresh": who.formats.moment(fresh_at()),
        },
    )
