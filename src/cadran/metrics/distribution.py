"""Statistics of a whole distribution: SQL counts how many rows have each value, Python finishes.

``gini(x)`` looks at the values of x, or with ``per S`` at the sum of x of each subject. ``survival_mean(TO)`` and
``survival_median(TO)`` look at how long rows last: from the FROM of their rule for time until TO, or until the instant
when TO has not come by then; with a condition, at those that end so, the others ending otherwise. A row of the answer
is: the groups, the value, how it ended (see :mod:`cadran.metrics.stats.kaplan_meier`), how many rows (or subjects).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

from cadran.metrics.measure import Aggregate, Measure
from cadran.metrics.stats.gini import gini
from cadran.metrics.stats.kaplan_meier import ENDED, ENDED_OTHERWISE, RUNNING, Spell
from cadran.metrics.stats.survival_mean import survival_mean
from cadran.metrics.stats.survival_median import survival_median
from cadran.metrics.writer import Writer, column, grouped, inner, where


def finish(aggregate: Aggregate, spells: Iterable[Spell]) -> Decimal | None:
    """The statistic over what SQL counted; None when these values have none."""
    return _STATISTICS[aggregate.function](spells)


_STATISTICS: Mapping[str, Callable[[Iterable[Spell]], Decimal | None]] = {
    "gini": lambda spells: gini((value, count) for value, _, count in spells),
    "survival_mean": survival_mean,
    "survival_median": survival_median,
}


def distribution(
    measure: Measure, groups: Sequence[str], tables: str, conditions: Sequence[str], instant: str, writer: Writer
) -> str:
    """The SELECT of a distribution; ``instant`` is when the rows of a stock are looked at."""
    dialect = writer.dialect.name
    aggregate = measure.aggregate
    assert aggregate.argument is not None
    argument = aggregate.argument.sql(dialect)
    tests = [*conditions, *([f"({measure.where.sql(dialect)})"] if measure.where else [])]
    if aggregate.function != "gini":
        over = f"{argument} < {instant}"
        last = f"CASE WHEN {over} THEN {argument} ELSE {instant} END"
        lasted = f"greatest({writer.dialect.days_between(last, column(measure.clock.columns[0]))}, 0)"
        otherwise = f"WHEN {over} AND ({aggregate.ending.sql(dialect)}) THEN {ENDED} " if aggregate.ending else ""
        end = ENDED_OTHERWISE if aggregate.ending else ENDED
        ended = f"CASE {otherwise}WHEN {over} THEN {end} ELSE {RUNNING} END"
        return grouped([*groups, lasted, ended], ["count(*)"], f"{tables}{where(tests)}")
    tests.append(f"{argument} IS NOT NULL")
    if measure.per is None:
        return grouped([*groups, argument], ["0", "count(*)"], f"{tables}{where(tests)}")
    subject = column(measure.per.column)
    named, outer = inner(groups)
    places = [str(place) for place, group in enumerate(groups, 1) if not group.isdigit()] + [str(len(groups) + 1)]
    each = (
        f"SELECT {', '.join([*named, f'{subject} AS {_S}', f'sum({argument}) AS {_X}'])} "
        f"{tables}{where([*tests, f'{subject} IS NOT NULL'])} GROUP BY {', '.join(places)}"
    )
    return grouped([*outer, _X], ["0", "count(*)"], f'FROM ({each}) AS "each"')


_S, _X = '"s"', '"x"'
