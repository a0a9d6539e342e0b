"""A word that records share, as a channel, called otherwise in all of them at once: through the door, in one batch."""

from collections.abc import Iterable

from django.utils.translation import gettext

from cadran.crm.by import By
from cadran.crm.errors import Problem, Refused, Wrong
from cadran.crm.many import put_in_all
from cadran.crm.records import KINDS, fields_of
from cadran.crm.turn import writers_turn
from cadran.crm.values import clean


def rename(kinds: Iterable[str], field: str, old: str, new: str, *, by: By) -> int:
    """Put `new` wherever a field of these kinds says `old`, archived records too; in how many records it was put.

    Raises Refused, having written nothing, when `new` is blank or cannot be accepted.
    """
    kinds, count = list(kinds), 0
    with writers_turn():
        value = _cleaned(kinds, field, new)
        if value == old:
            return 0
        for kind in kinds:
            found = KINDS[kind]._default_manager.filter(**{field: old}).order_by("pk")
            if ids := list(found.values_list("pk", flat=True)):
                put_in_all(kind, fields_of(kind)[field], ids, (old, value), by=by)
                count += len(ids)
    return count


def _cleaned(kinds: Iterable[str], field: str, new: str) -> str:
    value = None
    for kind in kinds:
        try:
            value = clean(fields_of(kind)[field], new)
        except Wrong as reason:
            raise Refused(kind, [Problem(None, field, new, str(reason))]) from None
        if value is None:
            raise Refused(kind, [Problem(None, field, new, gettext("is blank, and must not be"))])
    return str(value)
