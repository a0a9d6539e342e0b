"""One field of many rows at once: resolve the text a row gives for it, clean it, and assign its value or say why not.

Each step is one SQL expression over a chunk of text columns, so that a million rows cost a few scans and no Python.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from cadran.crm.records import Field, FieldType
from cadran.imports.dates import date_reason, day_sql, moment_sql
from cadran.imports.mapping import Condition, Scalar, Source
from cadran.imports.numbers import number_reason, number_sql
from cadran.imports.sql import literal

TRUE = ("true", "t", "1", "yes", "y", "oui", "o", "vrai", "x", "on")
FALSE = ("false", "f", "0", "no", "n", "non", "faux", "off")
SPACES = " \t\n\r\u00a0\u202f\ufeff"
SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}


@dataclass(frozen=True)
class Reading:
    """How the values of one column are written, as told or as decided over the whole column."""

    dates: str = "ymd"
    decimal: str = "point"
    zone: str = "UTC"
    unit: str = ""  # of a length of time after a moment


def clean_text(column: str, blanks: tuple[str, ...] = ()) -> str:
    """A cell without the spaces around it, and without the apostrophe that keeps a spreadsheet from running it."""
    trimmed = f"nullif(trim({column}, '{SPACES}'), '')"
    freed = (
        f"CASE WHEN NOT regexp_matches({column}, '^[{SPACES}'']|[{SPACES}]$') THEN nullif({column}, '') "  # nearly all
        f"WHEN left({column}, 1) = '''' AND substr({column}, 2, 1) IN ('=', '+', '-', '@') "
        f"THEN substr({trimmed}, 2) ELSE {trimmed} END"
    )
    if not blanks:
        return freed
    words = ", ".join(literal(word) for word in blanks)
    return f"(SELECT CASE WHEN x NOT IN ({words}) THEN x END FROM (SELECT {freed} AS x))"


def resolve(source: Source, column: Callable[[str], str]) -> tuple[str, str]:
    """The text that a row gives for a field, and the reason when it gives none that can be read."""
    reason = "NULL"
    if source.column is not None:
        text = column(source.column)
    elif source.first:
        text = "coalesce({})".format(", ".join(column(name) for name in source.first))
    elif source.join:
        parts = ", ".join(column(name) for name in source.join)
        text = f"nullif(concat_ws({literal(source.separator)}, {parts}), '')"
    else:
        text = literal(as_text(source.value))
    if source.json_path:
        path = literal("$." + source.json_path)
        told = literal(gettext("is not JSON"))
        reason = f"CASE WHEN NOT json_valid({text}) THEN {told} END"
        text = f"CASE WHEN json_valid({text}) THEN nullif(json_extract_string({text}, {path}), '') END"
    if source.values:
        text = _read_as(text, source.values)
    if source.default is not None:
        text = f"coalesce({text}, {literal(as_text(source.default))})"
    if source.when:
        text = f"CASE WHEN {condition(source.when, column)} THEN {text} END"
    return text, reason


def condition(when: Condition | None, column: Callable[[str], str]) -> str:
    """Which rows are meant, as SQL."""
    if when is None:
        return "true"
    text = column(when.column)
    if when.is_ is not None:
        return f"coalesce({text} IN ({', '.join(literal(word) for word in when.is_)}), false)"
    if when.is_not is not None:
        return f"coalesce({text} NOT IN ({', '.join(literal(word) for word in when.is_not)}), true)"
    return f"({text} IS NULL)" if when.blank else f"({text} IS NOT NULL)"


def _read_as(text: str, values: Mapping[str, Scalar]) -> str:
    cases = " ".join(
        f"WHEN {literal(given)} THEN {literal(as_text(meant) or None)}"
        for given, meant in values.items()
        if given != "*"
    )
    rest = literal(as_text(values["*"]) or None) if "*" in values else text
    return f"CASE WHEN {text} IS NULL THEN NULL ELSE (CASE {text} {cases or 'WHEN NULL THEN NULL'} ELSE {rest} END) END"


def as_text(value: Scalar | None) -> str | None:
    """A constant of the mapping as a cell would hold it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def value_sql(text: str, field: Field, reading: Reading) -> str:
    """The value of a cleaned text; NULL when it is blank or cannot be read."""
    return _VALUES[field.type](text, field, reading)


def reason_sql(text: str, value: str, field: Field, reading: Reading, *, required: bool = False) -> str:
    """Why a text gives no value that can be kept; NULL when nothing is wrong."""
    reason = _REASONS[field.type](text, value, field, reading)
    blank = literal(gettext("is blank, and must not be"))
    return f"CASE WHEN {text} IS NULL THEN {blank} ELSE {reason} END" if required else reason


def _text(text: str, field: Field, _: Reading) -> str:
    return f"lower({text})" if field.lower else text


def _text_reason(text: str, _: str, field: Field, __: Reading) -> str:
    limit = field.max_length or 250  # what a link says is the id or the name of another record
    told = gettext("is longer than %(most)d characters") % {"most": limit}
    return f"CASE WHEN length({text}) > {limit} THEN {literal(told)} END"


def _choice(text: str, field: Field, _: Reading) -> str:
    cases = " ".join(f"WHEN {literal(word.casefold())} THEN {literal(word)}" for word in field.choices)
    return f"CASE lower({text}) {cases} END"


def _choice_reason(text: str, value: str, field: Field, _: Reading) -> str:
    words = gettext("is not one of %(choices)s; say with `values` which one it means")
    reason = literal(words % {"choices": ", ".join(field.choices)})
    return f"CASE WHEN {text} IS NOT NULL AND {value} IS NULL THEN {reason} END"


def _currency(text: str, _: Field, __: Reading) -> str:
    symbols = " ".join(f"WHEN {literal(symbol)} THEN {literal(code)}" for symbol, code in SYMBOLS.items())
    return f"CASE {text} {symbols} ELSE upper({text}) END"


def _currency_reason(_: str, value: str, __: Field, ___: Reading) -> str:
    reason = literal(gettext("is not a currency: three letters, as in EUR"))
    return f"CASE WHEN NOT regexp_full_match({value}, '[A-Z]{{3}}') THEN {reason} END"


def _number(text: str, field: Field, reading: Reading) -> str:
    return number_sql(text, reading.decimal, field.places or 0)


def _number_reason(text: str, value: str, field: Field, reading: Reading) -> str:
    return number_reason(text, value, reading.decimal, field.places or 0, field.minimum, field.maximum)


def _whole(text: str, _: Field, reading: Reading) -> str:
    return f"try_cast({number_sql(text, reading.decimal, 6)} AS BIGINT)"


def _whole_reason(text: str, value: str, field: Field, reading: Reading) -> str:
    broken = f"regexp_matches({text}, '[.,%eE]') AND ({number_sql(text, reading.decimal, 6)}) % 1 <> 0"
    reason = number_reason(text, value, reading.decimal, 0, field.minimum, field.maximum)
    told = literal(gettext("is not a whole number"))
    return f"CASE WHEN {broken} THEN {told} ELSE {reason} END"


def _flag(text: str, _: Field, __: Reading) -> str:
    yes, no = (", ".join(literal(word) for word in words) for words in (TRUE, FALSE))
    return f"CASE WHEN lower({text}) IN ({yes}) THEN true WHEN lower({text}) IN ({no}) THEN false END"


def _flag_reason(text: str, value: str, _: Field, __: Reading) -> str:
    told = literal(gettext("is neither yes nor no"))
    return f"CASE WHEN {text} IS NOT NULL AND {value} IS NULL THEN {told} END"


def _day(text: str, _: Field, reading: Reading) -> str:
    return day_sql(text, reading.dates)


def _day_reason(text: str, value: str, _: Field, reading: Reading) -> str:
    return date_reason(text, value, reading.dates, gettext("is not a date"))


def _moment(text: str, _: Field, reading: Reading) -> str:
    return moment_sql(text, reading.dates, reading.zone)


def _moment_reason(text: str, value: str, _: Field, reading: Reading) -> str:
    return date_reason(text, value, reading.dates, gettext("is not a date and time"))


_VALUES: dict[FieldType, Callable[[str, Field, Reading], str]] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _text,
    FieldType.LINK: _text,
    FieldType.CHOICE: _choice,
    FieldType.CURRENCY: _currency,
    FieldType.MONEY: _number,
    FieldType.NUMBER: _number,
    FieldType.SHARE: _number,
    FieldType.WHOLE: _whole,
    FieldType.FLAG: _flag,
    FieldType.DAY: _day,
    FieldType.MOMENT: _moment,
}
_REASONS: dict[FieldType, Callable[[str, str, Field, Reading], str]] = {
    FieldType.TEXT: _text_reason,
    FieldType.LONG_TEXT: _text_reason,
    FieldType.LINK: _text_reason,
    FieldType.CHOICE: _choice_reason,
    FieldType.CURRENCY: _currency_reason,
    FieldType.MONEY: _number_reason,
    FieldType.NUMBER: _number_reason,
    FieldType.SHARE: _number_reason,
    FieldType.WHOLE: _whole_reason,
    FieldType.FLAG: _flag_reason,
    FieldType.DAY: _day_reason,
    FieldType.MOMENT: _moment_reason,
}
READ = frozenset(_VALUES)
"""The types of field that a column can be read into."""
