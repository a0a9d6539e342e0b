"""Files that people take away: what a cell holds, and CSV of them.

A spreadsheet runs text that begins like a formula: such text is written with an apostrophe before it, in CSV, and typed
as text elsewhere. Numbers, dates and amounts are written as they are, for machines: 1234.5, 2026-11-22.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

from django.http import HttpResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula."""
INSIDE = re.compile(r";(?=[ \xa0]*[=+\-@＝＋－＠])")


def safe_text(text: str) -> str:
    """Text that no spreadsheet runs: an apostrophe goes before what begins like a formula, blanks before it or not.

    So it does after a semicolon, at which a French spreadsheet begins another cell.
    """
    inside = INSIDE.sub(";'", text)
    return f"'{inside}" if text.lstrip(" \xa0").startswith(FORMULA) else inside


def cell(value: object) -> str:
    """A value as a CSV cell: blank for None, moments in UTC, text made safe."""
    match value:
        case None:
            written = ""
        case bool():
            written = "true" if value else "false"
        case Decimal():
            written = format(value.normalize() if value else Decimal(0), "f")
        case int() | float():
            written = str(value)
        case datetime():
            written = value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        case date():
            written = value.isoformat()
        case _:
            written = safe_text(str(value))
    return written


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The lines of a CSV file: a mark of order for spreadsheets, the header, then the rows."""
    line = StringIO()
    writer = csv.writer(line, lineterminator="\r\n")
    line.write("\ufeff")
    writer.writerow(map(cell, header))
    yield line.getvalue()
    for row in rows:
        line.seek(0)
        line.truncate()
        writer.writerow(map(cell, row))
        yield line.getvalue()


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A CSV file to take away; `name` is without its ending."""
    response = HttpResponse("".join(csv_lines(header, rows)), content_type="text/csv; charset=utf-8")
    response.headers["content-disposition"] = f'attachment; filename="{name}.csv"'
    return response
