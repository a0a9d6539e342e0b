"""Any files, imported twice or split in any way into batches: the same records, and nothing new the second time."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cadran.crm.models import Change, Deal
from cadran.imports.load import load_files
from cadran.imports.mapping import parse_mapping
from cadran.imports.tests.conftest import DEALS

CELLS = {
    "id": st.one_of(st.integers(0, 8).map(str), st.just("")),
    "name": st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12),
    "stage": st.sampled_from(["New", "Offer", "Won", "Lost", "Other", ""]),
    "amount": st.sampled_from(["1", "2.5", "1,000.50", "x", "", "1e400", "(3)", "NaN"]),
    "created": st.sampled_from(["2024-01-01", "25/12/2023", "2024-02-30", "", "5 mars 2024"]),
}
ROWS = st.lists(st.fixed_dictionaries(CELLS), max_size=12)


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def state_after(text: str, batches: list[int]) -> tuple[list[tuple[Any, ...]], list[tuple[int, int, int, int]], int]:
    """The deals after importing a file so many times, with what each import said, and how many changes there are."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "deals.csv"
        path.write_text(text, encoding="utf-8")
        told = []
        for batch in batches:
            report = load_files([path], parse_mapping(DEALS), batch=batch)
            rejected = len({one.row for one in report.rejected})
            assert report.read == report.created + report.updated + report.unchanged + rejected
            told.append((report.created, report.updated, report.unchanged, rejected))
        deals = Deal.objects.order_by("external_id").values_list("external_id", "name", "stage__name", "amount")
        return list(deals), told, Change.objects.count()


@pytest.mark.django_db
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, batch=st.integers(1, 5))
def test_the_same_file_in_any_batches_gives_the_same_records_once(rows: list[dict[str, str]], batch: int) -> None:
    lines = [",".join(CELLS), *(",".join(quoted(row[name]) for name in CELLS) for row in rows)]
    text = "\n".join(lines) + "\n"
    with transaction.atomic():
        whole, (first,), once = state_after(text, [1_000])
        transaction.set_rollback(True)
    with transaction.atomic():
        split, (second, again), twice = state_after(text, [batch, 3])
        transaction.set_rollback(True)
    assert split == whole
    assert second == first
    assert twice == once
    created, updated, unchanged, rejected = first
    assert again == (0, 0, created + updated + unchanged, rejected)
