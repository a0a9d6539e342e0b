"""A line small enough for a tile, as the paths of an inline SVG of 100 by 30."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

WIDTH, HEIGHT = 100.0, 30.0


@dataclass(frozen=True)
class Sparkline:
    """Path data: the line (broken where there is no value), the area under it, and the last point."""

    line: str
    area: str
    last: str


def sparkline(values: Sequence[Decimal | float | None]) -> Sparkline | None:
    """The sparkline of a series, oldest first; None when fewer than two of its values are known."""
    known = [float(value) for value in values if value is not None]
    if len(known) < 2:
        return None
    low, high = min(known), max(known)
    points = [
        None if value is None else (WIDTH * i / (len(values) - 1), _height(float(value), low, high))
        for i, value in enumerate(values)
    ]
    runs = [[p for p in run if p] for here, run in groupby(points, key=lambda p: p is not None) if here]
    line = "".join(_path(run) for run in runs)
    area = "".join(f"{_path(run)}V{HEIGHT:g}H{run[0][0]:.4g}Z" for run in runs if len(run) > 1)
    x, y = runs[-1][-1]
    return Sparkline(line, area, f"M{x:.4g} {y:.4g}h0")


def _height(value: float, low: float, high: float) -> float:
    share = 0.5 if high == low else (value - low) / (high - low)
    return 2 + (HEIGHT - 4) * (1 - share)


def _path(run: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.4g} {y:.4g}" for x, y in run)
