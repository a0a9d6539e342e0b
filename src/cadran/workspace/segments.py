"""Keeping a list under a name, opening it, letting it go."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cadran.members.signed_in import signed_in
from cadran.ui.access import members
from cadran.workspace.kinds import BY_SLUG, LISTED, Listing
from cadran.workspace.models import Segment
from cadran.workspace.seen import seen
from cadran.workspace.selection import read

LONGEST = 80
LONGEST_QUERY = 4000
MOST = 30


@members
@require_POST
def keep_segment(request: HttpRequest, listing: Listing) -> HttpResponse:
    """Keep the list that the address asks for under a name; one of the same name is replaced."""
    member = signed_in(request)
    selection = read(request.GET, seen(listing, member))
    name = " ".join(request.POST.get("name", "").replace("\0", "").split())[:LONGEST]
    kept = Segment.objects.filter(member=member, kind=listing.kind)
    if not name:
        messages.error(request, _("Give the segment a name."))
    elif len(selection.query()) > LONGEST_QUERY:
        raise BadRequest
    elif kept.exclude(name=name).count() >= MOST:
        messages.error(request, _("You keep thirty segments of this kind already: let one go first."))
    else:
        Segment.objects.update_or_create(
            member=member, kind=listing.kind, name=name, defaults={"query": selection.query()}
        )
        messages.success(request, _("“%(name)s” is kept.") % {"name": name})
    return redirect(listing.url + selection.query())


@members
@require_POST
def forget_segment(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a segment of one's own go; the records in it stay. One that is gone already leads back to its list."""
    segment = Segment.objects.filter(pk=pk, member=signed_in(request)).first()
    if segment is None:
        listing = BY_SLUG.get(request.POST.get("of", ""))
        if listing is None:
            raise Http404
        return redirect(listing.url)
    segment.delete()
    messages.success(request, _("“%(name)s” is no longer kept.") % {"name": segment.name})
    return redirect(LISTED[segment.kind].url + segment.query)
