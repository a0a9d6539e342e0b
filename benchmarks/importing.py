"""A validated import of deals with their change rows, against Django's bare bulk_create of the same rows."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import duckdb

from benchmarks.outcome import Detail, Line, Outcome, figure
from benchmarks.place import Place
from benchmarks.timing import ROUNDS

SHARE = 4  # a round loads this part of the deals, so that medians of both ways fit into some minutes
WAYS = {
    "product": "import",
    "history": "import with a stage history",
    "same": "bulk_create of deals and change rows",
    "bare": "bulk_create of deals alone",
}
ONCE = ("product", "history")  # the ways that all deals go once, for the memory that they take
EVERY = 0.05  # seconds between two looks at the memory
WRITTEN = (
    ("accounts.csv", "SELECT 'A' || id AS account_id, name, industry, country FROM raw.account ORDER BY id"),
    ("owners.csv", "SELECT DISTINCT name FROM raw.member ORDER BY name"),
    ("deals.csv", "SELECT * FROM deals ORDER BY place"),
    ("deals-part.csv", "SELECT * FROM deals WHERE place % {share} = 0 ORDER BY place"),
)
HOW = (
    "Deals from a CSV file with 12 columns, linked to accounts and owners, into SQLite with the product's settings. "
    f"{ROUNDS} rounds in turns, each in a new process on a new copy of the database, medians; then all deals once.",
    "The import reads the file in its own child process, decides how dates and numbers are written, checks every "
    "value, finds links, and writes a change row beside each record; its time starts before the file is opened. "
    "bulk_create gets objects made beforehand, 5,000 a call: the same rows as the import writes, deals and their "
    "change rows, or the deals alone. Memory is the resident size of all processes, summed. With a stage history, the "
    "columns of the same file tell when a deal was opened and closed, "
    "and each closed deal gets one more change row, dated as it happened.",
)
DEALS = """
CREATE TEMP VIEW deals AS
SELECT
    d.id AS place, 'D' || d.id AS deal_id, d.name, 'A' || d.account_id AS account_id, m.name AS owner,
    upper(s.outcome[1]) || s.outcome[2:] AS outcome, d.amount, d.channel, d.kind, d.expected_close_on AS expected_close,
    strftime(d.created_at, '%Y-%m-%d %H:%M:%S') AS created, strftime(d.closed_at, '%Y-%m-%d %H:%M:%S') AS closed
FROM raw.deal d JOIN raw.stage s ON s.id = d.stage_id LEFT JOIN raw.member m ON m.id = d.owner_id
"""


@dataclass(frozen=True)
class Loaded:
    """What one process did, and the most memory that it and its children held at once, in MiB."""

    rows: int
    seconds: float
    cpu: float
    peak: float
    contents: Any

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds


def run(place: Place) -> Outcome:
    """Take turns on a part of the deals, then import all of them once."""
    folder = place.home / "importing"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        _write_files(place.facts, folder)
        load("prepare", folder / "template", folder, "accounts.csv")
        taken: dict[str, list[Loaded]] = {way: [] for way in WAYS}
        for number in range(ROUNDS):
            for way in WAYS if number % 2 == 0 else reversed(WAYS):
                taken[way].append(_fresh(way, folder, "deals-part.csv"))
        if any(ones[0].contents != taken["bare"][0].contents for ones in taken.values()):
            raise ValueError(f"The import and bulk_create differ: { {way: ones[0] for way, ones in taken.items()} }")
        whole = {way: _fresh(way, folder, "deals.csv") for way in ONCE}
        return _outcome(taken, whole)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _outcome(taken: dict[str, list[Loaded]], whole: dict[str, Loaded]) -> Outcome:
    rates = {way: median(one.rate for one in ones) for way, ones in taken.items()}
    part, every = taken["bare"][0].rows, whole["product"].rows
    rows = [_row(f"{what}, {part:,} deals", taken[way]) for way, what in WAYS.items()]
    rows += [_row(f"{WAYS[way]}, {every:,} deals, once", [one]) for way, one in whole.items()]
    peak = max(whole["product"].peak, whole["history"].peak)
    return Outcome(
        "importing",
        "Import",
        how=HOW,
        lines=[
            Line("import, deals/s over bulk_create of the same rows", rates["product"] / rates["same"], low=5),
            Line("import, deals/s over bulk_create of the deals alone", rates["product"] / rates["bare"]),
            Line("with a stage history, over bulk_create of the deals alone", rates["history"] / rates["bare"]),
            Line(f"peak memory of importing {every:,} deals", peak, "MiB", high=400),
        ],
        details=[Detail("Import", ["what", "rows/s", "CPU, µs a row", "peak, MiB"], rows)],
    )


def _row(what: str, ones: list[Loaded]) -> list[str]:
    rate, cpu = median(one.rate for one in ones), median(one.cpu / one.rows for one in ones)
    return [what, f"{rate:,.0f}", figure(cpu * 1e6), figure(max(one.peak for one in ones))]


def _write_files(facts: Path, folder: Path) -> None:
    with duckdb.connect(str(facts), read_only=True) as source:
        source.execute(DEALS)
        for name, select in WRITTEN:
            source.execute(f"COPY ({select.format(share=SHARE)}) TO '{folder / name}' (FORMAT csv, HEADER true)")


def _fresh(way: str, folder: Path, file: str) -> Loaded:
    """One way on a new copy of the prepared home."""
    home = folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(folder / "template", home)
    return load(way, home, folder, file)


def load(way: str, home: Path, folder: Path, file: str) -> Loaded:
    """Load a file in a process of its own; raises RuntimeError when that fails."""
    command = [sys.executable, "-m", "benchmarks.child", way, str(home), str(folder), file]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 (our own arguments)
        watch = Watch(process.pid)
        watch.start()
        printed, _ = process.communicate()
        watch.join()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} failed.")
    told = json.loads(printed)
    return Loaded(told["rows"], told["seconds"], told["cpu"], watch.peak / 2**20, told["contents"])


class Watch(threading.Thread):
    """Looks at the resident memory of a process and all it started, until it ends."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.peak = 0

    def run(self) -> None:
        while held := resident(self.pid):
            self.peak = max(self.peak, held)
            time.sleep(EVERY)


def resident(pid: int) -> int:
    """Bytes of memory that a process and its descendants hold; 0 once it has ended. Linux only."""
    try:
        own = next(
            int(line.split()[1]) * 1024
            for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
            if line.startswith("VmRSS")
        )
        children = [
            int(child)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text(encoding="ascii").split()
        ]
    except (OSError, StopIteration):
        return 0
    return own + sum(resident(child) for child in children)
