"""The business day of a moment, worked out by DuckDB and yet the same as Python's, for every zone and clock change.

DuckDB brings a time zone database of its own. Where it agrees with that of the tzdata package at every clock change
from 1970 to 2100, it may be used; elsewhere the offsets of tzdata are spelled out. Spelled out a million days take a
quarter of the time, but every statement that asks for one takes longer to plan.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from duckdb import DuckDBPyConnection

FIRST, LAST = 1970, 2100

Offset = tuple[datetime, timedelta]


def define_days(connection: DuckDBPyConnection, zone: str, *, many: bool = False) -> None:
    """Define ``business_day(moment)`` for this connection: the DATE in ``zone`` of a TIMESTAMP in UTC.

    And ``local_hour(moment)``: the hour on the clocks of ``zone``, from ``00:00`` to ``23:00``.
    ``many`` says that it will be asked of many rows by few statements.
    """
    known = not many and connection.execute(
        "select count(*) from pg_timezone_names() where name = ?", [zone]
    ).fetchone() != (0,)
    local = f"timezone('{zone}', timezone('UTC', moment))"
    if not known or not _agrees(connection, zone):  # either way the days are the same
        local = f"moment + {_spelled_out(offsets(zone))}"
    connection.execute(f"create or replace temp macro business_day(moment) as cast({local} as date)")
    connection.execute(f"create or replace temp macro local_hour(moment) as strftime({local}, '%H:00')")


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


_agreeing: dict[str, bool] = {}


def _agrees(connection: DuckDBPyConnection, zone: str) -> bool:
    """Whether DuckDB gives the same local times as tzdata around every clock change and every day between."""
    if zone not in _agreeing:
        listed = offsets(zone)
        ends = [*(moment for moment, _ in listed[1:]), datetime(LAST, 1, 1)]  # noqa: DTZ001
        values = ", ".join(
            f"(timestamp '{since}', timestamp '{until}', interval ({int(ahead.total_seconds())}) second)"
            for (since, ahead), until in zip(listed, ends, strict=True)
        )
        differing = connection.execute(f"""
            with stretch(since, until, ahead) as (values {values}),
            probe as (
                select unnest([since, until - interval 1 second]) as moment, ahead from stretch
                union all
                select unnest(generate_series(since, until - interval 1 second, interval 1 day)), ahead from stretch
            )
            select count(*) from probe where timezone('{zone}', timezone('UTC', moment)) <> moment + ahead
        """).fetchone()
        _agreeing[zone] = differing == (0,)
    return _agreeing[zone]


def _spelled_out(listed: tuple[Offset, ...]) -> str:
    if len(listed) == 1:
        return f"interval ({int(listed[0][1].total_seconds())}) second"
    middle = len(listed) // 2
    earlier, later = _spelled_out(listed[:middle]), _spelled_out(listed[middle:])
    return f"case when moment < timestamp '{listed[middle][0]}' then {earlier} else {later} end"
