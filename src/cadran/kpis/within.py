"""The facts for someone who does not see everybody's records: what compares records with one another compares his."""

from collections.abc import Sequence
from datetime import datetime

from cadran.metrics.confidence import CHECKS
from cadran.metrics.engines.base import Engine, Parameter, Row
from cadran.metrics.tables import Tables

_LIKE = 'count(*) FILTER (WHERE "until_on" IS NULL) OVER (PARTITION BY "record", "likeness")'
_SINGLE = f'"likeness" IS NULL OR {_LIKE} = CAST("until_on" IS NULL AS INT)'


class Within:
    """Facts in which the checks of records are those of some owners, and a double is another record of theirs.

    Whatever reads the checks, a number, its rows or its grade, reads them so: that somebody else has the same account
    makes no difference to it.
    """

    def __init__(self, engine: Engine, owners: Sequence[str]) -> None:
        self._engine, self._owners = engine, tuple(owners)

    @property
    def name(self) -> str:
        """The name of the engine behind."""
        return self._engine.name

    @property
    def dialect(self) -> str:
        """The dialect of the engine behind."""
        return self._engine.dialect

    @property
    def tables(self) -> Tables:
        """The same fact tables."""
        return self._engine.tables

    @property
    def data_version(self) -> str:
        """The state of the data behind."""
        return self._engine.data_version

    @property
    def fresh_at(self) -> datetime:
        """The moment that the data behind reflects."""
        return self._engine.fresh_at

    def select(self, sql: str, parameters: Sequence[Parameter]) -> list[Row]:
        """The rows of a SELECT, for which the table of checks is the one of these owners."""
        if f'"{CHECKS}"' not in sql:
            return self._engine.select(sql, parameters)
        places = ", ".join(f"${len(parameters) + place}" for place in range(1, len(self._owners) + 1))
        theirs = f'"owner" IN ({places})' if places else "FALSE"
        checks = f'SELECT * REPLACE ({_SINGLE} AS "single") FROM main."{CHECKS}" WHERE {theirs}'
        return self._engine.select(f'WITH "{CHECKS}" AS ({checks}) {sql}', [*parameters, *self._owners])

    def as_of(self, moment: datetime) -> Engine:
        """The same of the facts as they were known at a past moment."""
        return Within(self._engine.as_of(moment), self._owners)
