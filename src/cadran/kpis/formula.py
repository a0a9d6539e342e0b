"""A formula with its values, as it is read out."""

import re
from collections.abc import Mapping
from decimal import Decimal

from cadran.metrics.metric import Metric
from cadran.ui.formats import Formats


def formula_with_values(metric: Metric, values: Mapping[str, Decimal | None], formats: Formats) -> str:
    """The formula with each part replaced by its value: 39 / (39 + 107)."""
    names = sorted(values, key=len, reverse=True)
    pattern = "|".join(rf"(?<![\w.]){re.escape(name)}(?![\w.])" for name in names)
    return re.sub(pattern, lambda found: part_value(values[found[0]], formats), str(metric.formula))


def part_value(value: Decimal | None, formats: Formats) -> str:
    """A part's value: parts have no unit of their own."""
    return "–" if value is None else formats.number(value)
