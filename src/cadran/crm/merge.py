"""Two records that are one: what hangs on the one moves to the other, and the one is archived with where it went.

All of it is written through the door, in one transaction and one batch: history, facts and undo follow.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext

from cadran.crm.by import By
from cadran.crm.errors import Problem, Refused
from cadran.crm.many import put_in_all
from cadran.crm.match import MERGED, merges
from cadran.crm.models import Change
from cadran.crm.records import KINDS, Field, FieldType, fields_of, kind_of
from cadran.crm.save import change, text_of
from cadran.crm.turn import writers_turn
from cadran.members.record import Record


def merge(kept: Record, other: Record, values: Mapping[str, Any], *, by: By) -> list[Change]:
    """Let a record go into another of its kind: the first change is the other's. `values` are put into the one kept.

    Whatever links to the other links to the kept afterwards, archived records too. Raises Refused, having written
    nothing, when they are no two present records of one kind that merges, or a value cannot be accepted.
    """
    kind = kind_of(kept)
    with writers_turn():
        _refuse(kept, other)
        written = change(other, {"archived_at": datetime.now(UTC), MERGED: kept.pk}, by=by)
        for linking, field in links_to(kind):
            written += _move(linking, field, kept, other, by)
        kept.refresh_from_db()
        return written + change(kept, {**values, **_above(kind, kept, other, values)}, by=by)


def proposed(kept: Record, other: Record, fields: Mapping[str, Field]) -> frozenset[str]:
    """The fields whose value to take from the other: those that only it fills, and those that were written in it last.

    What nobody wrote since its record was made was written before everything that somebody did.
    """
    kind, both = kind_of(kept), {str(kept.pk), str(other.pk)}
    mine_at, theirs_at = _written_at(kept), _written_at(other)
    found = set[str]()
    for name, field in fields.items():
        mine, theirs = (text_of(one, field) for one in (kept, other))
        if theirs is None or (field.target == kind and theirs in both):
            continue
        only = mine is None or (field.target == kind and mine in both)
        if only or (name in theirs_at and (name not in mine_at or mine_at[name] < theirs_at[name])):
            found.add(name)
    return frozenset(found)


def _written_at(record: Record) -> dict[str, tuple[datetime, int]]:
    """When each field of a record was last changed, and by which change of that moment."""
    rows = Change.objects.filter(record=kind_of(record), record_id=record.pk).exclude(field="").order_by("at", "pk")
    return {field: (at, pk) for field, at, pk in rows.values_list("field", "at", "pk")}


def links_to(kind: str) -> Iterator[tuple[str, Field]]:
    """Every field of every kind that leads to records of this kind, but for where merged ones went."""
    for linking in KINDS:
        for field in fields_of(linking).values():
            if field.target == kind and field.name != MERGED:
                yield linking, field


def _refuse(kept: Record, other: Record) -> None:
    kind, reason = kind_of(kept), ""
    if not merges(kind) or kind_of(other) != kind or kept.pk == other.pk:
        reason = gettext("is no other record of its kind to merge")
    elif archived := [one for one in (kept, other) if one.archived_at]:
        reason = gettext("cannot be merged: record %(pk)d is archived") % {"pk": archived[0].pk}
    if reason:
        raise Refused(kind, [Problem(None, MERGED, other.pk, reason)])


def _move(kind: str, field: Field, kept: Record, other: Record, by: By) -> list[Change]:
    """Let the records of a kind that link to the other link to the kept."""
    linking = KINDS[kind]._default_manager.filter(**{field.name: other.pk}).order_by("pk")
    if field.type is FieldType.LINKS:
        written = list[Change]()
        for record in linking:
            linked = set(getattr(record, field.name).values_list("pk", flat=True)) - {other.pk} | {kept.pk}
            if record == kept:  # which completes itself no more than it did
                linked.discard(kept.pk)
            written += change(record, {field.name: sorted(linked)}, by=by)
        return written
    ids = [pk for pk in linking.values_list("pk", flat=True) if kind != kind_of(kept) or pk != kept.pk]
    return list(put_in_all(kind, field, ids, (other.pk, kept.pk), by=by))


def _above(kind: str, kept: Record, other: Record, values: Mapping[str, Any]) -> dict[str, int | None]:
    """Links of the kept to its own kind (what it is a part of): to what is above both, and never round in a circle."""
    found = dict[str, int | None]()
    for field in fields_of(kind).values():
        if field.target == kind and field.type is FieldType.LINK and field.name != MERGED:
            above = values.get(field.name, getattr(kept, field.column))
            if above == other.pk:
                above = getattr(other, field.column)
            found[field.name] = None if _leads(kind, field, above, kept.pk) else above
    return found


def _leads(kind: str, field: Field, start: int | None, end: int) -> bool:
    at, seen = start, set[int]()
    while at is not None and at not in seen:
        if at == end:
            return True
        seen.add(at)
        at = KINDS[kind]._default_manager.filter(pk=at).values_list(field.column, flat=True).first()
    return False
