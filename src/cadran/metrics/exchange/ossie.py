"""Apache Ossie (formerly Open Semantic Interchange), core metadata specification 0.2.0.dev0.

A fact table becomes a dataset, a to-one link a relationship, a metric an ANSI SQL expression. Ossie has no rule for
time: a metric is carried when one date places all that it counts; its extension names that date.
"""

from __future__ import annotations

import json
from typing import Any

from cadran.metrics.catalogue import Catalogue
from cadran.metrics.exchange.expression import aggregate, arithmetic
from cadran.metrics.exchange.lost import Lost, unsaid
from cadran.metrics.metric import Metric
from cadran.metrics.tables import ColumnType, Table

VERSION = "0.2.0.dev0"
TYPES: dict[ColumnType, str] = {
    "id": "Integer", "dim": "String", "text": "String", "date": "Date", "moment": "DateTime", "money": "Decimal",
    "decimal": "Decimal", "integer": "Integer", "flag": "Boolean",
}  # fmt: skip


def ossie(catalogue: Catalogue) -> tuple[dict[str, Any], list[Lost]]:
    """The document, and the metrics that it cannot carry."""
    lost = [Lost(metric.key, reason) for metric in catalogue if (reason := _reason(metric))]
    left_out = {one.key for one in lost}
    tables = catalogue.tables.by_name
    model = {
        "name": "cadran",
        "description": "Indicators of customer relations",
        "datasets": [_dataset(table) for table in tables.values()],
        "relationships": [
            _relationship(table, to, column, tables[to])
            for table in tables.values()
            for to, column in table.links.items()
        ],
        "metrics": [_metric(metric) for metric in catalogue if metric.key not in left_out],
    }
    return {"version": VERSION, "semantic_model": [model], "dialects": ["ANSI_SQL"], "vendors": ["CADRAN"]}, lost


def _reason(metric: Metric) -> str:
    dates = {_date(metric, part.name) for part in metric.reads}
    apart = f"its parts have dates of their own: {', '.join(sorted(dates))}" if len(dates) > 1 else ""
    return "; ".join(filter(None, [unsaid(metric), apart]))


def _date(metric: Metric, part: str) -> str:
    measure = metric.parts[part]
    return f"{measure.table.name}.{measure.clock.columns[0]}"


def _dataset(table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "source": f"main.{table.name}",
        "primary_key": list(table.key),
        "fields": [_field(name, kind) for name, kind in table.columns.items()],
    }


def _field(name: str, kind: ColumnType) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, "expression": _ansi(name), "datatype": TYPES[kind]}
    if kind in ("dim", "date"):
        field["dimension"] = {"is_time": kind == "date"}
    return field


def _relationship(table: Table, to: str, column: str, other: Table) -> dict[str, Any]:
    return {
        "name": f"{table.name}_to_{to}",
        "from": table.name,
        "to": to,
        "from_columns": [column],
        "to_columns": list(other.key),
    }


def _metric(metric: Metric) -> dict[str, Any]:
    own = {
        "unit": metric.unit,
        "good": metric.good,
        "date": _date(metric, metric.reads[0].name),
        "formula": str(metric.formula),
        "parts": {name: measure.text for name, measure in metric.parts.items()},
        "definition_hash": metric.hash,
    }
    return {
        "name": metric.key.replace(".", "_"),
        "expression": _ansi(
            arithmetic(
                metric.formula,
                lambda part: aggregate(metric.parts[part.name], metric.parts[part.name].table.name),
            )
        ),
        "description": metric.definition["en"],
        "datatype": "Integer" if metric.unit == "count" else "Decimal",
        "ai_context": {
            "instructions": f"Place in time by {own['date']}. A percentage is a share between 0 and 1.",
            "synonyms": [*metric.title.values(), *(word for words in metric.synonyms.values() for word in words)],
        },
        "custom_extensions": [{"vendor_name": "CADRAN", "data": json.dumps(own, ensure_ascii=False)}],
    }


def _ansi(expression: str) -> dict[str, Any]:
    return {"dialects": [{"dialect": "ANSI_SQL", "expression": expression}]}
