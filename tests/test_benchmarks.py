"""The benchmarks measure what they say: every tool gives our numbers, and the ratios follow from the times."""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import duckdb
import pytest

from benchmarks import engine
from benchmarks.natural import natural
from benchmarks.outcome import Line, Outcome
from benchmarks.peers.base import Peer
from benchmarks.peers.postgres import BINARIES
from benchmarks.place import TODAY, Place
from benchmarks.report import page
from benchmarks.timing import geometric_mean, in_turns, percentile
from benchmarks.twelve import TWELVE
from cadran.demo.sizes import SMALL
from cadran.demo.straight import build_facts
from cadran.metrics.engines.duckdb import DuckDB

TINY = replace(SMALL, leads=600, old_accounts=60, deals=400, orders=500, tickets=50, tasks=200, visits=50, usages=50)
NAMES = ("PostgreSQL 15", "pandas 3", "polars 2", "chdb 4")


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny") / "facts"
    folder.mkdir()
    return build_facts(folder / "1-tiny.duckdb", TINY, today=TODAY)


@pytest.fixture(params=engine.PEERS, ids=lambda make: make.__name__)
def peer(request: pytest.FixtureRequest, facts: Path) -> Iterator[Peer]:
    if request.param.__name__ == "PostgreSQL" and not BINARIES:
        pytest.skip("PostgreSQL is not installed in /usr/lib/postgresql: nothing was compared with it")
    made = request.param(natural(facts))
    yield made
    made.close()


@pytest.mark.slow
def test_every_tool_gives_our_numbers(facts: Path, peer: Peer) -> None:
    ours = DuckDB.from_file(facts)
    for kpi in TWELVE:
        assert any(engine.values(engine.ours(ours, kpi)).values()), f"{kpi.metric} has no value to compare"
        engine.check(ours, kpi, [peer])


@pytest.mark.slow
def test_a_wrong_number_is_found(facts: Path) -> None:
    mine = engine.values(engine.ours(DuckDB.from_file(facts), TWELVE[0]))
    key, value = max(mine.items(), key=lambda item: item[1])
    assert engine.differences(mine, mine) == []
    assert engine.differences(mine, {**mine, key: value * 1.00001})
    assert engine.differences(mine, {other: value for other, value in mine.items() if other != key})


@pytest.mark.slow
def test_the_floor_reads_every_column_that_a_kpi_touches(facts: Path) -> None:
    ours = DuckDB.from_file(facts)
    _, columns = engine.floor(ours, TWELVE[0])
    assert columns == "deal: amount, closed_on, outcome, region"
    for kpi in TWELVE:
        engine.floor(ours, kpi)[0]()


def test_ratios_are_taken_in_geometric_mean_over_the_kpis() -> None:
    times = {"Cadran": 2.0, engine.FLOOR: 1.25, NAMES[0]: 88.0, NAMES[1]: 2.0, NAMES[2]: 4.0, NAMES[3]: 10.0}
    measured = {kpi.metric: times for kpi in TWELVE[:-1]} | {TWELVE[-1].metric: {**times, "Cadran": 2.0 * 2**12}}
    found = engine.outcome(measured, dict.fromkeys(measured, "deal: amount"), NAMES)
    assert [line.value for line in found.lines] == pytest.approx([3.2, 22.0, 0.5, 1.0, 2.5])
    assert [line.met for line in found.lines] == [True, True, False, False, True]


def test_means_and_percentiles() -> None:
    assert geometric_mean([0.5, 2, 8]) == pytest.approx(2)
    assert [percentile(range(1, 101), share) for share in (0.5, 0.95, 1)] == [50, 95, 100]
    assert percentile([7], 0.95) == 7


def test_ways_take_turns_and_each_round_begins_with_another() -> None:
    seen: list[str] = []
    in_turns({name: lambda name=name: seen.append(name) for name in "abc"}, rounds=3)  # type: ignore[misc]
    assert "".join(seen) == "abcbcacab"


def test_the_page_says_what_was_measured_and_what_was_not_met(tmp_path: Path) -> None:
    place = Place(tmp_path, "small")
    place.home.mkdir()
    lines = [Line("quick", 2.5, low=2), Line("slow", 12.0, high=4), Line("told", 3.0, "s")]
    kept = {**asdict(Outcome("engine", "The engine", ["So it was."], lines)), "on": "2026-07-01"}
    (place.home / "engine.json").write_text(json.dumps(kept), encoding="utf-8")
    text = page(place)
    assert "| quick | 2.50× | ≥ 2× | met |" in text
    assert "| slow | 12.0× | ≤ 4× | **not met** |" in text
    assert "| told | 3.00 s |  |  |" in text
    assert f"duckdb {duckdb.__version__}" in text
