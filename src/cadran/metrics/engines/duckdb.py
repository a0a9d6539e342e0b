"""DuckDB: the engine of a single organisation, in this process."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from cadran.metrics.engines.base import Engine, Parameter, Row
from cadran.metrics.errors import FactsError, QuestionError
from cadran.metrics.tables import Tables, contract

TYPES: Mapping[str, str] = {
    "id": "BIGINT", "dim": "VARCHAR", "text": "VARCHAR", "date": "DATE", "moment": "TIMESTAMP",
    "money": "DECIMAL(19,4)", "decimal": "DECIMAL(19,6)", "integer": "BIGINT", "flag": "BOOLEAN",
}  # fmt: skip

# Nothing of the file system, the network or the interpreter can be reached from SQL, and no setting changed back.
LOCKED = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
    "lock_configuration": "true",
}
LOCKS = tuple(f"SET {name} = {value}" for name, value in LOCKED.items())


class DuckDB:
    """Facts in a DuckDB connection.

    The connection is the caller's; each question uses a cursor of its own, so threads may share an engine. ``history``
    gives the facts as known at a past moment. Custom dimensions are the text columns that the contract does not know.
    """

    name = "DuckDB"
    dialect = "duckdb"

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        *,
        tables: Tables | None = None,
        data_version: str = "",
        fresh_at: datetime | None = None,
        history: Callable[[datetime], Engine] | None = None,
    ) -> None:
        self.connection = connection
        self.tables = tables if tables is not None else contract().with_dimensions(_dimensions(connection))
        self.data_version = data_version
        self.fresh_at = fresh_at or datetime.now(UTC)
        self._history = history

    @classmethod
    def from_file(cls, path: Path | str, *, memory_limit: str = "4GB") -> DuckDB:
        """Open a published file of facts, read-only and locked down; raises FactsError when it cannot be opened."""
        path = Path(path)
        try:
            connection = duckdb.connect(str(path), read_only=True, config={"memory_limit": memory_limit, **LOCKED})
        except duckdb.Error as error:
            raise FactsError(
                f"{path} cannot be opened as a file of facts. Build it again with: cadran facts."
            ) from error
        written = path.stat().st_mtime
        return cls(connection, data_version=path.stem, fresh_at=datetime.fromtimestamp(written, UTC))

    def select(self, sql: str, parameters: Sequence[Parameter]) -> list[Row]:
        """The rows of a SELECT; raises FactsError when a table or column of the contract is missing here."""
        try:
            return self.connection.cursor().execute(sql, list(parameters)).fetchall()
        except duckdb.CatalogException as error:
            raise FactsError(
                f"These facts lack a table: {_first_line(error)} Build them again with: cadran facts."
            ) from error
        except duckdb.BinderException as error:
            raise FactsError(
                f"These facts lack a column: {_first_line(error)} Build them again with: cadran facts."
            ) from error

    def as_of(self, moment: datetime) -> Engine:
        """The facts as known at ``moment``; raises QuestionError where no history is kept."""
        if self._history is None:
            raise QuestionError("These facts keep no history: ask without as_of.")
        return self._history(moment)

    def create(self, tables: Tables | None = None) -> None:
        """Create the fact tables, empty, in this connection."""
        for table in (tables or self.tables).by_name.values():
            columns = ", ".join(f'"{name}" {TYPES[kind]}' for name, kind in table.columns.items())
            self.connection.execute(f'CREATE TABLE IF NOT EXISTS "{table.name}" ({columns})')

    def digest(self) -> str:
        """A name for data that was not published under a version: a digest of the sizes of its tables."""
        counted = hashlib.sha256()
        for name, _ in _columns(self.connection):
            counted.update(f"{name}{self.select(f'SELECT count(*) FROM "{name}"', [])}".encode())
        return counted.hexdigest()[:12]


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _columns(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, list[str]]]:
    rows = connection.cursor().execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND schema_name = 'main' "
        "AND (data_type = 'VARCHAR' OR data_type LIKE 'ENUM%') ORDER BY table_name, column_index"
    )
    found: dict[str, list[str]] = {}
    for table, column in rows.fetchall():
        found.setdefault(table, []).append(column)
    return list(found.items())


def _dimensions(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    return dict(_columns(connection))
