"""Reading changes: the history of a record, and what it was at a moment."""

from datetime import datetime
from typing import Literal

from cadran.crm.fields import custom_fields
from cadran.crm.models import Change
from cadran.crm.records import KINDS, fields_of, kind_of
from cadran.crm.save import text_of
from cadran.members.record import Record

State = dict[str, str | None]
Clock = Literal["at", "known_at"]


def history(record: Record) -> list[Change]:
    """The changes of a record, in the order in which they happened."""
    found = Change.objects.filter(record=kind_of(record), record_id=record.pk)
    return list(found.select_related("member").order_by("at", "pk"))


def state(record: Record, moment: datetime | None = None, clock: Clock = "at") -> State | None:
    """Every field of a record, as text, as it was at a moment (default: now): its row with the later changes undone.

    By the clock `at`, what was so in the world; by `known_at`, what was known here. None when it did not exist yet.
    """
    kind = kind_of(record)
    current = KINDS[kind]._default_manager.get(pk=record.pk)
    fields = {name: field for name, field in fields_of(kind).items() if name != "custom"} | custom_fields(kind)
    texts = {name: text_of(current, field) for name, field in fields.items()}
    if moment is None:
        return texts
    later = Change.objects.filter(record=kind, record_id=record.pk, **{f"{clock}__gt": moment})
    for change in later.order_by(f"-{clock}", "-pk"):
        if not change.field:
            return None
        texts[change.field] = change.from_value
    return texts
