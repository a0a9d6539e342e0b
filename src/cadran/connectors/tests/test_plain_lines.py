"""Lines that need no parsing are copied as they are, and give the rows that parsing them gives."""

import csv
import tempfile
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cadran.connectors.child import read
from cadran.connectors.csv import read as reading
from cadran.connectors.table import SEPARATOR, Hints

CELLS = st.sampled_from(["", "a", "é", "1.5", "1,5", '"a,b"', '"b', "'", " x ", "\0", "\ufffd", SEPARATOR])
ROWS = st.lists(st.lists(CELLS, min_size=1, max_size=4) | st.lists(CELLS, min_size=3, max_size=3), max_size=30)


def copied(text: str, delimiter: str) -> tuple[list[list[str]], object]:
    """The rows in plain form, and what is said of them."""
    with tempfile.TemporaryDirectory() as directory:
        path, into = Path(directory) / "file.csv", Path(directory) / "plain"
        path.write_text(text, encoding="utf-8", newline="")
        with patch.object(reading, "_check_is_table"):  # a short text of odd characters looks like none
            found = read(path, into, Hints(delimiter=delimiter, header=1, encoding="utf-8"))
        with into.open(encoding="utf-8", newline="") as stream:
            return list(csv.reader(stream, delimiter=SEPARATOR)), (found["rows"], found["faulty"])


@settings(max_examples=60)
@given(rows=ROWS, delimiter=st.sampled_from([",", ";", "\t"]), end=st.sampled_from(["\n", "\r\n", ""]))
def test_any_lines_give_the_same_rows_parsed_or_not(rows: list[list[str]], delimiter: str, end: str) -> None:
    text = delimiter.join(["one", "two", "three"]) + "\n" + "\n".join(delimiter.join(row) for row in rows) + end
    with patch.object(reading, "BLOCK", 3):
        quick = copied(text, delimiter)
    with patch.object(reading, "_is_plain", return_value=False):
        assert quick == copied(text, delimiter)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_plain_lines_are_not_parsed(delimiter: str) -> None:
    lines = [delimiter.join(["one", "two"]), *(delimiter.join([str(number), "é"]) for number in range(2_000))]
    with patch.object(reading, "_fault", wraps=reading._fault) as parsed:
        rows, _ = copied("\n".join(lines) + "\n", delimiter)
    assert parsed.call_count == 1  # the header
    assert rows[-1] == ["2001", "", "", "1999", "é"]
