"""Bringing the database up to date: SQLite's on a copy, which is checked and then takes its place at once.

Killed at any moment, that database is the former one or the new one, whole. The former one is kept beside it.
"""

import fcntl
import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

TURN = 0x0CAD_0001  # any number, as long as it is always the same
FORMER = "records.before-%Y%m%d-%H%M%S.sqlite3"


def is_behind() -> bool:
    """Whether this version of Cadran has migrations that the database has not seen."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def upgrade(database: Path) -> None:
    """Migrate a copy of a database that is behind, check it, and put it in its place; one process does, others wait.

    Raises RuntimeError when another process has the database open, or the copy is not sound; the database then stays as
    it is, as after any error of a migration.
    """
    with _alone(database.with_name("upgrade.lock")):
        if not is_behind():
            return
        connection.close()
        copy = database.with_name("records.next.sqlite3")
        _remove(copy)
        try:
            with _held(database) as former:
                empty = former.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
                if not empty:
                    _copy(former, copy)
                _migrate(database, copy)
                if not empty:
                    os.link(database, database.with_name(datetime.now(UTC).strftime(FORMER)))
                os.replace(copy, database)  # noqa: PTH105  # named as what it is: atomic
                _sync(database.parent)
        finally:
            _remove(copy)


def upgrade_in_turn() -> None:
    """Migrate a PostgreSQL database that is behind; one process does, others wait. Each migration is a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [TURN])
        try:
            if is_behind():
                call_command("migrate", verbosity=0, interactive=False)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [TURN])


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _held(database: Path) -> Iterator[sqlite3.Connection]:
    """The database, locked against everyone, and without a log beside it."""
    held = sys.modules["sqlite3"].connect(database, timeout=5, isolation_level=None)
    try:
        held.execute("PRAGMA locking_mode=EXCLUSIVE")
        try:
            held.execute("PRAGMA journal_mode=DELETE")
            held.execute("BEGIN EXCLUSIVE")
            held.execute("COMMIT")  # in this mode the lock outlives the transaction
        except sys.modules["sqlite3"].OperationalError as error:
            raise RuntimeError(
                f"{database} must be brought up to date, and another process has it open ({error}). "
                "Stop the others (cadran serve), then start again."
            ) from error
        yield held
    finally:
        held.close()


def _copy(former: sqlite3.Connection, copy: Path) -> None:
    target = sys.modules["sqlite3"].connect(copy)
    try:
        former.backup(target)
    finally:
        target.close()


def _migrate(database: Path, copy: Path) -> None:
    connection.settings_dict["NAME"] = copy
    try:
        call_command("migrate", verbosity=0, interactive=False)
        with connection.cursor() as cursor:
            problems = [row[0] for row in cursor.execute("PRAGMA integrity_check").fetchall() if row[0] != "ok"]
            problems += [str(row) for row in cursor.execute("PRAGMA foreign_key_check").fetchall()]
            cursor.execute("PRAGMA journal_mode=DELETE")
        if problems:
            raise RuntimeError(
                f"The upgraded copy is not sound ({problems[0]}): {database} stays as it was. Report this."
            )
    finally:
        connection.close()
        connection.settings_dict["NAME"] = database
    _sync(copy)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(copy: Path) -> None:
    for name in (copy.name, f"{copy.name}-wal", f"{copy.name}-shm", f"{copy.name}-journal"):
        copy.with_name(name).unlink(missing_ok=True)
