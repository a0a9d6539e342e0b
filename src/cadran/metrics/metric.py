"""A metric as the engine uses it: its formula over measures, and the words that explain it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Literal

from cadran.metrics.formula import Binary, Compute, Constant, Formula, Part, compiled, parts
from cadran.metrics.measure import Measure
from cadran.metrics.moments import Moments, Ranks, moments
from cadran.metrics.tables import Tables

Unit = Literal[
    "money", "percent", "count", "days", "hours", "minutes", "months", "years", "points", "ratio", "score",
    "money_per_day",
]  # fmt: skip
Good = Literal["up", "down", "context"]
Declared = Literal["wilson", "nps", "none"]
Interval = Literal["wilson", "nps", "total", "ratio", "quantile", "none"]
Language = Literal["en", "fr"]


@dataclass(frozen=True, eq=False)
class Metric:
    """A metric or one of its variants.

    ``key`` is its name (``win_rate`` or ``win_rate.by_value``); ``title``, ``definition`` and ``source`` (the records
    it is computed from and, where there is one, the standard it follows) are keyed by language; ``matures`` is the
    number of days after which a period's value no longer changes by nature; ``formula`` reads ``parts``. ``is_not``
    says what people take it for and it is not; ``synonyms`` what else they call it, by language; ``example`` gives a
    number to each of its parts as the formula reads them. Percentages are ratios: 0.63 is shown as 63 %.
    """

    key: str
    title: Mapping[Language, str]
    definition: Mapping[Language, str]
    source: Mapping[Language, str]
    unit: Unit
    good: Good
    formula: Formula
    parts: Mapping[str, Measure]
    written: str
    matures: int = 0
    declared_interval: Declared | None = None
    is_not: Mapping[Language, str] = field(default_factory=dict)
    example: Mapping[str, Decimal] = field(default_factory=dict)
    synonyms: Mapping[Language, tuple[str, ...]] = field(default_factory=dict)
    owner: str = ""
    family: str = ""
    file: str = ""

    @property
    def variant_of(self) -> str:
        """The key of the metric that this is a variant of, or ""."""
        return self.key.partition(".")[0] if "." in self.key else ""

    @cached_property
    def reads(self) -> tuple[Part, ...]:
        """Each part and moment that the formula reads, once."""
        return tuple(dict.fromkeys(parts(self.formula)))

    @cached_property
    def compute(self) -> Compute:
        """The formula over the values of what it reads, in that order, and the months."""
        return compiled(self.formula, self.reads)

    @cached_property
    def compute_base(self) -> Compute:
        """What the formula divides by."""
        assert isinstance(self.formula, Binary)
        return compiled(self.formula.right, self.reads)

    @cached_property
    def needs_cohort(self) -> bool:
        """Whether it has a meaning only when split by cohort."""
        return any(part.when == "initial" for part in self.reads)

    @cached_property
    def looks_ahead(self) -> bool:
        """Whether it reads what is planned for the days of a period that have not come."""
        return any(part.when == "ahead" for part in self.reads)

    @cached_property
    def interval(self) -> Interval:
        """How its uncertainty is computed: declared, or Wilson's when it is visibly a share of one population, or from
        the squares of what it adds up when it is a sum or a ratio of sums, or from the ranks of its rows when it is a
        quantile.
        """
        if self.declared_interval is not None:
            return self.declared_interval
        if self.unit == "percent" and self._share():
            return "wilson"
        if self.moments is None or self.counts_events:
            return "none"
        if isinstance(self.moments, Ranks):
            return "quantile"
        return "ratio" if self.moments.bottom else "total"

    @cached_property
    def moments(self) -> Moments | Ranks | None:
        """What tells how far chance moves it, where it is a total, a ratio of two, or a quantile."""
        return moments(self.formula, self.parts)

    @cached_property
    def counts_events(self) -> bool:
        """Whether it is how many times something happened in the period, each event counted once."""
        if not isinstance(self.formula, Part) or self.formula.when not in ("now", "recorded"):
            return False
        measure = self.parts[self.formula.name]
        return measure.aggregate.function == "count" and not measure.clock.stock and measure.per is None

    @cached_property
    def population(self) -> tuple[Part, ...]:
        """The parts whose rows are its evidence: those of the denominator when it is a ratio, else all."""
        ratio = isinstance(self.formula, Binary) and self.formula.operator == "/"
        base = self.formula.right if ratio and isinstance(self.formula, Binary) else self.formula
        return tuple(dict.fromkeys(parts(base))) or self.reads

    def _share(self) -> bool:
        if not isinstance(self.formula, Binary) or self.formula.operator != "/":
            return False
        counted, base = _terms(self.formula.left), _terms(self.formula.right)
        counts = {"count"} if len(base) > 1 else {"count", "distinct"}
        counted_so = all(self.parts[part.name].aggregate.function in counts for part in [*counted, *base])
        return bool(counted and base) and counted_so and all(self._within(part, base) for part in counted)

    def _within(self, part: Part, base: list[Part]) -> bool:
        """Whether the rows that ``part`` counts are surely among those of the base."""
        if part in base:
            return True
        inner = self.parts[part.name]
        for other in base:
            outer = self.parts[other.name]
            same = (inner.table, inner.clock, inner.per, part.when) == (outer.table, outer.clock, outer.per, other.when)
            if same and _same_count(inner, outer) and _conditions(outer) <= _conditions(inner):
                return True
        return False

    def dimensions(self, tables: Tables) -> list[str]:
        """The dimensions that all its parts' tables share, in the order of the first; none where one is not there."""
        names = list(dict.fromkeys(measure.table.name for measure in self.parts.values()))
        if any(name not in tables for name in names):
            return []
        return [dim for dim in tables.all_dimensions(names[0]) if all(tables.dimension(name, dim) for name in names)]

    @cached_property
    def hash(self) -> str:
        """The identity of what it computes: its formula, its parts and the tables they read; words do not count."""
        digest = hashlib.sha256(f"{self.formula}\n{self.interval}\n{self.matures}".encode())
        for name in sorted(self.parts):
            table = self.parts[name].table
            digest.update(f"\n{name} = {self.parts[name].text}".encode())
            described = (table.name, table.key, sorted(table.links.items()), table.cohort, list(table.columns.items()))
            digest.update(f"\n{described}".encode())
        return digest.hexdigest()[:16]


def _terms(formula: Formula) -> list[Part]:
    """The parts of a sum of parts; empty when it is anything else."""
    match formula:
        case Part():
            return [formula]
        case Binary("+", left, right):
            terms = _terms(left), _terms(right)
            return [*terms[0], *terms[1]] if all(terms) else []
        case Constant() | _:
            return []


def _same_count(inner: Measure, outer: Measure) -> bool:
    a, b = inner.aggregate, outer.aggregate
    if a.function != b.function or a.function not in ("count", "distinct"):
        return False
    return (a.argument.node if a.argument else None) == (b.argument.node if b.argument else None)


def _conditions(measure: Measure) -> set[str]:
    return {part.sql("duckdb") for part in measure.where.conjuncts()} if measure.where else set()
