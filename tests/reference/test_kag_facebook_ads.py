"""1,143 ads of three campaigns: what they cost, how many enquiries and sales they brought."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cadran.metrics.engines.base import Engine
from tests.reference.asked import Asked, differences, expected_values
from tests.reference.conftest import MAPPINGS, cadran, folder

pytestmark = [pytest.mark.data, pytest.mark.slow]

EXPECTED = expected_values("kag-facebook-ads")
HUNDREDTHS = Decimal("0.005")  # each amount is rounded to four places when it is read, which a sum of 1,143 may show

SHARES = {
    "Total_Conversion": Asked("lead_conversion.ever", part="created"),
    "Approved_Conversion": Asked("lead_conversion.ever", part="customers_so_far"),
    "lead_to_sale": Asked("lead_conversion.ever"),
}
COSTS = {
    "Spent": Asked("customer_acquisition_cost.per_lead", part="recorded(cost)"),
    "cost_per_lead": Asked("customer_acquisition_cost.per_lead"),
    "cac": Asked("customer_acquisition_cost.per_lead_customer"),
}
SPLITS = {
    "ads.total": None,
    "ads.by_campaign": "campaign",
    "ads.by_age": "age",
    "ads.by_gender": "gender",
}
IN_TESTS_OF_THEIR_OWN = {*SPLITS, "marketing_roi.at_100_per_sale", "spend.by_day"}
LEFT_OUT = {"data_quality.zero_clicks": "counts ads without a click; clicks on ads are counted by their platform"}
NOT_RECORDED = {"Impressions", "Clicks", "ctr", "cpc", "click_to_lead"}  # of the platform: nobody who can be named


@pytest.fixture(scope="module")
def facts_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = folder() / "kag-facebook-ads" / "KAG_conversion_data.csv"
    if not source.exists():
        pytest.skip(f"the reference data set kag-facebook-ads is not in {folder()}: its numbers were not checked")
    home = tmp_path_factory.mktemp("kag")
    enquiries = home / "enquiries.csv"
    write_enquiries(source, enquiries)
    cadran(home, "import", source, enquiries, "--map", MAPPINGS / "kag-facebook-ads.toml", "--json")
    return Path(cadran(home, "facts").strip())


def write_enquiries(source: Path, target: Path) -> None:
    """One row for each enquiry that the platform counted, the first of an ad being those that bought."""
    with source.open(encoding="utf-8") as ads, target.open("w", encoding="utf-8", newline="") as rows:
        writer = csv.writer(rows)
        writer.writerow(["id", "day", "campaign", "age", "gender", "sold"])
        for ad in csv.DictReader(ads):
            for number in range(int(ad["Total_Conversion"])):
                sold = int(number < int(ad["Approved_Conversion"]))
                who = (ad["Date"], ad["xyz_campaign_id"], ad["age"], ad["gender"])
                writer.writerow([f"{ad['ad_id']}-{ad['fb_campaign_id']}-{number}", *who, sold])


@pytest.mark.parametrize("name", SPLITS)
def test_each_split_of_the_ads_comes_out_as_expected_on_every_engine(name: str, engine: Engine) -> None:
    rows = EXPECTED[name] if SPLITS[name] else {"": EXPECTED[name]}
    for column in {**SHARES, **COSTS}:
        assert wrong(column, SPLITS[name], {split: row[column] for split, row in rows.items()}, engine) == {}, column
    assert {*SHARES, *COSTS} | NOT_RECORDED == set(next(iter(rows.values())))


def wrong(column: str, by: str | None, expected: dict[str, Any], engine: Engine) -> dict[str, Any]:
    """Where a column is not as expected; what hangs on amounts may differ by their rounding."""
    asked = {**SHARES, **COSTS}[column]
    result = Asked(asked.metric, by=by, part=asked.part).answer(engine)
    found = {cell.split[by] if by else "": asked.value(cell) for cell in (result.cells if by else [result.total])}
    near = HUNDREDTHS if column == "Spent" else Decimal("0.0001") if column in COSTS else Decimal("0.0000005")
    return {
        split: (value, found.get(split))
        for split, value in expected.items()
        if abs((found.get(split) or 0) - Decimal(value)) > near
    }


def test_spend_comes_out_by_day(engine: Engine) -> None:
    asked = Asked("customer_acquisition_cost", grain="day", part="recorded(cost)")
    found = {cell.period.first.strftime("%d-%m-%Y"): asked.value(cell) for cell in asked.answer(engine).cells}
    for day, spent in EXPECTED["spend.by_day"].items():
        assert abs((found[day] or 0) - Decimal(spent)) < HUNDREDTHS, day


def test_a_sale_is_worth_a_hundred(engine: Engine) -> None:
    assert differences(Asked("marketing_roi"), engine, EXPECTED["marketing_roi.at_100_per_sale"]) == {}


@pytest.mark.skipif(not EXPECTED, reason="the reference data set is not here")
def test_what_is_not_asked_is_left_out_for_a_reason() -> None:
    assert IN_TESTS_OF_THEIR_OWN | set(LEFT_OUT) == set(EXPECTED)
