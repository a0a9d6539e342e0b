"""A page of a list, and its file: records as lines of words, or as values to take away."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import batched
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from cadran.crm.fields import custom_fields
from cadran.crm.fields import read as read_own
from cadran.crm.match import MERGED
from cadran.crm.records import KINDS, Field, FieldType, fields_of, kind_of
from cadran.kpis.reader import Reader
from cadran.members.models import Member
from cadran.members.record import Record
from cadran.workspace.find import visible
from cadran.workspace.kinds import LISTED, Listing, record_url, title_of
from cadran.workspace.selection import Selection
from cadran.workspace.words import BLANK, LOOKS, field_name, written

PAGE = 50
CHUNK = 2000
MOST_CURRENCIES = 3


@dataclass(frozen=True)
class Head:
    """A column's head: its name, how it is set, where it sorts to, and how the list is sorted by it now."""

    name: str
    look: str
    url: str
    sorted: str


@dataclass(frozen=True)
class Cell:
    """A value in words, how it is set, and where it leads."""

    text: str
    look: str = ""
    url: str = ""


@dataclass(frozen=True)
class Line:
    """A record of a list."""

    pk: int
    title: str
    url: str
    cells: Sequence[Cell]
    archived: bool


@dataclass(frozen=True)
class Page:
    """A page of a list, among how many."""

    heads: Sequence[Head]
    lines: Sequence[Line]
    count: int
    number: int
    pages: int
    sums: Sequence[str]


def page(found: QuerySet[Record], selection: Selection, reader: Reader, member: Member) -> Page:
    """A page of a list; one past the end is the last."""
    listing, count = selection.listing, found.count()
    pages = max(1, -(-count // PAGE))
    number = min(selection.page, pages)
    records = few(found, listing, slice((number - 1) * PAGE, number * PAGE))
    return Page(
        heads=[_head(selection, place) for place in range(len(listing.columns))],
        lines=lines(records, listing, reader, member),
        count=count,
        number=number,
        pages=pages,
        sums=_sums(found, reader) if listing.summed and count else [],
    )


def few(found: QuerySet[Record], listing: Listing, place: slice) -> list[Record]:
    """The records at a place of a list, with those that their lines name.

    Their ids are put in order alone, then these few are read: a database that orders whole records carries all of them.
    """
    ids = list(found.values_list("pk", flat=True)[place])
    records = linked(KINDS[listing.kind]._default_manager.all(), listing).in_bulk(ids)
    return [records[pk] for pk in ids if pk in records]


def linked(found: QuerySet[Record], listing: Listing) -> QuerySet[Record]:
    """The records together with those that their lines name."""
    fields = fields_of(listing.kind)
    names = [c.field for c in listing.columns if c.field in fields and fields[c.field].type is FieldType.LINK]
    return found.select_related(*names)


def lines(
    records: Sequence[Record], listing: Listing, reader: Reader, member: Member, places: Sequence[int] | None = None
) -> list[Line]:
    """Records as lines of the columns in these places (default: all); links lead to what the member may see."""
    shown = range(1, len(listing.columns)) if places is None else places
    seen = seen_links(records, listing, member)
    return [
        Line(
            pk=record.pk,
            title=title_of(record),
            url=record_url(listing.kind, record.pk),
            cells=[_cell(record, listing, place, reader, seen) for place in shown],
            archived=record.archived_at is not None,
        )
        for record in records
    ]


def seen_links(records: Sequence[Record], listing: Listing, member: Member) -> dict[str, set[int]]:
    """By kind, those of the records that these link to which have a page the member may see."""
    wanted = dict[str, set[int]]()
    for described in fields_of(listing.kind).values():
        if described.type is FieldType.LINK and described.target in LISTED:
            ids = {getattr(record, described.column) for record in records} - {None}
            wanted.setdefault(described.target, set()).update(ids)
    return {
        kind: set(visible(kind, member).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
        for kind, ids in wanted.items()
    }


def _head(selection: Selection, place: int) -> Head:
    column = selection.listing.columns[place]
    chosen = selection.sort_key == column.field
    number = _type(selection.listing, column.field) in LOOKS
    turned = selection.descending if chosen else not number  # numbers and dates begin with the largest
    sort = column.field if turned else f"-{column.field}"
    return Head(
        name=field_name(column.field, {}),
        look=look(selection.listing, place),
        url=(selection.query(sort=sort) or "?") if column.sort else "",
        sorted=("descending" if selection.descending else "ascending") if chosen else "",
    )


def _type(listing: Listing, name: str) -> FieldType | None:
    if name == "weighted_amount":
        return FieldType.MONEY
    described = fields_of(listing.kind).get(name)
    return described.type if described else None


def look(listing: Listing, place: int) -> str:
    """How a column of a list is set: as numbers, as dates, and whether it is left out on a phone."""
    column = listing.columns[place]
    found = _type(listing, column.field)
    return " ".join(filter(None, [LOOKS.get(found, "") if found else "", "wide" if column.wide else ""]))


def _cell(record: Record, listing: Listing, place: int, reader: Reader, seen: dict[str, set[int]]) -> Cell:
    name, set_as = listing.columns[place].field, look(listing, place)
    currency = getattr(record, "currency", None)
    if name == "weighted_amount":
        weighted = weighted_amount(record)
        return Cell(BLANK if weighted is None else reader.formats.money(weighted, currency=currency), set_as)
    described = fields_of(listing.kind)[name]
    value = getattr(record, name)
    if described.type is FieldType.LINK and value is not None:
        target = kind_of(value)
        return Cell(title_of(value), set_as, record_url(target, value.pk) if value.pk in seen.get(target, ()) else "")
    if described.type is FieldType.MOMENT and value is not None:
        return Cell(reader.formats.fresh(value, reader.today), set_as)
    return Cell(written(described, value, reader, currency), set_as)


def weighted_amount(deal: Any) -> Decimal | None:
    """What a deal is expected to bring: its amount by the probability of its stage; None when either is missing."""
    if deal.amount is None or deal.stage.probability is None:
        return None
    return Decimal(deal.amount * deal.stage.probability).quantize(Decimal("0.01"))


def _sums(found: QuerySet[Record], reader: Reader) -> list[str]:
    by_currency: Any = found.order_by().values_list("currency")  # type: ignore[misc]  # it is there beside an amount
    added = by_currency.annotate(sum=Sum("amount")).order_by("currency")[: MOST_CURRENCIES + 1]
    sums = [(currency, total) for currency, total in added if total is not None]
    if len(sums) > MOST_CURRENCIES:
        return [_("several currencies")]
    return [reader.formats.money(total, currency=currency) for currency, total in sums]


# --- to take away


def header(listing: Listing) -> list[str]:
    """The columns of a list's file: every field by its name here, links by the name of what they lead to."""
    return ["id", *_taken(listing)]


def rows(found: QuerySet[Record], listing: Listing) -> Iterator[list[object]]:
    """The records of a list as values to take away."""
    taken = _taken(listing)
    links = [described for described in taken.values() if described.type is FieldType.LINK]
    for some in batched(found.iterator(chunk_size=CHUNK), CHUNK):
        names = _names(some, links)
        for record in some:
            yield [record.pk, *(_value(record, described, names) for described in taken.values())]


def _names(records: Sequence[Record], links: Sequence[Field]) -> dict[str, dict[int, str]]:
    """What the links of some records lead to, by kind: each is read once, however many lead to it."""
    wanted = dict[str, set[int]]()
    for link in links:
        wanted.setdefault(link.target or "", set()).update(getattr(record, link.column) for record in records)
    return {
        kind: {pk: str(record) for pk, record in KINDS[kind]._default_manager.in_bulk(ids - {None}).items()}
        for kind, ids in wanted.items()
    }


def _taken(listing: Listing) -> dict[str, Field]:
    left = (FieldType.LINKS, FieldType.JSON)
    fields = fields_of(listing.kind).items()
    own = {name: described for name, described in fields if described.type not in left and name != MERGED}
    every = own | custom_fields(listing.kind)
    return {name: described for name, described in every.items() if name not in listing.hidden}


def _value(record: Record, described: Field, names: Mapping[str, Mapping[int, str]]) -> object:
    if described.column == "custom":
        return read_own(described, record.custom)
    value = getattr(record, described.column)
    return names[described.target or ""].get(value) if described.type is FieldType.LINK else value
