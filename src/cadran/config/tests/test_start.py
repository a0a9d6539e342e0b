"""Starting: the home folder, the key, the database and its settings."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from cadran.config import home, sqlite
from cadran.config.database import database
from cadran.config.start import start
from cadran.config.upgrade import is_behind


def test_the_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    first = home.secret_key(tmp_path / "new")
    assert first == home.secret_key(tmp_path / "new")
    assert len(first) >= 50
    assert stat.S_IMODE((tmp_path / "new" / "secret.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
    ],
)
def test_the_write_ahead_log_is_refused_on_a_version_that_may_corrupt_it(version: sqlite.Version, safe: bool) -> None:
    assert sqlite.wal_is_safe(version) is safe
    assert sqlite.pragmas(version)["journal_mode"] == ("wal" if safe else "delete")


def test_an_address_that_is_not_one_is_refused_with_the_cure() -> None:
    with pytest.raises(ImproperlyConfigured, match="Write it as postgresql://"):
        database(Path("/nowhere"), "mysql://elsewhere")


def test_an_address_gives_the_settings_of_postgresql() -> None:
    given = database(Path("/nowhere"), "postgresql://alice:s%20cret@db.example:5433/records?sslmode=require")
    assert given["NAME"] == "records"
    assert (given["USER"], given["PASSWORD"], given["HOST"], given["PORT"]) == ("alice", "s cret", "db.example", "5433")
    assert given["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.django_db
def test_sqlite_runs_with_the_settings_that_lose_nothing() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the records are in PostgreSQL")
    with connection.cursor() as cursor:
        found = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 2}
    assert sqlite.wal_is_safe(sqlite.library_version())


@pytest.mark.django_db
def test_a_migrated_database_is_not_behind() -> None:
    assert not is_behind()


def test_starting_twice_on_one_home_is_fine_and_on_another_is_refused(tmp_path: Path) -> None:
    start()
    start(settings.HOME)
    with pytest.raises(RuntimeError, match="in a process of its own"):
        start(tmp_path)


def test_a_first_start_makes_the_home_and_the_database(tmp_path: Path) -> None:
    script = (
        "from cadran.config.start import start, migrate; start(); migrate()\n"
        "from cadran.config.upgrade import is_behind; print(is_behind())"
    )
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {
        "CADRAN_HOME": str(tmp_path / "home")
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], env=environment, check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "False"
    assert (tmp_path / "home" / "records.sqlite3").exists()
