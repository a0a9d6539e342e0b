"""Metrics: what a number means, how it becomes SQL, and what it rests on. Plain Python, no web framework."""

from cadran.metrics.ask import ask, ask_all
from cadran.metrics.catalogue import Catalogue, shipped_catalogue
from cadran.metrics.cells import Cell
from cadran.metrics.errors import DefinitionError, FactsError, MetricsError, QuestionError
from cadran.metrics.metric import Metric
from cadran.metrics.period import Calendar, Grain, Period
from cadran.metrics.question import Question
from cadran.metrics.result import Result, dump_json
from cadran.metrics.rows import Rows
from cadran.metrics.tables import Table, Tables, contract
from cadran.metrics.why import Why

__all__ = [
    "Calendar",
    "Catalogue",
    "Cell",
    "DefinitionError",
    "FactsError",
    "Grain",
    "Metric",
    "MetricsError",
    "Period",
    "Question",
    "QuestionError",
    "Result",
    "Rows",
    "Table",
    "Tables",
    "Why",
    "ask",
    "ask_all",
    "contract",
    "dump_json",
    "shipped_catalogue",
]
