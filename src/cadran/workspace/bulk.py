"""Changing many records at once: those ticked in a list, in one transaction, with one undo."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cadran.crm import save
from cadran.crm.errors import Refused, Wrong
from cadran.crm.match import merges
from cadran.crm.models import Change, Origin
from cadran.crm.records import KINDS, fields_of
from cadran.kpis.reader import Reader, reader
from cadran.members.field_rights import fixed_for
from cadran.members.models import Member
from cadran.members.record import Record
from cadran.members.rights import Right
from cadran.members.signed_in import signed_in
from cadran.members.writes import owners, writes
from cadran.ui.access import members
from cadran.workspace.form import batch_name
from cadran.workspace.inputs import parsed
from cadran.workspace.kinds import Listing
from cadran.workspace.resembling import fuller_first
from cadran.workspace.seen import seen
from cadran.workspace.selection import LARGEST, read
from cadran.workspace.table import PAGE
from cadran.workspace.words import field_name
from cadran.workspace.writing import tell


@members(needs=Right.RECORDS)
@require_POST
def change_many(request: HttpRequest, listing: Listing) -> HttpResponse:
    """Set fields of the records ticked, or put them away: all of them or none."""
    who, member = reader(request), signed_in(request)
    listing = seen(listing, member)
    selection = read(request.GET, listing)
    back = redirect(listing.url + selection.query(page=selection.page))
    records = _ticked(listing, request.POST.getlist("pk"), member)
    if request.POST.get("do") == "merge" and merges(listing.kind):
        return _side_by_side(request, listing, records) or back
    try:
        values = _values(listing, request.POST, who, member)
        written = _write(records, values, member, archive=request.POST.get("do") == "archive")
    except (Wrong, Refused) as refused:
        messages.error(request, _("Nothing was changed: %(reason)s") % {"reason": refused})
        return back
    n = len({one.record_id for one in written})
    words = ngettext("%(n)s record changed.", "%(n)s records changed.", n) % {"n": who.formats.number(Decimal(n))}
    tell(request, words if written else _("Tick records and choose what to change."), written)
    return back


def _side_by_side(request: HttpRequest, listing: Listing, records: Sequence[Record]) -> HttpResponse | None:
    """The page that merges the two records ticked."""
    two = [record for record in records if record.archived_at is None]
    if len(two) != 2:
        messages.error(request, _("Tick the two records to merge."))
        return None
    kept, other = fuller_first(*two)
    return redirect("record_merge", listing.slug, kept.pk, other.pk)


def _ticked(listing: Listing, texts: Sequence[str], member: Member) -> list[Record]:
    if len(texts) > PAGE or not all(text.isascii() and text.isdigit() and int(text[:20]) < LARGEST for text in texts):
        raise BadRequest
    ids, model = {int(text) for text in texts}, KINDS[listing.kind]
    found = list(model._default_manager.filter(writes(member).of(model), pk__in=ids).order_by("pk"))
    if len(found) < len(ids):
        raise Http404
    return found


def _values(listing: Listing, given: QueryDict, who: Reader, member: Member) -> dict[str, Any]:
    """What is to be set. Raises Wrong, in the reader's language."""
    values, fields, fixed = dict[str, Any](), fields_of(listing.kind), fixed_for(member, listing.kind)
    for name in listing.bulk:
        if text := given.get(f"set.{name}", ""):
            values[name] = parsed(fields[name], text, who, member)
            if name == "owner" and name in fixed:
                raise Wrong(_("your role gives no record to another owner"))
            if name in fixed:
                raise Wrong(_("your role may not change “%(field)s”") % {"field": field_name(name, {})})
            if name == "owner" and not owners(member).filter(pk=values[name]).exists():
                raise Wrong(_("Choose one of the list."))
    return values


def _write(records: Sequence[Record], values: dict[str, Any], member: Member, *, archive: bool) -> list[Change]:
    by, written = save.By(Origin.MEMBER, member, batch_name()), list[Change]()
    with transaction.atomic():
        for record in records:
            if values:
                written += save.change(record, values, by=by)
            if archive:
                written += save.archive(record, by=by)
    return written
