"""Staging holds a file that is larger than the memory it is given."""

from pathlib import Path

import pytest

from cadran.connectors.sandbox import read_table
from cadran.connectors.table import Hints
from cadran.imports.mapping import parse_mapping
from cadran.imports.plan import bind
from cadran.imports.stage import Staged, open_staging
from cadran.imports.tests.conftest import DEALS

ROWS = 300_000


@pytest.mark.slow
@pytest.mark.django_db
def test_a_file_larger_than_the_memory_of_staging_is_read(tmp_path: Path) -> None:
    path = tmp_path / "deals.csv"
    padding = "x" * 480
    with path.open("w", encoding="utf-8") as stream:
        stream.write("id,name,stage,amount,created,notes\n")
        stream.writelines(f"{row},Deal {row},New,10.50,2024-01-05,{padding}\n" for row in range(ROWS))
    assert path.stat().st_size > 150_000_000
    mapping = parse_mapping(DEALS)
    ((file, _),) = mapping.assign([path])
    table = read_table(path, Hints(), tmp_path / "plain.csv")
    with open_staging(tmp_path) as db:
        staged = Staged(db, 0, table, file, bind(mapping, file, "EUR"), blank=(), zone="UTC")
        assert db.execute(f"SELECT count(*) FROM {staged.raw}").fetchall() == [(ROWS,)]
