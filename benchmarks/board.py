"""A board of twenty tiles: together, number by number, and again unchanged; and what compiling a question costs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from statistics import median

from benchmarks.outcome import Detail, Line, Outcome, milliseconds
from benchmarks.place import TODAY, Place
from benchmarks.timing import ROUNDS, in_turns, seconds
from cadran.kpis import answer
from cadran.metrics import Question, Result, ask, ask_all, period, shipped_catalogue, sql
from cadran.metrics.ask import inquire
from cadran.metrics.engines.duckdb import DuckDB
from cadran.metrics.plan import needs, plan

# A metric and the dimension that its tile is broken down by.
TILES = (
    ("revenue", "region"),
    ("pipeline_value", "stage"),
    ("win_rate", "owner"),
    ("sales_cycle", "channel"),
    ("average_deal_size", "segment"),
    ("deals_won", "owner"),
    ("deals_lost", "reason"),
    ("deals_created", "channel"),
    ("weighted_pipeline", "stage"),
    ("open_deals", "owner"),
    ("stage_conversion", "stage"),
    ("time_in_stage", "stage"),
    ("average_purchase_value", "channel"),
    ("revenue.invoiced", "region"),
    ("active_customers", "industry"),
    ("purchase_frequency", "segment"),
    ("repeat_purchase_rate", "region"),
    ("net_new_revenue", "region"),
    ("sales_productivity", "team"),
    ("sales_cycle.from_deal_median", "segment"),
)
NOW, BEFORE, LINE = date(2026, 6, 1), date(2026, 5, 1), date(2024, 7, 1)
TIMES = 200  # a compilation is short: so many of them make one measure
HOW = (
    "Each tile shows this month, the one before, a line of 24 months and one breakdown: 80 questions. Asked "
    f"together (one call), one by one (80 calls), and again through the kept answers with nothing changed. "
    f"Medians of {ROUNDS}, in turns, all numbers equal.",
    "Compiling goes from a question to its SQL and parameters. The first time, every cache of shapes was emptied.",
)


def questions() -> list[Question]:
    """What the board asks: for each tile this month, the one before, a line of 24 months, and one breakdown."""
    return [
        question
        for metric, dimension in TILES
        for question in (
            Question(metric, start=NOW, end=TODAY),
            Question(metric, start=BEFORE, end=NOW),
            Question(metric, grain="month", start=LINE, end=TODAY),
            Question(metric, by=(dimension,), start=NOW, end=TODAY),
        )
    ]


def one_by_one(facts: DuckDB, asked: Sequence[Question]) -> list[Result]:
    """Each number by itself."""
    return [ask(facts, shipped_catalogue(), question, today=TODAY) for question in asked]


def together(facts: DuckDB, asked: Sequence[Question]) -> list[Result]:
    """All in one call."""
    return ask_all(facts, shipped_catalogue(), asked, today=TODAY)


def numbers(results: Sequence[Result]) -> list[object]:
    """Every value of some answers, to compare."""
    return [(cell.period, dict(cell.split), cell.value, cell.n) for result in results for cell in result.cells]


def compiled(facts: DuckDB, question: Question) -> int:
    """From a question to its statements and their parameters; how many they are."""
    _, inquiry = inquire(facts, shipped_catalogue(), question, today=TODAY)
    scans = [planned.scan for planned in plan(needs(inquiry))]
    return len([sql.compile_scan(scan, facts.tables, facts.dialect) for scan in scans])


def spelled(facts: DuckDB, question: Question) -> float:
    """How long the SQL and the parameters of a known shape take, once the question is planned."""
    _, inquiry = inquire(facts, shipped_catalogue(), question, today=TODAY)
    scans = [planned.scan for planned in plan(needs(inquiry))]
    return (
        seconds(lambda: [sql.compile_scan(scan, facts.tables, facts.dialect) for scan in scans for _ in range(TIMES)])
        / TIMES
    )


def forget() -> None:
    """Forget every shape seen."""
    sql._kept.clear()
    sql.instants.cache_clear()
    period.split.cache_clear()


def first_time(facts: DuckDB, question: Question) -> float:
    """How long a question takes to compile when nothing like it was asked before."""

    def once() -> float:
        forget()
        return seconds(lambda: compiled(facts, question))

    return median(once() for _ in range(ROUNDS))


def again(facts: DuckDB, question: Question) -> float:
    """How long it takes when its shape was seen."""
    compiled(facts, question)
    return seconds(lambda: [compiled(facts, question) for _ in range(TIMES)]) / TIMES


def run(_: Place) -> Outcome:
    """Check that all ways give the same numbers, then take turns."""
    facts, asked = answer.engine(), questions()
    if not numbers(together(facts, asked)) == numbers(one_by_one(facts, asked)) == numbers(kept(asked)):
        raise ValueError("The board differs from its numbers asked one by one.")
    times = in_turns(
        {
            "one by one": lambda: one_by_one(facts, asked),
            "together": lambda: together(facts, asked),
            "again": lambda: kept(asked),
        }
    )
    new, seen, known = ([way(facts, question) for question in asked] for way in (first_time, again, spelled))
    statements = sum(compiled(facts, question) for question in asked)
    scans = len(
        plan(
            [
                need
                for question in asked
                for need in needs(inquire(facts, shipped_catalogue(), question, today=TODAY)[1])
            ]
        )
    )
    return Outcome(
        "board",
        "A board of twenty tiles",
        how=HOW,
        lines=[
            Line("board together, faster than one by one", times["one by one"] / times["together"], low=2),
            Line("board again, faster than together", times["together"] / times["again"], low=100),
            Line("a question to SQL for the first time, median", median(new) * 1000, "ms", high=5),
            Line(
                "SQL and parameters of a shape that was seen, median",
                median(known) * 1000,
                "ms",
                high=0.05,
            ),
        ],
        details=[
            Detail(
                "The board",
                ["way", "ms", "statements"],
                [
                    ["one by one", milliseconds(times["one by one"]), str(statements)],
                    ["together", milliseconds(times["together"]), str(scans)],
                    ["again", milliseconds(times["again"]), "0"],
                ],
            ),
            Detail(
                "Compiling, ms",
                ["", "median", "slowest"],
                [
                    ["first time, from the question", milliseconds(median(new)), milliseconds(max(new))],
                    ["shape seen, from the question", milliseconds(median(seen)), milliseconds(max(seen))],
                    ["shape seen, SQL and parameters alone", milliseconds(median(known)), milliseconds(max(known))],
                ],
            ),
        ],
    )


def kept(asked: Sequence[Question]) -> list[Result]:
    """Through the kept answers, as pages ask."""
    return answer.answer_all(asked, today=TODAY)
