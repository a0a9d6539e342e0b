"""A column of values of one field, cleaned at once.

Each type has a quick way that looks at a column as a whole, and takes it when nothing can be wrong with it. Otherwise
the values are gone through one by one, as for a single record: that alone says what is wrong, and where.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Context, Decimal, Inexact, InvalidOperation
from itertools import repeat
from operator import attrgetter
from types import NoneType
from typing import Any

from django.utils.translation import gettext

from cadran.crm.errors import Problem, Wrong
from cadran.crm.match import absent
from cadran.crm.records import Field, FieldType
from cadran.crm.values import FIRST_DAY, LAST_DAY, SURROGATE, clean
from cadran.members.record import EXACT_DIGITS

Put = Callable[[Any], Any]
Quick = Callable[[Field, Sequence[Any], Put], Sequence[Any] | None]

ZONE = attrgetter("tzinfo")
_exactly = Context(prec=EXACT_DIGITS, traps=[Inexact, InvalidOperation])
_FIRST = datetime(FIRST_DAY.year, 1, 1, tzinfo=UTC)
_LAST = datetime(LAST_DAY.year, 12, 31, tzinfo=UTC)


def clean_column(field: Field, values: Sequence[Any], problems: list[Problem], put: Put) -> Sequence[Any]:
    """The values, cleaned and `put` as they are kept, in their order; what is wrong is added to the problems."""
    allowed, quick = _QUICK.get(field.type, (frozenset(), _distinct))
    types = set(map(type, values))
    if not values or (types == {NoneType} and field.nullable):
        return values
    kept = quick(field, values, put) if types <= allowed else None
    if kept is None:
        kept = _one_by_one(field, values, problems, put)
    if field.type is FieldType.LINK:
        _find_absent(field, kept, problems)
    return kept


def _some(field: Field, values: Sequence[Any]) -> Sequence[Any] | None:
    """The values that are not None; None itself when some are and must not be."""
    if NoneType not in set(map(type, values)):  # far quicker than asking numbers and moments whether they equal None
        return values
    return [value for value in values if value is not None] if field.nullable else None


def _back(values: Sequence[Any], kept: Sequence[Any]) -> Sequence[Any]:
    """What is kept of the values that are not None, in their places."""
    if len(values) == len(kept):
        return kept
    following = iter(kept)
    return [None if value is None else next(following) for value in values]


def _text(field: Field, values: Sequence[Any], _: Put) -> Sequence[Any] | None:
    texts = _some(field, values)
    if texts is None or field.lower:
        return None
    together = "".join(texts)
    plain = (
        "\0" not in together
        and max(map(len, texts)) <= (field.max_length or 0)
        and all(map(str.strip, texts))
        and (together.isascii() or SURROGATE.search(together) is None)
    )
    return values if plain else None


def _numbers(field: Field, values: Sequence[Any], put: Put) -> Sequence[Any] | None:
    given = _some(field, values)
    if given is None or field.minimum is None or field.maximum is None or field.places is None:
        return None
    numbers = [Decimal(value) for value in given] if int in set(map(type, given)) else given
    try:
        low, high = min(numbers), max(numbers)  # either of them refuses what is not a number
        if low < field.minimum or high > field.maximum:
            return None
        if max(-low, high) >= Decimal(10) ** (EXACT_DIGITS - field.places):
            list(map(_exactly.plus, numbers))
        list(map(_exactly.quantize, numbers, repeat(Decimal(1).scaleb(-field.places))))
    except (Inexact, InvalidOperation):
        return None
    return _back(values, list(map(put, numbers)))


def _moments(field: Field, values: Sequence[Any], put: Put) -> Sequence[Any] | None:
    moments = _some(field, values)
    if moments is None or set(map(ZONE, moments)) != {UTC}:
        return None
    if min(moments) < _FIRST or max(moments) > _LAST:
        return None
    return _back(values, list(map(put, moments)))


def _days(field: Field, values: Sequence[Any], put: Put) -> Sequence[Any] | None:
    days = _some(field, values)
    if days is None or min(days) < FIRST_DAY or max(days) > LAST_DAY:
        return None
    return _back(values, list(map(put, days)))


def _links(field: Field, values: Sequence[Any], _: Put) -> Sequence[Any] | None:
    ids = _some(field, values)
    return values if ids is not None and min(ids) > 0 and max(ids) < 2**63 else None


def _distinct(field: Field, values: Sequence[Any], put: Put) -> Sequence[Any] | None:
    """Few different values: each is cleaned once."""
    try:
        cleaned = {value: clean(field, value) for value in set(values)}
    except (Wrong, TypeError):  # TypeError: a value that no set can hold
        return None
    kept = {value: None if one is None else put(one) for value, one in cleaned.items()}
    return [kept[value] for value in values]


_NUMBER: frozenset[type] = frozenset({Decimal, int, NoneType})
_QUICK: Mapping[FieldType, tuple[frozenset[type], Quick]] = {
    FieldType.TEXT: (frozenset({str, NoneType}), _text),
    FieldType.LONG_TEXT: (frozenset({str, NoneType}), _text),
    FieldType.CHOICE: (frozenset({str, NoneType}), _distinct),
    FieldType.CURRENCY: (frozenset({str, NoneType}), _distinct),
    FieldType.MONEY: (_NUMBER, _numbers),
    FieldType.NUMBER: (_NUMBER, _numbers),
    FieldType.SHARE: (_NUMBER, _numbers),
    FieldType.WHOLE: (frozenset({int, NoneType}), _distinct),
    FieldType.FLAG: (frozenset({bool, NoneType}), _distinct),
    FieldType.MOMENT: (frozenset({datetime, NoneType}), _moments),
    FieldType.DAY: (frozenset({date, NoneType}), _days),
    FieldType.LINK: (frozenset({int, NoneType}), _links),
}


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
    return kept


def _find_absent(field: Field, ids: Sequence[Any], problems: list[Problem]) -> None:
    missing = absent(field.target, {pk for pk in set(ids) if pk is not None}) if field.target else set()
    if missing:
        reason = gettext("there is no %(kind)s with this id") % {"kind": field.target}
        problems.extend(Problem(row, field.column, pk, reason) for row, pk in enumerate(ids) if pk in missing)
