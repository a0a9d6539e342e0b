"""The flows that ARCHITECTURE.md draws are the ways that the code takes."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from types import FrameType

import pytest
from django.test import Client
from pytest_django import Settings

from cadran.crm.models import Deal
from cadran.crm.save import By, change
from cadran.crm.sign_in import let_in
from cadran.facts.store import Store
from cadran.imports.load import load_files
from cadran.imports.mapping import parse_mapping

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ROOT = Path(__file__).parents[1]
MAPPING = """
connection = "old-crm"
[[pipelines]]
name = "Sales"
stages = [{ name = "Proposal" }, { name = "Won", outcome = "won" }]
[[files]]
name = "deals.csv"
[[files.records]]
kind = "deal"
id = "id"
fields = { name = "name", stage = "stage", amount = "amount", created_at = "created", closed_at = "closed" }
"""
DEALS = """id,name,stage,amount,created,closed
1,Orion,Won,125.50,2026-02-13,2026-03-17
2,Vega,Proposal,10,2026-02-20,
"""


def drawn(title: str) -> list[str]:
    """The hops of a flow as ARCHITECTURE.md draws it."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    block = text.split(f"**{title}**", 1)[1].split("```")[1]
    return re.findall(r"^(?:→ )?([a-z_.]+)", block.strip(), re.MULTILINE)


@contextmanager
def walked() -> Iterator[list[str]]:
    """The functions of ours that are entered meanwhile, in order, as module.function."""
    seen: list[str] = []
    source = str(ROOT / "src" / "cadran")

    def enter(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(source):
            module = frame.f_globals["__name__"].removeprefix("cadran.")
            seen.append(f"{module}.{frame.f_code.co_name}")

    sys.setprofile(enter)
    threading.setprofile(enter)
    try:
        yield seen
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def in_order(hops: list[str], seen: list[str]) -> list[str]:
    """The hops that were not met in this order."""
    at = iter(seen)
    return [hop for hop in hops if not any(step == hop for step in at)]


@pytest.fixture
def imported(tmp_path: Path, settings: Settings) -> Callable[[], None]:
    """The import of two deals into a home of their own."""
    settings.HOME = tmp_path
    file = tmp_path / "deals.csv"
    file.write_text(DEALS, encoding="utf-8")
    return lambda: (load_files([file], parse_mapping(MAPPING)), None)[1]


def test_a_file_walks_as_drawn(imported: Callable[[], None]) -> None:
    with walked() as seen:
        imported()
    assert Deal.objects.count() == 2
    assert in_order(drawn("A file, from the disk to its records"), seen) == []


def test_a_kpi_walks_as_drawn(imported: Callable[[], None]) -> None:
    imported()
    alice = let_in("alice@example.com", name="Alice", role="administrator", password="quarante-deux girafes")
    client = Client()
    client.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    with walked() as seen:
        page = client.get("/kpi/revenue?period=custom&from=2026-03-01&through=2026-03-31")
    assert page.status_code == 200
    assert "125.50" in page.content.decode()
    assert in_order(drawn("A KPI, from its URL to its chart"), seen) == []


def test_a_change_walks_as_drawn(imported: Callable[[], None], tmp_path: Path) -> None:
    imported()
    store = Store.open(tmp_path)
    before = store.version
    with walked() as seen:
        change(Deal.objects.get(external_id="1"), {"amount": Decimal("200")}, by=By("member"))
        store.refresh()
        engine = store.engine()
    assert engine.data_version != before
    assert engine.select('SELECT sum("amount") FROM "deal"', []) == [(Decimal("210.0000"),)]
    assert in_order(drawn("A change, from its commit to the next answer"), seen) == []
    store.close()
