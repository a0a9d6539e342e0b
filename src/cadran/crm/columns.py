"""A column of values of one field, cleaned at once.

Most columns hold few different values, or plain text: each different value is cleaned once, text looked at as a whole.
Only when something is wrong are the rows gone through one by one, to say which.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from types import NoneType
from typing import Any

from cadran.crm.errors import Problem, Wrong
from cadran.crm.match import absent
from cadran.crm.records import Field, FieldType
from cadran.crm.values import SURROGATE, clean

Put = Callable[[Any], Any]

_EXACT: dict[FieldType, frozenset[type]] = {
    FieldType.TEXT: frozenset({str, NoneType}),
    FieldType.LONG_TEXT: frozenset({str, NoneType}),
    FieldType.CHOICE: frozenset({str, NoneType}),
    FieldType.CURRENCY: frozenset({str, NoneType}),
    FieldType.MONEY: frozenset({Decimal, int, NoneType}),
    FieldType.NUMBER: frozenset({Decimal, int, NoneType}),
    FieldType.SHARE: frozenset({Decimal, int, NoneType}),
    FieldType.WHOLE: frozenset({int, NoneType}),
    FieldType.FLAG: frozenset({bool, NoneType}),
    FieldType.MOMENT: frozenset({datetime, NoneType}),
    FieldType.DAY: frozenset({date, NoneType}),
    FieldType.TIME: frozenset({time, NoneType}),
    FieldType.LINK: frozenset({int, NoneType}),
}


def clean_column(field: Field, values: Sequence[Any], problems: list[Problem], put: Put) -> Sequence[Any]:
    """The values, cleaned and `put` as they are kept, in their order; what is wrong is added to the problems."""
    if set(map(type, values)) <= _EXACT.get(field.type, frozenset()):
        different = set(values)
        if _plain_text(field, different):
            return values
        try:
            cleaned = {value: clean(field, value) for value in different}
        except Wrong:
            pass
        else:
            if field.type is not FieldType.LINK or not _leads_nowhere(field, values, problems):
                stored = {value: None if kept is None else put(kept) for value, kept in cleaned.items()}
                return [stored[value] for value in values]
            return values
    return _one_by_one(field, values, problems, put)


def _plain_text(field: Field, different: set[Any]) -> bool:
    """Whether these are texts to be kept as they are."""
    if field.type not in (FieldType.TEXT, FieldType.LONG_TEXT) or field.lower or not field.nullable:
        return False
    texts = different - {None}
    together = "".join(texts)
    return (
        "\0" not in together
        and max(map(len, texts), default=0) <= (field.max_length or 0)
        and all(map(str.strip, texts))
        and (together.isascii() or SURROGATE.search(together) is None)
    )


def _leads_nowhere(field: Field, values: Sequence[Any], problems: list[Problem]) -> bool:
    missing = absent(field.target, {value for value in values if value is not None}) if field.target else set()
    reason = f"there is no {field.target} with this id"
    problems.extend(Problem(row, field.column, value, reason) for row, value in enumerate(values) if value in missing)
    return bool(missing)


def _one_by_one(field: Field, values: Sequence[Any], problems: list[Problem], put: Put) -> Sequence[Any]:
    kept = []
    name = field.column if field.type is FieldType.LINK else field.name
    for row, value in enumerate(values):
        try:
            cleaned = clean(field, value)
        except Wrong as reason:
            problems.append(Problem(row, name, value, str(reason)))
            cleaned = None
        kept.append(None if cleaned is None else put(cleaned))
    if field.type is FieldType.LINK:
        _leads_nowhere(field, kept, problems)
    return kept
