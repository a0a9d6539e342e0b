"""Measures and formulas as standard SQL."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from cadran.metrics.condition import BASE, Expression
from cadran.metrics.exchange.lost import AGGREGATES
from cadran.metrics.formula import Binary, Constant, Formula, Part
from cadran.metrics.measure import Measure
from cadran.metrics.tables import Table


def value(measure: Measure, table: str = "") -> str:
    """What a measure aggregates, row by row: NULL where its condition does not hold.

    Columns are qualified with ``table`` and quoted, or bare without one.
    """
    argument, columns = measure.aggregate.argument, measure.table
    what = _said(argument, columns, table) if argument is not None else "1"
    return what if measure.where is None else f"CASE WHEN {_said(measure.where, columns, table)} THEN {what} END"


def aggregate(measure: Measure, table: str) -> str:
    """A measure as one aggregate of SQL over a named table; a median by its standard name."""
    if measure.aggregate.function == "median":
        return f"PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY {value(measure, table)})"
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


def _said(expression: Expression, columns: Table, table: str) -> str:
    said = expression.node.transform(lambda node: _days(node, columns)).sql("duckdb")
    return said.replace(f'"{BASE}".', f'"{table}".') if table else said.replace(f'"{BASE}".', "").replace('"', "")


def _days(node: exp.Expr, columns: Table) -> exp.Expr:
    """Days added to a date as an interval: the standard knows no date plus a number."""
    match node:
        case (
            exp.Add(this=date, expression=exp.Literal() as days) | exp.Sub(this=date, expression=exp.Literal() as days)
        ):
            if _is_date(date, columns):
                interval = exp.Interval(this=exp.Literal.string(days.name), unit=exp.Var(this="DAY"))
                return type(node)(this=date, expression=interval)
    return node


def _is_date(node: exp.Expr, columns: Table) -> bool:
    match node.unnest():
        case exp.Column() as column:
            return columns.columns.get(column.name) == "date"
        case exp.Cast() as cast:
            return bool(cast.is_type(exp.DataType.Type.DATE))
        case exp.Add(this=inner) | exp.Sub(this=inner):
            return _is_date(inner, columns)
        case _:
            return False
