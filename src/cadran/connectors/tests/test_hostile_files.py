"""Whatever a file holds, it is refused with a sentence or read with its faulty rows marked; this process lives on."""

import csv
from pathlib import Path

import pytest

from cadran.connectors.sandbox import read_table
from cadran.connectors.table import SEPARATOR, Hints, UnreadableError
from cadran.connectors.tests.hostile import HOSTILE, Hostile


def test_there_are_at_least_sixty_of_them() -> None:
    assert len({hostile.name for hostile in HOSTILE}) >= 60


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.name)
def test_a_hostile_file_is_refused_with_a_sentence_or_read_with_its_faults(hostile: Hostile, tmp_path: Path) -> None:
    path = tmp_path / (hostile.name if "." in hostile.name else f"{hostile.name}.csv")
    hostile.make(path)
    if hostile.rows is None:
        with pytest.raises(UnreadableError) as refused:
            read_table(path, Hints(), tmp_path / "out")
        sentence = str(refused.value)
        assert path.name in sentence or path.stem in sentence or "line" in sentence
        assert sentence.endswith(".") or "*.csv" in sentence
        assert len(sentence) > 30
        assert "Traceback" not in sentence
        return
    table = read_table(path, Hints(), tmp_path / "out")
    with table.path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream, delimiter=SEPARATOR))
    assert table.rows == len(rows) == hostile.rows
    assert sum(1 for _, fault, *_ in rows if fault) == hostile.faulty
    assert all(len(cells) == len(table.columns) for _, _, _, *cells in rows)
