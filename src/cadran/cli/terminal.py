"""What every command shares: the application, how it starts, how it speaks to a terminal."""

from __future__ import annotations

import csv
import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from enum import StrEnum
from importlib import import_module
from typing import Annotated, Any, Literal, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from cadran.config.start import migrate, start
from cadran.metrics.result import plain

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    help="Cadran, the CRM that measures itself. CADRAN_HOME names the folder of its records and facts. "
    "Answers are in French where the terminal is (LANG), else in English; JSON and CSV are the same in both.",
)
told = Console(stderr=True, highlight=False)


class Format(StrEnum):
    """How an answer is written."""

    table = "table"
    json = "json"
    csv = "csv"


FormatOption = Annotated[Format, typer.Option("--format", help="How to write the answer")]


def begin(migrating: bool = True) -> None:
    """Make the installation ready, its database brought up to date unless told not to."""
    start()
    if migrating:
        migrate()


def language() -> Literal["en", "fr"]:
    """The terminal's language."""
    said = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "fr" if next(filter(None, said), "").startswith("fr") else "en"


def reader() -> Any:
    """Whoever reads the terminal, in its language; once the installation is ready."""
    return import_module("cadran.kpis.reader").reader_of(None, language())


@contextmanager
def progress() -> Iterator[Any]:
    """A bar on a terminal, silence elsewhere; yields advance(what, done, of)."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=told, transient=True, disable=not told.is_terminal) as bar:
        tasks: dict[str, Any] = {}

        def advance(what: str, done: int, of: int | None = None) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=of)
            bar.update(tasks[what], completed=done, total=of)

        yield advance


def print_table(records: Sequence[dict[str, Any]]) -> None:
    """Records as a table with aligned columns."""
    head = list(records[0]) if records else []
    lines = [[shown(record[name]) for name in head] for record in records]
    widths = [max(len(line[place]) for line in [head, *lines]) for place in range(len(head))]
    for line in [head, *lines] if head else []:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def print_csv(records: Sequence[dict[str, Any]]) -> None:
    """Records as CSV."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if records:
        writer.writerow(records[0])
        writer.writerows([[shown(value) for value in record.values()] for record in records])
    sys.stdout.write(out.getvalue())


def spoken(value: Any) -> Any:
    """A value as JSON knows it: dates as texts."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def shown(value: Any) -> str:
    """A value as text; nothing for a blank."""
    if isinstance(value, Decimal):
        return plain(value)
    return "" if value is None else str(spoken(value))


def refuse(mistake: Exception) -> NoReturn:
    """A mistake that a person can mend: its sentence on standard error, exit 2."""
    told.print("error:", style="red", end=" ")
    told.print(str(mistake), soft_wrap=True, markup=False)
    sys.exit(2)
