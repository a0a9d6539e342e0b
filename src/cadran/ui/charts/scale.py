"""Round ticks for an axis, so that its labels are written like every other number of the page."""

import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import pairwise


def ticks(low: float, high: float, wanted: int = 4) -> list[float]:
    """Round values from at or below ``low`` to at or above ``high``, about ``wanted`` steps apart."""
    if high <= low:
        high = low + (abs(low) or 1.0)
    rough = (high - low) / wanted
    power = 10 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if rough <= power * factor * 1.0000001)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [float(f"{i * step:.12g}") for i in range(first, last + 1)]


def label_expression(values: Sequence[float], write: Callable[[Decimal], str]) -> str:
    """A Vega expression giving each tick the label that ``write`` gives it."""
    pairs = (
        f"abs(datum.value - {value!r}) < {_near(values)!r} ? {_quoted(write(Decimal(str(value))))}" for value in values
    )
    return " : ".join([*pairs, "''"])


def _near(values: Sequence[float]) -> float:
    return min((b - a for a, b in pairwise(values)), default=1.0) / 4


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
