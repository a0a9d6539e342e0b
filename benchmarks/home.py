"""The home page of someone who directs: twelve tiles, served by the web framework, beside its numbers one by one."""

from __future__ import annotations

import cProfile
import gc
import pstats
from collections.abc import Callable, Sequence
from statistics import median

from django.http import QueryDict

from benchmarks.board import numbers
from benchmarks.browsing import LANGUAGE, director, loading
from benchmarks.outcome import Detail, Line, Outcome, milliseconds
from benchmarks.place import Place
from benchmarks.timing import percentile, seconds
from cadran.dashboards import shelf
from cadran.dashboards.board import questions_of
from cadran.kpis import answer
from cadran.kpis.reader import Reader, reader_of
from cadran.kpis.selection import read
from cadran.members.models import Member
from cadran.metrics import Question, Result, ask, shipped_catalogue
from cadran.metrics.engines.duckdb import DuckDB

PAGES = 200
ROUNDS = 5
FASTER = 20
HOW = (
    "The company's board as a director reads it: twelve tiles, four of them with a chart and its table. The web "
    f"framework serves it {PAGES} times, warm: session, rights, answers, charts and templates, without the network. "
    "Beside it the same questions one by one from the facts, not from kept answers: the median of "
    f"{ROUNDS} rounds, in turns with the pages, all numbers equal.",
)
PARTS = {"templates": "render_to_string", "tiles, with their answers and charts": "ask_board"}
"""Parts of the page by the function that makes them; all else is sessions, rights, choices and lists of boards."""


def run(_: Place) -> Outcome:
    """Check that the page's numbers are those asked one by one, then take turns."""
    with director() as member:
        return _measured(member)


def _measured(member: Member) -> Outcome:
    reader, facts = reader_of(member, LANGUAGE), answer.engine()
    asked = _asked(member, reader)
    if numbers(answer.answer_all(asked, member=member)) != numbers(one_by_one(facts, asked, reader)):
        raise ValueError("The home page's numbers differ from those asked one by one.")
    load = loading(member, "/")
    load()
    pages: list[float] = []
    apart: list[float] = []
    for _round in range(ROUNDS):
        gc.collect()
        apart.append(seconds(lambda: one_by_one(facts, asked, reader)))
        pages += [seconds(load) for _ in range(PAGES // ROUNDS)]
    slow, alone, parts = percentile(pages, 0.95), median(apart), _parts(load)
    share = parts["templates"]
    return Outcome(
        "home",
        "The home page",
        how=HOW,
        lines=[
            Line("home page (p95), faster than its numbers one by one", alone / slow, low=FASTER),
            Line("home page, time in templates over all else", share / (1 - share), high=1),
        ],
        details=[
            Detail(
                "The page and its numbers",
                ["", "ms", "questions"],
                [
                    ["page, median", milliseconds(median(pages)), str(len(asked))],
                    ["page, p95", milliseconds(slow), str(len(asked))],
                    ["its numbers one by one", milliseconds(alone), str(len(asked))],
                ],
            ),
            Detail(
                "Parts of the page", ["part", "of its time"], [[name, f"{part:.0%}"] for name, part in parts.items()]
            ),
        ],
    )


def one_by_one(facts: DuckDB, asked: Sequence[Question], reader: Reader) -> list[Result]:
    """Each number by itself."""
    return [
        ask(facts, shipped_catalogue(), question, today=reader.today, calendar=reader.calendar) for question in asked
    ]


def _asked(member: Member, reader: Reader) -> list[Question]:
    """What the home page asks."""
    selection = read(QueryDict(), reader.today, reader.calendar, answer.newest_day(reader.today))
    return questions_of(shelf.home(member, reader.language).specs, selection, reader)


def _parts(load: Callable[[], object]) -> dict[str, float]:
    """The share of each part in the time of a page, by Python's profiler."""
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(ROUNDS):
        load()
    profile.disable()
    stats = pstats.Stats(profile)
    whole = {name: times[3] for (_file, _line, name), times in stats.stats.items()}  # type: ignore[attr-defined]
    found = {part: whole[name] / whole["load"] for part, name in PARTS.items()}
    return {**found, "all else": 1 - sum(found.values())}
