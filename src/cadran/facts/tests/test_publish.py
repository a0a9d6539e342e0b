"""Bases are put in place whole, opened read-only, and locked down."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from cadran.crm.save import By, change, create
from cadran.facts.publish import bases, newest_base, publish
from cadran.facts.state import State

BY = By("member")


@pytest.mark.slow
@pytest.mark.parametrize("kills", [int(os.environ.get("CADRAN_KILLS", "5"))])
def test_a_builder_killed_at_any_moment_leaves_an_openable_base(tmp_path: Path, kills: int) -> None:
    script = Path(__file__).with_name("killed.py")
    command = [sys.executable, str(script), str(tmp_path), str(kills)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=3000)
    assert done.stdout.startswith("broken 0 left 0"), done.stdout + done.stderr
    assert int(done.stdout.split()[-1]) > 1


@pytest.mark.django_db
def test_the_last_two_bases_are_kept_and_an_unchanged_one_is_not_built_again(tmp_path: Path) -> None:
    made = []
    for name in ("Acme", "Zeta", "Omega"):
        create("account", {"name": name}, by=BY)
        made.append(publish(tmp_path))
    assert bases(tmp_path) == [made[2], made[1]]
    written = made[2].stat().st_mtime_ns
    assert publish(tmp_path) == made[2]
    assert made[2].stat().st_mtime_ns == written


@pytest.mark.django_db
def test_a_base_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    create("account", {"name": "Acme"}, by=BY)
    good = publish(tmp_path)
    (tmp_path / "facts" / "999-torn.duckdb").write_bytes(good.read_bytes()[:5000])
    assert newest_base(tmp_path) == good


@pytest.mark.django_db
def test_what_a_killed_builder_left_is_swept(tmp_path: Path) -> None:
    (tmp_path / "facts").mkdir()
    left = tmp_path / "facts" / ".aside-0123.duckdb"
    left.write_bytes(b"half")
    publish(tmp_path)
    assert not left.exists()


@pytest.mark.django_db
def test_the_name_of_a_base_changes_with_what_the_organisation_decides(tmp_path: Path) -> None:
    organisation = create("organisation", {"currency": "EUR", "time_zone": "Europe/Paris"}, by=BY)
    digests = {publish(tmp_path).stem.partition("-")[2]}
    change(organisation, {"currency": "USD"}, by=BY)
    digests.add(publish(tmp_path).stem.partition("-")[2])
    create("custom_field", {"record": "deal", "key": "flavour", "type": "choice", "choices": ["mint"]}, by=BY)
    digests.add(publish(tmp_path).stem.partition("-")[2])
    assert len(digests) == 3


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/passwd')",
        "select * from glob('/*')",
        "select * from '/etc/passwd'",
        "copy account to '/tmp/stolen.csv'",
        "copy account from '/etc/passwd'",
        "attach '/tmp/other.duckdb' as other",
        "install httpfs",
        "load httpfs",
        "export database '/tmp/stolen'",
        "set enable_external_access = true",
        "set memory_limit = '1TB'",
        "reset lock_configuration",
        "set lock_configuration = false",
        "create table base.stolen (i integer)",
        "delete from base.main.account",
        "select * from python_variable",
    ],
)
def test_nothing_outside_the_facts_can_be_reached_or_changed(tmp_path: Path, statement: str) -> None:
    python_variable = [1]  # noqa: F841 (what an SQL text must not see)
    cursor = State(publish(tmp_path)).cursor()
    with pytest.raises(duckdb.Error):
        cursor.execute(statement).fetchall()


@pytest.mark.django_db
def test_facts_built_anew_on_demand_hold_nothing_of_what_was_erased(tmp_path: Path) -> None:
    account = create("account", {"name": "Acme"}, by=BY)
    first = publish(tmp_path)
    account.delete()
    assert publish(tmp_path) == first
    path = publish(tmp_path, force=True)
    assert bases(tmp_path) == [path]
    assert path != first
    assert State(path).connection.execute("select count(*) from account").fetchone() == (0,)
