"""Excel workbooks that people take away: a sheet for each table, numbers as numbers, text as text, never a formula."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from django.http import HttpResponse

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_CHARACTERS = 32_767
"""What a cell holds."""


@dataclass(frozen=True)
class Sheet:
    """A table: its name (shown on the tab), the names of its columns, its rows."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[object]]


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """The workbook of these sheets. Moments are written in UTC; Excel keeps fifteen digits of a number."""
    content = BytesIO()
    book = xlsxwriter.Workbook(content, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    bold = book.add_format({"bold": True})
    day, moment = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for sheet in sheets:
        page = book.add_worksheet(_tab(sheet.name, [known.name for known in book.worksheets()]))
        for column, name in enumerate(sheet.header):
            page.write_string(0, column, name, bold)
        for line, row in enumerate(sheet.rows, 1):
            for column, value in enumerate(row):
                _write(page, line, column, value, day, moment)
        page.freeze_panes(1, 0)
        page.autofit()
    book.close()
    return content.getvalue()


def xlsx_response(name: str, sheets: Sequence[Sheet]) -> HttpResponse:
    """A workbook to take away; ``name`` is without its ending."""
    response = HttpResponse(workbook(sheets), content_type=MIME)
    response.headers["content-disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def _write(page: Any, line: int, column: int, value: object, day: Any, moment: Any) -> None:
    match value:
        case None:
            pass
        case bool():
            page.write_boolean(line, column, value)
        case Decimal() | int() | float():
            page.write_number(line, column, float(value))
        case datetime():
            page.write_datetime(line, column, value.astimezone(UTC).replace(tzinfo=None), moment)
        case date():
            page.write_datetime(line, column, value, day)
        case _:
            page.write_string(line, column, str(value)[:MOST_CHARACTERS])


def _tab(name: str, taken: Sequence[str]) -> str:
    """A name that Excel takes for a sheet: at most 31 characters, some of them refused, none twice."""
    plain = "".join(" " if character in r"[]:*?/\'" else character for character in name).strip()[:31] or "Sheet"
    known = {one.casefold() for one in taken}
    number = 2
    found = plain
    while found.casefold() in known:
        found, number = f"{plain[:28]} {number}", number + 1
    return found
