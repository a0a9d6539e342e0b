"""Where a benchmark runs, and on how much."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

SizeName = Literal["small", "medium"]

FIRST = date(2023, 7, 1)
TODAY = date(2026, 7, 1)
"""The day on which the made-up company is built; its three years are the days from FIRST up to it."""


@dataclass(frozen=True)
class Place:
    """The folder of everything that benchmarks keep between runs, and the size of the company."""

    folder: Path
    size: SizeName

    @property
    def home(self) -> Path:
        """The home folder in which the company of this size lives."""
        return self.folder / self.size

    @property
    def facts(self) -> Path:
        """The base of facts in it; raises FileNotFoundError before it was built."""
        found = sorted((self.home / "facts").glob("[0-9]*.duckdb"))
        if not found:
            raise FileNotFoundError(
                f"{self.home} holds no facts yet. Build them with: python -m benchmarks.suite company"
            )
        return found[-1]

    @property
    def small(self) -> bool:
        """Whether this is a quick run, whose numbers mean little."""
        return self.size == "small"
