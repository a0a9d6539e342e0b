"""Measures and formulas as standard SQL."""

from __future__ import annotations

from collections.abc import Callable

from cadran.metrics.condition import BASE, Expression
from cadran.metrics.exchange.lost import AGGREGATES
from cadran.metrics.formula import Binary, Constant, Formula, Part
from cadran.metrics.measure import Measure


def value(measure: Measure, table: str = "") -> str:
    """What a measure aggregates, row by row: NULL where its condition does not hold.

    Columns are qualified with ``table`` and quoted, or bare without one.
    """
    argument = measure.aggregate.argument
    what = _said(argument, table) if argument is not None else "1"
    return what if measure.where is None else f"CASE WHEN {_said(measure.where, table)} THEN {what} END"


def aggregate(measure: Measure, table: str) -> str:
    """A measure as one aggregate of SQL over a named table."""
    distinct = "DISTINCT " if measure.aggregate.function == "distinct" else ""
    return f"{AGGREGATES[measure.aggregate.function]}({distinct}{value(measure, table)})"


def arithmetic(formula: Formula, say: Callable[[Part], str]) -> str:
    """A formula with its parts said by ``say``; nothing comes of a division by 0."""
    match formula:
        case Constant(number):
            return format(number, "f")
        case Part():
            return say(formula)
        case Binary("/", left, right):
            # a decimal factor, lest an engine divide counts as whole numbers
            return f"1.0 * {_side(left, say)} / NULLIF({arithmetic(right, say)}, 0)"
        case Binary(operator, left, right):
            return f"{_side(left, say)} {operator} {_side(right, say)}"
    raise ValueError(f"{formula} cannot be said in SQL.")


def _side(formula: Formula, say: Callable[[Part], str]) -> str:
    said = arithmetic(formula, say)
    return f"({said})" if isinstance(formula, Binary) else said


def _said(expression: Expression, table: str) -> str:
    said = expression.sql("duckdb")
    return said.replace(f'"{BASE}".', f'"{table}".') if table else said.replace(f'"{BASE}".', "").replace('"', "")
