"""The process in which files from outside are parsed: limits first, then one file, then it ends.

Run as `python -m cadran.connectors.child`; reads a request as JSON on standard input and answers with JSON on standard
output. Whatever a file does to this process, the one that started it lives on.
"""

import json
import resource
import sys
from pathlib import Path
from typing import Any

from cadran.connectors.copy import copy_rows
from cadran.connectors.csv.read import open_text
from cadran.connectors.csv.read import read_rows as read_text_rows
from cadran.connectors.excel.read import is_excel, open_sheet
from cadran.connectors.excel.read import read_rows as read_sheet_rows
from cadran.connectors.header import name_columns
from cadran.connectors.table import Hints, UnreadableError


def limit(memory: int, seconds: int, written: int) -> None:
    """Hold this process to so many bytes of memory, seconds of CPU and bytes per file written."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (written, written))
    if sys.platform != "darwin":  # macOS accepts no limit on address space
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def read(path: Path, into: Path, hints: Hints) -> dict[str, Any]:
    """Copy the table of a file to `into` in plain form; returns the fields of a `Table`."""
    found: dict[str, Any]
    if is_excel(path):
        sheet = open_sheet(path, hints)
        columns, notes = name_columns(hints.columns or sheet.header, path.name)
        rows, faulty = copy_rows(read_sheet_rows(sheet, len(columns)), len(columns), into)
        found = {"connector": "excel", "sheet": sheet.sheet, "header_row": sheet.header_row}
        notes = sheet.notes + notes
    else:
        text = open_text(path, hints)
        columns, notes = name_columns(hints.columns or text.header, path.name)
        rows, faulty = copy_rows(read_text_rows(text, len(columns)), len(columns), into)
        found = {"connector": "csv", "encoding": text.encoding, "header_row": text.header_row}
        found |= {"delimiter": text.dialect.delimiter, "quote": text.dialect.quote}
        notes = text.notes + notes
    if not rows:
        notes = (*notes, f"{path.name} has column names and no rows below them.")
    return found | {"columns": columns, "rows": rows, "faulty": faulty, "notes": notes}


def main() -> None:
    request = json.load(sys.stdin)
    limit(**request["limits"])
    hints = request["hints"]
    hints |= {"columns": tuple(hints["columns"]), "expect": tuple(hints["expect"])}
    try:
        answer = read(Path(request["path"]), Path(request["into"]), Hints(**hints))
    except UnreadableError as error:
        answer = {"error": str(error)}
    except MemoryError:
        answer = {"error": f"{Path(request['path']).name} needs more memory than is allowed to read it. Split it."}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
