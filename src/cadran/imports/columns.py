"""One field of many rows at once: resolve the text a row gives for it, clean it, and assign its value or say why not.

Each step is one SQL expression over a chunk of text columns, so that a million rows cost a few scans and no Python.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from cadran.crm.records import Field, FieldType
from cadran.imports.dates import day_sql, moment_sql
from cadran.imports.mapping import Scalar, Source
from cadran.imports.numbers import number_sql
from cadran.imports.sql import literal

TRUE = ("true", "t", "1", "yes", "y", "oui", "o", "vrai", "x", "on")
FALSE = ("false", "f", "0", "no", "n", "non", "faux", "off")
SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}


@dataclass(frozen=True)
class Reading:
    """How the values of one column are written, as told or as decided over the whole column."""

    dates: str = "ymd"
    decimal: str = "point"
    zone: str = "UTC"


@dataclass(frozen=True)
class Cleaned:
    """A field as SQL: its text as given, its value (NULL when blank or refused), and the reason of a refusal."""

    text: str
    value: str
    reason: str  # NULL: nothing is wrong


def clean_text(column: str, blanks: tuple[str, ...] = ()) -> str:
    """A cell without the spaces around it, and without the apostrophe that keeps a spreadsheet from running it."""
    trimmed = f"nullif(trim({column}, ' \t\n\r\u00a0\u202f\ufeff'), '')"
    freed = (
        f"CASE WHEN left({column}, 1) = '''' AND substr({column}, 2, 1) IN ('=', '+', '-', '@') "
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
        reason = f"CASE WHEN NOT json_valid({text}) THEN 'is not JSON' END"
        text = f"CASE WHEN json_valid({text}) THEN nullif(json_extract_string({text}, {path}), '') END"
    if source.values:
        text = _read_as(text, source.values)
    if source.default is not None:
        text = f"coalesce({text}, {literal(as_text(source.default))})"
    return text, reason


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


def clean(text: str, field: Field, reading: Reading, *, required: bool = False) -> Cleaned:
    """The value of a cleaned text, and the reason when it has none."""
    cleaned = _CLEANERS[field.type](text, field, reading)
    if required:
        blank = f"CASE WHEN {text} IS NULL THEN 'is blank, and must not be' END"
        cleaned = replace(cleaned, reason=f"coalesce({blank}, {cleaned.reason})")
    return cleaned


def _text(text: str, field: Field, _reading: Reading) -> Cleaned:
    value = f"lower({text})" if field.name == "email" else text
    limit = field.max_length or 250  # what a link says is the id or the name of another record
    reason = literal(f"is longer than {limit:,} characters")
    return Cleaned(text, value, f"CASE WHEN length({text}) > {limit} THEN {reason} END")


def _choice(text: str, field: Field, _reading: Reading) -> Cleaned:
    words = ", ".join(literal(word.casefold()) for word in field.choices)
    cases = " ".join(f"WHEN {literal(word.casefold())} THEN {literal(word)}" for word in field.choices)
    reason = literal(f"is not one of {', '.join(field.choices)}; say with `values` which one it means")
    return Cleaned(
        text,
        f"CASE lower({text}) {cases} END",
        f"CASE WHEN {text} IS NOT NULL AND lower({text}) NOT IN ({words}) THEN {reason} END",
    )


def _currency(text: str, _field: Field, _reading: Reading) -> Cleaned:
    symbols = " ".join(f"WHEN {literal(symbol)} THEN {literal(code)}" for symbol, code in SYMBOLS.items())
    value = f"CASE {text} {symbols} ELSE upper({text}) END"
    reason = "'is not a currency: three letters, as in EUR'"
    return Cleaned(text, value, f"CASE WHEN NOT regexp_full_match({value}, '[A-Z]{{3}}') THEN {reason} END")


def _number(text: str, field: Field, reading: Reading) -> Cleaned:
    value, reason = number_sql(text, reading.decimal, field.places or 0, field.minimum, field.maximum)
    return Cleaned(text, value, reason)


def _whole(text: str, field: Field, reading: Reading) -> Cleaned:
    number, reason = number_sql(text, reading.decimal, 6, field.minimum, field.maximum)
    broken = f"CASE WHEN ({number}) % 1 <> 0 THEN 'is not a whole number' END"
    return Cleaned(text, f"CAST({number} AS BIGINT)", f"coalesce({reason}, {broken})")


def _flag(text: str, _field: Field, _reading: Reading) -> Cleaned:
    yes, no = (", ".join(literal(word) for word in words) for words in (TRUE, FALSE))
    return Cleaned(
        text,
        f"CASE WHEN lower({text}) IN ({yes}) THEN true WHEN lower({text}) IN ({no}) THEN false END",
        f"CASE WHEN lower({text}) NOT IN ({yes}, {no}) THEN 'is neither yes nor no' END",
    )


def _day(text: str, _field: Field, reading: Reading) -> Cleaned:
    value, reason = day_sql(text, reading.dates)
    return Cleaned(text, value, reason)


def _moment(text: str, _field: Field, reading: Reading) -> Cleaned:
    value, reason = moment_sql(text, reading.dates, reading.zone)
    return Cleaned(text, value, reason)


_CLEANERS: dict[FieldType, Callable[[str, Field, Reading], Cleaned]] = {
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

READ = frozenset(_CLEANERS)
"""The types of field that a column can be read into."""
