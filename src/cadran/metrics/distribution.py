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
        last = f"CASE WHEN {argument} < {instant} THEN {argument} ELSE {instant} END"
        lasted = f"greatest({writer.dialect.days_between(last, column(measure.clock.start))}, 0)"
        ended = _ended(aggregate, instant, dialect)
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


def lasting(
    measure: Measure, splits: Sequence[str], tables: str, conditions: Sequence[str], last: str, writer: Writer
) -> str:
    """The SELECT of a survival at many instants up to the ``last``: when the rows that meet the conditions (the
    measure's among them) began and ended, and how; NULL for those that had not ended then. See
    :mod:`cadran.metrics.spells`.
    """
    assert measure.aggregate.argument is not None
    argument = measure.aggregate.argument.sql(writer.dialect.name)
    over = f"CASE WHEN {argument} < {last} THEN {argument} END"
    groups = [*splits, column(measure.clock.start), over, _ended(measure.aggregate, last, writer.dialect.name)]
    return grouped(groups, ["count(*)"], f"{tables}{where(conditions)}")


def _ended(aggregate: Aggregate, instant: str, dialect: str) -> str:
    """How a row ended, seen at an instant."""
    assert aggregate.argument is not None
    over = f"{aggregate.argument.sql(dialect)} < {instant}"
    sought = f"WHEN {over} AND ({aggregate.ending.sql(dialect)}) THEN {ENDED} " if aggregate.ending else ""
    return f"CASE {sought}WHEN {over} THEN {ENDED_OTHERWISE if aggregate.ending else ENDED} ELSE {RUNNING} END"


_S, _X = '"s"', '"x"'
