"""The home page: the board of KPIs."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cadran.dashboards.home import HOME, SPLIT, TREND
from cadran.kpis import choices
from cadran.kpis.answer import answer_all, catalogue, engine, fresh_at, within_reach
from cadran.kpis.page import breakdown_chart, trend_chart
from cadran.kpis.reader import reader
from cadran.kpis.refusals import says_why
from cadran.kpis.selection import Selection, read
from cadran.kpis.tile import tile
from cadran.metrics.metric import Metric
from cadran.metrics.question import Question
from cadran.ui.access import members


@members
@require_safe
@says_why
def home(request: HttpRequest) -> HttpResponse:
    """The board over a period: each KPI with its change and its last 24 months, all asked together."""
    who = reader(request)
    selection = read(request.GET, who.today, who.calendar)
    watched = [catalogue()[key] for key in HOME]
    shown = [metric for metric in watched if within_reach(metric, who.member)]
    charted = _charted(selection, shown)
    questions = [q for metric in shown for q in (selection.total(metric.key), selection.months(metric.key))]
    answers = answer_all([*questions, *charted], member=who.member, today=who.today)
    totals, months, drawn = answers[: len(questions) : 2], answers[1 : len(questions) : 2], answers[len(questions) :]
    tiles = [tile(total, series, selection, who) for total, series in zip(totals, months, strict=True)]
    charts = [
        breakdown_chart(answer, question.by[0], selection, who) if question.by else trend_chart(answer, selection, who)
        for question, answer in zip(charted, drawn, strict=True)
    ]
    return render(
        request,
        "dashboards/home.html",
        {
            "tiles": tiles,
            "charts": charts,
            "better": [shown for shown in tiles if shown.change and shown.change.verdict == "good"],
            "worse": [shown for shown in tiles if shown.change and shown.change.verdict == "bad"],
            "selection": selection,
            "periods": choices.period_choices(selection),
            "comparisons": choices.comparison_choices(selection),
            "fresh": who.formats.moment(fresh_at()),
            "empty": not any(total.total.n for total in totals) and not any(any(shown.series) for shown in tiles),
            "left_out": len(watched) - len(shown),
        },
    )


def _charted(selection: Selection, shown: Sequence[Metric]) -> list[Question]:
    """The two charts under the tiles, where the member may see them: a trend, and a split by stage."""
    keys = {metric.key: metric for metric in shown}
    (metric, dimension), tables = SPLIT, engine().tables
    trend = [selection.trend(TREND)] if TREND in keys else []
    split = metric in keys and dimension in keys[metric].dimensions(tables)
    return [*trend, *([selection.breakdown(metric, dimension)] if split else [])]
