"""The home page: the board of KPIs."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cadran.dashboards.home import BOARD, ask_board, told
from cadran.kpis import choices
from cadran.kpis.answer import fresh_at, newest_day
from cadran.kpis.page import breakdown_chart, trend_chart
from cadran.kpis.reader import reader
from cadran.kpis.refusals import says_why
from cadran.kpis.selection import read
from cadran.ui.access import members


@members
@require_safe
@says_why
def home(request: HttpRequest) -> HttpResponse:
    """The board over a period: each KPI with its change and its last 24 months, and two charts."""
    who = reader(request)
    selection = read(request.GET, who.today, who.calendar, newest_day(who.today))
    tiles, charted = ask_board(selection, who)
    charts = [
        breakdown_chart(answer, question.by[0], selection, who) if question.by else trend_chart(answer, selection, who)
        for question, answer in charted
    ]
    return render(
        request,
        "dashboards/home.html",
        {
            "tiles": tiles,
            "charts": charts,
            "better": told(tiles, "good"),
            "worse": told(tiles, "bad"),
            "selection": selection,
            "periods": choices.period_choices(selection),
            "comparisons": choices.comparison_choices(selection),
            "fresh": who.formats.moment(fresh_at()),
            "empty": all(shown.empty for shown in tiles),
            "left_out": len(BOARD) - len(tiles),
        },
    )
