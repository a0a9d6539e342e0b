"""What a spreadsheet's ZIP directory promises, looked at before anything is unpacked."""

import re
import zipfile
from pathlib import Path

from cadran.connectors.table import UnreadableError

MAX_ENTRIES = 5_000
MAX_UNPACKED = 1 << 30  # bytes
MAX_RATIO = 250  # unpacked to packed: honest sheets stay well below
SMALL = 10 << 20  # bytes below which the ratio says nothing
MAX_SPAN = 40_000_000  # cells between the first and the last one used, which a reader sets out in memory

_CELL = re.compile(rb'<(?:\w+:)?c [^>]*?r="([A-Z]{1,4})(\d{1,8})"')
_REPEAT = re.compile(rb'number-(?:columns|rows)-repeated="(\d+)"')


def check_archive(path: Path) -> None:
    """Refuse an archive that would not fit in memory once unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_directory(path.name, entries)
            for entry in entries:
                if re.fullmatch(r"xl/worksheets/[^/]+\.xml", entry.filename):
                    _check_span(path.name, archive, entry)
                elif entry.filename == "content.xml":
                    _check_repeats(path.name, archive, entry)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise UnreadableError(
            f"{path.name} is a damaged or incomplete spreadsheet ({error}). Open it in a spreadsheet and save it again."
        ) from None


def _check_directory(file: str, entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise UnreadableError(f"{file} holds {len(entries):,} parts, which no spreadsheet needs. Save it again as CSV.")
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if unpacked > MAX_UNPACKED or (unpacked > SMALL and unpacked > MAX_RATIO * packed):
        raise UnreadableError(
            f"{file} would unpack from {packed:,} to {unpacked:,} bytes, too much to open. Save the sheet as CSV."
        )
    names = {entry.filename for entry in entries}
    if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
        raise UnreadableError(f"{file} is a ZIP archive, not a spreadsheet. Unpack it and import the tables inside.")


def _check_span(file: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    columns = rows = cells = 0
    rest = b""
    with archive.open(entry) as stream:
        while block := stream.read(1 << 20):
            for letters, number in _CELL.findall(rest + block):
                cells += 1
                columns = max(columns, _column(letters))
                rows = max(rows, int(number))
            rest = block[-200:]
    if rows * columns > MAX_SPAN and rows * columns > 100 * cells:
        raise UnreadableError(
            f"{file}, {entry.filename}: its cells span {rows:,} rows × {columns:,} columns, {cells:,} of them filled. "
            "Delete the stray cells far from the table, or save the sheet as CSV."
        )


def _check_repeats(file: str, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """OpenDocument writes repeated cells once, with a count; the very last ones of a sheet are blank filling."""
    with archive.open(entry) as stream:
        content = stream.read(MAX_UNPACKED)
    if re.search(rb"<!ENTITY", content[:10_000]):
        raise UnreadableError(f"{file} declares XML entities, which no spreadsheet needs. Save the sheet as CSV.")
    for part in re.finditer(rb"<table:table-cell[^>]*office:value[^>]*>", content):
        if any(int(count) > 20_000 for count in _REPEAT.findall(part.group(0))):
            raise UnreadableError(f"{file} repeats a filled cell more than 20,000 times. Save the sheet as CSV.")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
