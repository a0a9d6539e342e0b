"""The whole catalogue, 24 months by one dimension: asked as one board, and one KPI at a time."""

from __future__ import annotations

import resource

from benchmarks.board import LINE, numbers, one_by_one, together
from benchmarks.outcome import Detail, Line, Outcome, figure, milliseconds
from benchmarks.place import TODAY, Place
from benchmarks.timing import ROUNDS, in_turns
from cadran.kpis import answer, choices
from cadran.metrics import Question, shipped_catalogue
from cadran.metrics.ask import inquire
from cadran.metrics.engines.duckdb import DuckDB
from cadran.metrics.metric import Metric
from cadran.metrics.plan import needs, plan

HOW = (
    "Every KPI (without its variants) by month over 24 months, split by the dimension that its page opens with; those "
    "that follow cohorts by cohort. Asked in one call (the next scan runs while cells are made), and one by one. "
    f"Medians of {ROUNDS}, in turns, all numbers equal. Memory is the most that the process held, all of it.",
)


def question(metric: Metric, facts: DuckDB) -> Question:
    """A metric by month and by the first dimension of its page."""
    dimensions = choices.in_order(metric.dimensions(facts.tables))
    return Question(metric.key, tuple(dimensions[:1]), grain="month", start=LINE, end=TODAY, cohort=metric.needs_cohort)


def run(_: Place) -> Outcome:
    """Check that both ways give the same numbers, then take turns."""
    facts = answer.engine()
    asked = [question(metric, facts) for metric in shipped_catalogue() if not metric.variant_of]
    wanted = [needs(inquire(facts, shipped_catalogue(), each, today=TODAY)[1]) for each in asked]
    if numbers(together(facts, asked)) != numbers(one_by_one(facts, asked)):
        raise ValueError("The catalogue asked together differs from its KPIs asked one by one.")
    times = in_turns({"one by one": lambda: one_by_one(facts, asked), "together": lambda: together(facts, asked)})
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    alone, scans = sum(len(plan(each)) for each in wanted), len(plan([need for each in wanted for need in each]))
    tables = {need.measure.table.name for each in wanted for need in each}
    return Outcome(
        "catalogue",
        "The whole catalogue",
        how=HOW,
        lines=[
            Line("whole catalogue together, faster than one by one", times["one by one"] / times["together"], low=3),
            Line("memory of the whole catalogue", peak, "MiB", high=2048),
        ],
        details=[
            Detail(
                "The whole catalogue",
                ["way", "ms", "scans"],
                [
                    ["one by one", milliseconds(times["one by one"]), str(alone)],
                    ["together", milliseconds(times["together"]), str(scans)],
                ],
            ),
            Detail(
                "Its size",
                ["KPIs", "fact tables read", "scans a fact table"],
                [[str(len(asked)), str(len(tables)), figure(scans / len(tables))]],
            ),
        ],
    )
