"""How long rows last, seen at several instants: read once, with when each began and ended, and followed from one
instant to the next.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import accumulate

from cadran.metrics.distribution import finish
from cadran.metrics.engines.base import Row
from cadran.metrics.plan import Planned
from cadran.metrics.reading import Reading, Readings, Split
from cadran.metrics.stats.kaplan_meier import RUNNING, Spell

Told = tuple[int, int | None, int, int]
"""Rows alike: the days on which they began and ended (None: not by the last instant), how they ended, how many."""


def follow(planned: Planned, rows: Sequence[Row], readings: Readings) -> None:
    """The statistic of the rows of each split at each instant. A row of the answer is the splits, then what is told."""
    scan, width = planned.scan, len(planned.scan.by)
    (measure,) = scan.measures
    told: dict[Split, list[Told]] = defaultdict(list)
    for row in rows:
        began, ended, end, count = row[width:]
        told[row[:width]].append((_day(began), None if ended is None else _day(ended), int(end), int(count)))
    found = readings.of_scan(scan, measure)
    times = sorted(time for time in planned.times.values() if isinstance(time, date))
    for split, mine in told.items():
        for time, (n, spells) in zip(times, seen_at(mine, [_day(time) for time in times]), strict=True):
            if n:
                found[time][split] = Reading(finish(measure.aggregate, spells), n)


def _day(day: date) -> int:
    return day.toordinal()


def seen_at(told: Sequence[Told], instants: Sequence[int]) -> Iterator[tuple[int, list[Spell]]]:
    """At each instant, in order, how many rows had begun, and their spells.

    What still runs matters only in how many outlast each duration at which some ended, and up to when the longest has
    run: it is told by these durations alone, which are few.
    """
    starts = sorted({began for began, *_ in told})
    places = {start: place for place, start in enumerate(starts)}
    running, ended = [0] * len(starts), defaultdict[tuple[int, int], int](int)
    leaving = []
    for began, over, end, count in told:
        running[places[began]] += count
        if over is not None:
            leaving.append((max(began, over), began, max(over - began, 0), end, count))
    leaving.sort(reverse=True)
    for instant in instants:
        while leaving and leaving[-1][0] < instant:
            _, began, lasted, end, count = leaving.pop()
            running[places[began]] -= count
            ended[lasted, end] += count
        begun = bisect_left(starts, instant)
        since = [0, *accumulate(running[:begun])]  # how many run that began at the first of the starts, the first two …
        spells: list[Spell] = [(lasted, end, count) for (lasted, end), count in ended.items()]
        durations = sorted({lasted for lasted, _ in ended})
        outlast = [since[bisect_right(starts, instant - lasted, 0, begun)] for lasted in durations]
        spells += [
            (lasted, RUNNING, some - more)
            for lasted, some, more in zip(durations, outlast, outlast[1:], strict=False)
            if some > more
        ]
        if since[-1] and (not outlast or outlast[-1]):
            longest = instant - starts[bisect_right(since, 0) - 1]
            spells.append((longest, RUNNING, outlast[-1] if outlast else since[-1]))
        yield since[-1] + sum(ended.values()), spells
