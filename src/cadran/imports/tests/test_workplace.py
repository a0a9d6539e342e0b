"""Imports unpack files in the home folder and leave nothing there, killed or not."""

import signal
import subprocess
import sys
from pathlib import Path

from pytest_django import Settings

from cadran.imports.workplace import workplace

HOLD = """
import sys, time
from pathlib import Path
from django.conf import settings
settings.configure(HOME=Path(sys.argv[1]))
from cadran.imports.workplace import workplace
with workplace() as folder:
    (folder / "staging").write_text("rows")
    print(folder, flush=True)
    time.sleep(60)
"""


def test_the_folder_is_in_the_home_readable_by_its_owner_alone_and_goes_with_its_import(
    tmp_path: Path, settings: Settings
) -> None:
    settings.HOME = tmp_path
    with workplace() as first, workplace() as second:
        assert first != second
        assert first.parent.parent == tmp_path
        assert first.stat().st_mode & 0o077 == 0
        (first / "staging").write_text("rows", encoding="utf-8")
    assert list(first.parent.iterdir()) == []


def test_the_next_import_clears_what_a_killed_one_left_and_spares_one_that_runs(
    tmp_path: Path, settings: Settings
) -> None:
    settings.HOME = tmp_path
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        left = Path(other.stdout.readline().strip())
        with workplace():
            assert (left / "staging").exists()
        other.send_signal(signal.SIGKILL)
    assert left.exists()
    with workplace():
        assert not left.exists()
