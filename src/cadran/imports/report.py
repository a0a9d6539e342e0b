"""What an import did, row by row accounted for; and the rejected rows as a file to correct."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

Cells = Sequence[tuple[str, str | None]]
"""The cells of a row with their columns: None where the row ends before one, "" as the column of one too many."""

OWN = "rejected: "  # how the columns that are added to rejected rows begin
TOLD = ("file", "row", "column", "reason")
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet may run when a cell starts with it


@dataclass(frozen=True)
class Rejected:
    """A row that was not imported, why, and its cells as they were given."""

    file: str
    row: int
    column: str
    value: str | None
    reason: str
    cells: Cells = field(default=(), compare=False, repr=False)


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
    """Rejected rows as lines of CSV: where they were and what was wrong, then their cells under their own columns.

    Once corrected they can be imported like the file they come from. A row that has too few or too many cells is
    written with as few or as many, so that it is rejected again until somebody mended it. What a spreadsheet would run
    gets an apostrophe, which importing takes off.
    """
    rejected = list(rejected)
    named = (name for one in rejected for name, _ in one.cells if name and not name.startswith(OWN))
    columns = list(dict.fromkeys(named))
    yield _line([*(OWN + word for word in TOLD), *columns])
    for one in rejected:
        yield _line([one.file, str(one.row), one.column, one.reason, *_cells(one, columns)])


def by_column(columns: Sequence[str], cells: Sequence[str]) -> Cells:
    """The cells that a row has, each with its column."""
    return [(name or "", cell) for name, cell in zip_longest(columns, cells)]


def _cells(row: Rejected, columns: Sequence[str]) -> list[str]:
    given = {name: cell for name, cell in row.cells if name and cell is not None}
    cells = [given.get(name, "") for name in columns]
    if any(cell is None for _, cell in row.cells):
        last = max((place for place, name in enumerate(columns) if name in given), default=-1)
        return cells[: last + 1]
    return cells + [cell for name, cell in row.cells if not name and cell is not None]


def _line(cells: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(harmless(cell) for cell in cells)
    return buffer.getvalue()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula, marked so that importing finds it as it was.

    ``cadran.ui.exports.safe_text`` marks more than an import could take off again.
    """
    return "'" + cell if cell.startswith(DANGEROUS) else cell
