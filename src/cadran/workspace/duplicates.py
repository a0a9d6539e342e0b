"""The pages of records that look like one another: beside a form, and all pairs of a kind."""

from dataclasses import dataclass
from itertools import islice

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cadran.crm.alike import COLUMNS, Pair, pairs, weight
from cadran.crm.records import KINDS
from cadran.kpis.choices import Choice
from cadran.kpis.reader import Reader, reader
from cadran.members.models import Member
from cadran.members.record import Record
from cadran.members.rights import Right
from cadran.members.signed_in import signed_in
from cadran.members.writes import may_change, writes
from cadran.ui.access import members
from cadran.workspace.find import visible
from cadran.workspace.inputs import id_in
from cadran.workspace.kinds import BY_SLUG, LISTED, Listing, title_of
from cadran.workspace.models import Apart
from cadran.workspace.resembling import fuller_first, like_form, sign_words, signs_seen
from cadran.workspace.seen import seen
from cadran.workspace.table import Line, lines
from cadran.workspace.views import find_one

MOST = 3
MOST_PAIRS = 100


@dataclass(frozen=True)
class Twins:
    """Two records that look alike, the one to keep first, and where they are compared."""

    kept: Line
    other: Line
    common: str
    merge: str
    apart: str


@members(needs=Right.RECORDS)
@require_safe
def alike_records(request: HttpRequest, listing: Listing) -> HttpResponse:
    """What looks like the record that a form describes, to be said beside it."""
    member = signed_in(request)
    pk = id_in(request.GET.get("pk", ""))
    record = visible(listing.kind, member).filter(pk=pk).first() if pk else None
    found = like_form(listing, request.GET, member, record)
    return render(request, "workspace/alike.html", {"alike": found})


@members(needs=Right.RECORDS)
@require_safe
def duplicates(request: HttpRequest) -> HttpResponse:
    """The pairs of records that look alike, among those that the member may merge, the surest first."""
    who, member = reader(request), signed_in(request)
    listing = BY_SLUG.get(request.GET.get("of", "accounts"))
    if listing is None or listing.kind not in COLUMNS:
        raise Http404
    listing = seen(listing, member)
    found = _twins(listing, who, member)
    return render(
        request,
        "workspace/duplicates.html",
        {
            "listing": listing,
            "pairs": found,
            "most": len(found) == MOST_PAIRS,
            "tabs": [
                Choice(reverse("duplicates") + f"?of={LISTED[kind].slug}", str(LISTED[kind].many), kind == listing.kind)
                for kind in COLUMNS
            ],
            "apart": _said_apart(listing, member),
        },
    )


def _twins(listing: Listing, who: Reader, member: Member) -> list[Twins]:
    kind = listing.kind
    mine = KINDS[kind]._default_manager.filter(writes(member).of(KINDS[kind]))
    apart = set(Apart.objects.filter(kind=kind).values_list("first", "second"))
    likely = (
        Pair(pair.first, pair.second, signs)
        for pair in pairs(kind, mine)
        if (pair.first, pair.second) not in apart and (signs := signs_seen(kind, pair.signs, member))
    )
    found = sorted(islice(likely, MOST_PAIRS), key=lambda pair: -weight(pair.signs))
    records = visible(kind, member).in_bulk([pk for pair in found for pk in (pair.first, pair.second)])
    places = [place for place in listing.narrow if place]
    shown = {line.pk: line for line in lines(list(records.values()), listing, who, member, places)}
    return [_twin(listing, pair, records, shown) for pair in found if {pair.first, pair.second} <= shown.keys()]


def _twin(listing: Listing, pair: Pair, records: dict[int, Record], shown: dict[int, Line]) -> Twins:
    kept, other = fuller_first(records[pair.first], records[pair.second])
    return Twins(
        shown[kept.pk],
        shown[other.pk],
        sign_words(pair.signs),
        reverse("record_merge", args=[listing.slug, kept.pk, other.pk]),
        reverse("record_apart", args=[listing.slug, kept.pk, other.pk]),
    )


def _said_apart(listing: Listing, member: Member) -> list[tuple[str, str, str]]:
    """The pairs said not to be the same, as far as the member sees them, each with where that is taken back."""
    said = list(Apart.objects.filter(kind=listing.kind).order_by("-pk")[:MOST_PAIRS])
    seen = visible(listing.kind, member).in_bulk([pk for one in said for pk in (one.first, one.second)])
    return [
        (title_of(seen[one.first]), title_of(seen[one.second]), _apart_url(listing, one.first, one.second))
        for one in said
        if one.first in seen and one.second in seen
    ]


def _apart_url(listing: Listing, one: int, other: int) -> str:
    return reverse("record_apart", args=[listing.slug, one, other])


@members(needs=Right.RECORDS)
@require_POST
def tell_apart(request: HttpRequest, listing: Listing, pk: int, other: int) -> HttpResponse:
    """Say that two records that look alike are not the same, or take it back where the form says so."""
    member = signed_in(request)
    two = [find_one(listing, one, member) for one in sorted((pk, other))]
    if listing.kind not in COLUMNS or pk == other:
        raise Http404
    if not all(may_change(member, one) for one in two):
        raise PermissionDenied
    first, second = (one.pk for one in two)
    words = {"one": title_of(two[0]), "other": title_of(two[1])}
    if request.POST.get("apart") != "no":
        Apart.objects.get_or_create(kind=listing.kind, first=first, second=second, defaults={"member": member})
        messages.success(request, _("“%(one)s” and “%(other)s” are not the same: nobody is asked again.") % words)
    else:
        Apart.objects.filter(kind=listing.kind, first=first, second=second).delete()
        messages.success(request, _("“%(one)s” and “%(other)s” may be the same again.") % words)
    return redirect(reverse("duplicates") + f"?of={listing.slug}")
