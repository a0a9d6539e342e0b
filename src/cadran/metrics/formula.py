"""Formulas: arithmetic over the parts of a metric, evaluated in Python, never in SQL.

    FORMULA := NUMBER | PART | METRIC | METRIC.VARIANT | months | -F | F + F | F - F | F * F | F / F | F ** F | (F)
             | WHEN(F)
    WHEN    := start       a stock as it stood at the period's start
             | daily       a stock read at the end of each day of the period, and summed: member-days, deal-days
             | initial     with cohorts: the cohort's value at age 0
             | ahead       a flow to the end of a period in progress, the days to come included: what is planned
             | previous    the value in the period before
             | year_ago    the value a year before
             | recorded    the value, none when not a single row counts: what nobody recorded is not 0

``months`` is the length of the period in months: 3 for a quarter, 12 for a year; other lengths by the mean month.
A value that cannot be computed is None with a reason: nothing is divided by 0, and nothing comes of what is missing.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from operator import itemgetter
from typing import Literal

When = Literal[
    "now", "start", "daily", "initial", "ahead", "previous", "year_ago", "previous_start", "recorded",
    "previous_recorded",
]  # fmt: skip
Operator = Literal["+", "-", "*", "/", "**"]
LONGEST = 1_000
RECORDED: frozenset[When] = frozenset({"recorded", "previous_recorded"})


class FormulaError(Exception):
    """What is wrong with a formula, as a sentence without its place."""


@dataclass(frozen=True)
class Constant:
    """A number written in the formula."""

    value: Decimal

    def __str__(self) -> str:
        return format(self.value, "f")


@dataclass(frozen=True)
class Part:
    """A part of the metric, read at a moment relative to the period."""

    name: str
    when: When = "now"

    def __hash__(self) -> int:
        return hash(self.name)  # looked up for every cell

    def __str__(self) -> str:
        if self.when in ("previous_start", "previous_recorded"):
            return f"previous({self.when.removeprefix('previous_')}({self.name}))"
        return self.name if self.when == "now" else f"{self.when}({self.name})"


@dataclass(frozen=True)
class Months:
    """The length of the period."""

    def __str__(self) -> str:
        return "months"


@dataclass(frozen=True)
class Name:
    """A name as written, until the catalogue finds out whether it is a part or another metric."""

    name: str
    when: When = "now"


@dataclass(frozen=True)
class Binary:
    """Two formulas joined by an operator."""

    operator: Operator
    left: Formula
    right: Formula

    def __str__(self) -> str:
        left, right = str(self.left), str(self.right)
        if self.operator == "**":
            sides = (f"({side})" if isinstance(side, Binary) else str(side) for side in (self.left, self.right))
            return " ** ".join(sides)
        strong = self.operator in "*/"
        if strong and isinstance(self.left, Binary) and self.left.operator in "+-":
            left = f"({left})"
        if isinstance(self.right, Binary) and (
            self.right.operator in "+-" if self.operator == "*" else self.operator in "-/"
        ):
            right = f"({right})"
        return f"{left} {self.operator} {right}"


Formula = Constant | Part | Name | Binary | Months

_OPERATORS: dict[type[ast.operator], Operator] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
}
_WHENS: dict[str, When] = {
    "start": "start",
    "daily": "daily",
    "initial": "initial",
    "ahead": "ahead",
    "previous": "previous",
    "year_ago": "year_ago",
    "recorded": "recorded",
}


def parse_formula(text: str) -> Formula:
    """Parse a formula; raises FormulaError."""
    if len(text) > LONGEST:
        raise FormulaError(f"the formula is longer than {LONGEST} characters.")
    try:
        tree = ast.parse(text.strip(), mode="eval")
        return _build(tree.body, text.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise FormulaError(f"{text!r} cannot be read as arithmetic over parts and metrics.") from error


def _build(node: ast.expr, text: str) -> Formula:
    match node:
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return Binary(_OPERATORS[type(op)], _build(left, text), _build(right, text))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Binary("-", Constant(Decimal(0)), _build(operand, text))
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            return Constant(Decimal(ast.get_source_segment(text, node) or str(node.value)))
        case ast.Name(id=name):
            return Months() if name == "months" else Name(name)
        case ast.Attribute(value=ast.Name(id=metric), attr=variant):
            return Name(f"{metric}.{variant}")
        case ast.Call(func=ast.Name(id=word), args=[argument], keywords=[]) if word in _WHENS:
            return shifted(_build(argument, text), _WHENS[word])
    raise FormulaError(
        f"{ast.get_source_segment(text, node) or text!r} is not allowed in a formula. "
        "Use parts, metrics, numbers, months, + - * / ** ( ), start(), daily(), initial(), ahead(), previous(), "
        "year_ago(), recorded()."
    )


def shifted(formula: Formula, when: When) -> Formula:
    """The same formula with each of its parts read at another moment."""
    match formula:
        case Constant() | Months():
            return formula
        case Binary(operator, left, right):
            return Binary(operator, shifted(left, when), shifted(right, when))
        case Part(name, inner) | Name(name, inner):
            if when == "now" or inner == when == "start":
                return formula
            if inner == "start" and when == "previous":
                return type(formula)(name, "previous_start")
            if inner == "recorded" and when == "previous":
                return type(formula)(name, "previous_recorded")
            if inner != "now":
                raise FormulaError(f"{when}({inner}({name})) cannot be read: one moment for each part.")
            return type(formula)(name, when)


def replaced(formula: Formula, find: Callable[[Name], Formula]) -> Formula:
    """The formula with its names replaced by what ``find`` says they stand for."""
    match formula:
        case Name():
            return find(formula)
        case Binary(operator, left, right):
            return Binary(operator, replaced(left, find), replaced(right, find))
        case _:
            return formula


def parts(formula: Formula) -> Iterator[Part]:
    """The parts the formula reads, left to right, repeats included."""
    match formula:
        case Part():
            yield formula
        case Binary(_, left, right):
            yield from parts(left)
            yield from parts(right)


def reads_months(formula: Formula) -> bool:
    """Whether the length of the period is in it."""
    match formula:
        case Months():
            return True
        case Binary(_, left, right):
            return reads_months(left) or reads_months(right)
        case _:
            return False


def evaluate[Number: (Decimal, Fraction)](
    formula: Formula,
    values: Mapping[Part, Number | None],
    make: Callable[[Decimal], Number],
    reasons: Mapping[Part, str] | None = None,
    months: Number | None = None,
) -> tuple[Number | None, str]:
    """The value of the formula and "", or None and the reason why there is none.

    ``make`` turns a number of the formula into the numbers of ``values``: exact over Fractions; over Decimals, to the
    precision of the current decimal context (powers are always computed so). ``months`` is the length of the period.
    """
    match formula:
        case Constant(constant):
            return make(constant), ""
        case Months():
            return months, "" if months is not None else "the length of the period is not known"
        case Part():
            value = values.get(formula)
            return value, "" if value is not None else (reasons or {}).get(formula, f"{formula} has no value")
        case Binary(operator, left, right):
            a, why = evaluate(left, values, make, reasons, months)
            b, why_b = evaluate(right, values, make, reasons, months) if a is not None else (None, "")
            if a is None or b is None:
                return None, why or why_b
            return _apply(operator, a, b, right)
        case Name(name):
            raise FormulaError(f"{name!r} was never looked up.")


Compute = Callable[[Sequence[Decimal | None]], Decimal | None]


def compiled(formula: Formula, order: Sequence[Part]) -> Compute:
    """What :func:`evaluate` yields over Decimals, without the reason, from the values of the parts in this order and
    the months after them: several times faster where thousands of cells share a formula.
    """
    match formula:
        case Constant(constant):
            return lambda _values: constant
        case Months():
            return itemgetter(len(order))
        case Part():
            return itemgetter(order.index(formula))
        case Binary(operator, left, right):
            return _compiled_binary(operator, compiled(left, order), compiled(right, order), right)
        case Name(name):
            raise FormulaError(f"{name!r} was never looked up.")


def _compiled_binary(operator: Operator, left: Compute, right: Compute, divisor: Formula) -> Compute:
    def compute(values: Sequence[Decimal | None]) -> Decimal | None:
        a = left(values)
        if a is None:
            return None
        b = right(values)
        if b is None:
            return None
        if operator == "/" and a:
            return a / b if b else None
        return a + b if operator == "+" else _apply(operator, a, b, divisor)[0]

    return compute


def _apply[Number: (Decimal, Fraction)](
    operator: Operator, a: Number, b: Number, right: Formula
) -> tuple[Number | None, str]:
    match operator:
        case "+":
            return a + b, ""
        case "-":
            return a - b, ""
        case "*":
            return (a * b if a and b else type(a)(0)), ""  # no zero below zero, nor with an exponent
        case "/":
            return (a / b if a else type(a)(0), "") if b else (None, f"{right} is 0")
        case "**":
            if a < 0 or (not a and b <= 0):
                return None, f"a power is taken of {'less than nothing' if a else 'nothing'}"
            return type(a)(_decimal(a) ** _decimal(b)), ""


def _decimal(number: Decimal | Fraction) -> Decimal:
    if isinstance(number, Decimal):
        return number
    return Decimal(number.numerator) / Decimal(number.denominator)
