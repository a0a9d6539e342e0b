"""Conditions and arithmetic over the columns of a fact table, as people write them in definitions.

The text is parsed by sqlglot and rebuilt node by node from a short list of allowed shapes, so that nothing else can
reach an engine: columns of the table (``outcome``), of a to-one link (``account.status``), ``period.start`` and
``period.end``, literals, comparisons, ``and`` ``or`` ``not`` ``in`` ``between`` ``is null``, ``+ - * /`` and ``date +
interval N day``. Rebuilt columns are qualified with their table and quoted; dates plus whole days stay dates on every
engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from cadran.metrics.tables import ColumnType, Table, Tables

BASE = "t"  # the alias of the fact table in every statement
PERIOD = "period"  # the alias of the list of periods where a condition speaks of them
LONGEST = 2_000

Kind = Literal["number", "text", "date", "moment", "flag", "days", "null"]


class ConditionError(Exception):
    """What is wrong with a condition, as a sentence without its place."""


@dataclass(frozen=True)
class Expression:
    """A checked expression: its node, what it yields, and what it needs to be computed."""

    node: exp.Expr
    kind: Kind
    links: frozenset[str]
    periods: bool

    def sql(self, dialect: str) -> str:
        """The expression as SQL of this dialect."""
        return self.node.sql(dialect=dialect)

    def said(self) -> str:
        """The expression close to how it was written: no quotes around names, no alias of ours."""
        return self.node.sql(dialect="duckdb").replace(f'"{BASE}".', "").replace('"', "")

    def conjuncts(self) -> Iterator[Expression]:
        """The conditions that must all hold, in the order written."""
        node = self.node
        while isinstance(node, exp.Paren):
            node = node.this
        if isinstance(node, exp.And):
            for side in (node.left, node.right):
                yield from Expression(side, "flag", self.links, self.periods).conjuncts()
        else:
            yield self

    def conjunct_sql(self, dialect: str) -> str:
        """The expression as SQL that can stand beside AND."""
        return f"({self.sql(dialect)})" if isinstance(self.node, exp.Or) else self.sql(dialect)


def parse_condition(text: str, table: Table, tables: Tables) -> Expression:
    """Parse what follows ``where``; raises ConditionError."""
    found = _parse(text, table, tables)
    if found.kind != "flag":
        raise ConditionError(f"{text.strip()!r} is not a condition: it yields a {found.kind}.")
    return found


def parse_value(text: str, table: Table, tables: Tables) -> Expression:
    """Parse the argument of an aggregate; raises ConditionError."""
    found = _parse(text, table, tables)
    if any(found.node.find_all(exp.Div)):
        raise ConditionError("divide in the formula, not inside an aggregate: engines round divisions differently.")
    if found.periods:
        raise ConditionError("period.start and period.end belong in a condition.")
    return found


def _parse(text: str, table: Table, tables: Tables) -> Expression:
    if len(text) > LONGEST:
        raise ConditionError(f"it is longer than {LONGEST} characters.")
    try:
        where = sqlglot.parse_one(f"WHERE {text}", into=exp.Where)
    except (SqlglotError, RecursionError) as error:
        raise ConditionError(f"{text.strip()!r} cannot be read as a condition.") from error
    builder = _Builder(table, tables)
    try:
        node, kind = builder.build(where.this)
    except RecursionError as error:
        raise ConditionError("it is nested too deeply.") from error
    return Expression(node, kind, frozenset(builder.links), builder.periods)


_KINDS: dict[ColumnType, Kind] = {
    "id": "number", "money": "number", "decimal": "number", "integer": "number",
    "dim": "text", "text": "text", "date": "date", "moment": "moment", "flag": "flag",
}  # fmt: skip


class _Builder:
    """Rebuilds a parsed expression from allowed shapes only, and notes the links and periods it leans on."""

    def __init__(self, table: Table, tables: Tables) -> None:
        self.table = table
        self.tables = tables
        self.links: set[str] = set()
        self.periods = False
        self.shapes: dict[type[exp.Expr], Callable[[exp.Expr], tuple[exp.Expr, Kind]]] = {
            exp.Column: self._column, exp.Literal: self._literal, exp.Boolean: self._boolean, exp.Null: self._null,
            exp.Paren: self._paren, exp.Not: self._not, exp.And: self._connect, exp.Or: self._connect,
            exp.EQ: self._compare, exp.NEQ: self._compare, exp.GT: self._compare, exp.GTE: self._compare,
            exp.LT: self._compare, exp.LTE: self._compare, exp.Is: self._is, exp.In: self._in,
            exp.Between: self._between, exp.Add: self._sum, exp.Sub: self._sum, exp.Mul: self._product,
            exp.Div: self._product, exp.Neg: self._negative, exp.Interval: self._interval,
            exp.Cast: self._date, exp.Date: self._date,
        }  # fmt: skip

    def build(self, node: exp.Expr) -> tuple[exp.Expr, Kind]:
        shape = self.shapes.get(type(node))
        if shape is None:
            raise ConditionError(
                f"{node.sql()!r} is not allowed here. Allowed: columns, account.column, literals, comparisons, "
                "and, or, not, in, between, is null, + - * /, date + interval N day."
            )
        return shape(node)

    def _column(self, node: exp.Expr) -> tuple[exp.Expr, Kind]:
        name, link = node.name, str(node.args["table"].name) if node.args.get("table") else ""
        if node.args.get("db") or node.args.get("catalog"):
            raise ConditionError(f"{node.sql()!r} is more than one link away.")
        if link == PERIOD:
            if name not in ("start", "end"):
                raise ConditionError("a period has a start and an end: period.start, period.end.")
            self.periods = True
            return _quoted("first" if name == "start" else "end", PERIOD), "date"
        table = self._linked(link) if link else self.table
        kind = table.columns.get(name)
        if kind is None:
            raise ConditionError(f"{table.name} has no column {name!r}. It has: {', '.join(table.columns)}.")
        return _quoted(name, link or BASE), _KINDS[kind]

    def _linked(self, link: str) -> Table:
        if link not in self.table.links:
            links = ", ".join(self.table.links) or "none"
            raise ConditionError(f"{self.table.name} has no link {link!r}. Its links: {links}.")
        self.links.add(link)
        return self.tables[link]

    def _literal(self, node: exp.Expr) -> tuple[exp.Expr, Kind]:
        if isinstance(node, exp.Literal) and node.is_string:
            if "\x00" in node.this or "\\" in node.this:
                raise ConditionError("a text may hold neither NUL nor backslash.")
            return exp.Literal.string(node.this), "text"
        text = str(node.this)
        if not text.replace(".", "", 1).isdigit() or len(text) > 38:
            raise ConditionError(f"{text!r} is no plain number.")
        return exp.Literal.number(text), "number"

    def _boolean(self, node: exp.Expr) -> tuple[exp.Expr, Kind]:
        return exp.Boolean(this=node.this), "flag"

    def _null(self, node: exp.Expr) -> tuple[exp.Expr, Kind]:  # noqa: ARG002 (every shape takes its node)
        return exp.Null(), "null"

    def _paren(self, node: exp.Expr) -> tuple[exp.Expr, Kind]:
        inner, kind = self.build(node.this)
        return exp.Paren(this=inner), kind

    def _not(self, node: exp.Expr) -> tuple[exp.Expr, Kind]:
        inner, kind = self.build(node.this)
        if kind != "flag":
            raise ConditionError(f"'not' needs a condition, not a {kind}.")
        return exp.Not(this=exp.Paren(this=inner)), "flag"

    def _connect(self, node: exp.Expr) -> tuple[exp.Expr, Kind]:
        sides = []
        for side in (node.left, node.right):  # type: ignore[attr-defined]
            built, kind = self.build(side)
            if kind != "flag":
                raise ConditionError(f"{side.sql()!r} is not a condition: it yields a {kind}.")
            sides.append(exp.Paren(this=built) if isinstance(built, exp.Connector) else built)
        return type(node)(this=sides[0], expression=sides[1]), "flag"

    def _pair(self, left: exp.Expr, right: exp.Expr) -> tuple[exp.Expr, exp.Expr]:
        """Both sides of a comparison; a text that stands for a day beside a date becomes one."""
        (a, kind_a), (b, kind_b) = self.build(left), self.build(right)
        if kind_a in ("date", "moment") and kind_b == "text":
            b, kind_b = _day(b), "date"
        elif kind_b in ("date", "moment") and kind_a == "text":
            a, kind_a = _day(a), "date"
        days = {kind_a, kind_b} <= {"date", "moment"}
        if kind_a == "null" or kind_b == "null":
            raise ConditionError(f"compare with null by 'is null': {left.sql()} is null.")
        if kind_a != kind_b and not days:
            raise ConditionError(f"{left.sql()} is a {kind_a} and {right.sql()} a {kind_b}: they cannot be compared.")
        return a, b

    def _compare(self, node: exp.Expr) -> tuple[exp.Expr, Kind]:
        left, right = self._pair(node.this, node.expression)
        return type(node)(this=left, expression=right), "flag"

    def _is(self, node: exp.Expr) -> tuple[exp.Expr, Kind]:
        inner, _ = self.build(node.this)
        if not isinstance(node.expression, exp.Null | exp.Boolean):
            raise ConditionError("after 'is' comes null, not null, true or false.")
        if isinstance(node.expression, exp.Boolean):
            return exp.EQ(this=inner, expression=exp.Boolean(this=node.expression.this)), "flag"
        return exp.Is(this=inner, expression=exp.Null()), "flag"

    def _in(self, node: exp.Expr) -> tuple[exp.Expr, Kind]:
        if node.args.get("query") or node.args.get("unnest") or node.args.get("field") or not node.expressions:
            raise ConditionError("'in' takes a list of values: in ('a', 'b').")
        pairs = [self._pair(node.this, value) for value in node.expressions]
        if not all(isinstance(value, exp.Literal | exp.Cast | exp.Boolean) for _, value in pairs):
            raise ConditionError("'in' takes a list of values: in ('a', 'b').")
        return exp.In(this=pairs[0][0], expressions=[value for _, value in pairs]), "flag"

    def _between(self, node: exp.Expr) -> tuple[exp.Expr, Kind]:
        this, low = self._pair(node.this, node.args["low"])
        _, high = self._pair(node.this, node.args["high"])
        return exp.Between(this=this, low=low, high=high), "flag"

    def _sum(self, node: exp.Expr) -> tuple[exp.Expr, Kind]:
        (a, kind_a), (b, kind_b) = self.build(node.this), self.build(node.expression)
        minus = isinstance(node, exp.Sub)
        match kind_a, kind_b:
            case "number", "number":
                kind: Kind = "number"
            case "date", "days":
                kind = "date"
            case "date", "date" if minus:
                kind = "number"
            case _:
                raise ConditionError(
                    f"{node.sql()!r}: a {kind_a} and a {kind_b} cannot be added. Use dates with interval N day."
                )
        return exp.Paren(this=type(node)(this=a, expression=b)), kind

    def _product(self, node: exp.Expr) -> tuple[exp.Expr, Kind]:
        (a, kind_a), (b, kind_b) = self.build(node.this), self.build(node.expression)
        if (kind_a, kind_b) != ("number", "number"):
            raise ConditionError(f"{node.sql()!r}: only numbers can be multiplied or divided.")
        if isinstance(node, exp.Div):
            # In doubles, and nothing when divided by 0: the same answer to a comparison on every engine.
            a = exp.Cast(this=a, to=exp.DataType.build("DOUBLE"))
            b = exp.Nullif(this=b, expression=exp.Literal.number(0))
            return exp.Paren(this=exp.Div(this=a, expression=b, typed=True, safe=True)), "number"
        return exp.Paren(this=exp.Mul(this=a, expression=b)), "number"

    def _negative(self, node: exp.Expr) -> tuple[exp.Expr, Kind]:
        inner, kind = self.build(node.this)
        if kind != "number":
            raise ConditionError(f"{node.sql()!r}: only a number can be negative.")
        return exp.Paren(this=exp.Neg(this=inner)), "number"

    def _interval(self, node: exp.Expr) -> tuple[exp.Expr, Kind]:
        unit = str(node.args["unit"]).upper().rstrip("S") if node.args.get("unit") else ""
        amount = node.this.name if isinstance(node.this, exp.Literal) else ""
        if unit not in ("DAY", "WEEK") or not amount.isdigit() or len(amount) > 6:
            raise ConditionError("an interval is a whole number of days or weeks: interval 90 day.")
        return exp.Literal.number(int(amount) * (7 if unit == "WEEK" else 1)), "days"

    def _date(self, node: exp.Expr) -> tuple[exp.Expr, Kind]:
        to = node.args.get("to")
        if not isinstance(node.this, exp.Literal) or (to is not None and to.this != exp.DataType.Type.DATE):
            raise ConditionError(f"{node.sql()!r} is not allowed here. A day is written date '2026-03-31'.")
        return _day(exp.Literal.string(node.this.name)), "date"


def _day(node: exp.Expr) -> exp.Expr:
    try:
        day = date.fromisoformat(node.name)
    except ValueError:
        raise ConditionError(f"{node.name!r} is no day; write it as date '2026-03-31'.") from None
    return exp.Cast(this=exp.Literal.string(day.isoformat()), to=exp.DataType.build("DATE"))


def _quoted(name: str, table: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True), table=exp.to_identifier(table, quoted=True))
