"""Twelve KPIs by month and one dimension, against DuckDB's own reading of their columns and against other tools."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import cache, partial
from pathlib import Path
from typing import Any

import sqlglot
from sqlglot import expressions

from benchmarks import natural
from benchmarks.outcome import Detail, Line, Outcome, figure, milliseconds
from benchmarks.peers import clickhouse, pandas, polars, postgres
from benchmarks.peers.base import Answer, Peer
from benchmarks.place import FIRST, TODAY, Place
from benchmarks.timing import ROUNDS, geometric_mean, in_turns
from benchmarks.twelve import TWELVE, Kpi
from cadran.facts import words
from cadran.metrics import Catalogue, Question, Result, Tables, ask
from cadran.metrics.engines.base import Parameter, Row
from cadran.metrics.engines.duckdb import DuckDB

FLOOR = "DuckDB's own scan"
TARGETS = {"PostgreSQL": 20.0, "pandas": 5.0, "polars": 2.0, "chdb": 2.0}
# The cheapest full reading of a column: min and max would be answered from statistics, count from the validity alone.
READINGS = {
    "id": 'sum("{0}")', "integer": 'sum("{0}")', "money": 'sum("{0}")', "decimal": 'sum("{0}")',
    "flag": 'sum(CAST("{0}" AS TINYINT))', "date": "sum(\"{0}\" - DATE '2000-01-01')",
    "moment": 'sum(epoch_us("{0}"))', "dim": 'sum(strlen("{0}"))', "text": 'sum(strlen("{0}"))',
}  # fmt: skip
CODES = 'sum(enum_code("{0}"))'

HOW = (
    f"Each KPI by month over three years and one dimension, in full: from the question to its cells. Medians of "
    f"{ROUNDS}, ways taken in turns in one process, answers compared cell by cell before (relative difference ≤ 1e-9).",
    f"{FLOOR}: one SELECT a fact table that sums every column the KPI touches (days since 2000 for dates, strlen for "
    "texts, the codes of dimensions stored as codes).",
    "The others read natural, normalised tables, with days already in the organisation's zone and money in its "
    f"currency. PostgreSQL: {postgres.SHOWN}, indexes on keys and dates, vacuumed and analysed. "
    f"pandas: {pandas.SHOWN}. polars: {polars.SHOWN}. chdb: {clickhouse.SHOWN}.",
)


class Listening(DuckDB):
    """An engine that remembers what it was asked."""

    def __init__(self, facts: DuckDB) -> None:
        super().__init__(facts.connection, tables=facts.tables)
        self.heard: list[str] = []

    def select(self, sql: str, parameters: Sequence[Parameter]) -> list[Row]:
        """The rows, and a note of the text."""
        self.heard.append(sql)
        return super().select(sql, parameters)


@cache
def catalogue() -> Catalogue:
    """The shipped definitions and the two of the benchmarks."""
    return Catalogue.load(Path(__file__).with_name("kpis.toml"))


def question(kpi: Kpi) -> Question:
    """A KPI month by month over the whole history, split."""
    return Question(kpi.metric, by=(kpi.by,), grain="month", start=FIRST, end=TODAY)


def ours(facts: DuckDB, kpi: Kpi) -> Result:
    """The product's answer, cells and all."""
    return ask(facts, catalogue(), question(kpi), today=TODAY)


def values(result: Result) -> Answer:
    """The values of an answer by month and split, without those that cannot be computed."""
    return {
        (cell.period.first, _text(next(iter(cell.split.values())))): float(cell.value)
        for cell in result.cells
        if cell.value is not None
    }


def _text(split: object) -> str | None:
    return None if split is None else str(split)


def touched(heard: Sequence[str], tables: Tables) -> dict[str, list[str]]:
    """The columns of the fact tables that statements read, by table."""
    found: dict[str, set[str]] = {}
    for text in heard:
        tree = sqlglot.parse_one(text, read="duckdb")
        names = {table.name for table in tree.find_all(expressions.Table) if table.name in tables}
        for name in names:
            found.setdefault(name, set()).update(
                column.name for column in tree.find_all(expressions.Column) if column.name in tables[name].columns
            )
    return {name: sorted(columns) for name, columns in found.items()}


def floor(facts: DuckDB, kpi: Kpi) -> tuple[Callable[[], Any], str]:
    """Reads in full the columns that a KPI touches, table by table, and says which."""
    listening = Listening(facts)
    ours(listening, kpi)
    read = touched(listening.heard, facts.tables)
    statements = [
        f'SELECT {", ".join(reading(facts, table, column) for column in columns)} FROM "{table}"'
        for table, columns in read.items()
    ]
    words = "; ".join(f"{table}: {', '.join(columns)}" for table, columns in read.items())
    return lambda: [facts.select(statement, []) for statement in statements], words


def reading(facts: DuckDB, table: str, column: str) -> str:
    """The cheapest full reading of one column as these facts store it."""
    ((database,),) = facts.select("SELECT current_database()", [])
    coded = column in words.encoded(facts.connection, str(database)).get(table, ())
    return CODES.format(column) if coded else READINGS[facts.tables[table].columns[column]].format(column)


def differences(mine: Answer, theirs: Answer) -> list[str]:
    """Where two answers differ by more than floats round; months outside the history do not count."""
    kept = {key: value for key, value in theirs.items() if FIRST <= key[0] < TODAY}
    return [
        f"{key}: {mine.get(key)} here, {kept.get(key)} there"
        for key in sorted({*mine, *kept}, key=repr)
        if not _equal(mine.get(key), kept.get(key))
    ]


def _equal(a: float | None, b: float | None) -> bool:
    a, b = a or 0.0, b or 0.0  # a group without rows is nothing here and no row there
    return abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1.0)


PEERS: tuple[Callable[[Path], Peer], ...] = (postgres.PostgreSQL, pandas.Pandas, polars.Polars, clickhouse.ClickHouse)


def peers(path: Path, stack: ExitStack) -> list[Peer]:
    """Every other tool, loaded with the same records; closed when the stack is."""
    found = []
    for make in PEERS:
        found.append(make(path))
        stack.callback(found[-1].close)
    return found


def run(place: Place) -> Outcome:
    """Check that all give the same numbers, then take turns."""
    facts = DuckDB.from_file(place.facts)
    with ExitStack() as stack:
        others = peers(natural.natural(place.facts), stack)
        measured, read = {}, {}
        for kpi in TWELVE:
            scan, read[kpi.metric] = floor(facts, kpi)
            check(facts, kpi, others)
            ways: dict[str, Callable[[], Any]] = {"Cadran": partial(ours, facts, kpi), FLOOR: scan}
            ways |= {peer.name: peer.way(kpi.metric) for peer in others}
            measured[kpi.metric] = in_turns(ways)
            print(f"  {kpi.metric}: {measured[kpi.metric]}", file=sys.stderr, flush=True)
        return outcome(measured, read, [peer.name for peer in others])


def check(facts: DuckDB, kpi: Kpi, others: Sequence[Peer]) -> None:
    """Raises ValueError when a tool answers otherwise than we do."""
    mine = values(ours(facts, kpi))
    for peer in others:
        wrong = differences(mine, peer.answer(peer.way(kpi.metric)()))
        if wrong:
            raise ValueError(f"{kpi.metric} by {kpi.by} differs on {peer.name} in {len(wrong)} cells: {wrong[:5]}")


def outcome(measured: dict[str, dict[str, float]], read: dict[str, str], names: Sequence[str]) -> Outcome:
    """The ratios, their geometric means, and the table behind them."""
    over = geometric_mean(times["Cadran"] / times[FLOOR] for times in measured.values())
    lines = [Line(f"twelve KPIs, time over that of {FLOOR}", over, high=4.0)]
    for name in names:
        faster = geometric_mean(times[name] / times["Cadran"] for times in measured.values())
        lines.append(Line(f"twelve KPIs, faster than {name}", faster, low=TARGETS[name.split(" ")[0]]))
    by = {kpi.metric: kpi.by for kpi in TWELVE}
    rows = [
        [
            f"{metric} by {by[metric]}",
            milliseconds(times["Cadran"]),
            figure(times["Cadran"] / times[FLOOR]),
            *(figure(times[name] / times["Cadran"]) for name in names),
        ]
        for metric, times in measured.items()
    ]
    columns = [[f"{metric} by {by[metric]}", read[metric]] for metric in measured]
    return Outcome(
        "engine",
        "The engine",
        how=HOW,
        lines=lines,
        details=[
            Detail("Each KPI", ["KPI", "Cadran, ms", "× own scan", *(f"{name}, × Cadran" for name in names)], rows),
            Detail("Columns that each KPI touches", ["KPI", "columns"], columns),
        ],
    )
