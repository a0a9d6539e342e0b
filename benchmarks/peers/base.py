"""What a peer is: the natural tables loaded its way, and a function for each KPI."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

Answer = Mapping[tuple[date, str | None], float]


class Peer(Protocol):
    """Another tool with the same records."""

    @property
    def name(self) -> str:
        """Its name and version."""
        ...

    def way(self, metric: str) -> Callable[[], Any]:
        """What computes a KPI; only this is timed."""
        ...

    def answer(self, found: Any) -> Answer:
        """What a way gave, as values by month and split."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


def as_answer(rows: Iterable[Sequence[Any]]) -> Answer:
    """Rows of month, split, numerator, denominator as values; what cannot be divided is left out."""
    return {(_day(month), _split(split)): float(top) / float(base) for month, split, top, base in rows if base}


def _day(month: Any) -> date:
    return month.date() if isinstance(month, datetime) else month


def _split(split: Any) -> str | None:
    return None if split is None or split != split else str(split)  # noqa: PLR0124 (NaN alone differs from itself)
