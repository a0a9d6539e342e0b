"""What must be read beside the parts of a metric to say how far chance moves it: sums of squares and of products, and
the values at the ranks that bound a quantile.

They are measures like any other, so that they are split, filtered and added up with the parts themselves; and they are
asked for only where an interval or a comparison is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from sqlglot import exp

from cadran.metrics.condition import Expression
from cadran.metrics.formula import Binary, Constant, Formula, Part
from cadran.metrics.measure import Aggregate, Measure

_Found = Mapping[Part, int]


@dataclass(frozen=True)
class Moments:
    """A total, or a ratio of two, with the measures of their squares and of their ``product`` (None: no row in both).

    The metric's formula is the total, or the ratio, times a positive number.
    """

    top: Part
    squares: Measure
    bottom: Part | None = None
    bottom_squares: Measure | None = None
    product: Measure | None = None

    def reads(self) -> list[tuple[Part, Measure]]:
        """Each of these measures, with the part at whose moment it is read."""
        found = [(self.top, self.squares), (self.top, self.product)]
        found += [(self.bottom, self.bottom_squares)] if self.bottom else []
        return [(part, measure) for part, measure in found if measure is not None]


@dataclass(frozen=True)
class Ranks:
    """A quantile, with the measures of both ends of its interval; the formula is it times a positive number."""

    part: Part
    low: Measure
    high: Measure

    def reads(self) -> list[tuple[Part, Measure]]:
        """Each of these measures, with the part at whose moment it is read."""
        return [(self.part, self.low), (self.part, self.high)]


def moments(formula: Formula, parts: Mapping[str, Measure]) -> Moments | Ranks | None:
    """What bounds a formula that is one sum, count or quantile of what happened, or one sum or count over another; None
    for any other.
    """
    powers = _powers(formula)
    if powers is None:
        return None
    if len(powers) == 1 and (ranks := _ranks(next(iter(powers)), parts)) is not None:
        return ranks if powers[ranks.part] == 1 else None
    if not all(_adds_up(part, parts[part.name]) for part in powers):
        return None
    tops, bottoms = ([part for part, power in powers.items() if power == wanted] for wanted in (1, -1))
    if len(tops) != 1 or len(bottoms) > 1 or len(powers) != 1 + len(bottoms):
        return None
    top = parts[tops[0].name]
    if not bottoms:
        return Moments(tops[0], _product(top, top))
    bottom = parts[bottoms[0].name]
    shared = _product(top, bottom) if (top.table, top.clock) == (bottom.table, bottom.clock) else None
    return Moments(tops[0], _product(top, top), bottoms[0], _product(bottom, bottom), shared)


def _ranks(part: Part, parts: Mapping[str, Measure]) -> Ranks | None:
    measure = parts[part.name]
    quantile = measure.aggregate.probability is not None and not measure.clock.stock and measure.per is None
    if not quantile or part.when not in ("now", "recorded"):
        return None

    def end(bound: Literal["low", "high"]) -> Measure:
        aggregate = replace(measure.aggregate, function="quantile", bound=bound)
        return replace(measure, text=f"{bound} bound of {measure.text}", aggregate=aggregate)

    return Ranks(part, end("low"), end("high"))


def _powers(formula: Formula) -> _Found | None:
    """The power of each part in a product of parts and positive numbers; None for any other formula."""
    match formula:
        case Constant(value):
            return {} if value > 0 else None
        case Part():
            return {formula: 1}
        case Binary("*" | "/" as operator, left, right):
            one, other = _powers(left), _powers(right)
            if one is None or other is None:
                return None
            sign = 1 if operator == "*" else -1
            both = {part: one.get(part, 0) + sign * other.get(part, 0) for part in {**one, **other}}
            return both if all(both.values()) else None
        case _:
            return None


def _adds_up(part: Part, measure: Measure) -> bool:
    """Whether a part is a plain total of what happened in the period, of a column or of rows."""
    argument = measure.aggregate.argument.node if measure.aggregate.argument else None
    while isinstance(argument, exp.Paren | exp.Neg):
        argument = argument.this
    plain = argument is None or isinstance(argument, exp.Column)  # squares of products outgrow the decimals of engines
    return plain and measure.additive and not measure.clock.stock and part.when in ("now", "recorded")


def _product(one: Measure, other: Measure) -> Measure:
    """The sum, over the rows that both count, of the product of what they add up."""
    same = one is other and one.where is not None
    conditions = list(one.where.conjuncts()) if same and one.where else [*_counted(one), *_counted(other)]
    conjuncts = {each.sql("duckdb"): each for each in conditions}
    factors = [m.aggregate.argument for m in (one, other) if m.aggregate.function == "sum" and m.aggregate.argument]
    for measure in (one, other):
        if len(factors) == (measure.aggregate.function == "sum") and set(conjuncts) == _texts(measure):
            return measure  # it counts only rows that the other counts as well, and each of them once there
    argument = _times(factors)
    where = _all(list(conjuncts.values()))
    aggregate = Aggregate("sum", argument) if argument else Aggregate("count")
    said = f"sum({argument.said()})" if argument else "count(*)"
    condition = f" where {where.said()}" if where else ""
    text = f"{said} from {one.table.name}{condition} at {one.clock.start}"
    return Measure(text, aggregate, one.table, where, one.clock)


def _texts(measure: Measure) -> set[str]:
    return {each.sql("duckdb") for each in _counted(measure)}


def _counted(measure: Measure) -> list[Expression]:
    """The conditions on which a row is counted, among them that what is counted or summed is there."""
    found = list(measure.where.conjuncts()) if measure.where else []
    argument = measure.aggregate.argument
    if argument is not None:
        there = exp.Not(this=exp.Paren(this=exp.Is(this=argument.node.copy(), expression=exp.Null())))
        found.append(Expression(there, "flag", argument.links, False))
    return found


def _times(factors: list[Expression]) -> Expression | None:
    if len(factors) < 2:
        return factors[0] if factors else None
    node = exp.Paren(this=exp.Mul(this=factors[0].node.copy(), expression=factors[1].node.copy()))
    return Expression(node, "number", factors[0].links | factors[1].links, False)


def _all(conditions: list[Expression]) -> Expression | None:
    if not conditions:
        return None
    nodes = [exp.Paren(this=c.node.copy()) if isinstance(c.node, exp.Connector) else c.node.copy() for c in conditions]
    node = nodes[0]
    for each in nodes[1:]:
        node = exp.And(this=node, expression=each)
    links = frozenset[str]().union(*(condition.links for condition in conditions))
    return Expression(node, "flag", links, any(condition.periods for condition in conditions))
