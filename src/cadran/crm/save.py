"""The one door for writes: every record is made and changed here, with its change rows in the same transaction.

One record at a time: `create`, `change`, `archive`, `restore`. Many at once: `load`, and the past: `load_history`.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext

from cadran.crm.by import By
from cadran.crm.errors import Problem, Refused, Wrong
from cadran.crm.field_rights import refuse_fixed, refuse_given
from cadran.crm.fields import PREFIX, custom_fields, put, read
from cadran.crm.load import Loaded, load
from cadran.crm.match import absent
from cadran.crm.models import Change, Organisation
from cadran.crm.past import History, load_history
from cadran.crm.records import KINDS, Field, FieldType, fields_of, kind_of
from cadran.crm.turn import writers_turn
from cadran.crm.values import as_text, clean
from cadran.members.record import Record

__all__ = [
    "By",
    "History",
    "Loaded",
    "Refused",
    "archive",
    "change",
    "create",
    "load",
    "load_history",
    "restore",
]


def create(kind: str, values: Mapping[str, Any], *, by: By, at: datetime | None = None) -> Record:
    """Make one record. `at` is when it began (default: now).

    Values are named by field ("owner"), by column ("owner_id") or by own field ("custom.segment").
    Raises Refused, having written nothing, when a name is unknown or a value cannot be accepted.
    """
    now = datetime.now(UTC)
    with writers_turn():
        fields = _fields(kind)
        given = {name: value for name, value in values.items() if name != "connection"}
        if at is not None:
            given["created_at"] = at
        blank = {field.name: None for field in fields_of(kind).values() if field.type not in _LATER}
        named = _by_name(kind, fields, given)
        cleaned = _cleaned(kind, fields, blank | named)
        refuse_given(kind, {name: as_text(fields[name].type, cleaned[name]) for name in named}, by)
        record = KINDS[kind](connection=_connection(kind, values), updated_at=now)
        _assign(record, fields, cleaned)
        _check(kind, record)
        record.save(force_insert=True)
        _assign_links(record, fields, cleaned)
        _write_changes(record, {"": (None, None)}, by=by, at=record.created_at, known_at=now)
    return record


def change(record: Record, values: Mapping[str, Any], *, by: By, at: datetime | None = None) -> list[Change]:
    """Change fields of a record, and give the changes made: one for each field whose value is another.

    `at` is when it happened (default: now). The record is compared as it is in the database, and the one given is
    brought up to date. Raises Refused, having written nothing, when a name is unknown or a value cannot be accepted.
    """
    kind, now = kind_of(record), datetime.now(UTC)
    with writers_turn():
        fields = _fields(kind)
        cleaned = _cleaned(kind, fields, _by_name(kind, fields, values))
        happened = now if at is None else _cleaned(kind, fields, {"created_at": at})["created_at"]
        current = KINDS[kind]._default_manager.select_for_update().get(pk=record.pk)
        before = {name: text_of(current, fields[name]) for name in cleaned}
        after = {name: as_text(fields[name].type, value) for name, value in cleaned.items()}
        changed = {name: (before[name], after[name]) for name in cleaned if before[name] != after[name]}
        refuse_fixed(kind, {name: now_put for name, (_, now_put) in changed.items()}, by)
        if changed:
            _assign(current, fields, cleaned)
            current.updated_at = now
            _check(kind, current)
            current.save(force_update=True)
            _assign_links(current, fields, cleaned)
        written = _write_changes(current, changed, by=by, at=happened, known_at=now)
    _bring_up_to_date(record, current)
    return written


def archive(record: Record, *, by: By) -> list[Change]:
    """Put a record away: it stays, with its history, and is no longer listed. One that is archived stays as it is."""
    return [] if record.archived_at else change(record, {"archived_at": datetime.now(UTC)}, by=by)


def restore(record: Record, *, by: By) -> list[Change]:
    """Take a record back from the archive; one that had gone into another is itself again, without what moved there."""
    alone = {"merged_into": None} if "merged_into" in fields_of(kind_of(record)) else {}
    return change(record, {"archived_at": None, **alone}, by=by)


def text_of(record: Record, field: Field) -> str | None:
    """A field of a record as a change would write it."""
    if field.name.startswith(PREFIX):
        return as_text(field.type, read(field, record.custom))
    if field.type is FieldType.LINKS:
        return as_text(field.type, sorted(getattr(record, field.name).values_list("pk", flat=True)))
    return as_text(field.type, getattr(record, field.column))


_LATER = frozenset({FieldType.LINKS, FieldType.JSON})  # written after the record, or with a value by themselves


def _fields(kind: str) -> dict[str, Field]:
    if kind not in KINDS:
        raise Refused(kind, [Problem(None, "kind", kind, gettext("is no kind of record"))])
    return {**fields_of(kind), **custom_fields(kind)}


def _by_name(kind: str, fields: Mapping[str, Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values under the names of their fields: `owner_id` is `owner`, and `custom` is its keys."""
    columns = {field.column: name for name, field in fields.items() if field.type is FieldType.LINK}
    own = values.get("custom", {})
    spread = {PREFIX + key: value for key, value in own.items()} if isinstance(own, Mapping) else {"custom": own}
    given = {columns.get(name, name): value for name, value in values.items() if name != "custom"} | spread
    names = fields.keys() - {"custom"}
    unknown = given.keys() - names
    if unknown:
        reason = gettext("is no field; there are %(names)s") % {"names": ", ".join(sorted(names))}
        raise Refused(kind, [Problem(None, name, value, reason) for name, value in given.items() if name in unknown])
    return given


def _cleaned(kind: str, fields: Mapping[str, Field], values: Mapping[str, Any]) -> dict[str, Any]:
    cleaned, problems = dict[str, Any](), list[Problem]()
    for name, value in values.items():
        try:
            cleaned[name] = clean(fields[name], value)
        except Wrong as reason:
            problems.append(Problem(None, name, value, str(reason)))
    for name, value in cleaned.items():
        ids = value if fields[name].type is FieldType.LINKS else [value]
        if value and (target := fields[name].target):
            nothing = gettext("there is no %(kind)s with this id") % {"kind": target}
            problems.extend(Problem(None, name, pk, nothing) for pk in sorted(absent(target, ids)))
    if problems:
        raise Refused(kind, problems)
    if cleaned.get("currency", "") is None:
        cleaned["currency"] = Organisation.current().currency
    return cleaned


def _connection(kind: str, values: Mapping[str, Any]) -> str:
    value = values.get("connection", "")
    if not isinstance(value, str):
        raise Refused(kind, [Problem(None, "connection", value, gettext("is not text"))])
    return value


def _assign(record: Record, fields: Mapping[str, Field], cleaned: Mapping[str, Any]) -> None:
    for name, value in cleaned.items():
        field = fields[name]
        if name.startswith(PREFIX):
            record.custom = put(record.custom, field, value)
        elif field.type is not FieldType.LINKS:
            setattr(record, field.column, value)


def _assign_links(record: Record, fields: Mapping[str, Field], cleaned: Mapping[str, Any]) -> None:
    for name, value in cleaned.items():
        if fields[name].type is FieldType.LINKS:
            getattr(record, name).set(value or [])


def _check(kind: str, record: Record) -> None:
    """What the model itself refuses: links to nothing, names that are taken, ends before beginnings."""
    try:
        record.full_clean()
    except ValidationError as error:
        raise Refused(
            kind,
            [
                Problem(None, "" if name == NON_FIELD_ERRORS else name, _in_hand(record, name), " ".join(reasons))
                for name, reasons in error.message_dict.items()
            ],
        ) from None


def _in_hand(record: Record, name: str) -> object:
    return vars(record).get(name, vars(record).get(f"{name}_id"))


def _write_changes(
    record: Record, fields: Mapping[str, tuple[str | None, str | None]], *, by: By, at: datetime, known_at: datetime
) -> list[Change]:
    return Change.objects.bulk_create(
        Change(
            record=kind_of(record),
            record_id=record.pk,
            field=name,
            from_value=before,
            to_value=after,
            at=at,
            known_at=known_at,
            origin=by.origin,
            member=by.member,
            batch=by.batch,
        )
        for name, (before, after) in fields.items()
    )


def _bring_up_to_date(record: Record, current: Record) -> None:
    for field in current._meta.concrete_fields:
        setattr(record, field.attname, getattr(current, field.attname))
    record._state.fields_cache.clear()
