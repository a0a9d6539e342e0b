"""Which row holds the column names, and what the columns are called."""

import re
from collections import Counter
from collections.abc import Sequence

from cadran.connectors.table import MAX_COLUMNS, Hints, UnreadableError, plain

LOOKED_AT = 50  # rows among which the header is looked for

_VALUE = re.compile(r"[\s$€£%()+\-]*\d[\d\s.,:/TZ%$€£()+\-]*")


def find_header(rows: Sequence[Sequence[str]], hints: Hints, file: str) -> int:
    """The row of the column names, counted from 1, or 0 when the file has none.

    Raises `UnreadableError` when no row can be the header and the hints give no names.
    """
    if hints.header is not None:
        if hints.header > len(rows):
            raise UnreadableError(
                f"{file} has no row {hints.header}, where its column names should be. Correct `header`."
            )
        if hints.header == 0 and not hints.columns:
            raise UnreadableError(f"{file} is said to have no column names: give them, in order, as `columns`.")
        return hints.header
    if hints.columns:
        first = {plain(cell) for cell in rows[0]} if rows else set()
        return 1 if {plain(name) for name in hints.columns} == first else 0
    head = rows[:LOOKED_AT]
    if hints.expect:
        wanted = {plain(name) for name in hints.expect}
        hits = [len(wanted & {plain(cell) for cell in row}) for row in head]
        if hits and max(hits) > 0:
            return hits.index(max(hits)) + 1
    width = _usual_width(rows)
    for number, row in enumerate(head, 1):
        if _could_name(row, width):
            return number
    raise UnreadableError(
        f"{file}: none of the first {len(head)} rows looks like column names. If the file has none, "
        "give them in the mapping as `columns`; if they are further down, give their row as `header`."
    )


def header_cells(rows: Sequence[Sequence[str]], header_row: int) -> tuple[str, ...]:
    """The cells of the header as far as it or the rows below are filled; blank columns beyond are left out."""
    if not header_row:
        return ()
    header = rows[header_row - 1]
    below = _usual_width(rows[header_row:])
    return tuple(header[: max(_width(header), min(below, len(header)))])


def name_columns(header: Sequence[str], file: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Column names made unique, and notes on what had to be changed."""
    cells = [re.sub(r"\s+", " ", cell.replace("\ufeff", "")).strip() for cell in header]
    if len(cells) > MAX_COLUMNS:
        raise UnreadableError(
            f"{file} has {len(cells):,} columns; {MAX_COLUMNS:,} is the most that is read. Keep only those you need."
        )
    names: list[str] = []
    notes: list[str] = []
    seen: Counter[str] = Counter()
    for position, cell in enumerate(cells, 1):
        name = cell or f"column {position}"
        seen[plain(name)] += 1
        if seen[plain(name)] > 1:
            renamed = f"{name} ({seen[plain(name)]})"
            notes.append(f"{file}: column {position} is called “{name}” like another one; it is read as “{renamed}”.")
            name = renamed
        names.append(name)
    return tuple(names), tuple(notes)


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    widths = Counter(width for row in rows if (width := _width(row)) > 0)
    return max(widths, key=lambda width: (widths[width], width)) if widths else 0


def _width(row: Sequence[str]) -> int:
    return next((i for i in range(len(row), 0, -1) if row[i - 1].strip()), 0)


def _could_name(row: Sequence[str], width: int) -> bool:
    filled = [cell.strip() for cell in row if cell.strip()]
    if not filled or len(filled) < max(1, width / 2):
        return False
    words = [cell for cell in filled if not _VALUE.fullmatch(cell)]
    return len(words) > len(filled) / 2
