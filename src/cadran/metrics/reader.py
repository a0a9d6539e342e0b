"""Reading: scans run ahead of whoever takes their answers, and what they yield is sorted by measure, time and split."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import localcontext
from types import TracebackType
from typing import Self

from cadran.metrics.distribution import finish
from cadran.metrics.engines.base import Engine, Row
from cadran.metrics.measure import DISTRIBUTIONS, SURVIVAL
from cadran.metrics.plan import Daily, Need, Planned, Time, plan
from cadran.metrics.reading import PRECISION, Reading, Readings, Split, made, number
from cadran.metrics.scan import Scan
from cadran.metrics.spells import follow
from cadran.metrics.sql import compile_scan
from cadran.metrics.stats.kaplan_meier import Spell
from cadran.metrics.stocks import add_up
from cadran.metrics.writer import Value


class Reader:
    """Runs the scans of many needs one after another, and sorts what they yield as far as somebody waits for it.

    Where there are several, a thread runs them: the next is under way while this one's answer is worked on.
    """

    def __init__(self, engine: Engine, wanted: Iterable[Need]) -> None:
        self.engine = engine
        self.readings = Readings()
        self._planned = plan(wanted)
        self._last = {need: place for place, planned in enumerate(self._planned) for need in planned.needs}
        self._sorted = 0
        self._answers = self._run()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._answers.close()

    def until(self, wanted: Iterable[Need]) -> Readings:
        """The readings, these needs' among them."""
        last = max((self._last[need] for need in wanted if need in self._last), default=-1)
        with localcontext(PRECISION):
            while self._sorted <= last:
                planned = self._planned[self._sorted]
                rows, empty = next(self._answers)
                if empty:
                    self.readings.empty.add(planned.scan.table)
                _sort(planned, rows, self.readings)
                self._sorted += 1
        return self.readings

    def _run(self) -> Generator[tuple[list[Row], bool]]:
        """What each scan yields, in order."""
        compiled = ((each.scan, *self._compiled(each.scan)) for each in self._planned)
        if len(self._planned) == 1:
            yield self._answer(*next(compiled))
            return
        with ThreadPoolExecutor(1) as thread:
            try:
                waiting = deque(thread.submit(self._answer, *each) for each in compiled)
                while waiting:
                    yield waiting.popleft().result()
            finally:
                thread.shutdown(cancel_futures=True)

    def _answer(self, scan: Scan, sql: str, values: Sequence[Value]) -> tuple[list[Row], bool]:
        """The rows of a scan, and whether there are none at all in its table and in what that is part of."""
        rows = self.engine.select(sql, values)
        if any(any(row[1:]) for row in rows):
            return rows, False
        tables = dict.fromkeys((scan.table, self.engine.tables[scan.table].part_of or scan.table))
        return rows, not any(self.engine.select(f'SELECT 1 FROM "{table}" LIMIT 1', []) for table in tables)

    def _compiled(self, scan: Scan) -> tuple[str, list[Value]]:
        return compile_scan(scan, self.engine.tables, self.engine.dialect)


def read(engine: Engine, wanted: Iterable[Need]) -> Readings:
    """Run the scans that the needs come to, and sort what they yield."""
    wanted = list(wanted)
    with Reader(engine, wanted) as reader:
        return reader.until(wanted)


def _sort(planned: Planned, rows: Sequence[Row], readings: Readings) -> None:
    scan = planned.scan
    if not rows:
        return
    if scan.deltas:
        (follow if scan.measures[0].aggregate.function in SURVIVAL else add_up)(planned, rows, readings)
        return
    head = 1 + scan.cohorts
    first = head + len(scan.by)
    if scan.measures[0].aggregate.function in DISTRIBUTIONS:
        _gather(planned, rows, readings)
    else:
        answer = list(zip(*rows, strict=True))
        places = [_place(planned, row) for row in rows]
        for measure, column in made(scan, answer, first):
            found = readings.of_scan(scan, measure)
            for (moment, split), reading in zip(places, column, strict=True):
                if moment is not None and (reading.n or reading.blank):
                    found[moment][split] = reading
    for need in planned.needs:
        found = readings.of_scan(scan, need.measure)
        for time in need.times:
            if isinstance(time, Daily) and time.instants:
                (evening,) = time.instants  # several are told by what came and went
                found[time] = found[evening]


def _place(planned: Planned, row: Row) -> tuple[Time | None, Split]:
    """The time and the split that a row of an answer is of; no time when it belongs to none."""
    times, first = planned.times, 1 + planned.scan.cohorts + len(planned.scan.by)
    moment = times.get(int(row[0]))
    return moment, (times.get(int(row[1])), *row[2:first]) if planned.scan.cohorts else row[1:first]


def _gather(planned: Planned, rows: Sequence[Row], readings: Readings) -> None:
    """The statistic of each time and split over all the values counted there."""
    (measure,) = planned.scan.measures
    gathered: dict[tuple[Time | None, Split], list[Spell]] = defaultdict(list)
    for row in rows:
        value, end, count = row[-3:]
        if (known := value if type(value) is int else number(value)) is not None:
            gathered[_place(planned, row)].append((known, int(end), int(count)))
    found = readings.of_scan(planned.scan, measure)
    for (moment, split), spells in gathered.items():
        if moment is not None:
            found[moment][split] = Reading(finish(measure.aggregate, spells), sum(count for _, _, count in spells))
