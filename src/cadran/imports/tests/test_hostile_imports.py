"""Hostile files all the way: refused with a sentence or loaded with row errors, every row accounted for."""

from pathlib import Path

import pytest

from cadran.connectors.tests.hostile import HOSTILE, Hostile
from cadran.crm.models import Account
from cadran.imports.load import RefusedError, load_files
from cadran.imports.mapping import parse_mapping

MAPPING = '[[files]]\nname = "*"\n[[files.records]]\nkind = "account"\nid = "id"\nfields = { name = "name" }\n'


@pytest.mark.django_db
@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.name)
def test_a_hostile_file_is_refused_or_loaded_with_row_errors(hostile: Hostile, tmp_path: Path) -> None:
    path = tmp_path / (hostile.name if "." in hostile.name else f"{hostile.name}.csv")
    hostile.make(path)
    if hostile.rows is None:
        with pytest.raises(RefusedError) as refused:
            load_files([path], parse_mapping(MAPPING))
        assert len(str(refused.value)) > 30
        assert not Account.objects.exists()
        return
    report = load_files([path], parse_mapping(MAPPING))
    assert report.read == hostile.rows
    assert report.read == report.created + report.updated + report.unchanged + len({one.row for one in report.rejected})
    assert Account.objects.count() == report.created
    for one in report.rejected:
        assert one.reason
        assert one.row > 0
