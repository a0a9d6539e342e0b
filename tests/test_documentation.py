"""The documentation says what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cadran.metrics.catalogue import shipped_catalogue
from tests.documentation import COMMAND_LINE, KPIS, REFERENCE_DATA, ROOT, command_line, kpi_pages
from tests.reference import coverage

PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def test_the_reference_of_the_command_line_is_that_of_the_code() -> None:
    assert COMMAND_LINE.read_text(encoding="utf-8") == command_line(), "write it anew with: make docs"


def test_the_pages_of_the_kpis_are_those_of_their_definitions() -> None:
    pages = kpi_pages()
    assert set(KPIS.rglob("*.md")) == set(pages), "write them anew with: make docs"
    assert [path.name for path, page in pages.items() if path.read_text(encoding="utf-8") != page] == []


def test_the_page_of_the_reference_data_is_that_of_the_tests() -> None:
    assert REFERENCE_DATA.read_text(encoding="utf-8") == coverage.page(), "write it anew with: make docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_metrics_asked_in_examples_are_in_the_catalogue(page: Path) -> None:
    asked = re.findall(r"cadran (?:ask|rows|why) ([a-z_.]+)", page.read_text(encoding="utf-8"))
    known = {metric.key for metric in shipped_catalogue()} | {"big_deals_won"}  # defined in the page that asks it
    assert set(asked) <= known


def test_make_lists_every_command_that_the_readme_names() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = {target for pair in re.findall(r"`make ([a-z]+)`|\$ make ([a-z]+)", readme) for target in pair if target}
    assert {"demo", "test"} <= named
    for target in named:
        assert re.search(rf"^{target}:.*##", makefile, re.MULTILINE), target
