"""Every page can be read without a script: its heading, its numbers, and beside each chart the same as a table."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client

from cadran.dashboards.shipped import shipped
from cadran.kpis.tests.conftest import ada, company, words_of  # noqa: F401 (fixtures)
from tests.permissions.table import ROWS

PAGES = (
    *dict.fromkeys(row.path for row in ROWS.values() if "{" not in row.path and row.read == 200),
    "/kpi/win_rate?by=owner",
    "/explore?metric=revenue&metric=deals_won&by=owner&step=month",
)


@pytest.fixture(autouse=True)
def _on_the_day_of_the_example() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC), tick=False):
        yield


def lacks(html: str) -> Iterator[str]:
    """What a page lacks for whoever reads it without a script."""
    if not re.search(r"<h1\b[^>]*>\s*\S", html):
        yield "a heading"
    for section in re.split(r"<section\b", html)[1:]:
        for chart in re.findall(r'data-chart="([^"]+)"', section):
            told = html if chart.startswith("explored-") else section  # the explorer has one table for all its charts
            if not re.search(r"<td\b[^>]*>\s*\S", told):
                yield f"the table of the chart {chart}"
    for value in re.findall(r'<p class="value[^"]*">(.*?)</p>', html, flags=re.S):
        if not words_of(value.encode()).strip():
            yield "a number"
    for form in re.findall(r"<form\b.*?</form>", html, flags=re.S):
        asks = re.search(r'<(select|textarea|input(?![^>]*type="?hidden))', form)
        if asks and not re.search(r"<button\b|type=\"submit\"", form):
            yield f"a button in {form[:90]}"


@pytest.mark.slow
@pytest.mark.django_db
def test_every_page_is_read_without_a_script(request: pytest.FixtureRequest) -> None:
    browser: Client = request.getfixturevalue("ada")
    found: list[str] = []
    pages = charts = 0
    for path in (*PAGES, *(f"/d/{slug}" for slug in shipped())):
        response = browser.get(path, headers={"accept-language": "en"})
        if response.streaming or not response.headers["content-type"].startswith("text/html"):
            continue
        html = response.content.decode()
        if response.status_code != 200 or "<main" not in html:  # a door, a part of a page
            continue
        pages += 1
        charts += html.count("data-chart=")
        found += [f"{path}: {lack}" for lack in lacks(html)]
    assert not found, "\n".join(found)
    assert pages > 30, "too few pages for this to prove anything"
    assert charts > 10, "too few charts for this to prove anything"
