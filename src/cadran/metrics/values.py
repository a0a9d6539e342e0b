"""The values that a dimension has: what tells a filter on nothing from a filter misspelt."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from cadran.metrics.engines.base import Engine
from cadran.metrics.errors import QuestionError
from cadran.metrics.metric import Metric


def values_of(engine: Engine, metric: Metric, dimension: str) -> set[str]:
    """The values of a dimension in the tables of a metric's parts, blanks aside."""
    link, _, name = dimension.rpartition(".")
    tables = {link} if link else {measure.table.name for measure in metric.parts.values()}
    return {
        str(row[0])
        for table in tables
        for row in engine.select(f'SELECT DISTINCT "{name}" FROM "{table}" WHERE "{name}" IS NOT NULL', [])
    }


def refuse_unknown_values(engine: Engine, metric: Metric, where: Mapping[str, Sequence[str | None]]) -> None:
    """Raise QuestionError for a filter on a value that no row has, naming the nearest ones."""
    for dimension, wanted in where.items():
        known = values_of(engine, metric, dimension)
        for value in wanted:
            if value is not None and value != "unknown" and value not in known:
                folded = {one.casefold(): one for one in known}
                near = difflib.get_close_matches(value.casefold(), folded, n=3, cutoff=0.5)
                hint = f" Did you mean {', '.join(folded[one] for one in near)}?" if near else ""
                raise QuestionError(f"No row of {metric.key} has {dimension} {value!r}.{hint}")
