"""Lists of records, and their files."""

from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cadran.crm.match import merges
from cadran.crm.models import Account, Activity
from cadran.kpis.reader import reader
from cadran.kpis.refusals import says_why
from cadran.members.field_rights import fixed_for
from cadran.members.models import Member
from cadran.members.record import Record
from cadran.members.rights import Right
from cadran.members.signed_in import signed_in
from cadran.members.writes import may_change
from cadran.ui.access import members
from cadran.workspace import choices
from cadran.workspace.figures import figures, untold
from cadran.workspace.find import find, visible
from cadran.workspace.kinds import Listing, record_url, title_of
from cadran.workspace.pipeline_moves import may_move
from cadran.workspace.record import facts, related, small_lists
from cadran.workspace.resembling import held_by, like_record
from cadran.workspace.seen import seen
from cadran.workspace.selection import read
from cadran.workspace.table import page
from cadran.workspace.timeline import ACTED_ON, timeline
from cadran.workspace.twins import FORMS, twin


@members
@require_safe
def records(request: HttpRequest, listing: Listing) -> HttpResponse:
    """A list of records: a page of those that the address asks for, among those that the member may see."""
    who, member = reader(request), signed_in(request)
    listing = seen(listing, member)
    selection, known = read(request.GET, listing), choices.texts_once(listing, member)
    shown = page(find(selection, who, member), selection, who, member)
    return render(
        request,
        "workspace/records.html",
        {
            "listing": listing,
            "selection": selection,
            "page": shown,
            "count": who.formats.number(Decimal(shown.count)),
            "before": selection.query(page=shown.number - 1) or "?" if shown.number > 1 else "",
            "after": selection.query(page=shown.number + 1) if shown.number < shown.pages else "",
            "narrowings": choices.narrowings(selection, member, known),
            "chips": choices.link_chips(selection, member),
            "dates": choices.date_choices(selection),
            "sorts": choices.sort_choices(selection),
            "tabs": choices.tabs(listing.kind),
            "twins": [(form.upper(), f"{listing.url}.{form}{selection.query()}") for form in FORMS],
            "may_write": member.may(Right.RECORDS),
            "mergeable": merges(listing.kind),
            "segments": choices.segments(selection, member),
            "query": selection.query(),
            "keep": reverse("segment_keep", args=[listing.slug]) + selection.query(),
            "settable": choices.settable(listing, member, known),
            "many": reverse("records_change", args=[listing.slug]) + selection.query(page=shown.number),
        },
    )


@members
@require_safe
@says_why
def records_twin(request: HttpRequest, listing: Listing, form: str) -> HttpResponseBase:
    """The same list as a file, csv, xlsx, json or pdf: every record of it, the same filters and the same scope."""
    member = signed_in(request)
    return twin(form, read(request.GET, seen(listing, member)), reader(request), member)


@members
@require_safe
def record(request: HttpRequest, listing: Listing, pk: int) -> HttpResponse:
    """A record: its fields, what hangs on it, and what happened to it. Others' records do not exist.

    One that went into another is shown there, unless it is asked for `itself`.
    """
    who, member = reader(request), signed_in(request)
    listing = seen(listing, member)
    found = find_one(listing, pk, member)
    holder = held_by(found, member)
    if holder and "itself" not in request.GET:
        words = {"one": title_of(found), "other": title_of(holder)}
        messages.info(request, _("“%(one)s” went into “%(other)s”, which is shown.") % words)
        return redirect(record_url(listing.kind, holder.pk))
    mine, fixed = may_change(member, found), fixed_for(member, listing.kind)
    return render(
        request,
        "workspace/record.html",
        {
            "listing": listing,
            "record": found,
            "title": title_of(found),
            "facts": facts(found, listing, who, member, may_change=mine),
            "tiles": figures(found, who, member) if isinstance(found, Account) else [],
            "untold": untold(found, member) if isinstance(found, Account) else "",
            "related": related(found, listing, who, member),
            "small": small_lists(found, listing, who, member),
            "timeline": timeline(found, who, member),
            "tabs": choices.tabs(listing.kind),
            "may_change": mine,
            "may_move": mine and listing.kind == "deal" and may_move(member),
            "may_finish": mine and isinstance(found, Activity) and not found.done_at and "done_at" not in fixed,
            "acted_on": listing.kind in ACTED_ON,
            "alike": like_record(found, member) if mine else [],
            "holder": holder and (title_of(holder), record_url(listing.kind, holder.pk)),
            "mergeable": mine and merges(listing.kind) and found.archived_at is None,
        },
    )


def find_one(listing: Listing, pk: int, member: Member) -> Record:
    """A record that the member may see. Raises Http404, for what is not there and what is others' alike."""
    return get_object_or_404(visible(listing.kind, member), pk=pk)
