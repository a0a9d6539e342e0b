"""The records that a list shows: those the member may see, narrowed by what the address asks for."""

from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from operator import and_, or_
from zoneinfo import ZoneInfo

from django.db.models import DateField, F, OrderBy, Q, QuerySet, Value

from cadran.crm.records import KINDS, FieldType, fields_of
from cadran.kpis.reader import Reader
from cadran.members.models import Member
from cadran.members.record import Record
from cadran.members.scope import scope
from cadran.workspace.kinds import Listing
from cadran.workspace.selection import NONE, Selection

LAST_DAY = date(9999, 12, 30)


def visible(kind: str, member: Member) -> QuerySet[Record]:
    """The records of a kind that a member may see, archived or not."""
    model = KINDS[kind]
    return model._default_manager.filter(scope(member).of(model))


def find(selection: Selection, reader: Reader, member: Member) -> QuerySet[Record]:
    """The records of a list, in its order."""
    listing = selection.listing
    found = visible(listing.kind, member)
    if "weighted" in listing.sorts[selection.sort_key]:
        found = found.annotate(weighted=F("amount") * F("stage__probability"))
    if listing.kind == "activity":
        found = found.annotate(today=Value(reader.today, DateField()))
    if not selection.archived:
        found = found.filter(archived_at=None)
    found = found.filter(_where(selection), _within(selection, reader))
    if selection.sought:
        found = found.filter(holds(listing, selection.sought))
    return found.order_by(*order(selection))


def order(selection: Selection) -> list[OrderBy | str]:
    """The order of a list: what is blank comes last, and records that are alike come newest first."""
    paths = selection.listing.sorts[selection.sort_key]
    ordered = [
        F(path).desc(nulls_last=True) if selection.descending else F(path).asc(nulls_last=True) for path in paths
    ]
    return [*ordered, "-pk"]


def holds(listing: Listing, sought: str) -> Q:
    """That a record holds every word sought, somewhere."""
    return reduce(and_, (_word(listing, word) for word in sought.split()), Q())


def _word(listing: Listing, word: str) -> Q:
    spellings = {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}  # SQLite's LIKE
    return reduce(
        or_, (has(listing, path, "icontains", spelt) for path in listing.search for spelt in sorted(spellings))
    )


def has(listing: Listing, path: str, lookup: str, text: str) -> Q:
    """That a text of a record, or of what it links to, is so. What it links to is sought once, not for each record."""
    link, _, beyond = path.partition("__")
    if not beyond:
        return Q(**{f"{path}__{lookup}": text})
    target = KINDS[fields_of(listing.kind)[link].target or ""]
    return Q(**{f"{link}__in": target._default_manager.filter(**{f"{beyond}__{lookup}": text})})


def _where(selection: Selection) -> Q:
    fields, found = fields_of(selection.listing.kind), Q()
    states = {choice.field: choice.states for choice in selection.listing.filters if choice.type == "state"}
    for name, value in selection.where.items():
        if name in states:
            found &= states[name][value]
        elif value == NONE:
            found &= Q(**{f"{name}__isnull": True})
        elif fields[name].type in (FieldType.LINK, FieldType.LINKS):
            found &= Q(**{name: int(value)})
        else:
            found &= Q(**{name: value})
    return found


def _within(selection: Selection, reader: Reader) -> Q:
    name = selection.by_date
    after = None if selection.through is None else min(selection.through, LAST_DAY) + timedelta(days=1)
    bounds = {"gte": selection.since, "lt": after}
    moments = fields_of(selection.listing.kind)[name].type is FieldType.MOMENT
    found = Q()
    for bound, day in bounds.items():
        if day is not None:
            found &= Q(**{f"{name}__{bound}": beginning(day, reader) if moments else day})
    return found


def beginning(day: date, reader: Reader) -> datetime:
    """The moment at which a day begins in the organisation's zone."""
    return datetime.combine(max(day, date(2, 1, 1)), time(), ZoneInfo(reader.formats.time_zone)).astimezone(UTC)
