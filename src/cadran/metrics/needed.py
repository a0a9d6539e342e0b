"""The columns that a metric rests on: whoever may not see one of them may not see the metric."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from cadran.metrics.condition import BASE, Expression
from cadran.metrics.measure import Measure
from cadran.metrics.metric import Metric

type Column = tuple[str, str]
"""A fact table and one of its columns."""


def columns_of(metric: Metric) -> frozenset[Column]:
    """Every column that the parts of a metric count, add up, judge by or place in time, the keys of their rows too."""
    return frozenset(column for measure in metric.parts.values() for column in _of_measure(measure))


def _of_measure(measure: Measure) -> Iterator[Column]:
    table, per = measure.table, measure.per
    for name in (*table.key, *measure.clock.columns, *([per.column] if per else [])):
        yield table.name, name
    judged = per.having if per else None
    for aggregate in (measure.aggregate, judged):
        for expression in (aggregate.argument, aggregate.ending) if aggregate else ():
            yield from _of_expression(measure, expression)
    yield from _of_expression(measure, measure.where)


def _of_expression(measure: Measure, expression: Expression | None) -> Iterator[Column]:
    table = measure.table
    for node in expression.node.find_all(exp.Column) if expression else ():
        if node.table in table.links:
            yield table.name, table.links[node.table]
            yield node.table, node.name
        elif node.table in (BASE, ""):
            yield table.name, node.name
