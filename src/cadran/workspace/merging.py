"""Merging two records: both side by side, the value of each field chosen, all of it written and undone at once."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cadran.crm import save
from cadran.crm.errors import Refused
from cadran.crm.match import MERGED, merges
from cadran.crm.merge import links_to, merge, proposed
from cadran.crm.models import Change, Origin
from cadran.crm.records import kind_of
from cadran.crm.undo import OfOne
from cadran.kpis.reader import Reader, reader
from cadran.members.field_rights import fixed_for
from cadran.members.models import Member
from cadran.members.record import Record
from cadran.members.rights import Right
from cadran.members.signed_in import signed_in
from cadran.members.writes import may_change
from cadran.ui.access import members
from cadran.workspace import choices
from cadran.workspace.find import holds, visible
from cadran.workspace.form import value_of
from cadran.workspace.kinds import LISTED, Listing, record_url, title_of
from cadran.workspace.record import cell_of, form_fields
from cadran.workspace.seen import seen
from cadran.workspace.table import Cell, seen_links
from cadran.workspace.views import find_one
from cadran.workspace.words import BLANK, field_name, kind_names, own_names

BATCH = "merge-"
KEPT, OTHER = "kept", "other"
OFFERED = 12


@dataclass(frozen=True)
class Line:
    """A field of both records: what each holds, and whose value is proposed; `same` when there is nothing to choose."""

    field: str
    name: str
    kept: Cell
    other: Cell
    chosen: str
    same: bool


@members(needs=Right.RECORDS)
@require_http_methods(["GET", "HEAD"])
def choose_other(request: HttpRequest, listing: Listing, pk: int) -> HttpResponse:
    """The records that one may be merged with: those that hold the words sought."""
    member = signed_in(request)
    listing = seen(listing, member)
    kept = _mergeable(listing, pk, member)
    sought = " ".join(request.GET.get("q", "").replace("\0", "").split())[:200]
    found = visible(listing.kind, member).filter(holds(listing, sought), archived_at=None).exclude(pk=pk)
    offered = [one for one in found.order_by("-pk")[:OFFERED] if may_change(member, one)] if sought else []
    pairs = [(title_of(one), reverse("record_merge", args=[listing.slug, pk, one.pk])) for one in offered]
    context = {"listing": listing, "title": title_of(kept), "sought": sought, "offered": pairs}
    context |= {"tabs": choices.tabs(listing.kind), "back": record_url(listing.kind, pk)}
    return render(request, "workspace/merge_with.html", context)


@members(needs=Right.RECORDS)
@require_http_methods(["GET", "HEAD", "POST"])
def merge_records(request: HttpRequest, listing: Listing, pk: int, other: int) -> HttpResponse:
    """Two records side by side; sent, the second goes into the first with the values chosen."""
    who, member = reader(request), signed_in(request)
    listing = seen(listing, member)
    kept = _mergeable(listing, pk, member)
    if getattr(find_one(listing, other, member), f"{MERGED}_id", None) == pk:  # sent twice
        return redirect(record_url(listing.kind, pk))
    gone = _mergeable(listing, other, member)
    if pk == other:
        raise Http404
    shown, words = _lines(kept, gone, listing, who, member), ""
    if request.method == "POST":
        if request.POST.get("mark") == _mark(kept, gone):
            try:
                written = _merge(kept, gone, shown, request.POST, member)
            except Refused as refused:
                words = "; ".join(str(problem.reason) for problem in refused.problems)
            else:
                return _merged(request, kept, gone, written)
        else:
            words = _("One of them was changed meanwhile: look at both again.")
    context = {
        "listing": listing,
        "kept": (title_of(kept), record_url(listing.kind, pk)),
        "other": (title_of(gone), record_url(listing.kind, other)),
        "lines": [line for line in shown if not line.same],
        "same": [line for line in shown if line.same and line.kept.text != BLANK],
        "moving": _moving(gone, listing, member),
        "mark": _mark(kept, gone),
        "words": words,
        "turned": reverse("record_merge", args=[listing.slug, other, pk]),
        "apart": reverse("record_apart", args=[listing.slug, pk, other]),
        "tabs": choices.tabs(listing.kind),
    }
    return render(request, "workspace/merge.html", context)


def _mergeable(listing: Listing, pk: int, member: Member) -> Record:
    record = find_one(listing, pk, member)
    if not merges(listing.kind) or record.archived_at is not None:
        raise Http404
    if not may_change(member, record):
        raise PermissionDenied
    return record


def _merged(request: HttpRequest, kept: Record, gone: Record, written: Sequence[Change]) -> HttpResponse:
    words = _("“%(other)s” went into “%(kept)s”.") % {"other": title_of(gone), "kept": title_of(kept)}
    undo = reverse("record_undo", args=[written[0].pk])
    messages.success(request, words, extra_tags=undo)
    return redirect(record_url(kind_of(kept), kept.pk))


def _merge(kept: Record, gone: Record, shown: Iterable[Line], given: QueryDict, member: Member) -> list[Change]:
    kind, values = kind_of(kept), dict[str, object]()
    fields, fixed = form_fields(seen(LISTED[kind], member)), fixed_for(member, kind)
    for line in shown:
        chosen = given.get(f"field.{line.field}", line.chosen)
        if not line.same and chosen == OTHER and line.field not in fixed:
            value = value_of(gone, fields[line.field])
            values[line.field] = value.pk if isinstance(value, Record) else value
    return merge(kept, gone, values, by=save.By(Origin.MEMBER, member, batch_name()))


def batch_name() -> str:
    """A name for what a merge writes, and for what taking it back writes."""
    return f"{BATCH}{secrets.token_hex(8)}"


def merged_in(together: Sequence[OfOne]) -> list[Record]:
    """The records that a merge, or the undoing of one, was about: what hangs on them only followed. None otherwise."""
    changes = [(record, one) for record, of_one in together for one in of_one]
    if not all((one.batch or "").startswith(BATCH) for _record, one in changes):
        return []
    about = [
        (record, int(one.to_value or one.from_value or 0)) for record, one in changes if one.field == "merged_into"
    ]
    return [one for record, into in about for one in (record, type(record)._default_manager.get(pk=into))]


def _lines(kept: Record, gone: Record, listing: Listing, who: Reader, member: Member) -> list[Line]:
    own, fixed = own_names(listing.kind, who.language), fixed_for(member, listing.kind)
    fields = form_fields(listing)
    seen = seen_links([kept, gone], listing, member)
    taken = proposed(kept, gone, fields)
    found = []
    for name, field in fields.items():
        mine, theirs = value_of(kept, field), value_of(gone, field)
        found.append(
            Line(
                name,
                field_name(name, own),
                cell_of(kept, field, who, seen),
                cell_of(gone, field, who, seen),
                OTHER if name in taken else KEPT,
                mine == theirs or name in fixed or (field.target == listing.kind and theirs == kept),
            )
        )
    return found


def _mark(kept: Record, gone: Record) -> str:
    """The last change of either, so that what changes meanwhile is not merged unseen."""
    changes = Change.objects.filter(record=kind_of(kept), record_id__in=(kept.pk, gone.pk))
    return str(changes.order_by("pk").values_list("pk", flat=True).last())


def _moving(gone: Record, listing: Listing, member: Member) -> list[str]:
    """What will move, of what the member sees: "3 deals"."""
    counts = dict[str, int]()
    for kind, field in links_to(listing.kind):
        found = visible(kind, member).filter(**{field.name: gone.pk}, archived_at=None).count()
        counts[kind] = counts.get(kind, 0) + found
    names = kind_names() | {kind: str(one.many) for kind, one in LISTED.items()}
    told = {names[kind]: n for kind, n in counts.items() if n and kind in names}
    others = sum(n for kind, n in counts.items() if kind not in names)
    return [f"{name} {n}" for name, n in told.items()] + ([_("Others: %(n)s") % {"n": others}] if others else [])
