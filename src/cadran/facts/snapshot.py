"""An engine that shows one moment of the facts, whatever happens to them meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime

import duckdb

from cadran.facts.state import State, change_id
from cadran.metrics.engines.base import Engine, Parameter, Row
from cadran.metrics.engines.duckdb import DuckDB
from cadran.metrics.errors import FactsError


class Snapshot(DuckDB):
    """The facts of a state as they were when this was made: a transaction that only reads holds them."""

    def __init__(
        self, state: State, version: Callable[[int], str], fresh_at: datetime, history: Callable[[datetime], Engine]
    ) -> None:
        self._state = state
        self._lock = threading.Lock()
        cursor = state.cursor()
        cursor.begin()
        self._change_id = change_id(cursor)
        super().__init__(
            cursor, tables=state.tables, data_version=version(self._change_id), fresh_at=fresh_at, history=history
        )

    def select(self, sql: str, parameters: Sequence[Parameter]) -> list[Row]:
        """The rows of a SELECT; raises FactsError when it cannot be run here."""
        with self._lock:
            try:
                return self.connection.execute(sql, list(parameters)).fetchall()
            except (duckdb.CatalogException, duckdb.BinderException) as error:
                self._begin_again()
                raise FactsError(f"These facts lack a table or a column: {str(error).splitlines()[0]}") from error
            except duckdb.Error:
                self._begin_again()
                raise

    def _begin_again(self) -> None:
        """Leave the transaction that an error spoiled; raises FactsError when the facts moved on since it began."""
        self.connection.rollback()
        self.connection.begin()
        if change_id(self.connection) != self._change_id:
            raise FactsError("The facts were refreshed meanwhile. Ask again.")
