"""The kinds of record as a member meets them: without the fields that are hidden from his role."""

from collections.abc import Iterator
from dataclasses import replace

from django.db.models import Q

from cadran.crm.records import fields_of
from cadran.members.field_rights import hidden_fields, hidden_from
from cadran.members.models import Member
from cadran.workspace.kinds import Column, Filter, Listing

CREATED = "created_at"
WORKED_OUT = {("deal", "weighted_amount"): ("amount",), ("deal", "weighted"): ("amount",)}
"""What lists work out themselves, and from which fields."""


def seen(listing: Listing, member: Member) -> Listing:
    """A kind of record with the columns, filters, sorts, dates, words sought and links that a member may see."""
    hidden = hidden_fields(member)
    if not hidden:
        return listing

    def shows(path: str) -> bool:
        return not any(step in hidden for step in _steps(listing.kind, path))

    def column(one: Column) -> Column:
        return one if all(map(shows, one.sort)) else replace(one, sort=())

    def filters(one: Filter) -> bool:
        return shows(one.field) and all(shows(name) for state in one.states.values() for name in _names(state))

    first, *others = listing.columns
    found = replace(
        listing,
        columns=(column(first), *(column(one) for one in others if shows(one.field))),
        filters=tuple(filter(filters, listing.filters)),
        dates=tuple(filter(shows, listing.dates)) or (CREATED,),
        search=tuple(filter(shows, listing.search)),
        related=tuple((kind, field) for kind, field in listing.related if (kind, field) not in hidden),
        bulk=tuple(filter(shows, listing.bulk)),
        summed=listing.summed and shows("amount"),
        hidden=hidden_from(member, listing.kind),
    )
    return found if listing.order.removeprefix("-") in found.sorts else replace(found, order=f"-{CREATED}")


def _steps(kind: str, path: str) -> Iterator[tuple[str, str]]:
    """The fields by which a path goes: a ticket's contact__email is its contact, then the e-mail of that."""
    for name in path.split("__"):
        for field in WORKED_OUT.get((kind, name), (name,)):
            yield kind, field
        described = fields_of(kind).get(name)
        kind = (described.target if described else None) or kind


def _names(condition: Q) -> Iterator[str]:
    """The paths that a condition speaks of."""
    for child in condition.children:
        if isinstance(child, Q):
            yield from _names(child)
        elif isinstance(child, tuple):
            yield child[0]
