"""What a connector is told about a table from outside, and what it says of it."""

import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

MAX_COLUMNS = 2_000
MAX_CELL = 1_048_576  # characters


class UnreadableError(Exception):
    """The file holds no table that can be read. The message says what, where, and what to do now."""


@dataclass(frozen=True)
class Hints:
    """What the reader is told instead of finding it. `None` means: find it from the content and say what was found."""

    encoding: str | None = None
    delimiter: str | None = None  # one character, or "whitespace"
    quote: str | None = None
    sheet: str | None = None
    header: int | None = None  # row of the column names, counted from 1; 0 when the file has none
    columns: tuple[str, ...] = ()  # the names to use when the file has none
    expect: tuple[str, ...] = ()  # names that the header should hold: they tell it from the lines above it


SEPARATOR = "\x1f"  # of cells in the plain form


@dataclass(frozen=True)
class Lines:
    """Lines of a text table with a cell for each column, nothing quoted and no fault: they need no parsing.

    The number is that of the first one.
    """

    number: int
    lines: list[str]
    delimiter: str


Row = tuple[int, str, list[str]]
"""Its number, its fault ("" for none) and its cells."""


@dataclass(frozen=True)
class Table:
    """A table found in a file, copied as plain UTF-8 to `path`: row number, fault, given, then the cells as text.

    They are separated by `SEPARATOR`, and quoted where need be as in CSV.

    Row numbers count as a spreadsheet does, from 1 for the first line of the file. A row that cannot be trusted (too
    many cells, a quote never closed) is kept, with the reason in its fault. When it has not a cell for each column, its
    own cells are in `given`, as a JSON list.
    """

    file: str
    path: Path
    connector: str  # "csv" or "excel"
    columns: tuple[str, ...]
    rows: int
    header_row: int  # 0: the file has none
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    sheet: str | None = None
    notes: tuple[str, ...] = field(default=())

    def column(self, name: str) -> int | None:
        """Position of a column by its name, forgiving case, spaces and typographic marks; None when there is none."""
        if name in self.columns:
            return self.columns.index(name)
        wanted = plain(name)
        return next((i for i, own in enumerate(self.columns) if plain(own) == wanted), None)

    def described(self) -> str:
        """One line that shows what was found from the content."""
        parts = [f"{self.rows:,} rows", f"{len(self.columns)} columns"]
        if self.connector == "excel":
            parts.append(f"sheet “{self.sheet}”")
        else:
            names = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
            parts += [str(self.encoding), f"separated by {names.get(self.delimiter or '', self.delimiter)}"]
        parts.append(f"column names in row {self.header_row}" if self.header_row else "no column names in the file")
        return f"{self.file}: " + ", ".join(parts)


_DASHES = str.maketrans({"–": "-", "—": "-", "‑": "-", "’": "'", "‘": "'", "\u00a0": " ", "\u202f": " ", "\ufeff": ""})


def plain(name: str) -> str:
    """A column name without what people do not see: case, how accents are composed, kinds of dash and space."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", name).translate(_DASHES)).strip().casefold()
