"""What is asked of a metric."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from cadran.metrics.errors import QuestionError
from cadran.metrics.period import GRAINS, Grain

UNKNOWN = "unknown"
Comparison = Literal["previous", "year_ago"]


@dataclass(frozen=True)
class Question:
    """A metric, asked over ``[start, end)``.

    ``metric`` is a key (``win_rate``) or a key with a variant (``win_rate.by_value``). ``by`` are the dimensions to
    split by (``owner``, or one link away: ``account.status``). With ``grain``, one cell a period; without, one period
    over the whole range. ``where`` keeps the rows whose dimension has one of the values; None and "unknown" both mean
    blank. ``compare`` adds to each cell the value of the period before it or a year before. ``as_of`` asks what was
    known at the end of that day. ``cohort`` splits by cohort period and age. ``rolling`` makes each period the N days
    that end with it. ``interval`` bounds sums and ratios of sums without a comparison, too: it costs their squares.
    """

    metric: str
    by: tuple[str, ...] = ()
    grain: Grain | None = None
    start: date | None = None
    end: date | None = None
    where: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)
    compare: Comparison | None = None
    as_of: date | None = None
    cohort: bool = False
    rolling: int | None = None
    interval: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "by", tuple(self.by))
        object.__setattr__(self, "where", {name: tuple(values) for name, values in self.where.items()})
        if self.grain is not None and self.grain not in GRAINS:
            raise QuestionError(f"{self.grain!r} is no grain. Choose one of: {', '.join(GRAINS)}.")
        if self.compare not in (None, "previous", "year_ago"):
            raise QuestionError(f"Compare with previous or year_ago, not {self.compare!r}.")
        if self.start and self.end and self.start >= self.end:
            raise QuestionError(
                f"The range {self.start} to {self.end} is empty: its end (exclusive) must come after its start."
            )
        if self.cohort and self.grain is None:
            raise QuestionError("Cohorts need a grain: day, week, month, quarter or year.")
        if self.rolling is not None and (self.grain is None or not 1 <= self.rolling <= 3660 or self.cohort):
            raise QuestionError("A rolling window needs a grain, between 1 and 3660 days, and no cohorts.")
        if len(set(self.by)) != len(self.by):
            raise QuestionError(f"A dimension is named twice: {', '.join(self.by)}.")

    def __hash__(self) -> int:
        where = tuple(sorted((name, tuple(map(repr, values))) for name, values in self.where.items()))
        return hash(
            (
                self.metric,
                self.by,
                self.grain,
                self.start,
                self.end,
                where,
                self.compare,
                self.as_of,
                self.cohort,
                self.rolling,
                self.interval,
            )
        )
