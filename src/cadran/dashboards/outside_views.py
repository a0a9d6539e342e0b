"""A board for people outside, by its link: as its owner would see it, with the filters that the link keeps."""

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cadran.dashboards import links, shelf
from cadran.dashboards.models import Outside
from cadran.dashboards.spec import filter_words
from cadran.dashboards.views import shown_board
from cadran.kpis.answer import newest_day
from cadran.kpis.reader import reader_of
from cadran.kpis.refusals import says_why
from cadran.kpis.selection import read
from cadran.ui.access import public
from cadran.ui.views import sorry


@public
@require_safe
@says_why
def outside(request: HttpRequest, token: str) -> HttpResponse:
    """The board of a link; 410 when it has expired or was withdrawn, 404 when there never was such a link."""
    link = links.find(token)
    if link is None:
        raise Http404
    response = _page(request, link) if links.works(link) else _gone(request)
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Referrer-Policy"] = "same-origin"  # without any, browsers send forms from nowhere: refused
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _page(request: HttpRequest, link: Outside) -> HttpResponse:
    who = reader_of(link.board.owner, get_language() or "en")
    selection = read(QueryDict(link.query), who.today, who.calendar, newest_day(who.today))
    context = shown_board(shelf.face_of(link.board), selection, who)
    context["tiles"] = [
        replace(shown, chart=replace(shown.chart, spec=links.without_addresses(shown.chart.spec)))
        if shown.chart
        else shown
        for shown in context["tiles"]
    ]
    days = who.formats.days(selection.start, selection.end)
    kept = {"days": days, "kept": filter_words(selection.where), "until": who.formats.moment(link.expires_at)}
    return render(request, "dashboards/outside.html", {**context, **kept, "plain": True})


def _gone(request: HttpRequest) -> HttpResponse:
    return sorry(
        request,
        410,
        _("This link no longer works"),
        _("It has expired, or was withdrawn."),
        _("Ask the person who sent it to you for a new one."),
    )
