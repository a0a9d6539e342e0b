"""Time worked between two moments: the organisation's business hours and holidays, on the clocks of its own zone.

Every day from 1970 to 2100 becomes a row of ``shared.working_day``: its stretches of work as moments in UTC, so that
a clock change moves them as it moves the people, and the time worked before it. What was worked up to a moment is
then one look at its day, and what lies between two moments a difference.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import time, timedelta
from itertools import pairwise

from duckdb import DuckDBPyConnection

from cadran.facts.day import FIRST, LAST, offsets

LAST_MINUTE = time(23, 59)

Stretch = tuple[timedelta, timedelta]


def define_hours(connection: DuckDBPyConnection, zone: str) -> None:
    """Define ``business_minutes_between(a, b)`` for this connection: the minutes of business hours from a to b.

    a and b are TIMESTAMPs in UTC; the answer is a DECIMAL(19,6), negative when b is before a, 0 when nobody works
    between them. It is NULL when either is, when either is outside the years 1970 to 2099, and always when the
    organisation recorded no business hours: minutes of every day and night are no stand-in for minutes of work.
    ``business_day`` must be defined already, and ``raw.business_hours`` and ``raw.holiday`` be there. The days are
    those of the attached database ``base`` where it has them: a change of hours or holidays makes a new one.
    """
    rows = connection.execute(
        "select weekday, opens, closes from raw.business_hours where archived_at is null"
    ).fetchall()
    body = "cast(null as decimal(19, 6))"
    if rows:
        if _laid_out(connection):
            connection.execute("create or replace view shared.working_day as from base.shared.working_day")
        else:
            _lay_out_days(connection, zone, merged(rows))
        connection.execute("""
            create or replace temp macro worked_until(moment) as (
                select of_day.before + coalesce(list_sum(list_transform(of_day.stretches, lambda stretch:
                    greatest(0, epoch_us(least(moment, stretch.until)) - epoch_us(stretch.since)))), 0)
                from shared.working_day of_day
                where of_day.day = business_day(moment)
            )""")
        body = "cast(round((worked_until(b) - worked_until(a)) / 60000000.0, 6) as decimal(19, 6))"
    connection.execute(f"create or replace temp macro business_minutes_between(a, b) as {body}")


def _laid_out(connection: DuckDBPyConnection) -> bool:
    found = connection.execute(
        "select count(*) from duckdb_tables() "
        "where database_name = 'base' and schema_name = 'shared' and table_name = 'working_day'"
    ).fetchone()
    return found == (1,)


def merged(rows: Iterable[tuple[int, time, time]]) -> dict[int, list[Stretch]]:
    """The stretches of work of each weekday (Monday is 1), in order and apart: what is told twice is worked once."""
    told: dict[int, list[Stretch]] = defaultdict(list)
    for weekday, opens, closes in rows:
        told[weekday].append((_since_midnight(opens), _closing(closes)))
    week: dict[int, list[Stretch]] = {}
    for weekday, stretches in sorted(told.items()):
        apart: list[Stretch] = []
        for since, until in sorted(stretches):
            if apart and since <= apart[-1][1]:
                apart[-1] = (apart[-1][0], max(until, apart[-1][1]))
            else:
                apart.append((since, until))
        week[weekday] = apart
    return week


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second, microseconds=at.microsecond)


def _closing(at: time) -> timedelta:
    """A day that closes in its last minute closes at midnight: there is no later time of day to write."""
    return timedelta(days=1) if at >= LAST_MINUTE else _since_midnight(at)


def _lay_out_days(connection: DuckDBPyConnection, zone: str, week: dict[int, list[Stretch]]) -> None:
    hours = ", ".join(
        f"({weekday}, {_interval(since)}, {_interval(until)})"
        for weekday, stretches in week.items()
        for since, until in stretches
    )
    listed = offsets(zone)
    # From which time on the wall an offset holds. Of an hour shown twice the first is meant; an hour that is skipped
    # is read by the clock as it was before, as Python does.
    clocks = [f"(timestamp '0001-01-01', {_interval(listed[0][1])})"]
    for (_, before), (moment, ahead) in pairwise(listed):
        clocks.append(f"(timestamp '{moment + max(before, ahead)}', {_interval(ahead)})")
    connection.execute(f"""
        create or replace table shared.working_day as
        with clock(shown, ahead) as (values {", ".join(clocks)}),
        hours(weekday, opens, closes) as (values {hours}),
        day as (
            select unnest(generate_series(
                timestamp '{FIRST}-01-01', timestamp '{LAST - 1}-12-31', interval 1 day)) as at
        ),
        told as (
            select cast(day.at as date) as day, day.at + hours.opens as opens, day.at + hours.closes as closes
            from day
            join hours on hours.weekday = isodow(day.at)
            where cast(day.at as date) not in (select h.day from raw.holiday h where h.archived_at is null)
        ),
        stretch as (
            select told.day, told.opens - opening.ahead as since, told.closes - closing.ahead as until
            from told
            asof join clock opening on told.opens >= opening.shown
            asof join clock closing on told.closes >= closing.shown
        ),
        work as (
            select
                day, list({{'since': since, 'until': until}} order by since) as stretches,
                cast(sum(epoch_us(until) - epoch_us(since)) as bigint) as length
            from stretch
            where until > since and business_day(since) = day  -- a zone that crosses the date line skips a day
            group by day
        )
        select
            cast(day.at as date) as day,
            coalesce(sum(work.length) over before, 0) as before,
            coalesce(work.stretches, []) as stretches
        from day
        left join work on work.day = cast(day.at as date)
        window before as (order by day.at rows between unbounded preceding and 1 preceding)
        order by day
    """)


def _interval(length: timedelta) -> str:
    return f"interval ({length // timedelta(microseconds=1)}) microsecond"
