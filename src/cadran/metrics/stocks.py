"""Stocks by what came and what went: added up to each instant, and over days where days are asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import accumulate

from cadran.metrics.engines.base import Row
from cadran.metrics.plan import Daily, Planned, Time
from cadran.metrics.reading import Reading, Readings, Split, made

_NONE = Decimal(0)


def add_up(planned: Planned, rows: Sequence[Row], readings: Readings) -> None:
    """What came less what went, up to each instant.

    A row of the answer is: the index of the first instant after what it counts came, and after it went (-1: neither
    by the last instant), the splits, the columns of the measures.
    """
    scan, places = planned.scan, {day: index for index, day in planned.times.items()}
    first = 2 + len(scan.by)
    moves = [(int(row[0]), int(row[1]), row[2:first]) for row in rows]
    for measure, column in made(scan, list(zip(*rows, strict=True)), first):
        moved: dict[Split, list[tuple[int, int, Reading]]] = defaultdict(list)
        for (came, went, split), reading in zip(moves, column, strict=True):
            if reading.n or reading.blank:
                moved[split].append((came, went, reading))
        found = readings.of_scan(scan, measure)
        spans = {time: _span(time, places) for need in planned.needs if need.measure == measure for time in need.times}
        for split, mine in moved.items():
            for time, reading in zip(spans, _stood(mine, len(places), list(spans.values())), strict=True):
                if reading.n or reading.blank:
                    found[time][split] = reading


def _span(time: Time, places: Mapping[Time, int]) -> tuple[int, int]:
    """The instants at which a time looks, by their places: one, or those of its days."""
    if isinstance(time, Daily):
        instants = time.instants
        return (places[instants[0]], places[instants[-1]] + 1) if instants else (0, 0)
    return places[time], places[time] + 1


def _stood(
    moves: Sequence[tuple[int, int, Reading]], instants: int, spans: Sequence[tuple[int, int]]
) -> Iterator[Reading]:
    """What stood at the instants of each span, summed over these."""
    values, counts, blanks = [_NONE] * instants, [0] * instants, [0] * instants
    for came, went, (value, n, blank) in moves:
        if came >= 0:
            values[came] += value or _NONE
            counts[came] += n
            blanks[came] += blank
        if went >= 0:
            values[went] -= value or _NONE
            counts[went] -= n
            blanks[went] -= blank
    values, counts, blanks = list(accumulate(values)), list(accumulate(counts)), list(accumulate(blanks))
    for low, high in spans:
        n = sum(counts[low:high])
        yield Reading(sum(values[low:high], _NONE) if n else None, n, sum(blanks[low:high]))
