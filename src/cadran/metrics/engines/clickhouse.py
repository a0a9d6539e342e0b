# mypy: disable-error-code="no-untyped-call"
"""ClickHouse, in this process (chdb).

Its defaults differ from standard SQL: a LEFT JOIN fills in zeros and empty texts unless ``join_use_nulls`` is set, and
its ``median`` is approximate, so the engine asks for the exact middle values (see :mod:`cadran.metrics.dialect`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from tempfile import NamedTemporaryFile
from threading import Lock

import chdb.session
import pyarrow
import pyarrow.parquet

from cadran.metrics.engines.base import Engine, Parameter, Row
from cadran.metrics.errors import FactsError, QuestionError
from cadran.metrics.tables import Tables, contract
from cadran.metrics.writer import respelt

TYPES: Mapping[str, str] = {
    "id": "Nullable(Int64)", "dim": "Nullable(String)", "text": "Nullable(String)", "date": "Nullable(Date32)",
    "moment": "Nullable(DateTime64(6, 'UTC'))",
    "money": "Nullable(Decimal(38, 4))", "decimal": "Nullable(Decimal(38, 6))",
    "integer": "Nullable(Int64)", "flag": "Nullable(Bool)",
}  # fmt: skip
ARROW: Mapping[str, pyarrow.DataType] = {
    "id": pyarrow.int64(), "dim": pyarrow.string(), "text": pyarrow.string(), "date": pyarrow.date32(),
    "moment": pyarrow.timestamp("us"), "money": pyarrow.decimal128(38, 4), "decimal": pyarrow.decimal128(38, 6),
    "integer": pyarrow.int64(), "flag": pyarrow.bool_(),
}  # fmt: skip
SETTINGS = (
    "SET join_use_nulls = 1",
    "SET group_by_use_nulls = 1",
    "SET output_format_arrow_string_as_string = 1",
    "SET count_distinct_implementation = 'uniqExact'",
)


class ClickHouse:
    """Facts in a chdb session. One session lives in a process at a time: close it before opening another."""

    name = "ClickHouse"
    dialect = "clickhouse"

    def __init__(
        self,
        session: chdb.session.Session | None = None,
        *,
        tables: Tables | None = None,
        data_version: str = "",
        fresh_at: datetime | None = None,
    ) -> None:
        self.session = session or chdb.session.Session()
        self._alone = Lock()  # a session answers one question at a time
        for setting in SETTINGS:
            self.session.query(setting)
        self.tables = tables or contract()
        self.data_version = data_version
        self.fresh_at = fresh_at or datetime.now(UTC)

    def close(self) -> None:
        """End the session."""
        self.session.close()

    def select(self, sql: str, parameters: Sequence[Parameter]) -> list[Row]:
        """The rows of a SELECT; raises FactsError when a table or column of the contract is missing here."""
        text = respelt(sql, lambda place: literal(parameters[place]))
        try:
            with self._alone:
                answer = self.session.query(text, "Arrow").bytes()
        except RuntimeError as error:
            if "UNKNOWN_TABLE" in str(error) or "UNKNOWN_IDENTIFIER" in str(error):
                raise FactsError(f"These facts lack a table or a column: {str(error).splitlines()[0]}") from error
            raise
        if not answer:
            return []
        table = pyarrow.ipc.open_file(pyarrow.BufferReader(answer)).read_all()
        return list(zip(*(column.to_pylist() for column in table.columns), strict=True))

    def as_of(self, moment: datetime) -> Engine:  # noqa: ARG002 (the protocol's)
        """Not kept here: raises QuestionError."""
        raise QuestionError("Facts in ClickHouse keep no history: ask without as_of.")

    def load(self, tables: Tables, source: Engine) -> None:
        """Copy fact tables here from another engine, replacing those of the same names."""
        for table in tables.by_name.values():
            columns = ", ".join(f'"{name}" {TYPES[kind]}' for name, kind in table.columns.items())
            self.session.query(f'DROP TABLE IF EXISTS "{table.name}"')
            self.session.query(f'CREATE TABLE "{table.name}" ({columns}) ENGINE = MergeTree ORDER BY tuple()')
            listed = ", ".join(f'"{name}"' for name in table.columns)
            rows = source.select(f'SELECT {listed} FROM "{table.name}"', [])
            if rows:
                self._insert(table.name, {name: ARROW[kind] for name, kind in table.columns.items()}, rows)
        self.tables = tables

    def _insert(self, name: str, types: Mapping[str, pyarrow.DataType], rows: Sequence[Row]) -> None:
        """Insert rows by way of a temporary Parquet file."""
        values = list(zip(*rows, strict=True))
        arrays = [pyarrow.array(column, type=kind) for column, kind in zip(values, types.values(), strict=True)]
        with NamedTemporaryFile(suffix=".parquet") as file:
            pyarrow.parquet.write_table(pyarrow.Table.from_arrays(arrays, names=list(types)), file.name)
            self.session.query(f"INSERT INTO \"{name}\" SELECT * FROM file('{file.name}', Parquet)")


def literal(value: Parameter) -> str:
    """A value as a ClickHouse literal."""
    match value:
        case None:
            return "NULL"
        case bool():
            return "true" if value else "false"
        case date():
            return f"toDate32('{value.isoformat()}')"
        case int() | Decimal():
            return str(value)
        case _:
            escaped = value.replace("\\", "\\\\").replace("'", "\\'")
            return f"'{escaped}'"
