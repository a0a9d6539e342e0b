"""kill -9 at random moments: nothing is lost, nothing is doubled, and the next run goes on."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cadran.imports.tests.conftest import SALES

ROWS = 2_000
BAD = {7, 500, 1_999}  # rows whose amount is no number

MAPPING = (
    SALES
    + """
[[files]]
name = "deals.csv"
[[files.records]]
kind = "deal"
id = "id"
[files.records.fields]
name = "id"
stage = "stage"
amount = "amount"
account = { column = "account", by = "name", missing = "create" }
created_at = "created"
closed_at = "closed"
[files.records.history.stage]
"New" = "created"
"*" = "closed"
[[files.records]]
kind = "deal_line"
fields = { deal = { record = "deal" }, quantity = { value = 1 } }
"""
)


def spawn(home: Path, files: Path) -> "subprocess.Popen[str]":
    environment = {**os.environ, "CADRAN_HOME": str(home)}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "cadran.imports.tests.killed", str(files / "deals.csv"), str(files / "map.toml")]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def count(home: Path, query: str) -> int:
    database = next(home.glob("*.sqlite3"))
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
        return int(db.execute(query).fetchone()[0])


def check_nothing_is_lost_or_doubled(home: Path) -> int:
    """What must hold after any kill. Returns how many rows are done."""
    done = count(
        home, "SELECT coalesce(sum(read), 0) FROM import_cursor WHERE run_id = (SELECT min(id) FROM import_run)"
    )
    rejected = count(home, "SELECT count(*) FROM import_rejected WHERE run_id = (SELECT min(id) FROM import_run)")
    deals = count(home, "SELECT count(*) FROM deal")
    assert deals + rejected == done
    assert count(home, "SELECT count(*) FROM deal_line") == deals
    assert count(home, "SELECT count(*) FROM change WHERE record = 'deal' AND field = ''") == deals
    assert count(home, "SELECT count(*) FROM change WHERE record = 'deal_line'") == deals
    won = count(home, "SELECT count(*) FROM deal WHERE closed_at IS NOT NULL")
    assert count(home, "SELECT count(*) FROM change WHERE record = 'deal' AND field = 'stage'") == won
    assert count(home, "SELECT count(*) FROM change WHERE record = 'deal' AND known_at <> at") == 0
    assert count(home, "SELECT count(DISTINCT name) FROM account") == count(home, "SELECT count(*) FROM account")
    return done


@pytest.mark.slow
@pytest.mark.parametrize("kills", [int(os.environ.get("CADRAN_KILLS", "3"))])
def test_an_import_killed_at_random_moments_loses_and_doubles_nothing(kills: int, tmp_path: Path) -> None:
    chance = random.Random(kills)
    lines = ["id,stage,amount,account,created,closed"]
    for n in range(1, ROWS + 1):
        won = n % 3 == 0
        amount = "x" if n in BAD else str(n)
        closed = "2024-02-01" if won else ""
        lines.append(f"{n},{'Won' if won else 'New'},{amount},Account {n % 50},2024-01-01,{closed}")
    (tmp_path / "deals.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "map.toml").write_text(MAPPING, encoding="utf-8")

    killed, home, places = 0, tmp_path / "home-0", set[int]()
    while killed < kills:
        process = spawn(home, tmp_path)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        if chance.random() < 0.1:  # before anything is written, perhaps
            time.sleep(chance.uniform(0, 1))
        else:  # while a batch is written
            for _ in range(chance.randrange(1, 6)):
                process.stdout.readline()
            time.sleep(chance.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        told = process.communicate()[0]
        if " " in told:  # it ended before the signal: begin again in another home
            assert check_nothing_is_lost_or_doubled(home) == ROWS
            home = tmp_path / f"home-{killed}-{len(list(tmp_path.iterdir()))}"
            continue
        killed += 1
        places.add(check_nothing_is_lost_or_doubled(home))
    process = spawn(home, tmp_path)
    told = process.communicate()[0]
    assert process.returncode == 0
    good = ROWS - len(BAD)  # all created, or unchanged when the kill before came just after the end
    assert told.splitlines()[-1] in (f"{ROWS} {good} 0 0 {len(BAD)}", f"{ROWS} 0 0 {good} {len(BAD)}")
    assert check_nothing_is_lost_or_doubled(home) == ROWS
    assert kills < 50 or len(places) > 5, "the kills all fell outside of the writing"
