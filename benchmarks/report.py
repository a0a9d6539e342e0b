"""The page of results, from what each benchmark found last."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.outcome import Detail, Line, Outcome, figure
from benchmarks.place import Place

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "benchmarks.md"
PACKAGES = ("cadran", "duckdb", "django", "psycopg", "pandas", "polars", "chdb", "sqlglot")
BENCHMARKS = ("engine", "board", "home", "lists", "catalogue", "freshness", "importing")
HEAD = """# Benchmarks

Written by `make bench`. Ratios between ways of doing the same thing, taken in turns in one run on one machine: times
alone say little about yours, ratios carry over. A target that is not met says so.
"""


def page(place: Place) -> str:
    """The whole page, of the benchmarks found for this size."""
    found = list(_found(place))
    parts = [HEAD, _circumstances(place), "## Targets\n", _targets([outcome for outcome, _ in found])]
    for outcome, on in found:
        parts.append(f"## {outcome.title}\n")
        parts += [f"{words}\n" for words in [*outcome.how, f"Run on {on}."]]
        parts += [_detail(detail) for detail in outcome.details]
    return "\n".join(parts)


def _found(place: Place) -> Iterator[tuple[Outcome, str]]:
    for name in BENCHMARKS:
        file = place.home / f"{name}.json"
        if file.exists():
            kept = json.loads(file.read_text(encoding="utf-8"))
            yield Outcome.from_json(kept), kept["on"]


def shown(line: Line) -> str:
    """The value of a line with its unit."""
    return f"{figure(line.value)}{'×' if line.unit == 'times' else ' ' + line.unit}"


def target(line: Line) -> str:
    """The target of a line."""
    unit = "×" if line.unit == "times" else f" {line.unit}"
    if line.low is not None:
        return f"≥ {line.low:g}{unit}"
    return "" if line.high is None else f"≤ {line.high:g}{unit}"


def verdict(line: Line) -> str:
    """Whether a line meets its target, in a word."""
    return {True: "met", False: "**not met**", None: ""}[line.met]


def _targets(outcomes: Sequence[Outcome]) -> str:
    rows = [[line.what, shown(line), target(line), verdict(line)] for outcome in outcomes for line in outcome.lines]
    return _table(["what", "measured", "target", ""], rows)


def _detail(detail: Detail) -> str:
    return f"### {detail.title}\n\n{_table(detail.head, detail.rows)}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _circumstances(place: Place) -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    made = place.home / "company.json"
    rows = [
        [
            "machine",
            f"{os.cpu_count()} cores, {_memory()} GiB, {_processor()}, {platform.system()} {platform.release()}",
        ],
        ["versions", f"Python {platform.python_version()}, {packages}"],
        ["date", f"{datetime.now(UTC):%Y-%m-%d}"],
        ["size", place.size],
    ]
    if made.exists():
        sizes = Outcome.from_json(json.loads(made.read_text(encoding="utf-8"))).details[0].rows
        rows.append(["records", ", ".join(f"{count} {name}" for name, count in sizes)])
    return _table(["", ""], rows)


def _memory() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)


def _processor() -> str:
    cpu = Path("/proc/cpuinfo")
    lines = cpu.read_text(encoding="utf-8").splitlines() if cpu.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
