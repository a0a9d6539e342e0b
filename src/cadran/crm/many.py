"""One value put in one field of many records at once, in few statements, each with its change row."""

from collections.abc import Sequence
from datetime import UTC, datetime

from django.db.models import QuerySet

from cadran.crm import bulk
from cadran.crm.by import By
from cadran.crm.models import Change
from cadran.crm.records import Field, FieldType
from cadran.crm.turn import writers_turn

type Value = str | int
"""A text, or the id of the record that a link leads to."""


def put_in_all(kind: str, field: Field, ids: Sequence[int], turn: tuple[Value, Value], *, by: By) -> QuerySet[Change]:
    """Let a field of these records, a text or a link, say the second of `turn` instead of the first.

    The caller has seen, in the same writers' turn, that each of them says the first, and that no rule of the kind binds
    the field. Gives what was written, read when it is looked at.
    """
    before, after = turn
    with writers_turn():
        last = _last()
        if ids:
            stored = bulk.storing(FieldType.MOMENT)(datetime.now(UTC))
            bulk.update(kind, [field.column, "updated_at"], ((after, stored, pk) for pk in ids))
            bulk.write_changes(kind, ((pk, field.name, str(before), str(after), stored, stored) for pk in ids), by)
        return Change.objects.filter(pk__gt=last, pk__lte=_last()).order_by("pk")


def _last() -> int:
    return Change.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
