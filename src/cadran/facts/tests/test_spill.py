"""What does not fit in memory goes to a folder among the facts, and nothing of it stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb

from cadran.facts import spill

HOLD = (
    "import sys, time; from pathlib import Path; from cadran.facts import spill; "
    "place = spill.place(Path(sys.argv[1])); place.mkdir(); (place / 'half').write_text('x'); "
    "print(place, flush=True); time.sleep(600 if sys.argv[2] == 'stay' else 0)"
)


def holder(facts: Path, how: str) -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(facts), how], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_what_a_living_process_holds_stays_and_what_a_killed_one_left_is_swept(tmp_path: Path) -> None:
    process, held = holder(tmp_path, "stay")
    with process:
        mine = spill.place(tmp_path)
        assert (held / "half").exists()
        assert mine.parent != held.parent
        os.kill(process.pid, signal.SIGKILL)
    assert (held / "half").exists()
    other, _ = holder(tmp_path, "end")
    with other:
        pass
    assert not held.parent.exists()
    assert mine.parent.exists()


def test_a_process_that_ends_leaves_nothing(tmp_path: Path) -> None:
    process, held = holder(tmp_path, "end")
    with process:
        pass
    assert not held.parent.exists()


def test_more_than_fits_in_memory_is_sorted_all_the_same(tmp_path: Path) -> None:
    place = spill.place(tmp_path)
    with duckdb.connect(config={"memory_limit": "60MB", "temp_directory": str(place)}) as connection:
        connection.execute("set threads = 1")
        connection.execute("create table sorted as select hash(i) as h from range(12000000) t(i) order by h")
        assert connection.execute("select count(*) from sorted").fetchone() == (12_000_000,)
        assert any(place.iterdir())
    assert not place.exists()
