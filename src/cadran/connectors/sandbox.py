"""Read a file from outside in a process of its own, with limits; this process survives whatever the file does."""

import json
import os
import signal
import stat
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cadran.connectors.table import Hints, Table, UnreadableError

MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What reading one file may use."""

    memory: int = 1536 * MIB  # bytes of address space; a spreadsheet is held whole while it is read
    seconds: int = 60  # of CPU, and as many again for each 50 MB of file
    written: int = 16_384 * MIB  # bytes


def read_table(path: Path, hints: Hints, into: Path, limits: Limits | None = None) -> Table:
    """Copy the table in `path` to the file `into`, in plain form.

    Raises `UnreadableError`, whose message is for the person who gave the file.
    """
    limits = limits or Limits()
    size = _check_file(path)
    seconds = limits.seconds * (1 + size // (50 * MIB))
    request = {
        "path": str(path.resolve()),
        "into": str(into),
        "hints": asdict(hints),
        "limits": {"memory": limits.memory, "seconds": seconds, "written": limits.written},
    }
    answer = _answer(path.name, request, timeout=seconds * 3)
    if "error" in answer:
        raise UnreadableError(answer["error"])
    answer.pop("faulty")
    answer |= {"columns": tuple(answer["columns"]), "notes": tuple(answer["notes"])}
    return Table(file=path.name, path=into, **answer)


def _check_file(path: Path) -> int:
    try:
        status = path.stat()
    except OSError as error:
        why = "does not exist" if isinstance(error, FileNotFoundError) else f"cannot be opened ({error.strerror})"
        raise UnreadableError(f"{path} {why}. Check its name.") from None
    if stat.S_ISDIR(status.st_mode):
        raise UnreadableError(f"{path} is a folder. Name the files in it: {path}/*.csv")
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableError(f"{path} is not a file. Save what it gives to a file first.")
    if not os.access(path, os.R_OK):
        raise UnreadableError(f"{path} may not be read. Change its permissions.")
    return status.st_size


def _answer(file: str, request: dict[str, Any], timeout: int) -> dict[str, Any]:
    environment = {"PATH": os.defpath, "PYTHONPATH": os.environ.get("PYTHONPATH", ""), "PYTHONUTF8": "1"}
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "cadran.connectors.child"],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=timeout,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UnreadableError(f"{file} took more than {timeout} s to read. Split it, or save it as CSV.") from None
    if done.returncode == 0:
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise UnreadableError(f"{file} took too much time to read. Split it, or save it as CSV.")
    if done.returncode == -signal.SIGXFSZ or b"File too large" in done.stderr:
        raise UnreadableError(f"{file} grows beyond what may be written while it is read. Split it.")
    raise UnreadableError(
        f"{file} could not be read: it is damaged, or needs more memory than is allowed. "
        "Open it in a spreadsheet and save it again, or save it as CSV."
    )
