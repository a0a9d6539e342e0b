"""The made-up company among the records, through the one door."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from itertools import groupby
from operator import itemgetter
from typing import Any

import duckdb
from django.db import transaction
from duckdb import DuckDBPyConnection

from cadran.crm import save
from cadran.crm.models import Account, Organisation, Origin, Product
from cadran.crm.records import Field, FieldType, fields_of
from cadran.demo.company import company
from cadran.demo.fixed import put
from cadran.demo.generate import KINDS, generate
from cadran.demo.rows import CONNECTION, HISTORIES, drawn_columns, record_sql
from cadran.demo.sizes import Size
from cadran.members.models import Member
from cadran.metrics.errors import MetricsError

CHUNK = 20_000
PASSWORD = "confluence-lyon-demo"  # noqa: S105 (printed by the command: it opens nothing but made-up records)
"""What the members who can log in to the made-up company log in with."""

TYPED = frozenset({"account", "contact", "deal", "activity"})
"""The kinds whose records members type themselves; the others come by imports, forms and other systems."""

Progress = Callable[[str], None]


class AlreadyThere(MetricsError):
    """The made-up company is among the records already."""


def build(size: Size, *, seed: int = 1, today: date, progress: Progress = lambda _: None, sign_in: bool = True) -> None:
    """Write the made-up company among the records, all or nothing: three years that end the day before `today`.

    The organisation takes its name and settings. `progress` is told what comes next, in a word or two. Its people sign
    in with the password that everybody knows, unless `sign_in` is False: then nobody signs in as one of them.
    Raises AlreadyThere, having written nothing, when it was built here before; Refused when other records are in its
    way (a member of the same name, say).
    """
    if Account.objects.filter(connection=CONNECTION).exists():
        raise AlreadyThere(
            "The made-up company is here already. Start from another home (CADRAN_HOME) to build it anew."
        )
    by = save.By(Origin.IMPORT, batch=f"demo {size.name}")
    with duckdb.connect() as connection, transaction.atomic():
        generate(connection, size, seed=seed, today=today, progress=progress)
        connection.execute("CREATE SCHEMA stored")
        save.change(Organisation.current(), company()["organisation"], by=by)
        for kind in KINDS:
            if kind != "organisation":
                progress(kind)
                _load(connection, kind, by)
        for kind in HISTORIES:
            progress(f"history of {kind}s")
            _load_history(connection, kind, by)
        _complements(connection, by)
        for member in sign_ins() if sign_in else ():
            member.set_password(PASSWORD)
            member.save(update_fields=["password"])


def sign_ins() -> list[Member]:
    """The members of the company who can log in, with the demo password."""
    emails = [member["email"] for member in company()["member"] if member.get("sign_in")]
    return list(Member.objects.filter(connection=CONNECTION, email__in=emails).order_by("pk"))


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the door wants it, and the SQL that reads it from the drawn rows."""

    name: str
    type: FieldType
    sql: str
    target: str | None = None


def _load(connection: DuckDBPyConnection, kind: str, by: save.By) -> None:
    """Load the rows of a kind: first those that link to no other of their kind, then those that do."""
    columns = list(_columns(connection, kind))
    connection.execute(f'CREATE TABLE stored."{kind}" (id BIGINT, stored BIGINT)')
    own = [column.name for column in columns if column.target == kind]
    within = " OR ".join(f'made."{name}" IS NOT NULL' for name in own)
    for condition in (f"NOT ({within})", within) if own else ("true",):
        for author, rows in _by_author(_chunks(connection, _select(connection, kind, columns, condition)), by):
            drawn = [row[0] for row in rows]
            typed = _typed(columns, [row[1:] for row in rows])
            names = ["external_id", *(column.name for column in columns)]
            loaded = save.load(kind, names, typed, connection=CONNECTION, by=author, believe=True)
            put(connection, f'stored."{kind}"', zip(drawn, loaded.ids, strict=True))


def _columns(connection: DuckDBPyConnection, kind: str) -> Iterator[Column]:
    drawn = drawn_columns(connection, kind)
    for field in fields_of(kind).values():
        if field.column in drawn and field.name not in ("custom", "created_at"):
            yield _column(field)
    yield Column("created_at", FieldType.MOMENT, "made.created_at")
    own = connection.execute("SELECT key FROM made.custom_field WHERE record = ?", [kind]).fetchall()
    for (key,) in own if "custom" in drawn else []:
        yield Column(f"custom.{key}", FieldType.TEXT, f"json_extract_string(made.custom, '$.{key}')")


def _column(field: Field) -> Column:
    name = f'made."{field.column}"'
    if field.type is FieldType.LINK:
        return Column(field.column, field.type, f'"to_{field.name}".stored', field.target)
    if field.type in (FieldType.MONEY, FieldType.NUMBER, FieldType.SHARE):
        return Column(field.column, field.type, f"CAST({name} AS DECIMAL(30, {field.places}))")
    return Column(field.column, field.type, name)


def _select(connection: DuckDBPyConnection, kind: str, columns: Sequence[Column], condition: str) -> str:
    links = [column for column in columns if column.type is FieldType.LINK]
    joins = "".join(
        f' LEFT JOIN stored."{column.target}" AS "to_{column.name.removesuffix("_id")}"'
        f' ON "to_{column.name.removesuffix("_id")}".id = made."{column.name}"'
        for column in links
    )
    read = ", ".join(column.sql for column in columns)
    author, asked = _author(kind, "made", "made.created_at") if kind in TYPED else ("NULL", "")
    return (
        f"SELECT {author}, made.id, made.id::VARCHAR, {read} "
        f"FROM ({record_sql(connection, kind)}) AS made{joins}{asked} WHERE {condition} ORDER BY 1, 2"
    )


def _author(kind: str, record: str, moment: str) -> tuple[str, str]:
    """Who writes of a record at a moment, as SQL, and the joins it needs: its owner then; nobody when automatic."""
    joins, owner = "", f"{record}.owner_id"
    if kind in HISTORIES:
        joins = (
            f' ASOF LEFT JOIN (SELECT record_id, from_value::BIGINT AS owner_id, "at" FROM work.{kind}_change '
            f"WHERE field = 'owner') AS handed ON handed.record_id = {record}.id AND {moment} < handed.\"at\""
        )
        owner = f"coalesce(handed.owner_id, {owner})"
    if kind == "activity":
        owner = f"CASE WHEN NOT {record}.automated THEN {owner} END"
    return "author.stored", f"{joins} LEFT JOIN stored.member AS author ON author.id = {owner}"


def _by_author(chunks: Iterator[list[tuple[Any, ...]]], by: save.By) -> Iterator[tuple[save.By, list[tuple[Any, ...]]]]:
    """The rows of one author at a time, without their first column, which names him; ``by`` for those of nobody."""
    members = Member.objects.in_bulk()
    for rows in chunks:
        for pk, own in groupby(rows, itemgetter(0)):
            author = by if pk is None else save.By(Origin.MEMBER, members[pk], by.batch)
            yield author, [row[1:] for row in own]


def _typed(columns: Sequence[Column], rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows with moments in UTC and JSON read; the external id comes first."""
    listed = [list(values) for values in zip(*rows, strict=True)]
    for number, column in enumerate(columns, start=1):
        if column.type is FieldType.MOMENT:
            listed[number] = [value and value.replace(tzinfo=UTC) for value in listed[number]]
        elif column.type is FieldType.JSON:
            listed[number] = [value and json.loads(value) for value in listed[number]]
    return list(zip(*listed, strict=True))


def _load_history(connection: DuckDBPyConnection, kind: str, by: save.By) -> None:
    """Load how the records of a kind changed, in the order in which they did; ids in values become those stored."""
    linked = {field.name: field.target for field in fields_of(kind).values() if field.type is FieldType.LINK}
    names = connection.execute(f"SELECT DISTINCT field FROM work.{kind}_change").fetchall()
    targets = {name: linked[name] for (name,) in sorted(names) if name in linked}
    joins = "".join(
        f' LEFT JOIN stored."{target}" AS {side}_{name}'
        f" ON field = '{name}' AND {side}_{name}.id::VARCHAR = {side}_value"
        for name, target in targets.items()
        for side in ("from", "to")
    )

    def value(side: str) -> str:
        stored = ", ".join(f"{side}_{name}.stored::VARCHAR" for name in targets)
        return f"coalesce({stored}, {side}_value)" if targets else f"{side}_value"

    owned = "owner_id" in drawn_columns(connection, kind)
    writer, asked = _author(kind, "made", 'changed."at"') if owned else ("NULL", "")
    changes = (
        f'SELECT {writer}, own.stored, field, {value("from")}, {value("to")}, changed."at" '
        f'FROM work.{kind}_change AS changed JOIN stored."{kind}" AS own ON own.id = changed.record_id '
        f'JOIN made."{kind}" AS made ON made.id = changed.record_id{joins}{asked} ORDER BY 1, place'
    )
    for author, rows in _by_author(_chunks(connection, changes), by):
        moments = [moment.replace(tzinfo=UTC) for *_, moment in rows]
        entries = [
            save.History(record_id, field, before, after, at=moment, known_at=moment)
            for (record_id, field, before, after, _), moment in zip(rows, moments, strict=True)
        ]
        save.load_history(kind, entries, by=author)


def _chunks(connection: DuckDBPyConnection, select: str) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a query, some thousands at a time, while the connection does other things."""
    connection.execute(f"CREATE OR REPLACE TABLE stored.reading AS {select}")
    reader = connection.cursor()
    reader.execute("FROM stored.reading")
    while rows := reader.fetchmany(CHUNK):
        yield rows


def _complements(connection: DuckDBPyConnection, by: save.By) -> None:
    """Say which products go with which."""
    pairs = connection.execute(
        "SELECT product.stored, list(other.stored ORDER BY other.stored) FROM work.complement "
        "JOIN stored.product AS product ON product.id = product_id "
        "JOIN stored.product AS other ON other.id = complement_id GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    for product, others in pairs:
        save.change(Product.objects.get(pk=product), {"complements": others}, by=by)
