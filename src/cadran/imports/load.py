"""Import files: read, clean column by column, link, write in batches that each carry their own cursor."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from django.db import transaction

from cadran.connectors.sandbox import read_table
from cadran.connectors.table import UnreadableError
from cadran.crm.by import By
from cadran.crm.models import Organisation, Origin
from cadran.imports.links import Links
from cadran.imports.mapping import Mapping, MappingError
from cadran.imports.models import Run
from cadran.imports.past import UnknownStepError
from cadran.imports.plan import bind
from cadran.imports.report import Report
from cadran.imports.rights import refuse_fixed
from cadran.imports.run import advance, begin, cursor_of, keep_rejected, rejected_of
from cadran.imports.stage import Staged, lock, open_staging
from cadran.imports.vocabulary import adopt_currency, make_custom_fields, make_pipelines
from cadran.imports.workplace import workplace
from cadran.imports.write import Writer
from cadran.members.models import Member

BATCH = 10_000  # rows written in one transaction


class RefusedError(Exception):
    """A file cannot be read, or the mapping does not fit: the message says what, where, and what to do now."""


@dataclass(frozen=True)
class Progress:
    """How far an import is: rows done of all the rows of all files, and the file at hand."""

    file: str
    done: int
    total: int


def load_files(
    paths: Sequence[Path],
    mapping: Mapping,
    *,
    connection: str | None = None,
    by: Member | None = None,
    dry_run: bool = False,
    progress: Callable[[Progress], None] | None = None,
    batch: int = BATCH,
) -> Report:
    """Import files as a mapping says; every row read ends up created, updated, unchanged or rejected.

    Each batch is one transaction with its cursor: an import stopped at any moment goes on from there when it is asked
    for again, and importing the same files twice changes nothing. A dry run does it all, then undoes it.
    `connection` is where the records come from (default: the mapping's, else the first file's name).

    Raises `RefusedError` before anything is written when a file or the mapping cannot be used.
    """
    if not paths:
        raise RefusedError("No file to import was given. Name one or more CSV or Excel files.")
    connection = connection or mapping.connection or paths[0].stem[:100]
    with ExitStack() as stack:
        directory = stack.enter_context(workplace())
        db = stack.enter_context(open_staging(directory))
        files = _read(db, directory, paths, mapping, by)
        if dry_run:
            stack.enter_context(transaction.atomic())
        run = _import(files, paths, mapping, connection, by, progress, batch)
        report = _report(run, files, dry=dry_run)
        if dry_run:
            transaction.set_rollback(True)
    return report


def _read(
    db: duckdb.DuckDBPyConnection, directory: Path, paths: Sequence[Path], mapping: Mapping, by: Member | None
) -> list[Staged]:
    """Read and decide about every file before any is written; whatever is wrong with them is said at once."""
    organisation = Organisation.current()
    files: list[Staged] = []
    problems: list[str] = []
    try:
        assigned = mapping.assign(paths)
    except MappingError as error:
        raise RefusedError(str(error)) from error
    for number, (file, path) in enumerate(assigned):
        try:
            entries = bind(mapping, file, organisation.currency)
            refuse_fixed(file, entries, by)
            table = read_table(path, file.hints, directory / f"{number}.csv")
            staged = Staged(db, number, table, file, entries, blank=mapping.blank, zone=organisation.time_zone)
            table.path.unlink()
            staged.decide()
            files.append(staged)
        except (UnreadableError, MappingError) as error:
            problems.append(str(error))
        except duckdb.Error as error:
            problems.append(
                f"{path.name} could not be read as a table: {str(error).splitlines()[0]}. Save it as CSV again."
            )
    if problems:
        raise RefusedError("\n".join(dict.fromkeys(problems)))
    lock(db)
    return files


def _import(
    files: Sequence[Staged],
    paths: Sequence[Path],
    mapping: Mapping,
    connection: str,
    member: Member | None,
    progress: Callable[[Progress], None] | None,
    batch: int,
) -> Run:
    with transaction.atomic():
        run = begin(connection, mapping, paths)
        by = By(Origin.IMPORT, member, f"import-{run.pk}")
        adopt_currency(mapping, by)
        make_pipelines(mapping, by)
    links = Links(connection, by, believe=run.believes, followed=_followed(files))
    total = sum(staged.table.rows for staged in files)
    done = 0
    for place, staged in enumerate(files):
        cursor = cursor_of(run, place, staged.table.file)
        staged.prepare()
        make_custom_fields(staged, by)
        writer = Writer(staged, links, connection, by, believe=run.believes)
        done += cursor.read
        for chunk in staged.chunks(batch, (cursor.level, cursor.row)):
            try:
                with transaction.atomic():
                    outcome = writer.write(chunk)
                    advance(cursor, chunk.level, chunk.last, outcome)
                    keep_rejected(run, staged, outcome.faults)
            except UnknownStepError as error:
                raise RefusedError(f"{staged.table.file}: {error} Add it to `pipelines` in the mapping.") from error
            done += chunk.read
            if progress:
                progress(Progress(staged.table.file, done, total))
        staged.drop()
    run.ended_at = datetime.now(UTC)
    run.save(update_fields=["ended_at"])
    return run


def _followed(files: Sequence[Staged]) -> frozenset[tuple[str, str]]:
    """What rows link to: kinds, and what their records are found by."""
    entries = [entry for staged in files for entry in staged.entries]
    links = {(link.kind, link.by) for entry in entries for link in entry.links}
    return frozenset(links | {(entry.kind, "external_id") for entry in entries if entry.records.snapshots})


def _report(run: Run, files: Sequence[Staged], *, dry: bool) -> Report:
    cursors = list(run.cursors.all())
    return Report(
        run=None if dry else run.pk,
        dry=dry,
        read=sum(cursor.read for cursor in cursors),
        created=sum(cursor.created for cursor in cursors),
        updated=sum(cursor.updated for cursor in cursors),
        unchanged=sum(cursor.unchanged for cursor in cursors),
        rejected=rejected_of(run),
        shown=tuple(
            line for staged in files for line in (staged.table.described(), *staged.table.notes, *staged.shown)
        ),
    )
