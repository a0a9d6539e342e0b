"""What the metrics engine asks of a place that holds fact tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

from cadran.metrics.tables import Tables

Row = tuple[Any, ...]
Parameter = date | Decimal | int | str | None


class Engine(Protocol):
    """Fact tables that can be read.

    ``tables`` is the contract with the custom dimensions found in these facts; ``data_version`` names this state of the
    data; ``fresh_at`` is the moment it reflects.
    """

    @property
    def name(self) -> str:
        """Its name, for messages."""
        ...

    @property
    def dialect(self) -> str:
        """A key of :data:`cadran.metrics.dialect.DIALECTS`."""
        ...

    @property
    def tables(self) -> Tables:
        """The fact tables and their columns."""
        ...

    @property
    def data_version(self) -> str:
        """The name of this state of the data."""
        ...

    @property
    def fresh_at(self) -> datetime:
        """The moment that the data reflects, in UTC."""
        ...

    def select(self, sql: str, parameters: Sequence[Parameter]) -> list[Row]:
        """The rows of a SELECT whose parameters are ``$1``, ``$2`` …; several threads may ask at the same time."""
        ...

    def as_of(self, moment: datetime) -> Engine:
        """The facts as they were known at a past moment; raises QuestionError when there is no history."""
        ...
