"""dbt's semantic layer (MetricFlow): semantic models, measures and metrics, as dbt Core reads them since 1.6.

A fact table becomes a semantic model, a part a measure with a date of its own, a formula a derived metric. The tables
are taken for dbt models of the same names; a time spine is the project's own affair.
"""

from __future__ import annotations

from typing import Any

from cadran.metrics.catalogue import Catalogue
from cadran.metrics.exchange.expression import arithmetic, value
from cadran.metrics.exchange.lost import Lost, unsaid
from cadran.metrics.formula import Part
from cadran.metrics.measure import Function, Measure
from cadran.metrics.metric import Metric
from cadran.metrics.tables import Table

AGGREGATIONS: dict[Function, str] = {
    "count": "count", "distinct": "count_distinct", "sum": "sum", "min": "min", "max": "max", "median": "median",
}  # fmt: skip
GRAINS = frozenset({"second", "minute", "hour", "day", "week", "month", "quarter", "year"})
"""Words of dbt's own that no dimension may be called."""


def dbt(catalogue: Catalogue) -> tuple[dict[str, Any], list[Lost]]:
    """The document, and the metrics that it cannot carry."""
    lost = [Lost(metric.key, reason) for metric in catalogue if (reason := unsaid(metric))]
    left_out = {one.key for one in lost}
    carried = [metric for metric in catalogue if metric.key not in left_out]
    names: dict[Measure, str] = {}
    for metric in carried:
        for part, measure in metric.parts.items():
            names.setdefault(measure, f"{_name(metric.key)}_{_name(part)}_part")
    return {
        "semantic_models": [
            _model(table, {measure: name for measure, name in names.items() if measure.table.name == table.name})
            for table in catalogue.tables.by_name.values()
        ],
        "metrics": [
            *(_simple(measure, name) for measure, name in names.items()),
            *(_metric(metric, names) for metric in carried),
        ],
    }, lost


def _name(key: str) -> str:
    return key.replace(".", "_")


def _model(table: Table, measures: dict[Measure, str]) -> dict[str, Any]:
    dates = [name for name, kind in table.columns.items() if kind == "date"]
    key = table.key[0] if len(table.key) == 1 else " || '-' || ".join(table.key)
    entities = [{"name": f"{table.name}_key", "type": "primary", "expr": key}]
    entities += [{"name": f"{to}_key", "type": "foreign", "expr": column} for to, column in table.links.items()]
    model: dict[str, Any] = {
        "name": table.name,
        "model": f"ref('{table.name}')",
        "entities": entities,
        "dimensions": [
            *(_dimension(name) for name in table.dimensions),
            *({"name": name, "type": "time", "type_params": {"time_granularity": "day"}} for name in dates),
        ],
    }
    if measures:
        model["defaults"] = {"agg_time_dimension": next(iter(measures)).clock.columns[0]}
        model["measures"] = [_measure(measure, name) for measure, name in measures.items()]
    return model


def _dimension(name: str) -> dict[str, str]:
    return (
        {"name": f"{name}_of", "type": "categorical", "expr": name}
        if name in GRAINS
        else {"name": name, "type": "categorical"}
    )


def _measure(measure: Measure, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "description": measure.text,
        "agg": AGGREGATIONS[measure.aggregate.function],
        "expr": value(measure),
        "agg_time_dimension": measure.clock.columns[0],
    }


def _simple(measure: Measure, name: str) -> dict[str, Any]:
    return {
        "name": f"{name}_value",
        "label": name,
        "description": measure.text,
        "type": "simple",
        "type_params": {"measure": name},
    }


def _metric(metric: Metric, names: dict[Measure, str]) -> dict[str, Any]:
    written: dict[str, Any] = {
        "name": _name(metric.key),
        "label": metric.title["en"],
        "description": metric.definition["en"],
        "config": {"meta": {"unit": metric.unit, "good": metric.good, "definition_hash": metric.hash}},
    }
    if isinstance(metric.formula, Part):
        return {**written, "type": "simple", "type_params": {"measure": names[metric.parts[metric.formula.name]]}}
    inputs = sorted({f"{names[metric.parts[part.name]]}_value" for part in metric.reads})
    said = arithmetic(metric.formula, lambda part: f"{names[metric.parts[part.name]]}_value")
    return {
        **written,
        "type": "derived",
        "type_params": {"expr": said, "metrics": [{"name": name} for name in inputs]},
    }
