"""Taking back what a member wrote: the reverse changes, through the one door, as long as nothing came after."""

from collections.abc import Callable, Iterable, Sequence
from itertools import batched, groupby

from django.utils.translation import gettext

from cadran.crm.by import By
from cadran.crm.errors import Problem, Refused
from cadran.crm.field_rights import refuse_fixed
from cadran.crm.fields import custom_fields
from cadran.crm.many import Value, put_in_all
from cadran.crm.match import MERGED, merges
from cadran.crm.models import Change, Origin
from cadran.crm.records import KINDS, Field, FieldType, fields_of
from cadran.crm.rules import columns_ruled
from cadran.crm.save import archive, change, text_of
from cadran.crm.turn import writers_turn
from cadran.crm.values import from_text
from cadran.members.models import Member
from cadran.members.record import Record

type OfOne = tuple[Record, list[Change]]


def written_together(pk: int, member: Member) -> list[OfOne]:
    """What this member wrote at once, of which this change was the first: each record with its changes.

    Changes belong together by their batch. Nothing when the change is somebody else's or has no batch.
    """
    first = Change.objects.filter(pk=pk, member=member, origin=Origin.MEMBER, batch__isnull=False).first()
    if first is None:
        return []
    found = list(
        Change.objects.filter(pk__gte=pk, batch=first.batch, member=member).order_by("record", "record_id", "pk")
    )
    records = {
        kind: KINDS[kind]._default_manager.in_bulk([one.record_id for one in of_kind])
        for kind, of_kind in groupby(found, key=lambda one: one.record)
    }
    return [
        (records[kind][record], list(changes))
        for (kind, record), changes in groupby(found, key=lambda one: (one.record, one.record_id))
    ]


def undo(together: Sequence[OfOne], *, by: By) -> list[Change]:
    """Take it back: fields are as they were before, and what was made is archived.

    Raises Refused, having written nothing, when one of these fields has changed since.
    """
    written = list[Change]()
    with writers_turn():
        alike, alone = _alike(together)
        for (kind, name, before, after), ids in alike.items():
            written += _back(kind, fields_of(kind)[name], ids, (before, after), by)
        for record, changes in alone:
            if any(not one.field for one in changes):
                written += archive(record, by=by)
            else:
                written += _reverse(record, changes, by)
    return written


type Turn = tuple[str, str, Value, Value]

_AS_VALUES: dict[FieldType, Callable[[str], Value]] = {
    FieldType.LINK: int,
    FieldType.TEXT: str,
    FieldType.CHOICE: str,
}


def _alike(together: Sequence[OfOne]) -> tuple[dict[Turn, list[int]], list[OfOne]]:
    """The records of which one field that no rule binds went from one value to another, as when they followed a merge
    or a word was renamed: by kind, field, what it was and is. And the others.
    """
    alike, alone = dict[Turn, list[int]](), list[OfOne]()
    for record, changes in together:
        one = changes[0]
        field = fields_of(one.record).get(one.field)
        if field is not None and len(changes) == 1 and one.from_value and one.to_value and _free(one.record, field):
            value = _AS_VALUES[field.type]
            turn = (one.record, one.field, value(one.from_value), value(one.to_value))
            alike.setdefault(turn, []).append(one.record_id)
        else:
            alone.append((record, changes))
    return alike, alone


def _free(kind: str, field: Field) -> bool:
    """Whether no rule looks at a field: nothing refuses the value that it had before."""
    if field.type is FieldType.LINK:
        return field.name != MERGED and field.target is not None and merges(field.target)
    return field.type in _AS_VALUES and field.column not in columns_ruled(kind)


def _back(kind: str, field: Field, ids: Sequence[int], turn: tuple[Value, Value], by: By) -> Iterable[Change]:
    before, after = turn
    if field.type is not FieldType.LINK:  # links followed a merge, which nobody wrote one by one
        refuse_fixed(kind, {field.name: str(before)}, by)
    still = KINDS[kind]._default_manager.filter(**{field.name: after})
    there = {pk for some in batched(ids, 5_000) for pk in still.filter(pk__in=some).values_list("pk", flat=True)}
    if elsewhere := sorted(set(ids) - there):
        raise Refused(kind, [Problem(None, field.name, pk, gettext("has changed since")) for pk in elsewhere])
    return put_in_all(kind, field, ids, (after, before), by=by)


def _reverse(record: Record, changes: Sequence[Change], by: By) -> list[Change]:
    kind = changes[0].record
    fields = fields_of(kind) | custom_fields(kind)
    record.refresh_from_db()
    later = [
        Problem(None, one.field, one.to_value, gettext("has changed since"))
        for one in changes
        if one.field not in fields or text_of(record, fields[one.field]) != one.to_value
    ]
    if later:
        raise Refused(kind, later)
    return change(record, {one.field: from_text(fields[one.field], one.from_value) for one in changes}, by=by)
