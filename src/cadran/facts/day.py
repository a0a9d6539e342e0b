"""The business day of a moment, worked out by DuckDB and yet the same as Python's, for every zone and clock change.

DuckDB brings a time zone database of its own, which need not be that of the tzdata package, and takes four times as
long: the clock changes that Python knows from 1970 to 2100 are spelled out instead.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection

FIRST, LAST = 1970, 2100

Offset = tuple[datetime, timedelta]


def define_days(connection: DuckDBPyConnection, zone: str) -> None:
    """Define ``business_day(moment)`` for this connection: the DATE in ``zone`` of a TIMESTAMP in UTC."""
    connection.execute(
        f"create or replace temp macro business_day(moment) as cast(moment + {_spelled_out(offsets(zone))} as date)"
    )


@cache
def offsets(zone: str) -> tuple[Offset, ...]:
    """From which moment (naive UTC) on the clocks of ``zone`` are how far ahead of UTC, from 1970 to 2100."""
    info = ZoneInfo(zone)

    def offset(moment: datetime) -> timedelta:
        return moment.replace(tzinfo=UTC).astimezone(info).utcoffset() or timedelta()

    before = datetime(FIRST, 1, 1)  # noqa: DTZ001 (naive UTC, as DuckDB keeps it)
    found = [(before, offset(before))]
    while before.year < LAST:
        after = before + timedelta(days=1)
        if offset(after) != found[-1][1]:
            low, high = before, after
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=(high - low) // timedelta(seconds=1) // 2)
                low, high = (middle, high) if offset(middle) == found[-1][1] else (low, middle)
            found.append((high, offset(high)))
        before = after
    return tuple(found)


def _spelled_out(listed: tuple[Offset, ...]) -> str:
    if len(listed) == 1:
        return f"interval ({int(listed[0][1].total_seconds())}) second"
    middle = len(listed) // 2
    earlier, later = _spelled_out(listed[:middle]), _spelled_out(listed[middle:])
    return f"case when moment < timestamp '{listed[middle][0]}' then {earlier} else {later} end"
