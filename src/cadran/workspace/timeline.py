"""What happened to a record: its changes (who, when, from what to what) and what people did about it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from cadran.crm.errors import Wrong
from cadran.crm.fields import custom_fields
from cadran.crm.models import Change, Origin
from cadran.crm.records import KINDS, Field, FieldType, fields_of, kind_of
from cadran.crm.values import from_text
from cadran.kpis.reader import Reader
from cadran.members.field_rights import hidden_from
from cadran.members.models import Member
from cadran.members.record import Record
from cadran.workspace.find import visible
from cadran.workspace.kinds import LISTED, record_url, title_of
from cadran.workspace.resembling import went_in
from cadran.workspace.seen import seen
from cadran.workspace.words import BLANK, field_name, own_names, value_name, written

MOST = 60
ACTED_ON = ("lead", "contact", "account", "deal", "ticket")


@dataclass(frozen=True)
class Turn:
    """A field that took another value."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """Something that happened: when, by whom, what; the fields that changed, or where it leads."""

    at: datetime
    when: str
    who: str
    what: str
    turns: Sequence[Turn] = ()
    title: str = ""
    url: str = ""


def timeline(record: Record, reader: Reader, member: Member) -> list[Entry]:
    """The last things that happened to a record, and around it as far as the member may see."""
    entries = [*_changes(record, reader, member), *_acts(record, reader, member), *_around(record, reader, member)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:MOST]


def _changes(record: Record, reader: Reader, member: Member) -> Iterator[Entry]:
    kind = kind_of(record)
    hidden = hidden_from(member, kind)
    found = Change.objects.filter(record=kind, record_id=record.pk).select_related("member")
    newest = list(found.order_by("-at", "-pk")[: 2 * MOST])
    fields, own = fields_of(kind) | custom_fields(kind), own_names(kind, reader.language)
    names = _names_of_links(newest, fields, member)
    currency = getattr(record, "currency", None)
    for (at, *_who), together in groupby(newest, key=lambda change: (change.at, change.member_id, change.batch)):
        changes = list(together)
        after, currency = currency, next((one.from_value for one in changes if one.field == "currency"), currency)
        turns = [
            Turn(field_name(one.field, own), *_sides(one, fields.get(one.field), names, (currency, after), reader))
            for one in reversed(changes)
            if one.field and one.field != "archived_at" and one.field not in hidden
        ]
        if turns or not all(one.field in hidden for one in changes):
            yield Entry(at, reader.formats.moment(at), _by(changes[0]), _what(changes), turns)


def _what(changes: Sequence[Change]) -> str:
    fields = {change.field: change for change in changes}
    if "" in fields:
        return _("Created")
    if "archived_at" in fields:
        return _("Archived") if fields["archived_at"].to_value else _("Taken out of the archive")
    return _("Changed")


def _by(change: Change) -> str:
    if change.member is not None:
        return str(change.member)
    words = {Origin.IMPORT: _("Import"), Origin.AUTOMATION: _("Automation"), Origin.API: _("API")}
    return words.get(Origin(change.origin), "")


def _sides(
    change: Change,
    field: Field | None,
    names: Mapping[tuple[str, int], str],
    currencies: tuple[str | None, str | None],
    reader: Reader,
) -> tuple[str, str]:
    """Both sides of a change, amounts in the currencies that the record had before and after it."""
    sides = zip((change.from_value, change.to_value), currencies, strict=True)
    before, after = (_told(text, field, names, currency, reader) for text, currency in sides)
    return before, after


def _told(
    text: str | None, field: Field | None, names: Mapping[tuple[str, int], str], currency: str | None, reader: Reader
) -> str:
    if text is None:
        return BLANK
    if field is None:
        return text
    try:
        value: Any = from_text(field, text)
    except Wrong:
        return text
    if field.type is FieldType.LINK:
        return names.get((field.target or "", value), f"{field_name(field.target or '', {})} {value}")
    if field.type is FieldType.LINKS:
        return ", ".join(names.get((field.target or "", pk), str(pk)) for pk in value) or BLANK
    own = field.column == "custom" or currency is None
    return written(field, value, reader, reader.formats.currency if own else currency)


def _names_of_links(
    changes: Iterable[Change], fields: Mapping[str, Field], member: Member
) -> dict[tuple[str, int], str]:
    """What the links in these changes lead to, by kind and id: of records with a page, those the member may see."""
    wanted = dict[str, set[int]]()
    for change in changes:
        field = fields.get(change.field)
        if field and field.target:
            for text in filter(None, (change.from_value, change.to_value)):
                value = from_text(field, text)
                wanted.setdefault(field.target, set()).update(value if isinstance(value, list) else [value])
    names = dict[tuple[str, int], str]()
    for kind, ids in wanted.items():
        found = visible(kind, member) if kind in LISTED else KINDS[kind]._default_manager.all()
        names |= {(kind, record.pk): title_of(record) for record in found.filter(pk__in=ids)}
    return names


def _acts(record: Record, reader: Reader, member: Member) -> Iterator[Entry]:
    kind = kind_of(record)
    hidden = hidden_from(member, "activity")
    if kind not in ACTED_ON or kind in hidden:
        return
    found: Any = visible("activity", member).filter(**{kind: record.pk}, archived_at=None)
    for act in found.select_related("owner").order_by("-at", "-pk")[:MOST]:
        at = next((at for at in _moments(act, hidden) if at), act.created_at)
        what = value_name("kind", act.kind).capitalize()
        yield Entry(
            at, reader.formats.moment(at), str(act.owner or ""), what, (), title_of(act), record_url("activity", act.pk)
        )


def _moments(act: Any, hidden: Collection[str]) -> list[datetime | None]:
    """When an activity was held, else done, as far as that is seen."""
    return [getattr(act, name) for name in ("at", "done_at") if name not in hidden]


def _around(record: Record, reader: Reader, member: Member) -> Iterator[Entry]:
    """What came to hang on a record: orders placed, tickets opened, deals begun."""
    kind = kind_of(record)
    for went, url in went_in(record, member):
        at = went.archived_at or went.updated_at
        yield Entry(at, reader.formats.moment(at), "", _("Went into this one"), (), title_of(went), url)
    for other, field in seen(LISTED[kind], member).related:
        listing = seen(LISTED[other], member)
        if other != "activity":
            date = listing.dates[0]
            newest: Any = visible(other, member).filter(**{field: record.pk}, archived_at=None)
            for found in newest.select_related("owner").order_by(f"-{date}", "-pk")[: MOST // 2]:
                at = getattr(found, date)
                yield Entry(
                    at,
                    reader.formats.moment(at),
                    str(found.owner or ""),
                    str(listing.one),
                    (),
                    title_of(found),
                    record_url(other, found.pk),
                )
