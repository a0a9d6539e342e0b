"""What the database would refuse of a batch of rows, found before it does, so that rows and values can be named."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import ge, gt
from typing import Any

from django.db import models
from django.utils.translation import gettext

from cadran.crm import bulk
from cadran.crm.errors import Problem, Refused
from cadran.crm.records import KINDS, fields_of
from cadran.members.record import Ordered


@dataclass
class Known:
    """The records that the rows of a batch already are: the id and the stored values of each, None for a new one."""

    columns: list[str]
    ids: list[int | None]
    rows: list[tuple[Any, ...] | None]

    def column(self, name: str, otherwise: Any) -> list[Any]:
        """What a column holds for each row before the batch; `otherwise` in new ones."""
        place = self.columns.index(name)
        return [otherwise if row is None else row[place] for row in self.rows]


def columns_ruled(kind: str) -> set[str]:
    """The columns that some rule of several values looks at."""
    pairs = {name for rule in _orders(kind) for name in (rule.first, rule.last)}
    return pairs.union(*_uniques(kind))


def columns_alone(kind: str) -> set[str]:
    """The columns of which no two records have the same value."""
    return {names[0] for names in _uniques(kind) if len(names) == 1}


def check(kind: str, columns: Mapping[str, Sequence[Any]], known: Known) -> None:
    """Raises Refused with every row that breaks a rule of its kind."""
    problems = [*_missing(kind, columns, known), *_disordered(kind, columns, known), *_taken(kind, columns, known)]
    if problems:
        raise Refused(kind, sorted(problems, key=lambda problem: problem.row or 0))


def check_once(name: str, values: Sequence[Any], problems: list[Problem]) -> None:
    """Add a problem for each value that came before."""
    if len(set(values)) == len(values):
        return
    first = dict[Any, int]()
    for row, value in enumerate(values):
        if value is not None and first.setdefault(value, row) != row:
            problems.append(
                Problem(row, name, value, gettext("is already that of row %(row)d") % {"row": first[value]})
            )


def _orders(kind: str) -> list[Ordered]:
    return [rule for rule in KINDS[kind]._meta.constraints if isinstance(rule, Ordered)]


def _uniques(kind: str) -> list[tuple[str, ...]]:
    meta = KINDS[kind]._meta
    alone = [(field.attname,) for field in meta.concrete_fields if field.unique and not field.primary_key]
    together = [
        tuple(meta.get_field(name).attname for name in rule.fields)  # type: ignore[union-attr]
        for rule in meta.constraints
        if isinstance(rule, models.UniqueConstraint) and "external_id" not in rule.fields
    ]
    return alone + together


def _after(kind: str, name: str, columns: Mapping[str, Sequence[Any]], known: Known) -> Sequence[Any]:
    """What a column will hold for each row after the batch."""
    if name in columns:
        return columns[name]
    return known.column(name, default_of(kind, name))


def default_of(kind: str, column: str) -> Any:
    """What a new record has in a column that is not given, as stored."""
    field = next(field for field in KINDS[kind]._meta.concrete_fields if field.attname == column)
    value = field.get_default() if field.has_default() else None
    described = fields_of(kind).get(field.name)
    return value if value is None or described is None else bulk.storing(described.type)(value)


def _missing(kind: str, columns: Mapping[str, Sequence[Any]], known: Known) -> Iterator[Problem]:
    needed = [field.column for field in fields_of(kind).values() if field.required and field.column not in columns]
    for row, pk in enumerate(known.ids if needed else ()):
        if pk is None:
            told = gettext("is not given, and a new record must have it")
            yield from (Problem(row, name, None, told) for name in needed)


def _disordered(kind: str, columns: Mapping[str, Sequence[Any]], known: Known) -> Iterator[Problem]:
    for rule in _orders(kind):
        if rule.first in columns or rule.last in columns:
            wrong = ge if rule.strict else gt
            firsts, lasts = (_after(kind, name, columns, known) for name in (rule.first, rule.last))
            for row, (first, last) in enumerate(zip(firsts, lasts, strict=True)):
                if first is not None and last is not None and wrong(first, last):
                    yield Problem(row, rule.first, first, f"{rule.violation_error_message} ({last})")


def _taken(kind: str, columns: Mapping[str, Sequence[Any]], known: Known) -> Iterator[Problem]:
    for names in _uniques(kind):
        if not columns.keys().isdisjoint(names):
            together = list(zip(*(_after(kind, name, columns, known) for name in names), strict=True))
            problems = list[Problem]()
            check_once(names[-1], [None if None in values else values for values in together], problems)
            yield from (replace(problem, value=together[problem.row or 0][-1]) for problem in problems)
            owners = {
                tuple(values): pk
                for pk, *values in bulk.select(kind, ["id", *names], names[0], {values[0] for values in together})
            }
            for row, (values, pk) in enumerate(zip(together, known.ids, strict=True)):
                if owners.get(values, pk) != pk and None not in values:
                    told = gettext("is taken by %(kind)s %(id)d") % {"kind": kind, "id": owners[values]}
                    yield Problem(row, names[-1], values[-1], told)
