"""Why a row was not counted, in plain words, from the condition or the rule for time that it failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from cadran.metrics.condition import Expression
from cadran.metrics.measure import Measure, Per
from cadran.metrics.metric import Language
from cadran.metrics.tables import NUMBERS, Table

Phrase = Mapping[Language, str]
Role = Literal["condition", "range", "known", "subject"]


@dataclass(frozen=True)
class Test:
    """A condition that every counted row meets, as SQL, and what is said of a row that does not.

    ``role`` tells what the row fails by: a condition of the measure, the range of time asked for, a value that is not
    ``known``, or what is judged of its subject as a whole.
    """

    sql: str
    phrase: Phrase
    role: Role = "condition"


def phrase(english: str, french: str) -> Phrase:
    """A sentence in both languages."""
    return {"en": english, "fr": french}


def conjunct_test(condition: Expression, table: Table, dialect: str) -> Test:
    """One condition of a measure as a test. A number or a link that it wants filled in is wanted to be known; a date
    or a group that is not there is no fault: it may not have come, or not be of this kind.
    """
    node = condition.node
    while isinstance(node, exp.Paren):
        node = node.this
    inner = node.this.unnest() if isinstance(node, exp.Not) else None
    wanted = (
        isinstance(inner, exp.Is)
        and table.columns.get(inner.this.name) in (*NUMBERS, "id")
        and inner.this.name not in table.awaited
    )
    return Test(f"({condition.sql(dialect)})", conjunct_phrase(condition), "known" if wanted else "condition")


def conjunct_phrase(condition: Expression) -> Phrase:
    """What is said of a row that fails one condition of a measure."""
    node = condition.node
    while isinstance(node, exp.Paren):
        node = node.this
    match node:
        case exp.EQ(this=exp.Column() as column, expression=exp.Literal() as literal):
            return phrase(f"{_name(column)} is not {literal.name}", f"{_name(column)} n'est pas {literal.name}")
        case exp.Column():
            return phrase(f"not {_name(node)}", f"pas {_name(node)}")
        case exp.In(this=exp.Column() as column):
            values = [value.name for value in node.expressions]
            return phrase(
                f"{_name(column)} is none of {', '.join(values)}", f"{_name(column)} n'est aucun de {', '.join(values)}"
            )
        case exp.Is(this=exp.Column() as column):
            return phrase(f"{_name(column)} is filled in", f"{_name(column)} est renseigné")
        case exp.Not():
            return _negated(node)
        case _:
            written = _written(node)
            return phrase(f"does not meet: {written}", f"ne remplit pas : {written}")


def _negated(node: exp.Not) -> Phrase:
    inner = node.this
    while isinstance(inner, exp.Paren):
        inner = inner.this
    match inner:
        case exp.Is(this=exp.Column() as column):
            return phrase(f"no {_name(column)}", f"pas de {_name(column)}")
        case exp.Column():
            return phrase(_name(inner), _name(inner))
        case _:
            return phrase(f"meets: {_written(inner)}", f"remplit : {_written(inner)}")


def per_phrase(measure: Measure, per: Per) -> Phrase:
    """What is said of a row whose subject does not pass."""
    if per.top is not None:
        share = format(per.top.normalize(), "f")
        return phrase(
            f"its {per.column} is not among the top {share} %",
            f"son {per.column} n'est pas parmi les {share} % premiers",
        )
    rule = measure.text.partition(" having ")[2].rpartition(" at ")[0] or measure.text.partition(" having ")[2]
    return phrase(f"its {per.column} does not have {rule}", f"son {per.column} n'a pas {rule}")


def _name(column: exp.Column) -> str:
    return column.name if column.table in ("", "t") else f"{column.table}.{column.name}"


def _written(node: exp.Expr) -> str:
    """The condition close to how it was written: no quotes around names, no alias of ours."""
    return node.sql(dialect="duckdb").replace('"t".', "").replace('"', "")
