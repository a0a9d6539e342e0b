"""Text tables (CSV, TSV, whitespace-separated) as rows of cells, each with what is wrong with it."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

from cadran.connectors.csv.dialect import WHITESPACE, Dialect, find_dialect, parse, sample
from cadran.connectors.csv.encoding import detect_encoding, known_encoding
from cadran.connectors.header import find_header, header_cells
from cadran.connectors.table import MAX_CELL, SEPARATOR, Hints, Lines, Row, UnreadableError

MAX_RESYNCS = 1_000  # rows with broken quotes after which the file is not worth reading
BLOCK = 500  # lines that are looked at together
SAMPLE = 262_144  # characters from which separators and header are found

_FOREIGN = (
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"\x89PNG", "a picture"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "a database"),
    (b"{\\rtf", "a text document"),
)


@dataclass(frozen=True)
class Opened:
    """A text file whose encoding, separators and header row are known."""

    path: Path
    encoding: str
    dialect: Dialect
    header_row: int
    header: tuple[str, ...]
    notes: tuple[str, ...]


def open_text(path: Path, hints: Hints) -> Opened:
    """Find encoding, separators and header from the content, where the hints do not say."""
    with path.open("rb") as stream:
        start = stream.read(512)
    if not start:
        raise UnreadableError(f"{path.name} is empty: it has 0 bytes. Export it again.")
    for mark, what in _FOREIGN:
        if start.startswith(mark):
            raise UnreadableError(f"{path.name} is {what}, not a table. Save it as CSV or Excel.")
    if hints.encoding:
        encoding, notes = known_encoding(hints.encoding, path.name), tuple[str, ...]()
    else:
        encoding, notes = detect_encoding(path)
    csv.field_size_limit(MAX_CELL)
    with _text(path, encoding) as stream:
        try:
            text = stream.read(SAMPLE)
        except UnicodeError as error:
            raise UnreadableError(f"{path.name} is not {encoding}: {error}. Set another `encoding`.") from None
    _check_is_table(text, path.name)
    dialect = find_dialect(text, hints)
    rows = sample(text, dialect)
    header_row = find_header(rows, hints, path.name)
    header = header_cells(rows, header_row)
    return Opened(path, encoding, dialect, header_row, header, notes)


def _text(path: Path, encoding: str) -> TextIO:
    # A broken byte becomes a lone surrogate, which marks its row; wide encodings can only replace.
    errors = "replace" if "16" in encoding or "32" in encoding else "surrogateescape"
    return path.open(encoding=encoding, errors=errors, newline=None)


def _check_is_table(text: str, file: str) -> None:
    if not text.strip("\ufeff \t\r\n\0"):
        raise UnreadableError(f"{file} holds nothing but blanks. Export it again.")
    controls = sum(1 for character in text if character < " " and character not in "\t\n\r\f\0")
    lost = text.count("\ufffd")
    if controls > len(text) / 50 or lost > len(text) / 10 or text.count("\0") > len(text) / 10:
        raise UnreadableError(f"{file} is not a text table: it holds binary data. Save it as CSV or Excel.")
    start = text.lstrip("\ufeff \t\r\n")[:200].casefold()
    if start.startswith(("<!doctype html", "<html", "<table", "<?xml", "<meta")):
        raise UnreadableError(
            f"{file} is a web page or XML, not a table. Open it in a spreadsheet and save it as .xlsx."
        )
    if start.startswith(("{", "[{", '["')):
        raise UnreadableError(f"{file} is JSON, not a table. Export it as CSV.")


class _Lines:
    """Lines of a file that can be given back: how reading recovers after a quote that is never closed."""

    def __init__(self, stream: Iterator[str]) -> None:
        self.stream = stream
        self.waiting: list[str] = []
        self.taken: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self.waiting.pop() if self.waiting else next(self.stream)
        self.taken.append(line)
        return line

    def give_back_all_but_first(self) -> None:
        self.waiting.extend(reversed(self.taken[1:]))

    def block(self) -> list[str]:
        """The next lines, none of which has been given back; they stay to be read."""
        lines = list(islice(self.stream, BLOCK))
        self.waiting.extend(reversed(lines))
        return lines


def read_rows(opened: Opened, width: int) -> Iterator[Row | Lines]:
    """Every row below the header that is not blank, as it is where nothing has to be parsed."""
    number = 0
    resyncs = 0
    with _text(opened.path, opened.encoding) as stream:
        lines = _Lines(_bounded(stream))
        reader = parse(lines, opened.dialect, strict=True)
        while True:
            lines.taken.clear()
            if number >= opened.header_row and not lines.waiting:
                block = lines.block()
                if _is_plain(block, width, opened):
                    lines.waiting.clear()
                    yield Lines(number + 1, block, opened.dialect.delimiter)
                    number += len(block)
                    continue
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                cells, fault = [], _quote_fault(error)
            else:
                fault = _fault(cells, width, lines.taken, opened.encoding)
            number += 1
            if fault and len(lines.taken) > 1:
                # The row swallowed others through a stray quote: reject its first line and read on from the second.
                resyncs += 1
                if resyncs > MAX_RESYNCS:
                    raise UnreadableError(
                        f"{opened.path.name}: quotes do not pair up in more than {MAX_RESYNCS:,} rows, lastly in row "
                        f"{number}. Check `quote` (it was read as {opened.dialect.quote!r}) and `delimiter`."
                    )
                cells = [lines.taken[0].rstrip("\n")]
                lines.give_back_all_but_first()
                reader = parse(lines, opened.dialect, strict=True)
            elif fault and not cells:
                cells = [line.rstrip("\n") for line in lines.taken]
                reader = parse(lines, opened.dialect, strict=True)
            if number <= opened.header_row or not (fault or any(cells)):
                continue
            yield number, fault, cells


def _is_plain(lines: list[str], width: int, opened: Opened) -> bool:
    """Whether each line is a row without quotes, with a cell for each column, not all blank, and without a fault."""
    delimiter, quote = opened.dialect.delimiter, opened.dialect.quote
    if delimiter == WHITESPACE or width == 1 or not lines or not lines[-1].endswith("\n"):
        return False
    together = "".join(lines)
    if (quote and quote in together) or any(mark in together for mark in ('"', SEPARATOR, "\0", "\ufffd")):
        return False
    lengths = list(map(len, lines))
    if min(lengths) <= width or max(lengths) > MAX_CELL:  # only delimiters; or a cell that may be too long
        return False
    return {line.count(delimiter) for line in lines} == {width - 1} and (together.isascii() or _whole(together))


def _bounded(stream: TextIO) -> Iterator[str]:
    """Lines, none longer than what a row can hold (a file without line ends is one line)."""
    limit = 16 * MAX_CELL
    for line in iter(lambda: stream.readline(limit), ""):
        if len(line) == limit:
            raise UnreadableError(
                f"A line has more than {limit:,} characters. Check that the file is a table and that its lines end."
            )
        yield line


def _quote_fault(error: csv.Error) -> str:
    if "field larger" in str(error):
        return f"a cell has more than {MAX_CELL:,} characters, or a quote is never closed"
    if "unexpected end" in str(error):
        return "a quote is opened and never closed"
    return "text follows a closing quote; a quote inside a cell is written twice"


def _fault(cells: list[str], width: int, lines: list[str], encoding: str) -> str:
    if len(cells) != width and cells:
        if len(cells) > width and any(cells[width:]):
            return f"has {len(cells)} cells where there are {width} columns"
        if len(cells) < width:
            return f"has {len(cells)} cells where there are {width} columns: the row is cut short"
    for line in lines:
        if line.isascii():
            if "\0" in line:
                return "holds a NUL character"
        elif "\0" in line or not _whole(line) or ("\ufffd" in line and ("16" in encoding or "32" in encoding)):
            return f"holds bytes that are not {encoding}"
    return ""


def _whole(line: str) -> bool:
    try:
        line.encode()
    except UnicodeEncodeError:
        return False
    return True
