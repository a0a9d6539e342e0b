"""Copy the rows of any connector to one plain form, which needs no guessing to read."""

import csv
from collections.abc import Iterable
from pathlib import Path

SHOWN = 1_000  # characters of each cell of a row that cannot be read
ENDS = str.maketrans({"\r": "\n", "\0": None})


def copy_rows(rows: Iterable[tuple[int, str, list[str]]], width: int, into: Path) -> tuple[int, int]:
    """Write row number, fault and `width` cells as comma-separated UTF-8; returns how many rows and how many faulty."""
    count = faulty = 0
    with into.open("w", encoding="utf-8", errors="replace", newline="") as stream:
        write = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_MINIMAL).writerow
        for number, fault, cells in rows:
            count += 1
            if fault:
                faulty += 1
                cells = [cell[:SHOWN].translate(ENDS) for cell in cells]  # noqa: PLW2901
            if len(cells) != width:
                cells = (cells + [""] * width)[:width]  # noqa: PLW2901
            write([number, fault, *cells])
    return count, faulty
