"""The page of a record: what it holds, and what hangs on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from cadran.crm.fields import custom_fields
from cadran.crm.fields import read as read_own
from cadran.crm.match import MERGED
from cadran.crm.records import Field, FieldType, fields_of, kind_of
from cadran.kpis.reader import Reader
from cadran.members.field_rights import fixed_for, hidden_from
from cadran.members.models import Member
from cadran.members.record import Record
from cadran.workspace.find import visible
from cadran.workspace.kinds import LISTED, Listing, record_url, title_of
from cadran.workspace.seen import seen
from cadran.workspace.table import Cell, Line, few, lines, look, seen_links
from cadran.workspace.words import LOOKS, field_name, kind_names, own_names, written

MOST = 5
NOT_SHOWN = frozenset({"custom", "archived_at", "external_id", "contacts", MERGED})
KEPT = frozenset({"created_at", "archived_at", "external_id", MERGED})
"""What no form asks for."""
LISTS_OF_OWN: Mapping[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = {
    "account": (
        (
            "subscription",
            "-started_on",
            ("plan", "product", "monthly_amount", "started_on", "renews_on", "ended_on"),
        ),
        ("answer", "-at", ("survey", "score", "comment", "at")),
    ),
    "deal": (("deal_line", "pk", ("product", "quantity", "unit_price", "discount")),),
    "order": (("order_line", "pk", ("product", "quantity", "unit_price", "discount", "amount")),),
    "ticket": (("ticket_message", "-at", ("author", "at")),),
}
"""Kind → the records without a page of their own that are shown on its page: their kind, their order, their columns."""


MOVED = frozenset({"stage", "closed_at", "lost_reason"})
"""What moving a deal changes."""


@dataclass(frozen=True)
class Fact:
    """A field of a record: its name, what it holds, where that leads, and whether the member may change it here."""

    field: str
    name: str
    value: Cell
    editable: bool


@dataclass(frozen=True)
class Related:
    """Some of the records that lead to this one, and the list of them all; `done`: how many tasks of them are."""

    listing: Listing
    heads: Sequence[Cell]
    lines: Sequence[Line]
    count: int
    url: str
    new: str
    done: str = ""


@dataclass(frozen=True)
class Small:
    """Records without a page of their own."""

    kind: str
    name: str
    heads: Sequence[Cell]
    rows: Sequence[Sequence[Cell]]
    more: bool


def form_fields(listing: Listing) -> dict[str, Field]:
    """The fields that people fill in: the kind's, but for what other systems or the door fill; then the own ones."""
    left = (FieldType.LINKS, FieldType.JSON)
    fields = {
        name: described
        for name, described in fields_of(listing.kind).items()
        if described.type not in left and name not in (listing.kept | KEPT)
    }
    own = custom_fields(listing.kind)
    return {name: field for name, field in (fields | own).items() if name not in listing.hidden}


def fillable(listing: Listing, member: Member) -> frozenset[str]:
    """The fields that this member fills in of a record that exists: a deal is moved, not written, to its stage."""
    return (
        frozenset(form_fields(listing)) - fixed_for(member, listing.kind) - (MOVED if listing.kind == "deal" else set())
    )


def facts(record: Record, listing: Listing, reader: Reader, member: Member, *, may_change: bool) -> list[Fact]:
    """Every field of a record that a page shows."""
    seen, own = seen_links([record], listing, member), own_names(listing.kind, reader.language)
    fields = {name: found for name, found in fields_of(listing.kind).items() if name not in NOT_SHOWN}
    editable = fillable(listing, member) if may_change else frozenset()
    created = {"created_at": fields.pop("created_at")}
    return [
        Fact(name, field_name(name, own), cell_of(record, described, reader, seen), name in editable)
        for name, described in (fields | custom_fields(listing.kind) | created).items()
        if name not in listing.hidden
    ]


def cell_of(record: Record, field: Field, reader: Reader, seen: Mapping[str, set[int]]) -> Cell:
    """A field of a record in words; a link leads there when the member may see it."""
    set_as = LOOKS.get(field.type, "")
    if field.column == "custom":
        return Cell(written(field, read_own(field, record.custom), reader, reader.formats.currency), set_as)
    value = getattr(record, field.name)
    if field.type is FieldType.LINK and value is not None:
        target = kind_of(value)
        return Cell(title_of(value), set_as, record_url(target, value.pk) if value.pk in seen.get(target, ()) else "")
    return Cell(written(field, value, reader, getattr(record, "currency", None)), set_as)


def related(record: Record, listing: Listing, reader: Reader, member: Member) -> list[Related]:
    """The records with a page of their own that lead to this one, the newest of each kind."""
    return [_related(record, seen(LISTED[kind], member), field, reader, member) for kind, field in listing.related]


def _related(record: Record, listing: Listing, field: str, reader: Reader, member: Member) -> Related:
    found = visible(listing.kind, member).filter(**{field: record.pk}, archived_at=None)
    newest = few(found.order_by(f"-{listing.dates[0]}", "-pk"), listing, slice(MOST))
    return Related(
        listing=listing,
        heads=[
            Cell(field_name(column.field, {}), look(listing, place)) for place, column in enumerate(listing.columns)
        ],
        lines=lines(newest, listing, reader, member),
        count=found.count(),
        url=f"{listing.url}?{field}={record.pk}",
        new=f"{listing.url}/new?{field}={record.pk}" if field != "contacts" else "",
        done=_done(found) if listing.kind == "activity" else "",
    )


def _done(tasks: QuerySet[Record]) -> str:
    """How far a task is, by those under it."""
    counts = tasks.aggregate(done=Count("pk", filter=Q(done_at__isnull=False)), all=Count("pk"))
    return _("%(done)s of %(all)s done") % counts if counts["all"] else ""


def small_lists(record: Record, listing: Listing, reader: Reader, member: Member) -> list[Small]:
    """The records without a page of their own that lead to this one."""
    shown = []
    for kind, order, every in LISTS_OF_OWN.get(listing.kind, ()):
        fields, hidden = fields_of(kind), hidden_from(member, kind)
        names = [name for name in every if name not in hidden]
        if listing.kind in hidden or not names:
            continue
        links = [name for name in names if fields[name].type is FieldType.LINK]
        found = visible(kind, member).filter(**{listing.kind: record.pk}, archived_at=None).prefetch_related(*links)
        some = list(found.order_by("-pk" if order.removeprefix("-") in hidden else order, "-pk")[: 2 * MOST + 1])
        rows = [[cell_of(one, fields[name], reader, {}) for name in names] for one in some[: 2 * MOST]]
        heads = [Cell(field_name(name, {}), LOOKS.get(fields[name].type, "")) for name in names]
        if rows:
            shown.append(Small(kind, kind_names()[kind], heads, rows, len(some) > len(rows)))
    return shown
