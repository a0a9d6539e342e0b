"""Copy the rows of any connector to one plain form, which needs no guessing to read."""

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from cadran.connectors.table import MAX_COLUMNS, SEPARATOR, Lines, Row

SHOWN = 1_000  # characters of each cell of a row that cannot be read
ENDS = str.maketrans({"\r": "\n", "\0": None})


def copy_rows(rows: Iterable[Row | Lines], width: int, into: Path) -> tuple[int, int]:
    """Write row number, fault, cells as given and `width` cells of each row in the plain form.

    Cells as given are blank but for a faulty row with more or fewer of them than there are columns: all of its own, as
    JSON. Returns how many rows there are, and how many faulty.
    """
    count = faulty = 0
    with into.open("w", encoding="utf-8", errors="replace", newline="") as stream:
        write = csv.writer(stream, delimiter=SEPARATOR, lineterminator="\n").writerow
        for row in rows:
            if isinstance(row, Lines):
                count += len(row.lines)
                stream.writelines(_numbered(row))
                continue
            number, fault, cells = row
            count += 1
            given = ""
            if fault:
                faulty += 1
                cells = [cell[:SHOWN].translate(ENDS) for cell in cells[: MAX_COLUMNS + 1]]
                given = json.dumps(cells, ensure_ascii=False) if len(cells) != width else ""
            if len(cells) != width:
                cells = (cells + [""] * width)[:width]
            write([number, fault, given, *cells])
    return count, faulty


def _numbered(plain: Lines) -> Iterator[str]:
    blanks = SEPARATOR * 3  # no fault, nothing but the cells
    for number, line in enumerate(plain.lines, plain.number):
        yield f"{number}{blanks}{line.replace(plain.delimiter, SEPARATOR)}"
