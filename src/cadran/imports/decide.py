"""The order of dates and the decimal mark of a column, decided over the whole of it and never guessed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import duckdb

from cadran.imports.dates import NUMERIC, readable_as
from cadran.imports.mapping import MappingError
from cadran.imports.numbers import bare, pattern
from cadran.imports.sql import literal

SAID = {"dmy": "day, month, year", "mdy": "month, day, year", "ymd": "year, month, day"}


@dataclass(frozen=True)
class Question:
    """A column whose writing must be known, and its text as SQL."""

    column: str
    text: str


@dataclass(frozen=True)
class Decisions:
    """How each column is written, by its name, and what is shown of it."""

    by_column: dict[str, str]
    shown: tuple[str, ...]


def decide_dates(db: duckdb.DuckDBPyConnection, table: str, file: str, questions: Sequence[Question]) -> Decisions:
    """The order of day, month and year in each column.

    One column that can be read in one order only decides for the columns of the same file that could be read in both.
    Raises `MappingError` when nothing decides, or when a column mixes both orders.
    """
    found: dict[str, str] = {}
    open_: list[str] = []
    shown: list[str] = []
    sure: set[str] = set()  # what the content of a column decided
    for question in questions:
        numeric, dmy, mdy, both, same = _count_orders(db, table, question.text)
        only_dmy, only_mdy = dmy - both, mdy - both
        if only_dmy and only_mdy:
            raise MappingError(
                f"{file}, column “{question.column}” mixes two orders: {only_dmy:,} dates can only be day, month, year "
                f'and {only_mdy:,} only month, day, year. Tell which is right with dates = "dmy" or dates = "mdy"; '
                "the others are then rejected row by row."
            )
        if only_dmy or only_mdy:
            found[question.column] = "dmy" if only_dmy else "mdy"
            sure.add(found[question.column])
            shown.append(f"{file}, {question.column}: dates are {SAID[found[question.column]]}")
        elif both and same < both:
            open_.append(question.column)
        else:
            # Nothing numeric but year first, or day equal to month everywhere: both orders give the same dates.
            found[question.column] = "dmy" if both else "ymd"
            if numeric and not both:
                shown.append(f"{file}, {question.column}: dates are {SAID['ymd']}")
    return _settle(found, sure, open_, shown, file, _ask_dates, SAID.__getitem__)


def _count_orders(db: duckdb.DuckDBPyConnection, table: str, text: str) -> tuple[int, ...]:
    row = db.execute(
        f"""
        SELECT count(*), count(*) FILTER (dmy), count(*) FILTER (mdy), count(*) FILTER (dmy AND mdy),
               count(*) FILTER (dmy AND mdy AND x[1] = x[2])
        FROM (SELECT {readable_as("t", "dmy")} AS dmy, {readable_as("t", "mdy")} AS mdy,
                     [ltrim(n, '0') FOR n IN regexp_extract_all(t, '\\d+')] AS x
              FROM (SELECT {text} AS t FROM {table}) WHERE regexp_matches(t, {literal(NUMERIC)}))
        """
    ).fetchone()
    return tuple(row or (0, 0, 0, 0, 0))


def decide_decimals(
    db: duckdb.DuckDBPyConnection, table: str, file: str, questions: Sequence[Question], *, typed: bool
) -> Decisions:
    """The decimal mark of each column. A spreadsheet's own numbers (`typed`) always have a point.

    Raises `MappingError` when a column holds only numbers such as 1,234 that mean two things, or mixes both marks.
    """
    found: dict[str, str] = {}
    open_: list[str] = []
    shown: list[str] = []
    sure: set[str] = set()  # what the content of a column decided
    for question in questions:
        point, comma, both = _count_marks(db, table, question.text)
        if point > both and comma > both:
            raise MappingError(
                f"{file}, column “{question.column}” mixes decimal points ({point - both:,} rows) and decimal commas "
                f'({comma - both:,}). Tell which is right with decimal = "point" or decimal = "comma"; '
                "the others are then rejected row by row."
            )
        if point > both or comma > both:
            found[question.column] = "point" if point > both else "comma"
            sure.add(found[question.column])
            if comma > both:
                shown.append(f"{file}, {question.column}: numbers have a decimal comma")
        elif both and not typed:
            open_.append(question.column)
        else:
            found[question.column] = "point"
    return _settle(found, sure, open_, shown, file, _ask_decimal, lambda mark: f"decimal {mark}")


def _count_marks(db: duckdb.DuckDBPyConnection, table: str, text: str) -> tuple[int, int, int]:
    """Texts that are numbers with a point, with a comma, and either way."""
    # Most are plain digits with other than three after their point, which leaves one way to read them.
    row = db.execute(
        f"""
        SELECT count(*) FILTER (plain OR point), count(*) FILTER (comma), count(*) FILTER (point AND comma)
        FROM (SELECT plain, NOT plain AND regexp_full_match(b, '{pattern("point")}') AS point,
                     NOT plain AND regexp_full_match(b, '{pattern("comma")}') AS comma
              FROM (SELECT plain, CASE WHEN NOT plain THEN {bare("t")} END AS b
                    FROM (SELECT t, regexp_full_match(t, '-?\\d+[.](\\d|\\d\\d|\\d{{4,}})') AS plain
                          FROM (SELECT {text} AS t FROM {table}) WHERE contains(t, ',') OR contains(t, '.'))))
        """
    ).fetchone()
    point, comma, both = row or (0, 0, 0)
    return point, comma, both


def _settle(
    found: dict[str, str],
    sure: set[str],
    open_: list[str],
    shown: list[str],
    file: str,
    ask: Callable[[str, str], str],
    say: Callable[[str], str],
) -> Decisions:
    """Columns that could be read in two ways are read as their neighbours, when those agree; else it is asked."""
    for column in open_:
        if len(sure) != 1:
            raise MappingError(ask(file, column))
        found[column] = next(iter(sure))
        shown.append(
            f"{file}, {column}: could be read in two ways; read as {say(found[column])} like the columns beside it"
        )
    return Decisions(found, tuple(shown))


def _ask_dates(file: str, column: str) -> str:
    return (
        f"{file}, column “{column}”: every date can be read as day, month, year and as month, day, year; nothing in "
        'the column tells which. Say it in the mapping: dates = "dmy" or dates = "mdy".'
    )


def _ask_decimal(file: str, column: str) -> str:
    return (
        f"{file}, column “{column}”: numbers such as 1,234 can mean a thousand or one and a bit; nothing in the "
        'column tells which. Say it in the mapping: decimal = "point" or decimal = "comma".'
    )
