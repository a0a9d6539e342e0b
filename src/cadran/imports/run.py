"""The run of an import: begun, or taken up where one like it was stopped."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from cadran.imports.mapping import Mapping
from cadran.imports.models import Cursor, RejectedRow, Run
from cadran.imports.report import Rejected, by_column
from cadran.imports.stage import Fault, Staged
from cadran.imports.write import CREATED, UNCHANGED, UPDATED, Outcome


def digest_of(paths: Iterable[Path]) -> str:
    """Two sets of files of one digest have the same names and contents."""
    whole = hashlib.sha256()
    for path in sorted(paths, key=lambda path: path.name):
        with path.open("rb") as stream:
            whole.update(f"{path.name}\0{hashlib.file_digest(stream, 'sha256').hexdigest()}\n".encode())
    return whole.hexdigest()


def begin(connection: str, mapping: Mapping, paths: Sequence[Path]) -> Run:
    """The run of these files that was stopped, else a new one.

    The first run of a connection believes its sources' dates, whole: until one has ended, none of its dates was "now".
    """
    files = digest_of(paths)
    stopped = Run.objects.filter(connection=connection, mapping=mapping.digest, files=files, ended_at=None)
    if run := stopped.order_by("-pk").first():
        return run
    first = not Run.objects.filter(connection=connection, ended_at__isnull=False).exists()
    return Run.objects.create(
        connection=connection, mapping=mapping.digest, files=files, believes=first, started_at=datetime.now(UTC)
    )


def cursor_of(run: Run, place: int, file: str) -> Cursor:
    """How far a file has come."""
    return Cursor.objects.get_or_create(run=run, place=place, defaults={"file": file})[0]


def advance(cursor: Cursor, level: int, row: int, outcome: Outcome) -> None:
    """Write how far a file has come, beside its rows."""
    cursor.level, cursor.row = level, row
    cursor.read += outcome.read
    cursor.created += outcome.count(CREATED)
    cursor.updated += outcome.count(UPDATED)
    cursor.unchanged += outcome.count(UNCHANGED)
    cursor.save()


def keep_rejected(run: Run, staged: Staged, faults: Sequence[Fault]) -> None:
    """Keep the rows that were rejected, with their cells."""
    if not faults:
        return
    cells = staged.given([fault.row for fault in faults])
    RejectedRow.objects.bulk_create(
        RejectedRow(
            run=run,
            file=staged.table.file,
            row=fault.row,
            column=fault.column,
            value=fault.value,
            reason=fault.reason,
            cells=by_column(staged.table.columns, cells.get(fault.row, [])),
        )
        for fault in faults
    )


def rejected_of(run: Run) -> tuple[Rejected, ...]:
    """Every row that a run rejected, in order."""
    rows = run.rejected.order_by("pk").values_list("file", "row", "column", "value", "reason", "cells")
    return tuple(Rejected(*row) for row in rows.iterator())
