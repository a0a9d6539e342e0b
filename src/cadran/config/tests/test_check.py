"""The safe start sees what is wrong, and says what to do."""

from pathlib import Path

import duckdb
import pytest
from django.db import connection
from pytest_django import Settings

from cadran.config import check
from cadran.config.check import Check, checks
from cadran.config.home import secret_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(tmp_path: Path, settings: Settings) -> Path:
    settings.HOME = tmp_path
    settings.SECRET_KEY = secret_key(tmp_path)
    return tmp_path


def found() -> dict[str, Check]:
    return {one.name: one for one in checks()}


def test_a_fresh_home_is_well(home: Path) -> None:
    wrong = [one for one in checks() if not one.ok and not (one.name == "PostgreSQL" and "fsync off" in one.what)]
    assert wrong == []
    database = {"SQLite", "SQLite settings", "records file"} if connection.vendor == "sqlite" else {"PostgreSQL"}
    common = {"home folder", "free space", "secret key", "debug", "database", "time zones", "e-mail", "facts"}
    assert found().keys() == common | database


def test_a_key_that_others_can_read_is_not_well(home: Path) -> None:
    (home / "secret.key").chmod(0o644)
    assert not found()["secret key"].ok
    assert f"chmod 600 {home}/secret.key" in found()["secret key"].cure


def test_debug_with_a_public_name_is_not_well(home: Path, settings: Settings) -> None:
    settings.DEBUG = True
    assert found()["debug"].ok
    settings.PUBLIC = True
    assert not found()["debug"].ok


def test_a_home_that_is_gone_is_said_and_does_not_raise(home: Path, settings: Settings) -> None:
    settings.HOME = home / "gone"
    assert "cannot be looked at" in found()["home folder"].what
    assert not found()["secret key"].ok


def test_a_full_disk_is_not_well(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "ENOUGH_SPACE", 10**18)
    assert not found()["free space"].ok


def test_settings_of_sqlite_that_are_not_in_force_are_seen(home: Path) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the records are in PostgreSQL")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete=OFF")
        try:
            assert not found()["SQLite settings"].ok
        finally:
            cursor.execute("PRAGMA secure_delete=FAST")
    assert found()["SQLite settings"].ok


def test_facts_that_cannot_be_opened_are_named_with_the_cure(home: Path) -> None:
    (home / "facts").mkdir()
    duckdb.connect(home / "facts" / "1-good.duckdb").close()
    assert found()["facts"].what == "1 versions can be opened"
    (home / "facts" / "2-bad.duckdb").write_bytes(b"not a database" * 1000)
    assert not found()["facts"].ok
    assert "Delete" in found()["facts"].cure
