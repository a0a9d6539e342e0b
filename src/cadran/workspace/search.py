"""Search across everything: the records of every kind that hold the words sought, among those the member may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Case, IntegerField, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cadran.kpis.reader import Reader, reader
from cadran.members.models import Member
from cadran.members.record import Record
from cadran.members.signed_in import signed_in
from cadran.ui.access import members
from cadran.workspace.find import has, holds, visible
from cadran.workspace.kinds import LISTED, Listing
from cadran.workspace.seen import seen
from cadran.workspace.table import Cell, Line, few, lines, look
from cadran.workspace.words import field_name

KINDS_SOUGHT = ("account", "contact", "lead", "deal", "ticket", "order")
MOST = 6
SHORTEST = 2


@dataclass(frozen=True)
class Found:
    """Some records of one kind, those that begin with the words first; `url` leads to all of them."""

    listing: Listing
    heads: Sequence[Cell]
    lines: Sequence[Line]
    url: str


@members
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The records that hold the words sought, by kind."""
    sought = " ".join(request.GET.get("q", "").replace("\0", "").split())[:200]
    who, member = reader(request), signed_in(request)
    kinds = [seen(LISTED[kind], member) for kind in KINDS_SOUGHT] if len(sought) >= SHORTEST else []
    found = [_found(listing, sought, who, member) for listing in kinds]
    held = [one for one in found if one.lines]
    return render(request, "workspace/search.html", {"sought": sought, "found": held, "short": len(sought) < SHORTEST})


def first(listing: Listing, sought: str, member: Member, most: int) -> list[Record]:
    """The records of a kind that hold the words sought, among those the member may see: those that begin so first."""
    listing = seen(listing, member)
    beginning = Case(
        *(When(has(listing, path, "istartswith", sought), then=Value(0)) for path in listing.search),
        default=Value(1),
        output_field=IntegerField(),
    )
    records = visible(listing.kind, member).filter(holds(listing, sought), archived_at=None)
    return few(records.order_by(beginning, "-pk"), listing, slice(most))


def _found(listing: Listing, sought: str, who: Reader, member: Member) -> Found:
    begun = first(listing, sought, member, MOST + 1)
    places = listing.narrow
    return Found(
        listing=listing,
        heads=[Cell(field_name(listing.columns[place].field, {}), look(listing, place)) for place in places],
        lines=lines(begun[:MOST], listing, who, member, places[1:]),
        url=f"{listing.url}?{urlencode({'q': sought})}" if len(begun) > MOST else "",
    )
