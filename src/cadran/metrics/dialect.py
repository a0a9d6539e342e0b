"""The few places where engines spell the same thing differently."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dialect:
    """Spellings of one engine; ``name`` is also sqlglot's name for it.

    ``blanks_last`` makes of a value what sorts
    behind all others when it is blank, and the value of it again; None where medians are not made of such.
    ``bits`` gathers numbers below 63 as the bits of one whole number, "" where counting distinct values does well.
    """

    name: str
    month: str
    divide: str
    days: str
    between: str
    low_median: str
    high_median: str
    text_order: str = "{0}"
    bits: str = ""
    blanks_last: tuple[str, str] | None = None

    def month_of(self, column: str) -> str:
        """Months since the year 0 of a date."""
        return self.month.format(column)

    def steps(self, number: str, step: int) -> str:
        """A non-negative whole number divided by a step, rounded down."""
        return number if step == 1 else self.divide.format(number, step)

    def days_of(self, first: str, end: str) -> str:
        """An expression that yields a row for each day from first up to end."""
        return self.days.format(first, end)

    def days_between(self, later: str, earlier: str) -> str:
        """Whole days from one date to another."""
        return self.between.format(later, earlier)


DIALECTS: dict[str, Dialect] = {
    "duckdb": Dialect(
        name="duckdb",
        month="(year({0}) * 12 + month({0}) - 1)",
        divide="({0} // {1})",
        days="CAST(unnest(range({0}, {1}, INTERVAL 1 DAY)) AS DATE)",
        between="({0} - {1})",
        # one ordering for both: a share a hair above the half is the value after the middle, in groups below 500M rows
        low_median="(quantile_disc({0}, [0.5, 0.500000001]){1})[1]",
        high_median="(quantile_disc({0}, [0.5, 0.500000001]){1})[2]",
        blanks_last=("struct_pack(blank := {0} IS NULL, value := {0})", '({0})."value"'),
        bits="bit_or(CAST(1 AS BIGINT) << {0})",
    ),
    "postgres": Dialect(
        name="postgres",
        month="(CAST(extract(year FROM {0}) AS INT) * 12 + CAST(extract(month FROM {0}) AS INT) - 1)",
        divide="({0} / {1})",
        days="CAST(generate_series({0}, {1} - 1, INTERVAL '1 day') AS DATE)",
        between="({0} - {1})",
        low_median="percentile_disc(0.5) WITHIN GROUP (ORDER BY {0}){1}",
        high_median="-(percentile_disc(0.5) WITHIN GROUP (ORDER BY -({0})){1})",
        text_order='{0} COLLATE "C"',
    ),
    "clickhouse": Dialect(
        name="clickhouse",
        month="(toInt32(toYear({0})) * 12 + toInt32(toMonth({0})) - 1)",
        divide="intDiv({0}, {1})",
        days="arrayJoin(arrayMap(x -> {0} + x, range(toUInt32(dateDiff('day', {0}, {1})))))",
        between="dateDiff('day', {1}, {0})",
        low_median="quantileExactLow(0.5)({0}){1}",
        high_median="-(quantileExactLow(0.5)(-({0})){1})",
    ),
}
