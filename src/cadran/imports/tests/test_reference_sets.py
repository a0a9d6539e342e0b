"""Files found in the wild, imported with their mappings: every row is loaded, and a second time nothing changes."""

import os
from pathlib import Path

import pytest
from django.db import transaction

from cadran.crm.models import Change, Deal
from cadran.imports.load import load_files
from cadran.imports.mapping import read_mapping

PROJECT = Path(__file__).parents[4]
DATA = Path(os.environ.get("CADRAN_DATA", PROJECT.parent / "shared" / "data"))
MAPPINGS = PROJECT / "tests" / "mappings"

pytestmark = [pytest.mark.data, pytest.mark.django_db]

MAVEN = ["products.csv", "sales_teams.csv", "accounts.csv"]


def files(folder: str, names: list[str]) -> list[Path]:
    if not DATA.is_dir():
        pytest.skip(f"The reference data sets are not in {DATA}: nothing was checked. Set CADRAN_DATA.")
    return [DATA / folder / name for name in names]


@pytest.mark.parametrize(
    ("folder", "names", "rows"),
    [
        (
            "revpulse",
            [
                "deal_stages",
                "sales_reps",
                "accounts",
                "customers",
                "deals",
                "activities",
                "subscriptions",
                "transactions",
            ],
            4_711,
        ),
        ("aws-saas-sales", ["SaaS-Sales"], 9_994),
    ],
)
def test_every_row_is_loaded_once(folder: str, names: list[str], rows: int) -> None:
    paths = files(folder, [f"{name}.csv" for name in names])
    mapping = read_mapping(MAPPINGS / f"{folder}.toml")
    first = load_files(paths, mapping)
    assert (first.read, first.created, first.rejected) == (rows, rows, ())
    changes = Change.objects.count()
    second = load_files(paths, mapping)
    assert (second.created, second.updated, second.unchanged) == (0, 0, rows)
    assert Change.objects.count() == changes


def test_the_same_deals_with_their_dates_written_three_ways_have_the_same_history() -> None:
    mapping = read_mapping(MAPPINGS / "maven-crm.toml")
    told = []
    for name in ("sales_pipeline.csv", "variants/sales_pipeline_dd-mm-yy.csv", "variants/sales_pipeline_m-d-yyyy.csv"):
        with transaction.atomic():
            report = load_files(files("maven-crm", [*MAVEN, name]), mapping)
            assert (report.read, report.created, report.rejected) == (8_927, 8_927, ())
            deals = dict(Deal.objects.values_list("pk", "external_id"))
            moves = Change.objects.filter(record="deal", field="stage").values_list("record_id", "at", "from_value")
            first_stage = min(Deal.objects.values_list("stage_id", flat=True))
            told.append(sorted((deals[pk], at, int(stage or 0) - first_stage) for pk, at, stage in moves))
            transaction.set_rollback(True)
    assert told[0] == told[1] == told[2]
    assert len(told[0]) == 6_711, "every deal that was closed; where it was before it was engaged nobody wrote down"
