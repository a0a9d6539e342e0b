"""Spreadsheets (.xlsx, .xlsm, .xlsb, .xls, .ods) as rows of cells."""

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import python_calamine

from cadran.connectors.excel.archive import check_archive
from cadran.connectors.header import LOOKED_AT, find_header, header_cells
from cadran.connectors.table import MAX_CELL, Hints, Row, UnreadableError

ZIP = b"PK\x03\x04"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Opened:
    """A sheet whose header row is known. Rows are counted from 1, as the spreadsheet shows them."""

    path: Path
    sheet: str
    rows: Iterator[tuple[int, list[str]]]
    header_row: int
    header: tuple[str, ...]
    notes: tuple[str, ...]


def is_excel(path: Path) -> bool:
    """Whether the bytes, whatever the name says, are a spreadsheet's."""
    with path.open("rb") as stream:
        start = stream.read(8)
    return start.startswith((ZIP, COMPOUND))


def open_sheet(path: Path, hints: Hints) -> Opened:
    """Open one sheet: the one the hints name, else the first that is shown and not empty."""
    with path.open("rb") as stream:
        if stream.read(4) == ZIP:
            check_archive(path)
        else:
            stream.seek(0)
            if "EncryptedPackage".encode("utf-16-le") in stream.read():
                raise UnreadableError(f"{path.name} is protected by a password. Open it, remove the password, save it.")
    try:
        workbook = python_calamine.CalamineWorkbook.from_path(str(path))
        sheet, notes = _choose(workbook, path.name, hints.sheet)
        number = sheet.start[0] + 1 if sheet.start else 1
        rows = (
            (number + offset, [_text(cell) for cell in row])
            for offset, row in enumerate(sheet.to_python(skip_empty_area=True))
        )
    except python_calamine.PasswordError:
        raise UnreadableError(
            f"{path.name} is protected by a password. Open it, remove the password, save it."
        ) from None
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise UnreadableError(
            f"{path.name} is a damaged spreadsheet ({error}). Open it in a spreadsheet and save it again."
        ) from None
    return _with_header(path, sheet.name, rows, hints, notes)


def _with_header(
    path: Path, sheet: str, rows: Iterator[tuple[int, list[str]]], hints: Hints, notes: tuple[str, ...]
) -> Opened:
    head = list(itertools.islice(rows, LOOKED_AT * 4))
    if not head:
        raise UnreadableError(
            f"{path.name}, sheet “{sheet}” is empty. Choose another with `sheet`, or export it again."
        )
    first = head[0][0]
    padded: list[list[str]] = [[] for _ in range(first - 1)] + [cells for _, cells in head]
    header_row = find_header(padded, hints, path.name)
    header = header_cells(padded, header_row)
    below = itertools.chain(head, rows)
    return Opened(path, sheet, below, header_row, header, notes)


def read_rows(opened: Opened, width: int) -> Iterator[Row]:
    """Every row below the header that is not blank: its number, its fault ("" for none) and its cells."""
    for number, cells in opened.rows:
        if number <= opened.header_row or not any(cells):
            continue
        fault = ""
        if any(cells[width:]):
            fault = f"has {len(cells)} cells where there are {width} columns"
        elif any(len(cell) > MAX_CELL for cell in cells):
            fault = f"a cell has more than {MAX_CELL:,} characters"
        elif any("\0" in cell for cell in cells):
            fault = "holds a NUL character"
        yield (
            number,
            fault,
            [cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell for cell in cells],
        )


def _choose(
    workbook: python_calamine.CalamineWorkbook, file: str, wanted: str | None
) -> tuple[python_calamine.CalamineSheet, tuple[str, ...]]:
    names = workbook.sheet_names
    if wanted is not None:
        if wanted not in names:
            raise UnreadableError(f"{file} has no sheet “{wanted}”; its sheets are {', '.join(names) or 'none'}.")
        return workbook.get_sheet_by_name(wanted), ()
    shown = [
        meta.name
        for meta in workbook.sheets_metadata
        if meta.visible == python_calamine.SheetVisibleEnum.Visible
        and meta.typ == python_calamine.SheetTypeEnum.WorkSheet
    ]
    filled = [name for name in shown or names if workbook.get_sheet_by_name(name).height > 0]
    if not filled:
        raise UnreadableError(f"{file} has no sheet with anything in it. Export it again.")
    others = ", ".join(filled[1:])
    notes = (f"{file}: sheet “{filled[0]}” is read; there are also {others} (choose with `sheet`).",) if others else ()
    return workbook.get_sheet_by_name(filled[0]), notes


def _text(value: Any) -> str:  # noqa: PLR0911 - one line a type
    """A cell as text that reads back exactly: points for decimals, ISO for dates."""
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case dt.datetime():
            return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
        case dt.date() | dt.time():
            return value.isoformat()
        case None:
            return ""
    return str(value)
