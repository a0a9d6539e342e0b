"""Copy the rows of any connector to one plain form, which needs no guessing to read."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path

from cadran.connectors.table import MAX_COLUMNS

SHOWN = 1_000  # characters of each cell of a row that cannot be read
ENDS = str.maketrans({"\r": "\n", "\0": None})


def copy_rows(rows: Iterable[tuple[int, str, list[str]]], width: int, into: Path) -> tuple[int, int]:
    """Write row number, fault, cells as given and `width` cells as comma-separated UTF-8.

    Cells as given are blank but for a faulty row with more or fewer of them than there are columns: all of its own, as
    JSON. Returns how many rows there are, and how many faulty.
    """
    count = faulty = 0
    with into.open("w", encoding="utf-8", errors="replace", newline="") as stream:
        write = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_MINIMAL).writerow
        for number, fault, cells in rows:
            count += 1
            given = ""
            if fault:
                faulty += 1
                cells = [cell[:SHOWN].translate(ENDS) for cell in cells[: MAX_COLUMNS + 1]]  # noqa: PLW2901
                given = json.dumps(cells, ensure_ascii=False) if len(cells) != width else ""
            if len(cells) != width:
                cells = (cells + [""] * width)[:width]  # noqa: PLW2901
            write([number, fault, given, *cells])
    return count, faulty
