"""Where DuckDB puts what does not fit in memory: a folder of this process among the facts, gone when the process is."""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
from contextlib import suppress
from functools import cache
from pathlib import Path
from uuid import uuid4

PREFIX = ".spill-"
HELD = "held"


def place(facts: Path) -> Path:
    """A path of its own for one database, in this process's folder; DuckDB makes it when it needs it."""
    return _folder(facts, os.getpid()) / uuid4().hex


@cache
def _folder(facts: Path, pid: int) -> Path:
    """Make this process's folder and hold it; what killed processes left is swept."""
    descriptor = os.open(facts / ".spilling", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        _sweep(facts)
        made = facts / f"{PREFIX}{uuid4().hex}"
        made.mkdir(mode=0o700)
        fcntl.flock(os.open(made / HELD, os.O_RDWR | os.O_CREAT, 0o600), fcntl.LOCK_EX)  # until the process ends
    finally:
        os.close(descriptor)
    atexit.register(_remove, made, pid)
    return made


def _remove(made: Path, pid: int) -> None:
    if os.getpid() == pid:  # not at the end of a fork
        shutil.rmtree(made, ignore_errors=True)


def _sweep(facts: Path) -> None:
    """Remove the folders that no living process holds."""
    for left in facts.glob(f"{PREFIX}*"):
        with suppress(FileNotFoundError):
            descriptor = os.open(left / HELD, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left, ignore_errors=True)
            except BlockingIOError:
                pass
            finally:
                os.close(descriptor)
