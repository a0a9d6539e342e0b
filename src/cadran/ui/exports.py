"""Files that people take away: what a cell holds, and CSV of them.

A spreadsheet runs text that begins like a formula: such text is written with an apostrophe before it, in CSV, and typed
as text elsewhere. Numbers, dates and amounts are written as they are, for machines: 1234.5, 2026-11-22.
"""

import csv
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from itertools import batched
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpResponse, StreamingHttpResponse

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


LINES = 500
"""How many lines of a long file are sent at a time."""


class Streamed(StreamingHttpResponse):
    """A file to take away that is sent while it is read, so that its length costs no memory."""

    def __init__(self, name: str, lines: Iterable[str], content_type: str) -> None:
        parts = ("".join(some) for some in batched(lines, LINES))
        super().__init__(parts, content_type=content_type)
        self.headers["content-disposition"] = f'attachment; filename="{name}"'

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The parts, each read in the thread of the request: Django itself would gather all of them first."""
        content: Any = self.streaming_content
        parts: Iterator[bytes] = iter(content)
        while (part := await sync_to_async(lambda: next(parts, None))()) is not None:
            yield part


def csv_stream(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Streamed:
    """A long CSV file to take away; `name` is without its ending."""
    return Streamed(f"{name}.csv", csv_lines(header, rows), "text/csv; charset=utf-8")
