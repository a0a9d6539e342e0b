"""The past through the door: changes that happened before their records came here."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from cadran.crm import bulk
from cadran.crm.by import By
from cadran.crm.errors import Problem, Refused, Wrong
from cadran.crm.fields import custom_fields
from cadran.crm.match import absent
from cadran.crm.records import KINDS, FieldType, fields_of
from cadran.crm.turn import writers_turn
from cadran.crm.values import as_text, clean, from_text

Identity = tuple[int, str, datetime, str | None, str | None]


@dataclass(frozen=True)
class History:
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
        known = _known(kind, {entry.record_id for entry in cleaned})
        new = list[History]()
        for entry in cleaned:
            if known[_identity(entry)]:
                known[_identity(entry)] -= 1
            else:
                new.append(entry)
        new.sort(key=lambda entry: entry.at)
        bulk.write_changes(kind, map(_happened, new), by)
    return len(new)


def _clean(kind: str, entries: list[History]) -> list[History]:
    if kind not in KINDS:
        raise Refused(kind, [Problem(None, "kind", kind, "is no kind of record")])
    fields = fields_of(kind) | custom_fields(kind)
    moment = fields["created_at"]
    problems = list[Problem]()

    @cache
    def canonical(name: str, text: str | None) -> str | None:
        if name not in fields or name == "custom":
            raise Wrong("is no field")
        return as_text(fields[name].type, from_text(fields[name], text))

    def cleaned(row: int, entry: History) -> History:
        checks: dict[str, Callable[[], Any]] = {
            "from_value": lambda: canonical(entry.field, entry.from_value),
            "to_value": lambda: canonical(entry.field, entry.to_value),
            "at": lambda: clean(moment, entry.at),
            "known_at": lambda: clean(moment, entry.known_at),
        }
        values = {}
        for name, check in checks.items():
            try:
                values[name] = check()
            except Wrong as reason:
                column = f"{entry.field} ({name})" if name.endswith("_value") else name
                problems.append(Problem(row, column, getattr(entry, name), str(reason)))
        return replace(entry, **values)

    rows = [cleaned(row, entry) for row, entry in enumerate(entries)]
    missing = absent(kind, {entry.record_id for entry in entries})
    nothing = f"there is no {kind} with this id"
    problems += [
        Problem(row, "record_id", e.record_id, nothing) for row, e in enumerate(entries) if e.record_id in missing
    ]
    if problems:
        raise Refused(kind, problems)
    return rows


def _known(kind: str, ids: set[int]) -> Counter[Identity]:
    columns = ["record_id", "field", "at", "from_value", "to_value"]
    read = bulk.reading(FieldType.MOMENT)
    rows = bulk.select("change", columns, "record_id", ids, [("record", kind)])
    return Counter((pk, field, read(at), before, after) for pk, field, at, before, after in rows)


def _happened(entry: History) -> bulk.Happened:
    return entry.record_id, entry.field, entry.from_value, entry.to_value, entry.at, entry.known_at


def _identity(entry: History) -> Identity:
    return entry.record_id, entry.field, entry.at, entry.from_value, entry.to_value
