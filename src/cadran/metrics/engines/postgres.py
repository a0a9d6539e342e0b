"""PostgreSQL: fact tables in a schema of a server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import LiteralString

import psycopg
from psycopg import sql

from cadran.metrics.engines.base import Engine, Parameter, Row
from cadran.metrics.errors import FactsError, QuestionError
from cadran.metrics.tables import Tables, contract

TYPES: Mapping[str, LiteralString] = {
    "id": "bigint", "dim": "text", "text": "text", "date": "date", "moment": "timestamp", "money": "numeric(19,4)",
    "decimal": "numeric(19,6)", "integer": "bigint", "flag": "boolean",
}  # fmt: skip


class PostgreSQL:
    """Facts in PostgreSQL tables of the contract's names, found on the connection's search path."""

    name = "PostgreSQL"
    dialect = "postgres"

    def __init__(
        self,
        connection: psycopg.Connection[Row],
        *,
        tables: Tables | None = None,
        data_version: str = "",
        fresh_at: datetime | None = None,
    ) -> None:
        self.connection = connection
        self.tables = tables if tables is not None else contract().with_dimensions(self._dimensions())
        self.data_version = data_version
        self.fresh_at = fresh_at or datetime.now(UTC)

    @classmethod
    def connect(cls, url: str, *, data_version: str = "") -> PostgreSQL:
        """Connect to a server; raises FactsError when it cannot be reached."""
        try:
            connection = psycopg.connect(url, autocommit=True)
        except psycopg.OperationalError as error:
            raise FactsError(f"PostgreSQL cannot be reached: {str(error).strip()}") from error
        return cls(connection, data_version=data_version)

    def select(self, sql: str, parameters: Sequence[Parameter]) -> list[Row]:
        """The rows of a SELECT; raises FactsError when a table or column of the contract is missing here."""
        try:
            with psycopg.RawCursor(self.connection) as cursor:
                return cursor.execute(sql, list(parameters)).fetchall()
        except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn) as error:
            raise FactsError(f"These facts lack a table or a column: {str(error).splitlines()[0]}.") from error

    def as_of(self, moment: datetime) -> Engine:  # noqa: ARG002 (the protocol's)
        """Not kept here: raises QuestionError."""
        raise QuestionError("Facts in PostgreSQL keep no history: ask without as_of.")

    def load(self, tables: Tables, source: Engine) -> None:
        """Copy fact tables here from another engine, replacing those of the same names, and gather their statistics."""
        with self.connection.transaction(), self.connection.cursor() as cursor:
            for table in tables.by_name.values():
                name = sql.Identifier(table.name)
                columns = [
                    sql.Identifier(column) + sql.SQL(" " + TYPES[kind]) for column, kind in table.columns.items()
                ]
                cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(name))
                cursor.execute(sql.SQL("CREATE TABLE {} ({})").format(name, sql.SQL(", ").join(columns)))
                listed = ", ".join(f'"{column}"' for column in table.columns)
                with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(name)) as copy:
                    for row in source.select(f'SELECT {listed} FROM "{table.name}"', []):
                        copy.write_row(row)
                cursor.execute(sql.SQL("ANALYZE {}").format(name))
        self.tables = tables

    def _dimensions(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        rows = self.connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND data_type IN ('text', 'character varying') "
            "ORDER BY ordinal_position"
        )
        for table, column in rows.fetchall():
            found.setdefault(table, []).append(column)
        return found
