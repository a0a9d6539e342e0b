import asyncio
import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from cadran.ui.exports import LINES, cell, csv_lines, csv_response, csv_stream, safe_text


@pytest.mark.parametrize("text", ["=1+1", "+33 1", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1"])
def test_text_that_begins_like_a_formula_is_made_text(text: str) -> None:
    assert safe_text(text) == f"'{text}"


def test_no_cell_of_a_french_spreadsheet_which_parts_cells_at_semicolons_begins_like_a_formula() -> None:
    assert safe_text("Acme;=1+1; @SUM(A1);x") == "Acme;'=1+1;' @SUM(A1);x"


@pytest.mark.parametrize("text", ["Acme", "a=b", "1-2", "", "O'Neil", "a; b=c"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert safe_text(text) == text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, ""),
        (Decimal("-12.5000"), "-12.5"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.00"), "0"),
        (7, "7"),
        (True, "true"),
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1, 9, 30, tzinfo=UTC), "2026-03-01T09:30:00Z"),
    ],
)
def test_values_are_written_for_machines(value: object, written: str) -> None:
    assert cell(value) == written


def test_a_file_reads_back_whatever_its_cells_hold() -> None:
    lines = list(csv_lines(["name", "note"], [["Acme, SA", 'says "hi"'], ["é", "two\nlines"]]))
    assert lines[0].startswith("\ufeffname")
    assert list(csv.reader("".join(lines).splitlines(keepends=True)))[1:] == [
        ["Acme, SA", 'says "hi"'],
        ["é", "two\nlines"],
    ]


def test_a_file_is_taken_away_under_its_name() -> None:
    response = csv_response("deals", ["name"], [["=cmd()"]])
    assert response.headers["content-disposition"] == 'attachment; filename="deals.csv"'
    assert b"".join(response).endswith(b"'=cmd()\r\n")


def test_a_long_file_is_sent_while_it_is_read() -> None:
    read = list[int]()

    def rows() -> Iterator[list[int]]:
        for number in range(3 * LINES):
            read.append(number)
            yield [number]

    async def parts() -> list[int]:
        lengths = []
        async for _part in csv_stream("deals", ["number"], rows()):
            lengths.append(len(read))
        return lengths

    lengths = asyncio.run(parts())
    assert lengths == [LINES - 1, 2 * LINES - 1, 3 * LINES - 1, 3 * LINES]
    assert b"".join(csv_stream("deals", ["number"], [[7]])) == "\ufeffnumber\r\n7\r\n".encode()
