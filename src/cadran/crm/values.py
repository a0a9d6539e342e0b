"""Values of fields: which are accepted, and how a change writes them as text.

Strict: a value has the type of its field, it is never guessed from another (forms and files parse first).
What SQLite would store and PostgreSQL refuse is refused here.
"""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import Any

from django.utils.translation import gettext

from cadran.crm.errors import Wrong
from cadran.crm.records import Field, FieldType
from cadran.members.record import EXACT_DIGITS

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)

CODE = re.compile("[A-Z]{3}")
SURROGATE = re.compile("[\ud800-\udfff]")

_exactly = Context(prec=EXACT_DIGITS, traps=[Inexact, InvalidOperation])
_wide = Context(prec=40, traps=[Inexact, InvalidOperation])


def is_blank(value: object) -> bool:
    """None, or text without anything in it."""
    return value is None or (isinstance(value, str) and not value.strip())


def clean(field: Field, value: object) -> Any:
    """The value as it is kept: blank is None (or what the field has by itself), moments are UTC.

    Raises Wrong with the reason when the field cannot hold it.
    """
    if is_blank(value):
        if field.required:
            raise Wrong(gettext("is blank, and must not be"))
        return None if field.nullable or field.default is None else field.default()
    return CLEANERS[field.type](field, value)


def _text(field: Field, value: object) -> str:
    if not isinstance(value, str):
        raise Wrong(f"is {_a(value)}, not text")
    if "\0" in value:
        raise Wrong(gettext("contains the character NUL"))
    if not value.isascii() and SURROGATE.search(value):
        raise Wrong(gettext("contains half a character (a lone surrogate)"))
    if field.max_length is not None and len(value) > field.max_length:
        words = gettext("is longer than %(most)d characters (%(length)d)")
        raise Wrong(words % {"most": field.max_length, "length": len(value)})
    return value.lower() if field.lower else str(value)


def _choice(field: Field, value: object) -> str:
    word = _text(field, value)
    if word not in field.choices:
        raise Wrong(gettext("is none of %(choices)s") % {"choices": ", ".join(field.choices)})
    return word


def _currency(_: Field, value: object) -> str:
    if not isinstance(value, str) or CODE.fullmatch(value) is None:
        raise Wrong(gettext("is not a currency: three capital letters, as in EUR"))
    return str(value)


def _number(field: Field, value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise Wrong(f"is {_a(value)}, not a Decimal")
    number = Decimal(value)
    if not number.is_finite():
        raise Wrong(gettext("is not a finite number"))
    if field.minimum is not None and field.maximum is not None and not field.minimum <= number <= field.maximum:
        raise Wrong(gettext("is not between %(low)s and %(high)s") % {"low": field.minimum, "high": field.maximum})
    try:
        _exactly.plus(number)
    except Inexact:
        words = gettext("has more than %(most)d significant digits, and would come back changed")
        raise Wrong(words % {"most": EXACT_DIGITS}) from None
    try:
        return _wide.quantize(number, Decimal(1).scaleb(-(field.places or 0)))
    except Inexact:
        raise Wrong(gettext("has more than %(most)d places after the point") % {"most": field.places}) from None


def _whole(field: Field, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Wrong(f"is {_a(value)}, not a whole number")
    if field.minimum is not None and field.maximum is not None and not field.minimum <= value <= field.maximum:
        raise Wrong(gettext("is not between %(low)s and %(high)s") % {"low": field.minimum, "high": field.maximum})
    return value


def _flag(_: Field, value: object) -> bool:
    if not isinstance(value, bool):
        raise Wrong(f"is {_a(value)}, not true or false")
    return value


def _moment(_: Field, value: object) -> datetime:
    if not isinstance(value, datetime):
        raise Wrong(f"is {_a(value)}, not a moment")
    if value.tzinfo is None or value.utcoffset() is None:
        raise Wrong(gettext("has no time zone"))
    if not FIRST_DAY.year <= value.year <= LAST_DAY.year:
        raise Wrong(gettext("is not between %(low)s and %(high)s") % {"low": FIRST_DAY, "high": LAST_DAY})
    return value.astimezone(UTC)


def _day(_: Field, value: object) -> date:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise Wrong(f"is {_a(value)}, not a day")
    if not FIRST_DAY <= value <= LAST_DAY:
        raise Wrong(gettext("is not between %(low)s and %(high)s") % {"low": FIRST_DAY, "high": LAST_DAY})
    return value


def _time(_: Field, value: object) -> time:
    if not isinstance(value, time) or value.tzinfo is not None:
        raise Wrong(f"is {_a(value)}, not a time of day")
    return value


def _link(field: Field, value: object) -> int:
    pk = getattr(value, "pk", value)
    if isinstance(pk, bool) or not isinstance(pk, int) or not 0 < pk < 2**63:
        raise Wrong(f"is {_a(value)}, not a {field.target} or its id")
    return pk


def _links(field: Field, value: object) -> list[int]:
    if not isinstance(value, list | tuple | set | frozenset):
        raise Wrong(f"is {_a(value)}, not a list of {field.target}s or ids")
    return sorted({_link(field, one) for one in value})


def _json(_: Field, value: object) -> object:
    try:
        written = json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise Wrong(f"cannot be kept as JSON ({error})") from None
    if "\\u0000" in written:
        raise Wrong(gettext("contains the character NUL"))
    return value


CLEANERS: Mapping[FieldType, Callable[[Field, object], Any]] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _text,
    FieldType.CHOICE: _choice,
    FieldType.CURRENCY: _currency,
    FieldType.MONEY: _number,
    FieldType.NUMBER: _number,
    FieldType.SHARE: _number,
    FieldType.WHOLE: _whole,
    FieldType.FLAG: _flag,
    FieldType.MOMENT: _moment,
    FieldType.DAY: _day,
    FieldType.TIME: _time,
    FieldType.LINK: _link,
    FieldType.LINKS: _links,
    FieldType.JSON: _json,
}


def _a(value: object) -> str:
    """What only a programmer gives, so that it is said in English only: pages read texts into values first."""
    name = type(value).__name__
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"


def number_text(value: Decimal | int) -> str:
    """A number without trailing zeros or exponent."""
    number = Decimal(value)
    return format(_wide.normalize(number), "f") if number else "0"


def moment_text(value: datetime) -> str:
    """A moment as ISO 8601 in UTC: 2026-03-01T09:30:00Z."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def json_text(value: object) -> str:
    """JSON with its keys in order, so that equal values are written the same."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


_WRITERS: Mapping[FieldType, Callable[[Any], str]] = {
    FieldType.MONEY: number_text,
    FieldType.NUMBER: number_text,
    FieldType.SHARE: number_text,
    FieldType.MOMENT: moment_text,
    FieldType.DAY: date.isoformat,
    FieldType.TIME: time.isoformat,
    FieldType.FLAG: {True: "true", False: "false"}.__getitem__,
    FieldType.JSON: json_text,
    FieldType.LINKS: json_text,
}


def as_text(kind: FieldType, value: Any) -> str | None:
    """A kept value as a change writes it: None for blank; links as ids."""
    return None if value is None else _WRITERS.get(kind, str)(value)


def from_text(field: Field, text: str | None) -> Any:
    """The value that a change wrote. Raises Wrong when the text is not one of this field's."""
    if text is None:
        return None
    try:
        value = _READERS.get(field.type, str)(text)
    except (ValueError, InvalidOperation):
        raise Wrong(gettext("is not a value of type %(type)s") % {"type": field.type}) from None
    return CLEANERS[field.type](field, value)


def _read_flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(text)
    return text == "true"


_READERS: Mapping[FieldType, Callable[[str], Any]] = {
    FieldType.MONEY: Decimal,
    FieldType.NUMBER: Decimal,
    FieldType.SHARE: Decimal,
    FieldType.WHOLE: int,
    FieldType.LINK: int,
    FieldType.LINKS: json.loads,
    FieldType.JSON: json.loads,
    FieldType.FLAG: _read_flag,
    FieldType.MOMENT: datetime.fromisoformat,
    FieldType.DAY: date.fromisoformat,
    FieldType.TIME: time.fromisoformat,
}
