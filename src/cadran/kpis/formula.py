"""A formula as it is written, with its values, and worked on an example."""

import re
from collections.abc import Mapping
from decimal import Decimal

from cadran.metrics.formula import Part, evaluate
from cadran.metrics.measure import Measure
from cadran.metrics.metric import Metric
from cadran.ui.formats import Formats


def only_measure(metric: Metric) -> Measure | None:
    """The measure that the metric is when it is one and nothing else, so that its formula is but a name."""
    match metric.formula:
        case Part(name, "now"):
            return metric.parts[name]
        case _:
            return None


def formula_with_values(metric: Metric, values: Mapping[str, Decimal | None], formats: Formats) -> str:
    """The formula with each part replaced by its value: 39 / (39 + 107)."""
    names = sorted(values, key=len, reverse=True)
    pattern = "|".join(rf"(?<![\w.]){re.escape(name)}(?![\w.])" for name in names)
    return re.sub(pattern, lambda found: part_value(values[found[0]], formats), str(metric.formula))


def part_value(value: Decimal | None, formats: Formats) -> str:
    """A part's value: parts have no unit of their own."""
    return "–" if value is None else formats.number(value)


def worked(metric: Metric) -> Decimal | None:
    """The value of the worked example; None when the definition has none, or none can be computed from it."""
    if not metric.example:
        return None
    values: dict[Part, Decimal | None] = {part: metric.example[str(part)] for part in metric.reads}
    return evaluate(metric.formula, values, Decimal, months=metric.example.get("months"))[0]


def worked_words(metric: Metric, formats: Formats) -> tuple[str, str]:
    """The worked example as it is read out: the formula with its values, and what it comes to; "" without one."""
    if not metric.example:
        return "", ""
    return formula_with_values(metric, metric.example, formats), formats.value(worked(metric), metric.unit)
