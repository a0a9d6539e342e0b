"""Many records at once through the door: cleaned by column, matched with those here, written with their change rows."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import repeat
from typing import Any, Literal

from django.db import DataError, IntegrityError
from django.utils.translation import gettext

from cadran.crm import bulk, rules
from cadran.crm.by import By
from cadran.crm.columns import clean_column
from cadran.crm.errors import Problem, Refused
from cadran.crm.fields import PREFIX, custom_fields, kept, read
from cadran.crm.match import followed
from cadran.crm.models import Organisation
from cadran.crm.records import KINDS, Field, FieldType, fields_of
from cadran.crm.turn import writers_turn
from cadran.crm.values import as_text, json_text

State = Literal["created", "updated", "unchanged"]
Differs = tuple[str, str | None, str | None]
"""A field that a row changes: its name, what it was and what it is, as a change writes them."""

ITS_OWN = frozenset({"created_at", "archived_at"})
"""Fields that are those of a record itself, whatever it went into."""


@dataclass
class Loaded:
    """What became of the rows, in their order: the id of each, and whether created, updated or unchanged."""

    ids: list[int] = field(default_factory=list)
    states: list[State] = field(default_factory=list)


@dataclass
class Batch:
    """Rows on their way in, as columns of stored values."""

    kind: str
    connection: str
    fields: dict[str, Field]  # by column, as given: "owner_id", "custom.tier"
    columns: dict[str, Sequence[Any]]
    size: int
    now: datetime

    @property
    def plain(self) -> list[str]:
        """The columns that are columns of the table too, but for the id elsewhere."""
        return [name for name in self.columns if not name.startswith(PREFIX) and name != "external_id"]

    @property
    def own(self) -> list[str]:
        """The organisation's own fields, which are all in the column `custom`."""
        return [name for name in self.columns if name.startswith(PREFIX)]


def load(
    kind: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    connection: str,
    by: By,
    believe: bool = False,
) -> Loaded:
    """Create or update a batch of records (some tens of thousands at a time keep memory small), with their change rows.

    Columns name fields ("name", "custom.tier"; links as "owner_id", with ids); rows are tuples in that order, of typed
    values. A row updates the record that came from this connection with the same `external_id`, and creates one
    otherwise; what the row of one that went into another says anew is put into the one that holds it. `created_at` is
    when a record began (blank: now); `believe` takes the source's word for it: a creation was known when it happened.
    Raises Refused, having written nothing, with every value that cannot be accepted.
    """
    batch = _batch(kind, columns, rows, connection)
    if not batch.size:
        return Loaded()
    try:
        with writers_turn():
            known = _known(batch)
            rules.check(batch.kind, batch.columns, known)
            return _write(batch, known, by, believe=believe)
    except (IntegrityError, DataError) as error:
        raise Refused(kind, [Problem(None, "", None, str(error).strip())]) from error


def _batch(kind: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], source: str) -> Batch:
    if kind not in KINDS:
        raise Refused(kind, [Problem(None, "kind", kind, gettext("is no kind of record"))])
    fields = {spec.column: spec for spec in fields_of(kind).values() if spec.column and spec.name != "custom"}
    fields |= custom_fields(kind)
    fields["created_at"] = replace(fields["created_at"], nullable=True)  # blank: now, or as it is
    reason = gettext("is no column; there are %(names)s") % {"names": ", ".join(fields)}
    problems = [Problem(None, name, None, reason) for name in columns if name not in fields]
    cleaned = dict[str, Sequence[Any]]()
    try:
        values = list(zip(*rows, strict=True)) or [()] * len(columns)
    except ValueError:
        values = []
    if len(values) != len(columns) or len(set(columns)) != len(columns):
        words = gettext("every row must have a value for each of %(count)d different columns")
        reason = words % {"count": len(columns)}
        problems.append(Problem(None, "", None, reason))
    if problems:
        raise Refused(kind, problems)
    for name, column in zip(columns, values, strict=True):
        cleaned[name] = clean_column(fields[name], column, problems, _put(fields[name]))
    if "external_id" in cleaned:
        rules.check_once("external_id", cleaned["external_id"], problems)
    if problems:
        raise Refused(kind, sorted(problems, key=lambda problem: problem.row or 0))
    if None in cleaned.get("currency", ()):
        usual = Organisation.current().currency
        cleaned["currency"] = [code or usual for code in cleaned["currency"]]
    return Batch(kind, source, {name: fields[name] for name in columns}, cleaned, len(rows), datetime.now(UTC))


def _put(field: Field) -> Callable[[Any], Any]:
    return partial(kept, field) if field.name.startswith(PREFIX) else bulk.storing(field.type)


def _known(batch: Batch) -> rules.Known:
    """The records that these rows already are. The first import of a connection finds none, and looks once."""
    columns = _compared(batch)
    found = dict[str, tuple[Any, ...]]()
    elsewhere = batch.columns.get("external_id")
    model = KINDS[batch.kind]
    if elsewhere is not None and model._default_manager.filter(connection=batch.connection).exists():
        named = [value for value in elsewhere if value is not None]
        where = [("connection", batch.connection)]
        for row in bulk.select(batch.kind, ["external_id", "id", *columns], "external_id", named, where):
            found[row[0]] = row[1:]
    rows = [found.get(value) for value in elsewhere] if found and elsewhere else [None] * batch.size
    ids = [None if row is None else row[0] for row in rows]
    return rules.Known(columns, ids, [None if row is None else row[1:] for row in rows])


def _compared(batch: Batch) -> list[str]:
    """The columns of what is there already that are looked at."""
    return [*dict.fromkeys([*batch.plain, *sorted(rules.columns_ruled(batch.kind)), "custom"])]


def _write(batch: Batch, known: rules.Known, by: By, *, believe: bool) -> Loaded:
    created = [row for row, pk in enumerate(known.ids) if pk is None]
    new_ids = _create(batch, created, by, believe=believe) if created else range(0)
    updated = _update(batch, known, by) if len(created) < batch.size else {}
    _pass_on(batch, known, updated, by)
    if len(created) == batch.size:
        return Loaded(list(new_ids), ["created"] * batch.size)
    ids, states = list[int](), list[State]()
    fresh = iter(new_ids)
    for row, pk in enumerate(known.ids):
        ids.append(next(fresh) if pk is None else pk)
        states.append("created" if pk is None else "updated" if row in updated else "unchanged")
    return Loaded(ids, states)


def _create(batch: Batch, rows: list[int], by: By, *, believe: bool) -> range:
    now = bulk.storing(FieldType.MOMENT)(batch.now)
    given = {name: batch.columns[name] for name in batch.columns if not name.startswith(PREFIX)}
    if len(rows) < batch.size:
        given = {name: [column[row] for row in rows] for name, column in given.items()}
    given["created_at"] = [moment or now for moment in given.get("created_at", repeat(None, len(rows)))]
    if batch.own:
        given["custom"] = list(_customs(batch, rows))
    constant = {"connection": batch.connection, "updated_at": now}
    for column in KINDS[batch.kind]._meta.concrete_fields:
        if column.attname not in given and column.attname not in constant and not column.primary_key:
            constant[column.attname] = _usual(batch.kind, column.attname)
    ids = bulk.take_ids(batch.kind, len(rows))
    columns = ["id", *given, *(name for name, value in constant.items() if value is not None)]
    constants = [repeat(value, len(rows)) for value in constant.values() if value is not None]
    bulk.insert(batch.kind, columns, zip(ids, *given.values(), *constants, strict=True))
    bulk.write_creations(batch.kind, ids, batch.now, by, believe=believe)
    bulk.check_links()
    return ids


def _usual(kind: str, column: str) -> Any:
    return Organisation.current().currency if column == "currency" else rules.default_of(kind, column)


def _customs(batch: Batch, rows: list[int]) -> Iterator[str]:
    """`custom` of new rows; rows with equal values share one text."""
    fields = [batch.fields[name] for name in batch.own]
    keys = [field.name.removeprefix(PREFIX) for field in fields]
    columns = [batch.columns[name] for name in batch.own]
    texts = dict[tuple[Any, ...], str]()
    for row in rows:
        values = tuple(column[row] for column in columns)
        if values not in texts:
            texts[values] = json_text(
                {key: value for key, value in zip(keys, values, strict=True) if value is not None}
            )
        yield texts[values]


def _update(batch: Batch, known: rules.Known, by: By) -> dict[int, list[Differs]]:
    """Write what differs, with a change row for each value, and say in which rows what did."""
    differ = _Difference(batch, known)
    writes, changes, updated = list[tuple[Any, ...]](), list[bulk.Happened](), dict[int, list[Differs]]()
    plain = zip(*(batch.columns[name] for name in batch.plain), strict=True) if batch.plain else repeat((), batch.size)
    for row, (pk, old, new) in enumerate(zip(known.ids, known.rows, plain, strict=True)):
        if pk is not None and old is not None and (batch.own or new != old[: len(new)]):
            values, found = differ.of(row, old)
            if found:
                updated[row] = found
                writes.append((*values, differ.now, pk))
                changes.extend((pk, *one, differ.now, differ.now) for one in found)
    if writes:
        bulk.update(batch.kind, [*differ.columns, "updated_at"], writes)
        bulk.write_changes(batch.kind, changes, by)
        bulk.check_links()
    return updated


def _pass_on(batch: Batch, known: rules.Known, updated: Mapping[int, list[Differs]], by: By) -> None:
    """What the row of a record that went into another says otherwise than it did the last time is said of the one that
    holds it now; the merged record remembers what its row said.
    """
    went = followed(batch.kind) if updated else {}
    for row, found in updated.items():
        kept = went.get(known.ids[row] or 0)
        if kept is not None:
            _put_into(kept, batch, row, {name: was for name, was, _ in found if name not in ITS_OWN}, by)


def _put_into(kept: int, batch: Batch, row: int, differ: Mapping[str, str | None], by: By) -> None:
    """Put the cells of a row that differ into another record: a blank only where that one holds what the row said
    before, no link to itself, and nothing that no two records may share, which the merged one still bears.
    """
    ((_, *old),) = bulk.select(batch.kind, ["id", *_compared(batch)], "id", [kept])
    held = dict(zip(_compared(batch), old, strict=True))
    alone = rules.columns_alone(batch.kind)
    cells = {
        name: values[row]
        for name, values in batch.columns.items()
        if batch.fields[name].name in differ and name not in alone
    }
    for name, value in list(cells.items()):
        field = batch.fields[name]
        own = field.name.startswith(PREFIX)
        says = as_text(field.type, read(field, json.loads(held["custom"]))) if own else _text(field, held[name])
        itself = field.target == batch.kind and value == kept
        if itself or (value is None and says != differ[field.name]):
            del cells[name]
    part = replace(batch, fields={name: batch.fields[name] for name in cells}, size=1)
    part.columns = {name: [value] for name, value in cells.items()}
    columns = _compared(part)
    there = rules.Known(columns, [kept], [tuple(held[name] for name in columns)])
    _update(part, there, by)


class _Difference:
    """Compares rows with what is known, as stored: text is made of those values only that differ."""

    def __init__(self, batch: Batch, known: rules.Known) -> None:
        self.batch = batch
        self.now = bulk.storing(FieldType.MOMENT)(batch.now)
        self.columns = [*batch.plain, *(["custom"] if batch.own else [])]
        self._places = [known.columns.index(name) for name in batch.plain]
        self._custom = known.columns.index("custom")

    def of(self, row: int, old: tuple[Any, ...]) -> tuple[list[Any], list[Differs]]:
        """The values to write, and for each field that differs its name, what it was and what it is."""
        values, found = list[Any](), list[Differs]()
        for name, place in zip(self.batch.plain, self._places, strict=True):
            field, value, was = self.batch.fields[name], self.batch.columns[name][row], old[place]
            if name == "created_at" and value is None:
                value = was
            if field.type is FieldType.JSON:
                was = json_text(json.loads(was))
            if value != was:
                found.append((field.name, _text(field, was), _text(field, value)))
            values.append(value)
        if self.batch.own:
            values.append(self._own(row, json.loads(old[self._custom]), found))
        return values, found

    def _own(self, row: int, custom: dict[str, Any], found: list[Differs]) -> str:
        for name in self.batch.own:
            field, value = self.batch.fields[name], self.batch.columns[name][row]
            was = read(field, custom)
            custom = {key: one for key, one in custom.items() if key != name.removeprefix(PREFIX)}
            if value is not None:
                custom[name.removeprefix(PREFIX)] = value
            became = read(field, custom)
            if was != became:
                found.append((field.name, as_text(field.type, was), as_text(field.type, became)))
        return json_text(custom)


def _text(field: Field, stored: Any) -> str | None:
    return None if stored is None else as_text(field.type, bulk.reading(field.type)(stored))
