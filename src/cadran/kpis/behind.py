"""Facts that show less than those behind them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from cadran.metrics.engines.base import Engine, Parameter, Row
from cadran.metrics.tables import Tables


class Behind:
    """An engine that answers as the one behind it does, but for what a subclass takes away; of a past moment too."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

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
        """The fact tables of the engine behind."""
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
        """The rows of a SELECT, as the engine behind gives them."""
        return self._engine.select(sql, parameters)

    def as_of(self, moment: datetime) -> Self:
        """The facts as they were known at a past moment, showing as little."""
        return self._before(self._engine.as_of(moment))

    def _before(self, engine: Engine) -> Self:
        """The same before another engine."""
        raise NotImplementedError
