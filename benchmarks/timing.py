"""Ways of doing the same thing, taken in turns, so that whatever else the machine does slows all of them alike."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Mapping
from math import exp, log
from statistics import median
from time import perf_counter

ROUNDS = 5


def seconds(way: Callable[[], object]) -> float:
    """How long one call takes, without the garbage collector's pauses."""
    gc.disable()
    try:
        begun = perf_counter()
        way()
        return perf_counter() - begun
    finally:
        gc.enable()


def in_turns(ways: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """The median seconds of each way over so many rounds; each round starts with another way."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    names = list(ways)
    for number in range(rounds):
        start = number % len(names)
        for name in [*names[start:], *names[:start]]:
            gc.collect()
            taken[name].append(seconds(ways[name]))
    return {name: median(values) for name, values in taken.items()}


def geometric_mean(ratios: Iterable[float]) -> float:
    """The mean of ratios: halves and doubles cancel out. Raises ValueError when there is none."""
    logs = [log(ratio) for ratio in ratios]
    if not logs:
        raise ValueError("There is no ratio to take the mean of.")
    return exp(sum(logs) / len(logs))


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that this share of the values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]
