"""What an import did, row by row accounted for; and the rejected rows as a file to correct."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from cadran.imports.models import RejectedRow, Run

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet may run when a cell starts with it


@dataclass(frozen=True)
class Rejected:
    """A row that was not imported, and why."""

    file: str
    row: int
    column: str
    value: str | None
    reason: str


@dataclass(frozen=True)
class Report:
    """`read` = created + updated + unchanged + the rows rejected.

    A row is created when any record it gives is, else updated when any is. `shown` says what was found in the files.
    """

    run: int | None
    dry: bool
    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: tuple[Rejected, ...] = ()
    shown: tuple[str, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """The report as `cadran import --json` prints it."""
        return {
            "read": self.read,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": [
                {"file": one.file, "row": one.row, "column": one.column, "value": one.value, "reason": one.reason}
                for one in self.rejected
            ],
        }


def rejected_csv(run: Run) -> Iterator[str]:
    """The rejected rows of a run as lines of CSV: file, row, column, reason, then the cells as they were given."""
    return csv_lines(run.rejected.order_by("pk").iterator())


def csv_lines(rows: Iterable[RejectedRow]) -> Iterator[str]:
    """Rejected rows as lines of CSV. What a spreadsheet would run gets an apostrophe, which importing takes off."""
    yield _line(["file", "row", "column", "value", "reason"])
    for one in rows:
        yield _line([one.file, str(one.row), one.column, one.value or "", one.reason, *one.cells])


def _line(cells: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(harmless(cell) for cell in cells)
    return buffer.getvalue()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + cell if cell.startswith(DANGEROUS) else cell
