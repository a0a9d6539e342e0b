"""Each type of field: what is read from texts as people write them, and why others are refused."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from cadran.crm.records import fields_of
from cadran.imports.columns import Reading, clean_text, reason_sql, resolve, value_sql
from cadran.imports.mapping import Source

MONEY = ("deal", "amount")
WHOLE = ("account", "employees")
SHARE = ("stage", "probability")
DAY = ("deal", "expected_close_on")
MOMENT = ("deal", "closed_at")
FLAG = ("activity", "automated")
OUTCOME = ("stage", "outcome")
CURRENCY = ("deal", "currency")
TEXT = ("account", "name")

POINT, COMMA = Reading(decimal="point"), Reading(decimal="comma")
DMY, MDY, YMD = Reading(dates="dmy"), Reading(dates="mdy"), Reading(dates="ymd")
PARIS = Reading(zone="Europe/Paris")


def read(field: tuple[str, str], text: str | None, reading: Reading = POINT) -> tuple[Any, str | None]:
    """Value and reason of one text."""
    described = fields_of(field[0])[field[1]]
    with duckdb.connect() as db:
        db.execute("SET TimeZone = 'UTC'")
        row = db.execute(
            f"SELECT v, {reason_sql('t', 'v', described, reading)} "
            f"FROM (SELECT t, {value_sql('t', described, reading)} AS v FROM (SELECT ?::VARCHAR AS t))",
            [text],
        ).fetchone()
    assert row is not None
    return row[0], row[1]


@pytest.mark.parametrize(
    ("text", "reading", "value"),
    [
        ("1234.5", POINT, "1234.5"),
        ("1,234.50", POINT, "1234.5"),
        ("1,234,567", POINT, "1234567"),
        ("1 234.5", POINT, "1234.5"),
        ("1\u202f234,5 €", COMMA, "1234.5"),
        ("1.234,5", COMMA, "1234.5"),
        ("1.234", COMMA, "1234"),
        ("1.234", POINT, "1.234"),
        ("$1,200", POINT, "1200"),
        ("EUR 12", POINT, "12"),
        ("12 USD", POINT, "12"),
        ("(1,200)", POINT, "-1200"),
        ("−12", POINT, "-12"),
        ("-.5", POINT, "-0.5"),
        ("12.", POINT, "12"),
        ("1e3", POINT, "1000"),
        ("1'234.5", POINT, "1234.5"),
        ("0.00005", POINT, "0.0001"),
        ("007", POINT, "7"),
    ],
)
def test_an_amount_is_read_as_people_write_it(text: str, reading: Reading, value: str) -> None:
    assert read(MONEY, text, reading) == (Decimal(value), None)


@pytest.mark.parametrize(
    ("text", "reading", "reason"),
    [
        ("abc", POINT, "is not a number"),
        ("NaN", POINT, "is not a number"),
        ("Infinity", POINT, "is not a number"),
        ("-inf", POINT, "is not a number"),
        ("1e400", POINT, "is too large"),
        ("9" * 40, POINT, "is too large"),
        ("1,5", POINT, "is not a number with a decimal point"),
        ("1.5", COMMA, "is not a number with a decimal comma"),
        ("1,23,456", POINT, "is not a number"),
        ("1.2.3", POINT, "is not a number"),
        ("=1+1", POINT, "is not a number"),
        ("12345678901234567", POINT, "is not between"),
        ("123456789012.3456", POINT, "has more than 15 significant digits"),
    ],
)
def test_what_is_no_amount_is_refused_with_the_reason(text: str, reading: Reading, reason: str) -> None:
    assert (read(MONEY, text, reading)[1] or "").startswith(reason)


def test_a_percentage_is_a_part_of_one() -> None:
    assert read(SHARE, "60 %") == (Decimal("0.6"), None)
    assert (read(SHARE, "60")[1] or "").startswith("is not between 0 and 1")


def test_a_whole_number_has_no_fraction_and_is_not_negative() -> None:
    assert read(WHOLE, "2,822") == (2822, None)
    assert read(WHOLE, "12.0") == (12, None)
    assert read(WHOLE, "12.5")[1] == "is not a whole number"
    assert (read(WHOLE, "-1")[1] or "").startswith("is not between 0 and")


@pytest.mark.parametrize(
    ("text", "reading", "value"),
    [
        ("2017-03-01", YMD, date(2017, 3, 1)),
        ("2017/3/1", YMD, date(2017, 3, 1)),
        ("20170301", YMD, date(2017, 3, 1)),
        ("2017-03-01 12:30", DMY, date(2017, 3, 1)),
        ("01-03-17", DMY, date(2017, 3, 1)),
        ("1/3/2017", DMY, date(2017, 3, 1)),
        ("1.3.2017 14:30", DMY, date(2017, 3, 1)),
        ("3/1/2017", MDY, date(2017, 3, 1)),
        ("02/23/26 08:55 PM", MDY, date(2026, 2, 23)),
        ("5 mars 2024", YMD, date(2024, 3, 5)),
        ("1er août 2024", YMD, date(2024, 8, 1)),
        ("Oct 5, 2021", YMD, date(2021, 10, 5)),
        ("05-Oct-21", YMD, date(2021, 10, 5)),
        ("29/02/2024", DMY, date(2024, 2, 29)),
        ("1709251200", Reading(dates="unix"), date(2024, 3, 1)),
    ],
)
def test_a_day_is_read_in_the_order_that_is_known(text: str, reading: Reading, value: date) -> None:
    assert read(DAY, text, reading) == (value, None)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("31/02/2017", DMY),
        ("29/02/2023", DMY),
        ("13/13/2017", DMY),
        ("2017-02-30", YMD),
        ("3/25/2017", DMY),
        ("25/3/2017", MDY),
        ("infinity", YMD),
        ("epoch", YMD),
        ("tomorrow", YMD),
        ("45123", YMD),
        ("0001-01-01", YMD),
        ("9999-12-31", YMD),
    ],
)
def test_a_day_that_does_not_exist_is_refused(text: str, reading: Reading) -> None:
    assert read(DAY, text, reading)[1] is not None


def test_a_moment_without_an_offset_is_local_to_the_organisation() -> None:
    assert read(MOMENT, "2024-07-01", PARIS) == (datetime(2024, 6, 30, 22), None)  # noqa: DTZ001 - UTC, unsaid
    assert read(MOMENT, "2024-01-05 10:00:00", PARIS) == (datetime(2024, 1, 5, 9), None)  # noqa: DTZ001


@pytest.mark.parametrize("text", ["2024-07-01T10:00:00Z", "2024-07-01 12:00:00+02:00", "2024-07-01T05:00:00.000-0500"])
def test_a_moment_with_an_offset_keeps_it(text: str) -> None:
    assert read(MOMENT, text, PARIS)[0].replace(tzinfo=UTC) == datetime(2024, 7, 1, 10, tzinfo=UTC)


def test_flags_choices_and_currencies_are_read_in_both_languages_or_refused() -> None:
    assert [read(FLAG, word)[0] for word in ("Oui", "TRUE", "0", "non")] == [True, True, False, False]
    assert read(FLAG, "maybe")[1] == "is neither yes nor no"
    assert read(OUTCOME, "Won") == ("won", None)
    assert (read(OUTCOME, "gagné")[1] or "").startswith("is not one of open, won, lost")
    assert read(CURRENCY, "€") == ("EUR", None)
    assert (read(CURRENCY, "euros")[1] or "").startswith("is not a currency")


def test_a_blank_is_no_value_and_nothing_wrong() -> None:
    for field in (MONEY, WHOLE, DAY, MOMENT, FLAG, OUTCOME, CURRENCY, TEXT):
        assert read(field, None) == (None, None)


def test_a_text_longer_than_its_field_is_refused() -> None:
    assert read(TEXT, "x" * 250)[1] is None
    assert read(TEXT, "x" * 251)[1] == "is longer than 250 characters"


def test_spaces_around_go_and_the_apostrophe_before_a_formula_too() -> None:
    with duckdb.connect() as db:

        def cleaned(text: str, *blanks: str) -> Any:
            return (
                db.execute(f"SELECT {clean_text('t', blanks)} FROM (SELECT ?::VARCHAR AS t)", [text]).fetchone() or [0]
            )[0]

        assert cleaned("  a\u00a0") == "a"
        assert cleaned(" \t ") is None
        assert cleaned("'=1+1") == "=1+1"
        assert cleaned("'quoted'") == "'quoted'"
        assert cleaned("Select", "Select", "NA") is None
        assert cleaned("NA") == "NA"


def resolved(source: Source, **cells: str | None) -> tuple[Any, Any]:
    text, reason = resolve(source, lambda name: name)
    columns = ", ".join(f"${name}::VARCHAR AS {name}" for name in cells)
    with duckdb.connect() as db:
        row = db.execute(f"SELECT {text}, {reason} FROM (SELECT {columns})", cells).fetchone()
    assert row is not None
    return row


def test_a_text_comes_from_a_column_several_a_constant_or_json() -> None:
    assert resolved(Source(column="a"), a="x") == ("x", None)
    assert resolved(Source(first=("a", "b")), a=None, b="y") == ("y", None)
    assert resolved(Source(join=("a", "b")), a="Ann", b="Lee") == ("Ann Lee", None)
    assert resolved(Source(join=("a", "b")), a=None, b=None) == (None, None)
    assert resolved(Source(value=True), a="x") == ("true", None)
    assert resolved(Source(column="a", json_path="lead.source"), a='{"lead": {"source": "Web"}}') == ("Web", None)
    assert resolved(Source(column="a", json_path="lead"), a="{broken") == (None, "is not JSON")
    assert resolved(Source(column="a", default="none"), a=None) == ("none", None)


def test_values_are_read_as_others_and_a_star_is_all_the_rest() -> None:
    source = Source(column="a", values={"GTXPro": "GTX Pro", "O'Neil": "O'Neill", "Select": ""})
    assert [resolved(source, a=text)[0] for text in ("GTXPro", "O'Neil", "Select", "GTX")] == [
        "GTX Pro", "O'Neill", None, "GTX",
    ]  # fmt: skip
    rest = Source(column="a", values={"Closed": "won", "*": "open"})
    assert [resolved(rest, a=text)[0] for text in ("Closed", "Else", None)] == ["won", "open", None]
