"""Measures: one aggregate of one fact table with one rule for time.

    MEASURE := AGG "from" TABLE ["where" CONDITION] ["per" COLUMN [WHICH]] ("at" DATE | "during" FROM ["," TO])
    AGG     := count(*) | count(distinct x) | sum(x) | min(x) | max(x) | avg(x) | median(x) | quantile(x, p)
             | median(x nulls last) | quantile(x nulls last, p)
             | gini(x) | survival_mean(TO [, CONDITION]) | survival_median(TO [, CONDITION])
    WHICH   := "having" (AGG | "previous(" AGG ")" | "year_ago(" AGG ")") COMPARISON NUMBER | "top" NUMBER "%"

``at`` is a flow: a row counts in the period its date falls in. ``during`` is a stock: a row counts at an instant when
FROM < instant and (TO is empty or TO ≥ instant); without TO it counts ever after. The instant of a period is the day
after its last.
With ``nulls last`` a row whose x is blank counts as greater than all that are known: the time to an answer that has
not come. The quantile has no value when it falls among these.
``per`` looks at the rows of a period one subject at a time (one account, say) and keeps those of the subjects for
which an aggregate compares so, or those of the greatest by the measure's own aggregate; ``previous(AGG)`` judges a
subject by its rows of the period before, ``year_ago(AGG)`` by those of a year before. ``gini`` takes ``per`` alone:
how unevenly x is shared out among the subjects.
``survival_mean`` and ``survival_median`` follow rows from the FROM of ``during FROM`` until TO, in days, those that
still last at the instant included (see :mod:`cadran.metrics.distribution`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal, cast

from cadran.metrics.condition import ConditionError, Expression, parse_condition, parse_value
from cadran.metrics.tables import Table, Tables

Function = Literal[
    "count", "distinct", "sum", "min", "max", "avg", "median", "quantile", "gini", "survival_mean", "survival_median"
]

ADDITIVE: frozenset[Function] = frozenset({"count", "sum"})
SURVIVAL: frozenset[Function] = frozenset({"survival_mean", "survival_median"})
DISTRIBUTIONS: frozenset[Function] = SURVIVAL | {"gini"}
_FUNCTION = re.compile(
    r"\s*(count|sum|min|max|avg|median|quantile|gini|survival_mean|survival_median)\s*\((.*)\)\s*", re.S
)
_TOKEN = re.compile(r"'(?:[^']|'')*'|[A-Za-z_][A-Za-z0-9_.]*|.", re.S)
_CLAUSES = ("from", "where", "per", "having", "top", "at", "during")
_BEFORE = re.compile(r"\s*(previous|year_ago)\s*\((.+\))\s*\)\s*", re.S)
_EARLIER: Mapping[str, Literal["previous", "year_ago"]] = {"previous": "previous", "year_ago": "year_ago"}
_HAVING = re.compile(r"(.+\))\s*(>=|<=|<>|!=|>|<|=)\s*(\d+(?:\.\d+)?)\s*", re.S)
_TOP = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*%\s*")
_NULLS_LAST = re.compile(r"(.+?)\s+nulls\s+last\s*", re.S)
_COLUMN = re.compile(r"[a-z][a-z0-9_]*")


class MeasureError(Exception):
    """What is wrong with a measure, as a sentence without its place."""


@dataclass(frozen=True)
class Aggregate:
    """A function over the rows of a group; ``argument`` is None for count(*), ``probability`` is for quantiles,
    ``ending`` says which ends a survival looks for, ``nulls_last`` that a quantile counts blanks as greater than all.
    ``bound`` asks for an end of a quantile's 95 % interval instead of the quantile.
    """

    function: Function
    argument: Expression | None = None
    probability: Decimal | None = None
    ending: Expression | None = None
    nulls_last: bool = False
    bound: Literal["", "low", "high"] = ""


@dataclass(frozen=True)
class Clock:
    """The rule for time: one date for a flow; for a stock the date from which, and the one until which unless forever.

    ``stock`` says whether it tells what stands at an instant rather than what happens in a period.
    """

    columns: tuple[str, ...]
    stock: bool = False

    @property
    def start(self) -> str:
        """The date that counts, or from which it does."""
        return self.columns[0]

    @property
    def stop(self) -> str | None:
        """The date until which a stock stands; None when it does forever."""
        return self.columns[1] if len(self.columns) == 2 else None


@dataclass(frozen=True)
class Per:
    """Which subjects' rows count: those whose aggregate compares so with ``number``, or the ``top`` share of them.

    ``before`` names the earlier period whose aggregate it is, or "". Without having and top, all count, one by one.
    """

    column: str
    having: Aggregate | None = None
    comparison: str = ""
    number: Decimal = Decimal(0)
    top: Decimal | None = None
    before: Literal["", "previous", "year_ago"] = ""


@dataclass(frozen=True, eq=False)
class Measure:
    """A parsed measure. Equal texts make equal measures, whatever their spaces and capitals outside quotes."""

    text: str
    aggregate: Aggregate
    table: Table
    where: Expression | None
    clock: Clock
    per: Per | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Measure) and self.text == other.text and self.table is other.table

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash(self.text)

    @cached_property
    def additive(self) -> bool:
        """Whether the values of disjoint groups add up to the value of them together."""
        return self.aggregate.function in ADDITIVE and self.per is None

    @cached_property
    def periods(self) -> bool:
        """Whether its condition speaks of period.start or period.end."""
        return self.where is not None and self.where.periods

    @cached_property
    def links(self) -> frozenset[str]:
        """The to-one tables its condition and its aggregate lean on."""
        used = [e.links for e in (self.where, self.aggregate.argument, self.aggregate.ending) if e is not None]
        return frozenset().union(*used)


def parse_measure(text: str, tables: Tables) -> Measure:
    """Parse one line of the grammar; raises MeasureError with a sentence that says what to write instead."""
    clauses = _clauses(text)
    name = clauses.get("from", "").strip()
    if name not in tables:
        raise MeasureError(f"there is no fact table {name!r}. There are: {', '.join(sorted(tables.by_name))}.")
    table = tables[name]
    try:
        aggregate = _aggregate(clauses[""], table, tables)
        where = parse_condition(clauses["where"], table, tables) if "where" in clauses else None
        clock = _clock(clauses, table)
        per = _per(clauses, aggregate, table, tables)
    except ConditionError as error:
        raise MeasureError(str(error)) from error
    if aggregate.function in SURVIVAL and (not clock.stock or clock.stop is not None):
        raise MeasureError(f"{aggregate.function} follows rows from a date on: write during FROM, without a TO.")
    if clock.stock and where is not None and where.periods:
        raise MeasureError("period.start and period.end have a meaning with 'at', not with 'during'.")
    return Measure(_canonical(text), aggregate, table, where, clock, per)


def _clauses(text: str) -> dict[str, str]:
    """The text cut at its keywords, those inside quotes and parentheses left alone; the aggregate is under ""."""
    found: dict[str, str] = {"": ""}
    current, depth = "", 0
    for token in _TOKEN.findall(text):
        depth += {"(": 1, ")": -1}.get(token, 0)
        word = token.lower()
        if depth == 0 and word in _CLAUSES:
            if word in found or _CLAUSES.index(word) < max((_CLAUSES.index(c) for c in found if c), default=0):
                raise MeasureError(f"{word!r} is out of place. {_FORM}")
            current = word
            found[current] = ""
        else:
            found[current] += token
    if "from" not in found:
        raise MeasureError(f"{text!r} names no table. {_FORM}")
    return found


_FORM = "Write: AGG from TABLE where CONDITION at DATE (or during FROM, TO)."


def _canonical(text: str) -> str:
    tokens = [token if token.startswith("'") else token.lower() for token in _TOKEN.findall(text)]
    return " ".join("".join(token if token.startswith("'") else re.sub(r"\s", " ", token) for token in tokens).split())


def _aggregate(text: str, table: Table, tables: Tables) -> Aggregate:
    match = _FUNCTION.fullmatch(text.lower() if "'" not in text else text)
    if match is None:
        raise MeasureError(
            f"{text.strip()!r} is no aggregate. Use count(*), count(distinct x), sum(x), min(x), max(x), "
            "avg(x), median(x), quantile(x, p), gini(x), survival_mean(TO) or survival_median(TO)."
        )
    function, argument = match[1], match[2].strip()
    if function == "count":
        return _count(argument, table, tables)
    if function in SURVIVAL:
        return _survival(cast(Function, function), argument, table, tables)
    probability = None
    if function == "quantile":
        argument, _, p = argument.rpartition(",")
        if not re.fullmatch(r"\s*(0?\.\d+|0|1)\s*", p):
            raise MeasureError("quantile takes a probability between 0 and 1: quantile(days, 0.9).")
        probability = Decimal(p.strip())
    elif function == "median":
        probability = Decimal("0.5")
    nulls_last = _NULLS_LAST.fullmatch(argument) if probability is not None else None
    if nulls_last:
        function, argument = "quantile", nulls_last[1]
    value = parse_value(argument, table, tables)
    if value.kind != "number" and not (function in ("min", "max") and value.kind == "date"):
        raise MeasureError(f"{function} needs a number, and {argument} is a {value.kind}.")
    return Aggregate(cast(Function, function), value, probability, nulls_last=nulls_last is not None)


def _count(argument: str, table: Table, tables: Tables) -> Aggregate:
    if argument == "*":
        return Aggregate("count")
    word, _, column = argument.partition(" ")
    if word != "distinct" or not column.strip():
        raise MeasureError(f"count({argument}) is ambiguous: write count(*) or count(distinct x).")
    return Aggregate("distinct", parse_value(column.strip(), table, tables))


def _survival(function: Function, argument: str, table: Table, tables: Tables) -> Aggregate:
    until, comma, ending = argument.partition(",")
    value = parse_value(until, table, tables)
    if value.kind != "date":
        raise MeasureError(f"{function} needs the date on which a row ends, and {until.strip()} is a {value.kind}.")
    return Aggregate(function, value, ending=parse_condition(ending, table, tables) if comma else None)


def _clock(clauses: dict[str, str], table: Table) -> Clock:
    if ("at" in clauses) == ("during" in clauses):
        raise MeasureError(
            f"needs one rule for time: 'at DATE' for what happens, 'during FROM, TO' for what stands. {_FORM}"
        )
    stock = "during" in clauses
    columns = [name.strip() for name in clauses.get("at", clauses.get("during", "")).split(",")]
    dates = [name for name, kind in table.columns.items() if kind == "date"]
    if len(columns) > 1 + stock:
        raise MeasureError(
            "'at' takes one date and 'during' two, or one for what lasts forever: at closed_on, "
            "during started_on, ended_on, during ordered_on."
        )
    for column in columns:
        if column not in dates:
            raise MeasureError(f"{column!r} is no date of {table.name}. Its dates: {', '.join(dates)}.")
    return Clock(tuple(columns), stock)


def _per(clauses: dict[str, str], aggregate: Aggregate, table: Table, tables: Tables) -> Per | None:
    if "per" not in clauses:
        if "having" in clauses or "top" in clauses:
            raise MeasureError("'having' and 'top' follow 'per': per account_id having count(*) >= 2.")
        return None
    column = clauses["per"].strip()
    if not _COLUMN.fullmatch(column) or table.columns.get(column) not in ("id", "dim"):
        raise MeasureError(f"{column!r} cannot follow 'per': it must be an id or a dimension of {table.name}.")
    if aggregate.function == "gini" and "having" not in clauses and "top" not in clauses:
        return Per(column)
    same = aggregate.argument is not None and aggregate.argument.node.name == column
    if aggregate.function not in ADDITIVE and not (aggregate.function == "distinct" and same):
        raise MeasureError(f"with 'per {column}' the aggregate must be count(*), sum(x) or count(distinct {column}).")
    if ("having" in clauses) == ("top" in clauses):
        raise MeasureError("'per' takes either 'having AGG >= NUMBER' or 'top NUMBER %'.")
    if "top" in clauses:
        share = _TOP.fullmatch(clauses["top"].strip())
        if share is None or not 0 < Decimal(share[1]) <= 100 or aggregate.function == "distinct":
            raise MeasureError(
                "'top' takes a share between 0 and 100 and the greatest by count(*) or sum(x): per account_id top 20 %."
            )
        return Per(column, top=Decimal(share[1]))
    match = _HAVING.fullmatch(clauses["having"].strip())
    before = _BEFORE.fullmatch(match[1]) if match else None
    having = _aggregate(before[2] if before else match[1], table, tables) if match else None
    if match is None or having is None or having.function not in ("count", "distinct", "sum", "min", "max"):
        raise MeasureError("'having' takes an aggregate compared with a number: having count(*) >= 2.")
    return Per(
        column, having, match[2].replace("!=", "<>"), Decimal(match[3]), before=_EARLIER[before[1]] if before else ""
    )
