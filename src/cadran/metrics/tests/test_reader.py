"""Scans run ahead, and their answers are worked on in turn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from threading import Event

import pytest

from cadran.metrics import Catalogue, FactsError, Question, ask, ask_all
from cadran.metrics.ask import inquire
from cadran.metrics.engines.base import Parameter, Row
from cadran.metrics.engines.duckdb import DuckDB
from cadran.metrics.plan import needs
from cadran.metrics.reader import Reader
from cadran.metrics.tests.conftest import TODAY

SPAN = {"start": date(2026, 1, 1), "end": date(2026, 4, 1)}
QUESTIONS = [
    Question("win_rate", by=("owner",), grain="month", **SPAN),  # type: ignore[arg-type]
    Question("pipeline_value", by=("owner",), grain="month", **SPAN),  # type: ignore[arg-type]
    Question("time_in_stage", grain="month", **SPAN),  # type: ignore[arg-type]
]


class Slow(DuckDB):
    """An engine whose second scan waits until it is let go."""

    def __init__(self, facts: DuckDB) -> None:
        super().__init__(facts.connection, tables=facts.tables)
        self.asked: list[str] = []
        self.let_go = Event()

    def select(self, sql: str, parameters: Sequence[Parameter]) -> list[Row]:
        self.asked.append(sql)
        if len(self.asked) == 2:
            assert self.let_go.wait(10)
        return super().select(sql, parameters)


def test_what_came_is_worked_on_while_the_next_is_under_way(deals: DuckDB, catalogue: Catalogue) -> None:
    engine = Slow(deals)
    wanted = [needs(inquire(deals, catalogue, question, today=TODAY)[1]) for question in QUESTIONS]
    with Reader(engine, [need for each in wanted for need in each]) as reader:
        assert any(reader.until(wanted[0]).found.values())
        engine.let_go.set()
        assert all(any(reader.until(each).found.values()) for each in wanted)


def test_together_is_one_by_one(deals: DuckDB, catalogue: Catalogue) -> None:
    together = ask_all(deals, catalogue, QUESTIONS, today=TODAY)
    alone = [ask(deals, catalogue, question, today=TODAY) for question in QUESTIONS]
    assert [list(result.cells) for result in together] == [list(result.cells) for result in alone]


class Broken(DuckDB):
    """An engine without its tables."""

    def select(self, sql: str, parameters: Sequence[Parameter]) -> list[Row]:  # noqa: ARG002 (the protocol's)
        raise FactsError("These facts lack a table.")


def test_an_error_of_a_scan_is_the_error_of_the_board(deals: DuckDB, catalogue: Catalogue) -> None:
    engine = Broken(deals.connection, tables=deals.tables)
    with pytest.raises(FactsError, match="lack a table"):
        ask_all(engine, catalogue, QUESTIONS, today=TODAY)
