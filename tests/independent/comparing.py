"""The records of a drawn company through the product's own facts and engine, beside the independent numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import duckdb

from cadran.facts import raw, transform
from cadran.metrics.ask import ask_all
from cadran.metrics.catalogue import shipped_catalogue
from cadran.metrics.engines.base import Engine
from cadran.metrics.engines.duckdb import DuckDB
from cadran.metrics.question import Question
from tests.independent.calendar import GRAINS, Period, periods
from tests.independent.company import TODAY, Company
from tests.independent.rules import CohortKpi, Kpi, Row

START, END = date(2020, 9, 1), date(2021, 6, 1)
SPLITS = 3
LEFT_OUT = frozenset({"flavour", "move"})
"""Dimensions that the records here lack (a custom field), or that stand on rules of their own not computed here."""
EXACT = ("money", "count")
CLOSE = Fraction(1, 10**12)
MARKS = Fraction(1, 10**6)
"""Marks of health are kept to six places."""


@dataclass(frozen=True)
class Difference:
    """An engine's number that is not the independent one."""

    key: str
    by: str | None
    value: Any
    period: Period
    engine: Decimal | None
    independent: Any

    def __str__(self) -> str:
        number = None if self.independent is None else float(self.independent)
        split = f" {self.by}={self.value}" if self.by else ""
        return f"{self.key}{split} {self.period.grain} {self.period.first}: engine {self.engine}, independent {number}"


def facts_of(company: Company) -> DuckDB:
    """The facts that the product makes of a company's records."""
    connection = duckdb.connect(":memory:")
    raw.create_raw(connection)
    for kind in raw.kinds():
        for record in company.all(kind):
            names = ", ".join(f'"{name}"' for name in record)
            marks = ", ".join("?" for _ in record)
            connection.execute(f'insert into raw."{kind}" ({names}) values ({marks})', list(record.values()))
    return DuckDB(connection, tables=transform.build(connection))


def splits_of(key: str, engine: Engine, random: Random) -> list[str]:
    """Three of the dimensions that a KPI has."""
    found = [
        name for name in shipped_catalogue()[key].dimensions(engine.tables) if "." not in name and name not in LEFT_OUT
    ]
    return random.sample(found, min(SPLITS, len(found)))


def differences(
    key: str, function: Kpi, company: Company, engine: Engine, random: Random, grains: tuple[str, ...] = GRAINS
) -> Iterator[Difference]:
    """Every cell of a KPI in which engine and independent number differ, over the grains, whole and split."""
    asked = [(grain, by) for grain in grains for by in (None, *splits_of(key, engine, random))]
    questions = [_question(key, grain, by) for grain, by in asked]
    exact = shipped_catalogue()[key].unit in EXACT
    for (grain, by), result in zip(asked, ask_all(engine, shipped_catalogue(), questions, today=TODAY), strict=True):
        found = {(cell.period.first, cell.split[by] if by else None): cell.value for cell in result.cells}
        values = {value for _, value in found} if by else {None}
        for period in periods(START, END, grain):
            for value in values:
                here = found.get((period.first, value))
                mine = function(company, period, _keeper(by, value))
                if not same(here, mine, exact, MARKS if key == "health_score" else CLOSE):
                    yield Difference(key, by, value, period, here, mine)
            if by:
                yield from _unseen(key, function, company, period, by, values)


def cohort_differences(
    key: str, function: CohortKpi, company: Company, engine: Engine, random: Random, grains: tuple[str, ...] = GRAINS
) -> Iterator[Difference]:
    """The same of a KPI that follows cohorts: each cohort in its own period and in all later ones."""
    for grain in grains:
        for by in (None, *splits_of(key, engine, random)):
            (result,) = ask_all(engine, shipped_catalogue(), [_question(key, grain, by, cohort=True)], today=TODAY)
            found = {
                (cell.split["cohort"], cell.period.first, cell.split[by] if by else None): cell.value
                for cell in result.cells
            }
            labels = {cell.period.first: cell.period.label for cell in result.cells}
            for cohort in periods(START, END, grain):
                label = labels.get(cohort.first)
                for period in periods(cohort.first, END, grain):
                    for value in {value for _, _, value in found} if by else {None}:
                        here = found.get((label, period.first, value))
                        mine = function(company, cohort, period, _keeper(by, value))
                        if not same(here, mine, exact=False):
                            yield Difference(key, by, (label, value), period, here, mine)


def _unseen(
    key: str, function: Kpi, company: Company, period: Period, by: str, values: set[Any]
) -> Iterator[Difference]:
    """What the engine shows in no cell must be nothing."""
    mine = function(company, period, lambda row: row[by] not in values)
    if mine:
        yield Difference(key, by, "(not shown)", period, None, mine)


def _question(key: str, grain: str, by: str | None, *, cohort: bool = False) -> Question:
    whole = periods(START, END, grain)
    asked = {"start": whole[0].first, "end": whole[-1].end, "cohort": cohort}
    return Question(key, by=(by,) if by else (), grain=grain, **asked)  # type: ignore[arg-type]


def _keeper(by: str | None, value: Any) -> Any:
    def keep(row: Row) -> bool:
        return by is None or row[by] == value

    return keep


def same(engine: Decimal | None, independent: Any, exact: bool, close: Fraction = CLOSE) -> bool:
    """Whether two numbers are equal: counts and sums of money exactly, what was divided but for the last digits."""
    if engine is None or independent is None:
        return engine is independent
    here, mine = Fraction(engine), Fraction(independent)
    size = max(abs(mine), Fraction(1))
    if exact and not isinstance(independent, Fraction):
        return here == mine
    return bool(abs(here - mine) <= close * size)
