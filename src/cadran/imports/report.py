"""What an import did, row by row accounted for; and the rejected rows as a file to correct."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet may run when a cell starts with it


@dataclass(frozen=True)
class Rejected:
    """A row that was not imported, why, and its cells by column as they were given."""

    file: str
    row: int
    column: str
    value: str | None
    reason: str
    cells: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)


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

    def rejected_csv(self) -> Iterator[str]:
        """The rejected rows as lines of CSV."""
        return rejected_lines(self.rejected)


def rejected_lines(rejected: Iterable[Rejected]) -> Iterator[str]:
    """Rejected rows as lines of CSV: their cells under their own columns, then where they were and what was wrong.

    Once corrected they can be imported like the file they come from. What a spreadsheet would run gets an apostrophe,
    which importing takes off.
    """
    rejected = list(rejected)
    columns = list(dict.fromkeys(name for one in rejected for name in one.cells))
    yield _line([*columns, "rejected: file", "rejected: row", "rejected: column", "rejected: reason"])
    for one in rejected:
        cells = [one.cells.get(name, "") for name in columns]
        yield _line([*cells, one.file, str(one.row), one.column, one.reason])


def _line(cells: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(harmless(cell) for cell in cells)
    return buffer.getvalue()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + cell if cell.startswith(DANGEROUS) else cell
