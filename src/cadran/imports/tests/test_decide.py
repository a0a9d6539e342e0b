"""The order of dates and the decimal mark: decided over whole columns, shown, and asked when nothing decides."""

from collections.abc import Sequence

import duckdb
import pytest

from cadran.imports.decide import Decisions, Question, decide_dates, decide_decimals
from cadran.imports.mapping import MappingError


def dates(**columns: Sequence[str]) -> Decisions:
    with _table(columns) as db:
        return decide_dates(db, "t", "f.csv", [Question(name, name) for name in columns])


def decimals(*, typed: bool = False, **columns: Sequence[str]) -> Decisions:
    with _table(columns) as db:
        return decide_decimals(db, "t", "f.csv", [Question(name, name) for name in columns], typed=typed)


def _table(columns: dict[str, Sequence[str]]) -> duckdb.DuckDBPyConnection:
    db = duckdb.connect()
    lists = ", ".join(f"unnest(${name}) AS {name}" for name in columns)
    db.execute(f"CREATE TABLE t AS SELECT {lists}", {name: list(values) for name, values in columns.items()})
    return db


def test_one_day_above_twelve_decides_for_the_column() -> None:
    assert dates(a=["01/02/2024", "25/02/2024"]).by_column == {"a": "dmy"}
    assert dates(a=["01/02/2024", "02/25/2024"]).by_column == {"a": "mdy"}
    assert dates(a=["20-10-16", "01-03-17"]).by_column == {"a": "dmy"}


def test_what_was_decided_is_shown() -> None:
    assert dates(a=["25/02/2024"]).shown == ("f.csv, a: dates are day, month, year",)


def test_year_first_needs_no_decision() -> None:
    assert dates(a=["2024-02-01", "20240203"]).by_column == {"a": "ymd"}


def test_dates_that_could_be_both_are_asked_about() -> None:
    with pytest.raises(MappingError, match=r"column “a”.*dates = \"dmy\" or dates = \"mdy\""):
        dates(a=["01/02/2024", "03/04/2024"])


def test_dates_that_are_the_same_both_ways_need_no_answer() -> None:
    assert dates(a=["01/01/2024", "02/02/2024"]).by_column["a"] in ("dmy", "mdy")


def test_a_column_that_mixes_both_orders_is_asked_about() -> None:
    with pytest.raises(MappingError, match=r"mixes two orders: 1 .* and 1 "):
        dates(a=["25/02/2024", "02/25/2024"])


def test_a_column_that_could_be_both_is_read_like_the_one_beside_it() -> None:
    decided = dates(a=["01/02/2024"], b=["25/02/2024"])
    assert decided.by_column == {"a": "dmy", "b": "dmy"}
    assert any("a: could be read in two ways" in line for line in decided.shown)


def test_columns_beside_it_that_disagree_decide_nothing() -> None:
    with pytest.raises(MappingError, match="column “a”"):
        dates(a=["01/02/2024"], b=["25/02/2024"], c=["02/25/2024"])


def test_words_and_blanks_do_not_disturb_the_decision() -> None:
    assert dates(a=["", "n/a", "25/02/2024", "soon"]).by_column == {"a": "dmy"}


def test_the_decimal_mark_is_found_from_the_column() -> None:
    assert decimals(a=["1234.5", "2"]).by_column == {"a": "point"}
    assert decimals(a=["1234,5", "2"]).by_column == {"a": "comma"}
    assert decimals(a=["1.234,50", "1.234"]).by_column == {"a": "comma"}
    assert decimals(a=["1,234.50", "1,234"]).by_column == {"a": "point"}
    assert decimals(a=["0.444"]).by_column == {"a": "point"}
    assert decimals(a=["12", "13"]).by_column == {"a": "point"}


def test_thousands_or_decimals_are_asked_about() -> None:
    with pytest.raises(MappingError, match=r"decimal = \"point\" or decimal = \"comma\""):
        decimals(a=["1,234", "5,678"])
    assert decimals(typed=True, a=["1.234"]).by_column == {"a": "point"}


def test_both_marks_in_one_column_are_asked_about() -> None:
    with pytest.raises(MappingError, match="mixes decimal points"):
        decimals(a=["1.5", "1,5"])
