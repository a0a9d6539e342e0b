"""Taking back what a member wrote: the reverse changes, through the one door, as long as nothing came after."""

from collections.abc import Sequence
from itertools import groupby

from django.utils.translation import gettext

from cadran.crm.by import By
from cadran.crm.errors import Problem, Refused
from cadran.crm.fields import custom_fields
from cadran.crm.models import Change, Origin
from cadran.crm.records import KINDS, fields_of
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
    found = Change.objects.filter(pk__gte=pk, batch=first.batch, member=member).order_by("record", "record_id", "pk")
    return [
        (KINDS[kind]._default_manager.get(pk=record), list(changes))
        for (kind, record), changes in groupby(found, key=lambda one: (one.record, one.record_id))
    ]


def undo(together: Sequence[OfOne], *, by: By) -> list[Change]:
    """Take it back: fields are as they were before, and what was made is archived.

    Raises Refused, having written nothing, when one of these fields has changed since.
    """
    written = list[Change]()
    with writers_turn():
        for record, changes in together:
            if any(not one.field for one in changes):
                written += archive(record, by=by)
            else:
                written += _reverse(record, changes, by)
    return written


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
