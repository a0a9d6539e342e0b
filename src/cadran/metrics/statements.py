"""The SQL of an answer, as statements that stand alone: what a scan is compiled to, with its values written in."""

from __future__ import annotations

from datetime import date

from cadran.metrics.engines.base import Engine
from cadran.metrics.plan import Inquiry, needs, plan
from cadran.metrics.sql import compile_scan
from cadran.metrics.writer import Value, respelt


def statements(engine: Engine, inquiry: Inquiry) -> list[str]:
    """The SELECTs that yield the parts of an answer, in the dialect of the engine; the formula is not SQL."""
    compiled = [compile_scan(planned.scan, engine.tables, engine.dialect) for planned in plan(needs(inquiry))]
    return [respelt(sql, [_literal(value) for value in values].__getitem__) for sql, values in compiled]


def _literal(value: Value) -> str:
    match value:
        case None:
            return "NULL"
        case date():
            return f"DATE '{value.isoformat()}'"
        case int():
            return str(value)
        case _:
            return "'" + value.replace("'", "''") + "'"
