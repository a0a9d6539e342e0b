"""What looks like a record: said beside its form and on its page.

Everybody is told of records that he may see and of no other: what he may not see resembles nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from cadran.crm.alike import COLUMNS, REGISTRATION, Sign, alike, marks_of
from cadran.crm.fields import PREFIX
from cadran.crm.match import MERGED, end_of
from cadran.crm.records import kind_of
from cadran.members.field_rights import hidden_from
from cadran.members.models import Member
from cadran.members.record import Record
from cadran.workspace.find import visible
from cadran.workspace.inputs import id_in
from cadran.workspace.kinds import LISTED, Listing, record_url, title_of
from cadran.workspace.models import Apart

MOST = 3


@dataclass(frozen=True)
class Alike:
    """A record that looks like the one in hand: what it is called, where it is, what both have in common."""

    pk: int
    title: str
    url: str
    common: str


def sign_words(signs: Sequence[Sign]) -> str:
    """What records have in common, as a sentence's end."""
    words = {
        Sign.EMAIL: _("the same e-mail"),
        Sign.REGISTRATION: _("the same registration number"),
        Sign.DOMAIN: _("the same web domain"),
        Sign.PHONE: _("the same telephone and last name"),
        Sign.NAME: _("the same name"),
    }
    return ", ".join(words[sign] for sign in signs)


def like_record(record: Record, member: Member) -> list[Alike]:
    """What looks like a record that is not archived, but for what was said to be something else."""
    kind = kind_of(record)
    if kind not in COLUMNS or record.archived_at is not None:
        return []
    return _alike(LISTED[kind], _values(record), member, {record.pk, *apart_from(kind, record.pk)})


def like_form(listing: Listing, given: QueryDict, member: Member, record: Record | None = None) -> list[Alike]:
    """What looks like the record that a form describes: a new one, or this one changed."""
    if listing.kind not in COLUMNS:
        return []
    values = _values(record) if record else {"custom": {}}
    values |= {column: given[column] for column in COLUMNS[listing.kind] if column in given}
    if "account" in given:
        values["account_id"] = id_in(given.get("account", ""))
    own = {name.removeprefix("custom."): value for name, value in given.items() if name.startswith("custom.")}
    values["custom"] = values["custom"] | own
    return _alike(listing, values, member, {record.pk, *apart_from(listing.kind, record.pk)} if record else set())


def _values(record: Record) -> dict[str, Any]:
    return {column: getattr(record, column) for column in COLUMNS[kind_of(record)]}


def _alike(listing: Listing, values: Mapping[str, Any], member: Member, but: Collection[int]) -> list[Alike]:
    seen = visible(listing.kind, member)
    found = alike(listing.kind, marks_of(listing.kind, _seen_of(listing.kind, values, member)), seen, but)[:MOST]
    records = seen.in_bulk([pk for pk, _signs in found])
    return [
        Alike(pk, title_of(records[pk]), record_url(listing.kind, pk), sign_words(signs))
        for pk, signs in found
        if pk in records
    ]


def _seen_of(kind: str, values: Mapping[str, Any], member: Member) -> dict[str, Any]:
    """The values without those of fields that are hidden from the member: nothing is found by them for him."""
    hidden = hidden_from(member, kind)
    own = {key: value for key, value in values.get("custom", {}).items() if PREFIX + key not in hidden}
    return {name: value for name, value in values.items() if name.removesuffix("_id") not in hidden} | {"custom": own}


def signs_seen(kind: str, signs: Sequence[Sign], member: Member) -> tuple[Sign, ...]:
    """Those of the signs that records share which the member sees."""
    hidden = hidden_from(member, kind)
    unseen = {sign for sign in (Sign.EMAIL, Sign.DOMAIN, Sign.PHONE) if sign.value in hidden}
    if any(name.removeprefix(PREFIX) in REGISTRATION for name in hidden):
        unseen.add(Sign.REGISTRATION)
    return tuple(sign for sign in signs if sign not in unseen)


def apart_from(kind: str, pk: int) -> set[int]:
    """The records that are not the same as this one, as somebody said."""
    said = Apart.objects.filter(Q(first=pk) | Q(second=pk), kind=kind).values_list("first", "second")
    return {one for pair in said for one in pair} - {pk}


def held_by(record: Record, member: Member) -> Record | None:
    """The record that holds this one since they were merged, when the member may see it."""
    kind = kind_of(record)
    if not getattr(record, MERGED + "_id", None):
        return None
    went = dict(type(record)._default_manager.exclude(**{MERGED: None}).values_list("pk", MERGED))
    return visible(kind, member).filter(pk=end_of(record.pk, went)).exclude(pk=record.pk).first()


def went_in(record: Record, member: Member) -> list[tuple[Record, str]]:
    """The records that went into this one, as far as the member sees them, and where each is still shown."""
    kind = kind_of(record)
    if kind not in COLUMNS:
        return []
    found = visible(kind, member).filter(**{MERGED: record.pk}).order_by("pk")
    return [(one, record_url(kind, one.pk) + "?itself=1") for one in found]


def fuller_first(one: Record, other: Record) -> tuple[Record, Record]:
    """Two records, the one that says more first; of two that say as much, the one written last."""

    def said(record: Record) -> tuple[int, object]:
        filled = sum(getattr(record, field.attname) not in (None, "", {}) for field in record._meta.concrete_fields)
        return filled + len(record.custom), record.updated_at

    return (one, other) if said(one) >= said(other) else (other, one)
