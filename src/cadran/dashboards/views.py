"""The pages of boards: the one of my role, any that I may see, and the list of them."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cadran.dashboards import shelf
from cadran.dashboards.board import Shown, ask_board, told
from cadran.dashboards.levels import levels
from cadran.dashboards.shelf import Face
from cadran.dashboards.twins import twin, twin_urls
from cadran.kpis import choices
from cadran.kpis.answer import fresh_at, newest_day
from cadran.kpis.reader import Reader, reader
from cadran.kpis.refusals import says_why
from cadran.kpis.selection import Selection, read
from cadran.members.models import Member
from cadran.members.rights import Right
from cadran.members.signed_in import signed_in
from cadran.metrics.metric import Language
from cadran.ui.access import members


@members
@require_safe
@says_why
def home(request: HttpRequest) -> HttpResponse:
    """The board that I chose to meet first, else that of my role."""
    who = reader(request)
    return _page(request, shelf.home(signed_in(request), who.language), who)


@members
@require_safe
@says_why
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """Any board that I may see; 404 for the others."""
    who = reader(request)
    return _page(request, face(slug, signed_in(request), who.language), who)


@members
@require_safe
@says_why
def board_twin(request: HttpRequest, slug: str, form: str) -> HttpResponseBase:
    """A board as a file, csv, xlsx, json or pdf; a chart of it as png (?tile=3)."""
    who = reader(request)
    selection = read(request.GET, who.today, who.calendar, newest_day(who.today))
    return twin(form, face(slug, signed_in(request), who.language), selection, who, request.GET.get("tile", ""))


@members
@require_POST
@says_why
def board_home(request: HttpRequest, slug: str) -> HttpResponse:
    """Meet this board first from now on, or that of my role again where the form says so."""
    member = signed_in(request)
    found = face(slug, member, reader(request).language)
    if request.POST.get("home") == "no":
        if shelf.chosen_home(member) == slug:
            shelf.choose_home(member, "")
        messages.success(request, _("Your home page is the board of your role again."))
    else:
        shelf.choose_home(member, slug)
        messages.success(request, _("“%(title)s” is your home page now.") % {"title": found.title})
    return redirect("board", slug)


def face(slug: str, member: Member, language: Language) -> Face:
    """The board of this address; raises Http404 where there is none for this reader."""
    found = shelf.find(slug, member, language)
    if found is None:
        raise Http404
    return found


def shown_board(face: Face, selection: Selection, who: Reader) -> dict[str, Any]:
    """What a board's template needs, for a reader: its tiles over a selection and what they say."""
    tiles = ask_board(face.specs, selection, who)
    return {
        "face": face,
        "tiles": tiles,
        "better": told(tiles, "good"),
        "worse": told(tiles, "bad"),
        "selection": selection,
        "fresh": who.formats.moment(fresh_at()),
        "empty": bool(tiles) and _empty(tiles),
    }


def _page(request: HttpRequest, face: Face, who: Reader) -> HttpResponse:
    member = signed_in(request)
    selection = read(request.GET, who.today, who.calendar, newest_day(who.today))
    context = {
        **shown_board(face, selection, who),
        "periods": choices.period_choices(selection),
        "comparisons": choices.comparison_choices(selection),
        "levels": levels(member, selection),
        "latest": who.today,
        "kept": {name: values for name, values in selection.where.items() if name not in ("team", "owner")},
        "filters": choices.filters(selection, who.formats),
        "boards": shelf.shipped_for(member, who.language),
        "is_home": shelf.chosen_home(member) == face.slug,
        "own": shelf.own(member),
        "shared": shelf.shared(member),
        "twins": twin_urls(face, selection),
        "may_make": member.may(Right.BOARDS),
        "may_edit": face.board is not None and (face.board.owner_id == member.pk or shelf.edits_all(member)),
    }
    return render(request, "dashboards/board.html", context)


def _empty(tiles: Sequence[Shown]) -> bool:
    """Whether there is nothing to measure in any tile; in one that is not for this reader, there may be."""
    return all(shown.head.empty if shown.head else not shown.why for shown in tiles)
