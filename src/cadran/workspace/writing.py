"""The pages that write: making a record, changing it, putting it away, taking any of it back."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cadran.crm import save
from cadran.crm.alike import COLUMNS
from cadran.crm.errors import NotAllowed, Refused
from cadran.crm.models import Activity, Change, Origin
from cadran.crm.records import kind_of
from cadran.crm.undo import undo, written_together
from cadran.kpis.reader import reader
from cadran.members.models import Member
from cadran.members.record import Record
from cadran.members.rights import Right
from cadran.members.signed_in import signed_in
from cadran.members.writes import may_change
from cadran.ui.access import members
from cadran.workspace import choices, form, merging
from cadran.workspace.find import holds, visible
from cadran.workspace.kinds import LISTED, Listing, record_url, title_of
from cadran.workspace.record import fillable, form_fields
from cadran.workspace.resembling import Alike, like_form
from cadran.workspace.seen import seen
from cadran.workspace.views import find_one

OFFERED = 12


@members(needs=Right.RECORDS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_record(request: HttpRequest, listing: Listing) -> HttpResponse:
    """The form of a new record, filled with what the address gives; sent, the record is made."""
    who, member = reader(request), signed_in(request)
    listing = seen(listing, member)
    asked, words = form.blank_form(listing, request.GET, who, member), ""
    if request.method == "POST":
        try:
            record, first = form.make(listing, request.POST, who, member)
        except form.NotWritten as wrong:
            asked, words = list(wrong.inputs), wrong.words
        else:
            tell(request, _("“%(title)s” is made.") % {"title": title_of(record)}, [first])
            return redirect(record_url(listing.kind, record.pk))
    alike = like_form(listing, request.POST or request.GET, member)
    return _form(request, listing, asked, words, title=str(listing.new), back=listing.url, alike=alike)


@members(needs=Right.RECORDS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_record(request: HttpRequest, listing: Listing, pk: int, field: str = "") -> HttpResponse:
    """The form of a record, or of one field of it; sent, what was changed in it is changed."""
    who, member = reader(request), signed_in(request)
    listing = seen(listing, member)
    record = changeable(listing, pk, member)
    names = fillable(listing, member)
    if field and field not in form_fields(listing):
        raise Http404
    if field and field not in names:
        raise PermissionDenied
    asked, words = form.form_of(record, listing, [field] if field else names, who, member), ""
    if request.method == "POST":
        try:
            written = form.alter(record, asked, request.POST, who, member, listing)
        except form.NotWritten as wrong:
            asked, words = list(wrong.inputs), wrong.words
        else:
            tell(request, _("Saved.") if written else _("Nothing was changed."), written)
            return redirect(record_url(listing.kind, pk))
    alike = like_form(listing, request.POST, member, record)
    return _form(
        request, listing, asked, words, title=title_of(record), back=record_url(listing.kind, pk), alike=alike, pk=pk
    )


def _form(
    request: HttpRequest,
    listing: Listing,
    asked: Sequence[form.Input],
    words: str,
    *,
    title: str,
    back: str,
    alike: Sequence[Alike],
    pk: int | None = None,
) -> HttpResponse:
    context = {"listing": listing, "inputs": asked, "words": words, "title": title, "back": back}
    context |= {"alike": alike, "compared": listing.kind in COLUMNS, "pk": pk}
    context |= {"tabs": choices.tabs(listing.kind), "wrong": bool(words) or any(one.error for one in asked)}
    return render(request, "workspace/form.html", context)


@members(needs=Right.RECORDS)
@require_POST
def archive_record(request: HttpRequest, listing: Listing, pk: int) -> HttpResponse:
    """Put a record away, or take it back where the form says so."""
    member = signed_in(request)
    record = changeable(listing, pk, member)
    by = save.By(Origin.MEMBER, member, form.batch_name())
    if request.POST.get("archived") == "no":
        words, written = _("“%(title)s” is back."), save.restore(record, by=by)
    else:
        words, written = _("“%(title)s” is archived."), save.archive(record, by=by)
    tell(request, words % {"title": title_of(record)}, written)
    return redirect(record_url(listing.kind, pk))


@members(needs=Right.RECORDS)
@require_POST
def finish_activity(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that an activity is done."""
    member = signed_in(request)
    activity = changeable(LISTED["activity"], pk, member)
    assert isinstance(activity, Activity)
    by = save.By(Origin.MEMBER, member, form.batch_name())
    try:
        written = [] if activity.done_at else save.change(activity, {"done_at": timezone.now()}, by=by)
    except Refused:
        messages.error(request, _("Your role may not say that an activity is done."))
    else:
        tell(request, _("“%(title)s” is done.") % {"title": title_of(activity)}, written)
    return redirect(record_url("activity", pk))


@members(needs=Right.RECORDS)
@require_POST
def undo_changes(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what this member wrote at once, unless something of it has changed since."""
    member = signed_in(request)
    together = written_together(pk, member)
    merged = merging.merged_in(together)
    touched = merged or [record for record, _changes in together]
    if not together or not all(may_change(member, record) for record in touched):
        raise Http404
    by = save.By(Origin.MEMBER, member, merging.batch_name() if merged else form.batch_name())
    try:
        written = undo(together, by=by)
    except Refused as refused:
        messages.error(request, not_undone(refused))
    else:
        tell(request, _("Undone."), written)
    kind, last = together[0][1][0].record, touched[-1]
    return redirect(record_url(kind_of(last), last.pk) if merged or len(together) == 1 else LISTED[kind].url)


@members
@require_safe
def record_options(request: HttpRequest, listing: Listing) -> HttpResponse:
    """The records that a text in a form may mean, for its field to offer: those the member may see."""
    name = request.GET.get("field", "")
    sought = " ".join(request.GET.get(name, "").replace("\0", "").split())[:200]
    member = signed_in(request)
    found = visible(listing.kind, member).filter(holds(seen(listing, member), sought), archived_at=None)
    offered = [f"{title_of(record)} (#{record.pk})" for record in found.order_by("-pk")[:OFFERED]] if sought else []
    return render(request, "workspace/options.html", {"offered": offered})


def not_undone(refused: Refused) -> str:
    """Why a change is not taken back."""
    if isinstance(refused, NotAllowed):
        return _("This can no longer be undone: your role may not change it any more.")
    return _("This was changed again since: it can no longer be undone.")


def changeable(listing: Listing, pk: int, member: Member) -> Record:
    """A record that the member may change. Raises Http404 when it is not his to see."""
    record = find_one(listing, pk, member)
    if not may_change(member, record):
        raise PermissionDenied
    return record


def tell(request: HttpRequest, words: str, written: Sequence[Change]) -> None:
    """Say what was done, and offer to undo it."""
    back = reverse("record_undo", args=[min(one.pk for one in written)]) if written else ""
    messages.success(request, words, extra_tags=back)
