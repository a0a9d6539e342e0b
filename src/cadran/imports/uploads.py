"""Files that people bring in by the browser: kept in the home folder until they are imported, a day at most."""

import csv
import json
import os
import re
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from cadran.connectors.sandbox import read_table
from cadran.connectors.table import MAX_CELL, SEPARATOR, Hints

FOLDER = "uploads"
LIMIT = 100_000_000  # bytes
LIFE = 24 * 3600  # seconds
ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
STAGES = 40
CELLS_BEFORE = 3  # of a plain line: row number, fault, given


@dataclass(frozen=True)
class Upload:
    """A file that waits to be imported, in a folder of its own."""

    key: uuid.UUID
    folder: Path

    @property
    def file(self) -> Path:
        """The file as it was given, under a name that is safe."""
        return next(path for path in self.folder.joinpath("given").iterdir())

    @property
    def mapping(self) -> str:
        """The mapping chosen; "" while there is none."""
        path = self.folder / "mapping.toml"
        return path.read_text("utf-8") if path.exists() else ""

    def keep_mapping(self, text: str) -> None:
        """Keep the mapping chosen."""
        (self.folder / "mapping.toml").write_text(text, "utf-8")

    @property
    def columns(self) -> list[str]:
        """The names of its columns."""
        found: list[str] = json.loads((self.folder / "columns.json").read_text("utf-8"))["columns"]
        return found

    @property
    def described(self) -> str:
        """What was found in it, in one line."""
        return str(json.loads((self.folder / "columns.json").read_text("utf-8"))["described"])

    def rows(self) -> Iterator[list[str]]:
        """Its rows, as text."""
        csv.field_size_limit(2 * MAX_CELL)
        with (self.folder / "plain").open(encoding="utf-8", newline="") as lines:
            for cells in csv.reader(lines, delimiter=SEPARATOR):
                yield cells[CELLS_BEFORE:]

    def values_of(self, column: str) -> list[str] | None:
        """The different values of a column, in the order they come; None when there are too many to be stages."""
        place, found = self.columns.index(column), dict[str, None]()
        for cells in self.rows():
            value = cells[place].strip() if place < len(cells) else ""
            if value:
                found[value] = None
            if len(found) > STAGES:
                return None
        return list(found)

    def remove(self) -> None:
        """Delete the file and all that was made of it."""
        shutil.rmtree(self.folder, ignore_errors=True)


def keep(given: "UploadedFile[Any]") -> Upload:
    """Keep a file that was sent, and read its columns in a process of its own.

    Raises UnreadableError, keeping nothing, when it holds no table that can be read.
    """
    _sweep()
    key = uuid.uuid4()
    upload = Upload(key, _folder() / key.hex)
    path = upload.folder / "given" / _safe(given.name or "")
    path.parent.mkdir(parents=True, mode=0o700)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as whole:
            for chunk in given.chunks():
                whole.write(chunk)
        _read(upload)
    except Exception:
        upload.remove()
        raise
    return upload


def found(key: uuid.UUID) -> Upload | None:
    """A file that waits; None when it was imported, deleted, or never there."""
    upload = Upload(key, _folder() / key.hex)
    return upload if (upload.folder / "columns.json").exists() else None


def _read(upload: Upload) -> None:
    table = read_table(upload.file, Hints(), upload.folder / "plain")
    told = {"columns": list(table.columns), "described": table.described()}
    (upload.folder / "columns.json").write_text(json.dumps(told), "utf-8")


def _folder() -> Path:
    folder: Path = settings.HOME / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _sweep() -> None:
    """Delete what nobody imported within a day."""
    for folder in _folder().iterdir():
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > LIFE:
                shutil.rmtree(folder, ignore_errors=True)


def _safe(name: str) -> str:
    """A file's name without what a path or a pattern of a mapping would take otherwise."""
    return re.sub(r"[^\w. ()-]", "_", Path(name).name)[-100:].lstrip(".") or "file.csv"
