"""What a benchmark found: lines with a target, and tables of detail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Unit = Literal["times", "ms", "s", "MiB", "rows/s"]


@dataclass(frozen=True)
class Line:
    """One number with its target. ``low`` is the least allowed, ``high`` the most; a line may have neither."""

    what: str
    value: float
    unit: Unit = "times"
    low: float | None = None
    high: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without a target."""
        if self.low is None and self.high is None:
            return None
        return (self.low is None or self.value >= self.low) and (self.high is None or self.value <= self.high)


@dataclass(frozen=True)
class Detail:
    """A table behind the lines."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Outcome:
    """What one benchmark found, and how it was measured, in plain words."""

    name: str
    title: str
    how: Sequence[str]
    lines: Sequence[Line]
    details: Sequence[Detail] = ()

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Outcome:
        """The outcome that ``dataclasses.asdict`` made this of."""
        lines = [Line(**line) for line in kept["lines"]]
        return cls(kept["name"], kept["title"], kept["how"], lines, [Detail(**detail) for detail in kept["details"]])


def figure(value: float) -> str:
    """Three digits that count: 0.0123, 1.23, 12.3, 1,234."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    for limit, form in ((10, ".1f"), (1, ".2f"), (0.1, ".3f")):
        if abs(value) >= limit:
            return format(value, form)
    return f"{value:.2g}"


def milliseconds(value: float) -> str:
    """Seconds, shown in milliseconds."""
    return figure(value * 1000)
