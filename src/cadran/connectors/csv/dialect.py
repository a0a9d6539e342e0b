"""How the cells of a text table are separated and quoted, from its content."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cadran.connectors.table import Hints, plain

WHITESPACE = "whitespace"
CANDIDATES = (",", ";", "\t", "|")
ALONE = (0.0, 1)  # how regular, how wide: one column
SAMPLE_ROWS = 200


@dataclass(frozen=True)
class Dialect:
    delimiter: str
    quote: str


def parse(lines: Iterable[str], dialect: Dialect, *, strict: bool = False) -> Iterator[list[str]]:
    """Rows of cells; blank lines are empty rows."""
    if dialect.delimiter == WHITESPACE:
        return (line.split() for line in lines)
    if not dialect.quote:
        return csv.reader(lines, delimiter=dialect.delimiter, quoting=csv.QUOTE_NONE, strict=strict)
    return csv.reader(lines, delimiter=dialect.delimiter, quotechar=dialect.quote, strict=strict)


def sample(text: str, dialect: Dialect) -> list[list[str]]:
    """The first rows of a piece of text, as the dialect reads them."""
    rows: list[list[str]] = []
    try:
        for row in parse(io.StringIO(text), dialect):
            rows.append(row)
            if len(rows) >= SAMPLE_ROWS:
                break
    except csv.Error:  # a cell beyond the limit: what was read until then is the sample
        pass
    return rows


def find_dialect(text: str, hints: Hints) -> Dialect:
    """The dialect under which the start of a file looks most like a table.

    Names that the header should hold decide first; then how many rows have the usual width; then that width.
    """
    quote = '"' if hints.quote is None else hints.quote
    if hints.delimiter:
        return Dialect(hints.delimiter, quote)
    wanted = {plain(name) for name in hints.expect}
    scores = {delimiter: _score(sample(text, Dialect(delimiter, quote)), wanted) for delimiter in CANDIDATES}
    best = max(CANDIDATES, key=lambda delimiter: scores[delimiter])
    # Words of a sentence are separated by blanks too: whitespace must be regular to be what separates cells, and make
    # several columns, or be aligned with blanks before the first.
    if scores[best][1:] == ALONE:
        named, regular, width = _score(sample(text, Dialect(WHITESPACE, quote)), wanted)
        aligned = all(line.startswith(" ") for line in text.splitlines()[:SAMPLE_ROWS] if line)
        if (width > 2 or (width > 1 and aligned)) and regular >= 0.95 and named >= scores[best][0]:
            return Dialect(WHITESPACE, quote)
    return Dialect(best, quote)


def _score(rows: list[list[str]], wanted: set[str]) -> tuple[int, float, int]:
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    if not filled:
        return (0, *ALONE)
    named = max(len(wanted & {plain(cell) for cell in row}) for row in filled[:50])
    width, times = max(Counter(map(len, filled)).items(), key=lambda item: (item[1], item[0]))
    return (named, *ALONE) if width < 2 else (named, round(times / len(filled), 2), width)
