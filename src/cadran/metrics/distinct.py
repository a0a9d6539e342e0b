"""Counts of distinct values over many spans, by the bits of one whole number, where an engine can gather these."""

from __future__ import annotations

from collections.abc import Sequence

from cadran.metrics.measure import Measure
from cadran.metrics.scan import Scan
from cadran.metrics.writer import Writer, grouped, inner, shared_conditions, where

BITS = 62
"""Spans told apart by the bits of one whole number."""


def by_bits(scan: Scan, writer: Writer) -> bool:
    """Whether the distinct values are counted more cheaply by the spans in which each is seen, kept as bits."""
    counted = all(measure.aggregate.function == "distinct" and measure.per is None for measure in scan.measures)
    few = scan.run.steps is not None and max(index for index, _ in scan.run.cells) < BITS
    return counted and few and not scan.cohorts and bool(writer.dialect.bits)


def distinct(
    measures: Sequence[Measure], groups: Sequence[str], tables: str, conditions: Sequence[str], writer: Writer
) -> str:
    """Distinct values of one column by span, for each measure: first one row a value with the spans it is seen in, then
    one for those seen in the same spans, then one for each span.

    There are far fewer values than values and spans, and fewer sets of spans still.
    """
    assert measures[0].aggregate.argument is not None
    argument = measures[0].aggregate.argument.sql(writer.dialect.name)
    common, tests = shared_conditions(measures, writer)
    either = [] if "" in tests else [f"({' OR '.join(f'({test})' for test in tests)})"]
    named, outer = inner(groups[1:])
    seen = [f'"seen{place}"' for place in range(len(measures))]
    keys = [*named, f'{argument} AS "x"']
    bits = [
        f"{writer.dialect.bits.format(groups[0])}{f' FILTER (WHERE {test})' if test else ''} AS {name}"
        for test, name in zip(tests, seen, strict=True)
    ]
    kept = where([*conditions, *common, *either, f"{argument} IS NOT NULL"])
    places = ", ".join(str(place) for place in range(1, len(keys) + 1))
    each = f"SELECT {', '.join([*keys, *bits])} {tables}{kept} GROUP BY {places}"
    alike = grouped([*outer, *seen], ['count(*) AS "n"'], f'FROM ({each}) AS "each"')
    counts = [f'sum(CASE WHEN ({name} >> "spans"."i") & 1 = 1 THEN "n" END)' for name in seen]
    spans = f'range({BITS}) AS "spans"("i") ON ({_any(seen)} >> "spans"."i") & 1 = 1'
    return grouped(['"spans"."i"', *outer], counts, f'FROM ({alike}) AS "alike" JOIN {spans}')


def _any(seen: Sequence[str]) -> str:
    return seen[0] if len(seen) == 1 else f"({' | '.join(f'coalesce({name}, 0)' for name in seen)})"
