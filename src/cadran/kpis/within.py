"""The facts for someone who does not see everybody's records: what compares records with one another compares his."""

from collections.abc import Sequence

from cadran.kpis.behind import Behind
from cadran.metrics.confidence import CHECKS
from cadran.metrics.engines.base import Engine, Parameter, Row

_LIKE = 'count(*) FILTER (WHERE "until_on" IS NULL) OVER (PARTITION BY "record", "likeness")'
_SINGLE = f'"likeness" IS NULL OR {_LIKE} = CAST("until_on" IS NULL AS INT)'


class Within(Behind):
    """Facts in which the checks of records are those of some owners, and a double is another record of theirs.

    Whatever reads the checks, a number, its rows or its grade, reads them so: that somebody else has the same account
    makes no difference to it.
    """

    def __init__(self, engine: Engine, owners: Sequence[str]) -> None:
        super().__init__(engine)
        self._owners = tuple(owners)

    def select(self, sql: str, parameters: Sequence[Parameter]) -> list[Row]:
        """The rows of a SELECT, for which the table of checks is the one of these owners."""
        if f'"{CHECKS}"' not in sql:
            return self._engine.select(sql, parameters)
        places = ", ".join(f"${len(parameters) + place}" for place in range(1, len(self._owners) + 1))
        theirs = f'"owner" IN ({places})' if places else "FALSE"
        checks = f'SELECT * REPLACE ({_SINGLE} AS "single") FROM main."{CHECKS}" WHERE {theirs}'
        return self._engine.select(f'WITH "{CHECKS}" AS ({checks}) {sql}', [*parameters, *self._owners])

    def _before(self, engine: Engine) -> "Within":
        return Within(engine, self._owners)
