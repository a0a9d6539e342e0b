"""Safe start: what must be so for the records to be safe, each with its cure."""

import os
import shutil
import stat
import tempfile
import zoneinfo
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import duckdb
from django.conf import settings
from django.core import mail
from django.db import DatabaseError, connection

from cadran.config import sqlite
from cadran.config.upgrade import is_behind

ENOUGH_SPACE = 500_000_000  # bytes
FACTS = "facts"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: what was found, what to do when it is not well ("" when it is), and whether nothing
    is served until it is: the records are not safe.
    """

    name: str
    ok: bool
    what: str
    cure: str = ""
    stops: bool = True


def checks() -> list[Check]:
    """Look at everything that a safe start needs. Nothing raises: what cannot be looked at is not well."""
    return [check for look in LOOKS for check in _looked(look)]


def _looked(look: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    name = look.__name__.strip("_").replace("_", " ")
    try:
        yield from look()
    except (OSError, DatabaseError, duckdb.Error) as error:
        yield Check(
            name, ok=False, what=f"cannot be looked at: {error}", cure="Mend what the message says, then check again."
        )


def _home_folder() -> Iterator[Check]:
    home: Path = settings.HOME
    with tempfile.NamedTemporaryFile(dir=home, prefix=".check-"):
        yield Check("home folder", ok=True, what=f"{home} can be written")
    free = shutil.disk_usage(home).free
    yield Check(
        "free space",
        ok=free >= ENOUGH_SPACE,
        what=f"{free / 1e9:.1f} GB free",
        cure=f"Free {ENOUGH_SPACE / 1e9:.1f} GB on the disk of {home}: a full disk stops all writes.",
    )


def _secret_key() -> Iterator[Check]:
    kept: Path = settings.HOME / "secret.key"
    mode = stat.S_IMODE(kept.stat().st_mode)
    yield Check(
        "secret key",
        ok=mode == 0o600 and kept.stat().st_uid == os.geteuid() and len(settings.SECRET_KEY) >= 50,
        what=f"{kept} has mode {mode:04o}",
        cure=f"Run: chmod 600 {kept} — it must belong to the user who runs Cadran. Who reads it can log in as anyone.",
    )


def _debug() -> Iterator[Check]:
    yield Check(
        "debug",
        ok=not (settings.DEBUG and settings.PUBLIC),
        what="on" if settings.DEBUG else "off",
        cure="Unset CADRAN_DEBUG: with a public name in CADRAN_HOSTS, error pages show the inside to strangers.",
    )


def _database() -> Iterator[Check]:
    yield from _sqlite() if connection.vendor == "sqlite" else _postgres()
    behind = is_behind()
    yield Check(
        "database",
        ok=not behind,
        what="older than this version of Cadran" if behind else "up to date",
        cure="Start Cadran once (cadran serve, or any other command): it brings the database up to date.",
    )


def _sqlite() -> Iterator[Check]:
    with connection.cursor() as cursor:
        linked = tuple(map(int, cursor.execute("SELECT sqlite_version()").fetchone()[0].split(".")))
        found = {name: str(cursor.execute(f"PRAGMA {name}").fetchone()[0]) for name in (*_PRAGMAS, "quick_check")}
    major, minor, patch = linked
    safe = sqlite.wal_is_safe((major, minor, patch))
    yield Check(
        "SQLite",
        ok=safe or found["journal_mode"] != "wal",
        what=f"version {major}.{minor}.{patch}, journal {found['journal_mode']}",
        cure="Install the package pysqlite3: this version may corrupt a database with a write-ahead log.",
    )
    wrong = {name: found[name] for name, good in _PRAGMAS.items() if found[name] not in good}
    yield Check(
        "SQLite settings",
        ok=not wrong,
        what=", ".join(f"{name} {found[name]}" for name in _PRAGMAS),
        cure=f"Start again; if {', '.join(wrong)} stays so, another program set it.",
    )
    yield Check(
        "records file",
        ok=found["quick_check"] == "ok",
        what="sound" if found["quick_check"] == "ok" else found["quick_check"],
        cure="Restore the last backup; keep the damaged file aside.",
    )


_PRAGMAS = {
    "journal_mode": ("wal", "delete"),
    "synchronous": ("2", "3"),
    "foreign_keys": ("1",),
    "secure_delete": ("1", "2"),
}


def _postgres() -> Iterator[Check]:
    with connection.cursor() as cursor:
        settings_of = ("server_version_num", "fsync", "server_encoding")
        cursor.execute("SELECT current_setting(%s)::int, current_setting(%s), current_setting(%s)", settings_of)
        number, fsync, encoding = cursor.fetchone()
    yield Check(
        "PostgreSQL",
        ok=number >= 150000 and fsync == "on" and encoding == "UTF8",
        what=f"version {number // 10000}, fsync {fsync}, {encoding}",
        cure="Use PostgreSQL 15 or later, with fsync on and a database in UTF8: or a power cut loses records.",
    )


def _time_zones() -> Iterator[Check]:
    try:
        release = version("tzdata")
    except PackageNotFoundError:
        release = ""
    yield Check(
        "time zones",
        ok=bool(release) and not zoneinfo.TZPATH and "Europe/Paris" in zoneinfo.available_timezones(),
        what=f"package tzdata {release}" if release else "package tzdata is missing",
        cure="Install the package tzdata and unset PYTHONTZPATH: the system's zones differ between machines.",
    )


def _mail() -> Iterator[Check]:
    if not settings.SENDS_MAIL:
        yield Check("e-mail", ok=True, what="none is sent: invitations are letters to send by hand")
        return
    server = settings.MAILERS["default"]["OPTIONS"]["host"]
    try:
        with mail.mailers.default:
            pass
    except OSError as error:
        cure = "Mend CADRAN_MAIL, or unset it. Until then invitations are letters to send by hand."
        yield Check("e-mail", ok=False, what=f"{server} takes no e-mail: {error}", cure=cure, stops=False)
    else:
        yield Check("e-mail", ok=True, what=f"{server} answers; e-mails come from {settings.DEFAULT_FROM_EMAIL}")


def _facts() -> Iterator[Check]:
    published = sorted((settings.HOME / FACTS).glob("*.duckdb"))
    for path in published:
        try:
            with duckdb.connect(str(path), read_only=True) as base:
                base.execute("SELECT 1").fetchone()
        except duckdb.Error as error:
            cure = f"Delete {path}: facts are made again from the records."
            yield Check("facts", ok=False, what=f"{path.name} cannot be opened: {error}", cure=cure)
            return
    yield Check(
        "facts", ok=True, what=f"{len(published)} versions can be opened" if published else "none published yet"
    )


LOOKS = (_home_folder, _secret_key, _debug, _database, _time_zones, _mail, _facts)
