"""Minutes of business hours between two moments, against a clock that is walked minute by minute."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cadran.crm import save
from cadran.crm.save import By
from cadran.facts import raw
from cadran.facts.day import define_days, offsets
from cadran.facts.hours import define_hours, merged
from cadran.facts.store import Store
from cadran.facts.tests.world import BORN

Hours = Sequence[tuple[int, str, str]]

OFFICE: Hours = [(weekday, "09:00", "18:00") for weekday in range(1, 6)]
SHIFTS: Hours = [
    *((weekday, "08:30", "12:00") for weekday in range(1, 7)),
    *((weekday, "13:15", "17:45") for weekday in range(1, 6)),
    (7, "00:00", "04:30"),  # through the hour that clocks skip or show twice
]
ZONES = (
    "Europe/Paris",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Sao_Paulo",
    "Pacific/Apia",
)


def calendar(zone: str, hours: Hours, *holidays: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    raw.create_raw(connection)
    connection.execute("create schema shared")
    for row in hours:
        connection.execute("insert into raw.business_hours (weekday, opens, closes) values (?, ?, ?)", row)
    for day in holidays:
        connection.execute("insert into raw.holiday (day) values (?)", [day])
    define_days(connection, zone)
    define_hours(connection, zone)
    return connection


def minutes(connection: duckdb.DuckDBPyConnection, a: str | datetime, b: str | datetime) -> Decimal | None:
    row = connection.execute("select business_minutes_between(cast($1 as timestamp), cast($2 as timestamp))", [a, b])
    found: tuple[Decimal | None] = row.fetchall()[0]
    return found[0]


def test_an_evening_and_a_weekend_do_not_count() -> None:
    paris = calendar("Europe/Paris", OFFICE)
    # Friday 17:30 to Monday 9:15, winter time
    assert minutes(paris, "2026-01-09 16:30", "2026-01-12 08:15") == 45
    assert minutes(paris, "2026-01-10 10:00", "2026-01-11 22:00") == 0
    assert minutes(paris, "2026-01-12 08:15", "2026-01-09 16:30") == -45
    assert minutes(paris, "2026-01-12 09:00:30", "2026-01-12 09:00:45") == Decimal("0.25")
    assert minutes(paris, "2026-01-12 10:00", "2026-01-19 10:00") == 5 * 540


def test_a_holiday_is_no_day_of_work() -> None:
    assert minutes(calendar("Europe/Paris", OFFICE, "2026-05-01"), "2026-04-30 15:00", "2026-05-04 08:00") == 120
    assert minutes(calendar("Europe/Paris", OFFICE), "2026-04-30 15:00", "2026-05-04 08:00") == 660


def test_the_hours_move_with_the_clocks() -> None:
    paris = calendar("Europe/Paris", OFFICE)
    # Friday 27 March 2026, 17:00 (winter) to Monday 30, 10:00 (summer): two hours of work, 64 hours of time
    assert minutes(paris, "2026-03-27 16:00", "2026-03-30 08:00") == 120
    nights = calendar("Europe/Paris", [(7, "00:00", "06:00")])
    assert minutes(nights, "2026-03-28 12:00", "2026-03-29 12:00") == 5 * 60  # the clocks skip an hour
    assert minutes(nights, "2026-10-24 12:00", "2026-10-25 12:00") == 7 * 60  # the clocks go through one twice


def test_hours_told_twice_are_worked_once_and_the_last_minute_reaches_midnight() -> None:
    double = calendar("UTC", [(1, "09:00", "13:00"), (1, "12:00", "18:00"), (1, "09:00", "10:00")])
    assert minutes(double, "2026-01-12 00:00", "2026-01-13 00:00") == 540
    always = calendar("UTC", [(weekday, "00:00", "23:59") for weekday in range(1, 8)])
    assert minutes(always, "2026-01-12 10:00", "2026-01-14 10:00") == 2 * 1440
    assert merged([(2, time(14), time(18)), (2, time(9), time(14))]) == {2: [(timedelta(hours=9), timedelta(hours=18))]}


def test_without_business_hours_there_are_no_business_minutes() -> None:
    assert minutes(calendar("Europe/Paris", []), "2026-01-12 09:00", "2026-01-12 10:00") is None


def test_what_lies_outside_the_calendar_or_is_unknown_has_none() -> None:
    paris = calendar("Europe/Paris", OFFICE)
    row = paris.execute(
        "select business_minutes_between(null, now()::timestamp), "
        "business_minutes_between(timestamp '1950-01-01', timestamp '2026-01-12')"
    ).fetchall()
    assert row == [(None, None)]


@cache
def walked(zone: str, hours: tuple[tuple[int, str, str], ...], holiday: date, first: datetime) -> tuple[int, ...]:
    """How many minutes of work lie before each of the minutes that follow `first`, counted one by one."""
    info = ZoneInfo(zone)
    counted, before = 0, [0]
    for place in range(8 * 1440):
        local = (first + timedelta(minutes=place)).replace(tzinfo=UTC).astimezone(info)
        shown = f"{local:%H:%M}"
        works = local.date() != holiday and any(
            weekday == local.isoweekday() and opens <= shown < closes for weekday, opens, closes in hours
        )
        counted += works
        before.append(counted)
    return tuple(before)


@pytest.mark.parametrize("zone", ZONES)
@settings(max_examples=3)
@given(data=st.data())
def test_around_every_clock_change_it_is_what_a_walk_minute_by_minute_counts(zone: str, data: st.DataObject) -> None:
    changes = [moment for moment, _ in offsets(zone) if 2000 < moment.year < 2040] or [datetime(2026, 3, 29)]  # noqa: DTZ001
    change = data.draw(st.sampled_from(changes))
    first = change.replace(minute=0, second=0) - timedelta(days=4)
    holiday = (change + timedelta(days=data.draw(st.integers(-3, 3)))).date()
    before = walked(zone, tuple(SHIFTS), holiday, first)
    connection = calendar(zone, SHIFTS, holiday.isoformat())
    connection.execute("create table probe (a bigint, b bigint)")
    pairs = data.draw(st.lists(st.tuples(st.integers(0, 8 * 1440), st.integers(0, 8 * 1440)), min_size=12, max_size=12))
    connection.executemany("insert into probe values (?, ?)", pairs)
    found = connection.execute(
        "select a, b, business_minutes_between($1::timestamp + to_minutes(a), $1::timestamp + to_minutes(b)) "
        "from probe",
        [first],
    ).fetchall()
    assert [(a, b, minutes) for a, b, minutes in found if minutes != before[b] - before[a]] == []


@pytest.mark.django_db
def test_new_hours_are_in_the_facts_of_the_next_look(tmp_path: Path) -> None:
    by = By("member")
    save.create("organisation", {"currency": "EUR", "time_zone": "Europe/Paris"}, by=by, at=BORN)
    store = Store.open(tmp_path)
    between = "select business_minutes_between(timestamp '2026-01-12 07:00', timestamp '2026-01-12 10:00')"
    assert store._state.connection.execute(between).fetchall() == [(None,)]
    monday = save.create("business_hours", {"weekday": 1, "opens": time(9), "closes": time(18)}, by=by, at=BORN)
    assert store.refresh()
    assert store._state.connection.execute(between).fetchall() == [(Decimal(120),)]
    save.change(monday, {"opens": time(10, 30)}, by=by)
    assert store.refresh()
    assert store._state.connection.execute(between).fetchall() == [(Decimal(30),)]
    save.create("holiday", {"day": date(2026, 1, 12), "name": "Stocktaking"}, by=by)
    assert store.refresh()
    assert store._state.connection.execute(between).fetchall() == [(Decimal(0),)]
