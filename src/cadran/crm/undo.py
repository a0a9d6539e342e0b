"""Taking back what a member wrote: the reverse changes, through the one door, as long as nothing came after."""

from collections.abc import Sequence
from itertools import batched, groupby

from django.utils.translation import gettext

from cadran.crm.by import By
from cadran.crm.errors import Problem, Refused
from cadran.crm.fields import custom_fields
from cadran.crm.match import MERGED, merges
from cadran.crm.merge import relink
from cadran.crm.models import Change, Origin
from cadran.crm.records import KINDS, Field, FieldType, fields_of
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
        followed, alone = _followed(together)
        for (kind, name, before, after), ids in followed.items():
            written += _back(kind, fields_of(kind)[name], ids, (before, after), by)
        for record, changes in alone:
            if any(not one.field for one in changes):
                written += archive(record, by=by)
            else:
                written += _reverse(record, changes, by)
    return written


type Turn = tuple[str, str, int, int]


def _followed(together: Sequence[OfOne]) -> tuple[dict[Turn, list[int]], list[OfOne]]:
    """The records that only followed a merge, by kind, link, where it led and leads now; and the others."""
    followed, alone = dict[Turn, list[int]](), list[OfOne]()
    for record, changes in together:
        one = changes[0]
        field = fields_of(one.record).get(one.field)
        link = field is not None and field.type is FieldType.LINK and field.target and merges(field.target)
        if link and len(changes) == 1 and one.field != MERGED and one.from_value and one.to_value:
            turn = (one.record, one.field, int(one.from_value), int(one.to_value))
            followed.setdefault(turn, []).append(one.record_id)
        else:
            alone.append((record, changes))
    return followed, alone


def _back(kind: str, field: Field, ids: Sequence[int], turn: tuple[int, int], by: By) -> list[Change]:
    before, after = turn
    linking = KINDS[kind]._default_manager.filter(**{field.name: after})
    there = {pk for some in batched(ids, 5_000) for pk in linking.filter(pk__in=some).values_list("pk", flat=True)}
    if elsewhere := sorted(set(ids) - there):
        raise Refused(kind, [Problem(None, field.name, pk, "has changed since") for pk in elsewhere])
    return relink(kind, field, ids, (after, before), by=by)


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
