"""Upgrades happen on a copy: whatever happens, the database is whole."""

import os
import random
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

pytestmark = pytest.mark.slow

OLD = """
from django.core.management import call_command
from django.db import connection
from cadran.config.start import start
start()
call_command("migrate", "sessions", verbosity=0)
with connection.cursor() as cursor:
    cursor.execute("INSERT INTO django_session VALUES ('kept', 'data', '2030-01-01')")
"""
UPGRADE = "from cadran.config.start import migrate, start; start(); print('on', flush=True); migrate()"


def process(home: Path, script: str, **chosen: str) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", script],
        env=environment | {"CADRAN_HOME": str(home)} | chosen,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(home: Path, script: str) -> tuple[int, str]:
    done = process(home, script)
    _, errors = done.communicate()
    return done.returncode, errors


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An installation of an earlier version, with a row that must not be lost."""
    assert run(tmp_path, OLD) == (0, "")
    return tmp_path


def look(database: Path) -> tuple[str, list[str], bool]:
    """Whether a database is sound, the sessions in it, and whether it has the records' tables."""
    with closing(sqlite3.connect(database)) as opened:
        sound = opened.execute("PRAGMA integrity_check").fetchone()[0]
        kept = [row[0] for row in opened.execute("SELECT session_key FROM django_session")]
        upgraded = opened.execute("SELECT count(*) FROM sqlite_master WHERE name = 'deal'").fetchone()[0] == 1
    return sound, kept, upgraded


def test_the_former_database_is_kept_and_nothing_is_lost(home: Path) -> None:
    assert run(home, UPGRADE) == (0, "")
    assert look(home / "records.sqlite3") == ("ok", ["kept"], True)
    (former,) = home.glob("records.before-*.sqlite3")
    assert look(former) == ("ok", ["kept"], False)
    assert not list(home.glob("records.next*"))


def test_a_migration_that_fails_leaves_the_database_as_it_was(home: Path) -> None:
    with closing(sqlite3.connect(home / "records.sqlite3")) as opened:
        opened.execute("CREATE TABLE deal (in_the_way)")
    code, errors = run(home, UPGRADE)
    assert code != 0
    assert "already exists" in errors
    assert look(home / "records.sqlite3") == ("ok", ["kept"], True)
    assert not list(home.glob("records.[bn]*"))


def test_a_database_in_use_is_not_upgraded_under_its_user(home: Path) -> None:
    with closing(sqlite3.connect(home / "records.sqlite3")) as user:
        user.execute("SELECT count(*) FROM django_session").fetchone()
        user.execute("BEGIN")
        user.execute("SELECT count(*) FROM django_session").fetchone()
        code, errors = run(home, UPGRADE)
    assert code != 0
    assert "another process has it open" in errors
    assert look(home / "records.sqlite3") == ("ok", ["kept"], False)


def test_two_first_starts_at_once_both_succeed(tmp_path: Path) -> None:
    both = [process(tmp_path, UPGRADE) for _ in range(2)]
    assert [(one.communicate()[1], one.returncode) for one in both] == [("", 0), ("", 0)]


@pytest.mark.postgres
def test_two_first_starts_at_once_both_succeed_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute("CREATE DATABASE first_start")
    url = postgres_url.replace("/cadran?", "/first_start?")
    both = [process(tmp_path, UPGRADE, DATABASE_URL=url) for _ in range(2)]
    assert [(one.communicate()[1], one.returncode) for one in both] == [("", 0), ("", 0)]


def test_killed_at_any_moment_the_database_is_whole_and_the_next_start_finishes(home: Path) -> None:
    moments = random.Random(20260321)
    for _ in range(5):
        killed = process(home, UPGRADE)
        assert killed.stdout is not None
        assert killed.stdout.readline() == "on\n", killed.communicate()
        time.sleep(moments.uniform(0, 2.5))
        killed.kill()
        killed.communicate()
        sound, kept, _ = look(home / "records.sqlite3")
        assert (sound, kept) == ("ok", ["kept"])
    assert run(home, UPGRADE) == (0, "")
    assert look(home / "records.sqlite3") == ("ok", ["kept"], True)
