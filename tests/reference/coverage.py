"""Which numbers of the reference data sets are asked of which KPI, and which are left out and why."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from tests.reference.asked import Asked, expected_values

HERE = Path(__file__).parent
LONGEST = 60  # characters of a value on a terminal


@dataclass(frozen=True)
class Covered:
    """A number of a data set: the question that gives it, or the reason why none does."""

    dataset: str
    name: str
    asked: Asked | None
    reason: str = ""

    @property
    def question(self) -> str:
        """The question in a few words: win_rate by owner per quarter."""
        if self.asked is None:
            return ""
        asked = self.asked
        words = [f"`{asked.metric}`", f"by {asked.by}" if asked.by else "", f"per {asked.grain}" if asked.grain else ""]
        words += [f"where {name} is {', '.join(map(str, kept))}" for name, kept in asked.where.items()]
        words += ["in cohorts"] if asked.cohort else []
        words += [f"(its part {asked.part})"] if asked.part else []
        return " ".join(filter(None, words))


def covered() -> Iterator[Covered]:
    """Every number, data set by data set."""
    for path in sorted(HERE.glob("test_*.py")):
        module = import_module(f"tests.reference.{path.stem}")
        dataset = path.stem.removeprefix("test_").replace("_", "-")
        for table in vars(module).values():
            for name, asked in table.items() if isinstance(table, dict) else ():
                if isinstance(asked, Asked):
                    yield Covered(dataset, str(name), asked)
        for name, reason in getattr(module, "LEFT_OUT", {}).items():
            yield Covered(dataset, name, None, reason)


def page() -> str:
    """The Markdown page: data set × number × KPI, then what is left out."""
    every = list(covered())
    asked = [one for one in every if one.asked]
    lines = [
        "# Reference data",
        "",
        f"{len(asked)} published numbers of {len({one.dataset for one in every})} real data sets are asked in the "
        "tests, imported by mapping files like anybody's, on DuckDB, PostgreSQL and ClickHouse, and come out equal to "
        "six decimals. The data itself is not part of the project.",
        "",
        "| data set | number | asked as |",
        "| --- | --- | --- |",
        *(f"| {one.dataset} | {one.name} | {one.question} |" for one in asked),
        "",
        "## Left out",
        "",
        "| data set | number | reason |",
        "| --- | --- | --- |",
        *(f"| {one.dataset} | {one.name} | {one.reason} |" for one in every if not one.asked),
    ]
    return "\n".join(lines) + "\n"


def told(passed: Collection[str]) -> Iterator[str]:
    """Lines for a terminal: each number whose test passed with its question and value, then what is left out and why.

    ``passed`` are the names of tests as pytest writes them.
    """
    every = list(covered())
    for one in every:
        file = f"test_{one.dataset.replace('-', '_')}.py"
        if one.asked and any(file in name and one.name in name for name in passed):
            value = json.dumps(expected_values(one.dataset).get(one.name, "one of several"), default=str)
            shown = value if len(value) <= LONGEST else f"{value[:LONGEST]}…"
            yield f"{one.dataset:<24} {one.name:<44} {one.question:<60} {shown}"
    for one in every:
        if not one.asked:
            yield f"{one.dataset:<24} {one.name:<44} left out: {one.reason}"
