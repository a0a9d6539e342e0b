"""The past through the door: changes that happened before their records came here."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from django.utils.translation import gettext

from cadran.crm import bulk
from cadran.crm.by import By
from cadran.crm.columns import clean_column
from cadran.crm.errors import Problem, Refused, Wrong
from cadran.crm.fields import custom_fields
from cadran.crm.match import absent
from cadran.crm.records import KINDS, Field, FieldType, fields_of
from cadran.crm.turn import writers_turn
from cadran.crm.values import as_text, from_text

AT = itemgetter(4)  # of what happened


class History(NamedTuple):
    """A change that happened `at` a moment and was known here at another; values as changes write them."""

    record_id: int
    field: str
    from_value: str | None
    to_value: str | None
    at: datetime
    known_at: datetime


def load_history(kind: str, entries: Iterable[History], *, by: By) -> int:
    """Add changes of the past to records that are here, and say how many were new.

    The records stay as they are. An entry that is known already (same record, field, moment and values, as many times)
    is skipped.
    Raises Refused, having written nothing, when a field, value, moment or record is not one.
    """
    cleaned = _clean(kind, list(entries))
    with writers_turn():
        known = _known(kind, cleaned)
        new = list[bulk.Happened]()
        for entry in cleaned:
            if known and known[entry[:-1]]:
                known[entry[:-1]] -= 1
            else:
                new.append(entry)
        new.sort(key=AT)
        bulk.write_changes(kind, new, by)
    return len(new)


def _clean(kind: str, entries: Sequence[History]) -> list[bulk.Happened]:
    """The entries with their values as changes write them and their moments as stored, cleaned column by column."""
    if kind not in KINDS:
        raise Refused(kind, [Problem(None, "kind", kind, gettext("is no kind of record"))])
    if not entries:
        return []
    fields = fields_of(kind) | custom_fields(kind)
    problems = list[Problem]()
    records, names, *values_and_moments = zip(*entries, strict=True)
    before, after, happened, known = values_and_moments
    values = [
        _texts(fields, names, texts, side, problems) for side, texts in (("from_value", before), ("to_value", after))
    ]
    put = bulk.storing(FieldType.MOMENT)
    moments = [
        clean_column(replace(fields["created_at"], name=name), column, problems, put)
        for name, column in (("at", happened), ("known_at", known))
    ]
    missing = absent(kind, records)
    if missing:
        nothing = gettext("there is no %(kind)s with this id") % {"kind": kind}
        problems += [Problem(row, "record_id", pk, nothing) for row, pk in enumerate(records) if pk in missing]
    if problems:
        raise Refused(kind, sorted(problems, key=lambda problem: problem.row or 0))
    return list(zip(records, names, *values, *moments, strict=True))


def _texts(
    fields: dict[str, Field],
    names: Sequence[str],
    texts: Sequence[str | None],
    side: str,
    problems: list[Problem],
) -> list[str | None]:
    """Values as changes write them; each different one is looked at once."""
    kept, wrong = dict[tuple[str, str | None], str | None](), dict[tuple[str, str | None], str]()
    for name, text in set(zip(names, texts, strict=True)):
        try:
            kept[name, text] = _canonical(fields, name, text)
        except Wrong as reason:
            wrong[name, text] = str(reason)
    given = list(zip(names, texts, strict=True))
    if wrong:
        problems.extend(
            Problem(row, f"{one[0]} ({side})", one[1], wrong[one]) for row, one in enumerate(given) if one in wrong
        )
    return [kept.get(one) for one in given]


def _canonical(fields: dict[str, Field], name: str, text: str | None) -> str | None:
    if name not in fields or name == "custom":
        raise Wrong(gettext("is no field"))
    return as_text(fields[name].type, from_text(fields[name], text))


def _known(kind: str, entries: Sequence[bulk.Happened]) -> Counter[tuple[object, ...]]:
    """What is known already of these fields of these records, as stored."""
    columns = ["record_id", "field", "from_value", "to_value", "at"]
    known = Counter[tuple[object, ...]]()
    for name in {entry[1] for entry in entries}:
        ids = {entry[0] for entry in entries if entry[1] == name}
        known.update(bulk.select("change", columns, "record_id", ids, [("record", kind), ("field", name)]))
    return known
