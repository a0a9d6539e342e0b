"""Moments that a file tells as a length of time after another moment."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from cadran.crm.models import Ticket
from cadran.imports.mapping import MappingError, parse_mapping
from cadran.imports.report import Report

Import = Callable[..., Report]

CALLS = """
connection = "calls"
[[files]]
name = "calls.csv"
[[files.records]]
kind = "ticket"
id = "id"
[files.records.fields]
opened_at = { join = ["day", "time"] }
first_response_at = { column = "wait", after = { join = ["day", "time"] }, unit = "seconds" }
resolved_at = { column = "talk", after = { join = ["day", "time"] }, unit = "minutes", when = { column = "done" } }
"""


def test_a_length_of_time_counts_from_the_moment_of_the_same_row(load: Import) -> None:
    rows = ["1,25/01/2024,9:05:10,109,2.5,Y", "2,26/01/2024,23:59:30,45.25,3,", "3,02/01/2024,10:00:00,,,"]
    report = load({"calls.csv": "\n".join(["id,day,time,wait,talk,done", *rows])}, CALLS)
    assert report.created == 3
    found = {t.external_id: (t.opened_at, t.first_response_at, t.resolved_at) for t in Ticket.objects.all()}
    assert found == {
        "1": (at(25, 9, 5, 10), at(25, 9, 6, 59), at(25, 9, 7, 40)),
        "2": (at(26, 23, 59, 30), datetime(2024, 1, 27, 0, 0, 15, 250_000, tzinfo=UTC), None),
        "3": (at(2, 10, 0, 0), None, None),  # of two ways to read it, that of the other rows
    }


def at(day: int, hour: int, minute: int, second: int) -> datetime:
    return datetime(2024, 1, day, hour, minute, second, tzinfo=UTC)


def test_what_is_no_length_of_time_is_rejected_with_its_column(load: Import) -> None:
    report = load({"calls.csv": "id,day,time,wait,talk,done\n1,25/01/2024,9:05:10,soon,,N\n"}, CALLS)
    (one,) = report.rejected
    assert (one.column, one.value) == ("wait", "soon")
    assert one.reason == "is not a number of seconds after a date and time"


@pytest.mark.parametrize("given", ['after = "opened"', 'unit = "days"', 'after = "o", unit = "days", divided_by = "n"'])
def test_a_length_of_time_needs_its_start_and_its_unit(given: str) -> None:
    with pytest.raises(MappingError, match="a time after another is"):
        parse_mapping(CALLS.replace('after = { join = ["day", "time"] }, unit = "seconds"', given))
