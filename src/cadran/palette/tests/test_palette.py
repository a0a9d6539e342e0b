"""The palette: what one types leads to what one may open."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from cadran.crm.save import By, create
from cadran.dashboards import edit
from cadran.kpis.answer import catalogue
from cadran.members.models import Member
from cadran.metrics.metric import Language
from cadran.palette.entry import nearest
from cadran.palette.found import MOST, kpi_entries
from cadran.ui.matching import plain
from tests.standing import Stand

BY = By("member")
BEGIN = datetime(2026, 9, 1, 9, tzinfo=UTC)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

type Find = Callable[..., list[str]]


@pytest.fixture
def people(db: None, settings: Settings, tmp_path: Path, stand: Stand) -> dict[str, Member]:
    """Alice directs; Bob and Dora sell, each with an account; Vera looks on."""
    settings.HOME = tmp_path
    return stand(write, tmp_path)


def write() -> dict[str, Member]:
    """The people and their accounts, written into empty records."""
    roles = {"alice": "administrator", "bob": "representative", "dora": "representative", "vera": "viewer"}
    made: dict[str, Any] = {
        name: create("member", {"name": name.title(), "email": f"{name}@example.com", "role": role}, by=BY, at=BEGIN)
        for name, role in roles.items()
    }
    create("account", {"name": "Acme Roofing", "owner": made["bob"]}, by=BY, at=BEGIN)
    create("account", {"name": "Acme Towers", "owner": made["dora"]}, by=BY, at=BEGIN)
    return made


@pytest.fixture
def find(people: dict[str, Member]) -> Find:
    """Where what someone types leads, in order."""

    def addresses(words: str, who: str = "alice", language: str = "en") -> list[str]:
        client = Client(headers={"accept-language": language, "hx-request": "true"})
        client.force_login(people[who], backend=BACKEND)
        response = client.get("/find", {"q": words})
        assert response.status_code == 200
        return re.findall(r'role="option"[^>]* href="([^"]+)"', response.content.decode())

    return addresses


def test_an_indicator_out_of_ones_reach_is_not_offered(find: Find) -> None:
    assert "/kpi/customer_acquisition_cost" in find("CAC")
    assert "/kpi/customer_acquisition_cost" not in find("CAC", "bob")
    assert "/kpi/revenue" in find("turnover", "bob")


CALLED = [
    ("CA", "revenue"),
    ("chiffre d'affaires", "revenue"),
    ("turnover", "revenue"),
    ("churn", "churn_rate"),
    ("attrition", "churn_rate"),
    ("atrition", "churn_rate"),
    ("panier moyen", "average_purchase_value"),
    ("PANIER MOYÉN", "average_purchase_value"),
    ("average basket", "average_purchase_value"),
    ("CAC", "customer_acquisition_cost"),
    ("LTV", "customer_lifetime_value"),
    ("nps", "nps"),
    ("délai de réponse aux leads", "lead_response_time"),
    ("median sales cycle", "sales_cycle.median"),
    ("ca facturé", "revenue.invoiced"),
]


def test_a_name_or_a_synonym_in_either_language_leads_to_its_kpi_first(find: Find) -> None:
    for words, kpi in CALLED:
        for language in ("en", "fr"):
            assert find(words, language=language)[0] == f"/kpi/{kpi}", words


def test_a_rate_that_people_call_alike_leads_to_each(find: Find) -> None:
    found = find("taux de transformation")
    assert {"/kpi/win_rate", "/kpi/lead_conversion"} <= set(found[:4])


def test_every_kpi_and_every_variant_is_found_by_its_title() -> None:
    languages: tuple[Language, ...] = ("en", "fr")
    for language in languages:
        known = kpi_entries(catalogue(), language).values()
        for metric in catalogue():
            found = nearest("", known, plain(metric.title[language]), MOST).entries
            assert f"/kpi/{metric.key}" in [entry.url for entry in found], metric.key


PLACES = [
    ("pipeline", "/pipeline/"),
    ("affaires", "/deals"),
    ("explorateur", "/explore"),
    ("explorer", "/explore"),
    ("jours fériés", "/settings/holidays"),
    ("mot de passe", "/account/password/change/"),
    ("glossaire", "/glossary"),
    ("shortcuts", "/help"),
    ("duplicates", "/duplicates"),
    ("new deal", "/deals/new"),
    ("nouvelle affaire", "/deals/new"),
    ("import", "/imports"),
    ("make a board", "/d/"),
]


def test_pages_and_deeds_are_found_in_either_language(find: Find) -> None:
    for words, there in PLACES:
        for language in ("en", "fr"):
            assert there in find(words, language=language), words


def test_what_one_may_not_do_is_not_offered(find: Find) -> None:
    assert "/deals/new" in find("new deal", "bob")
    assert "/deals/new" not in find("new deal", "vera")
    assert "/imports" not in find("import a file", "bob")
    assert not [there for there in find("settings", "bob") if there.startswith("/settings")]
    assert not {"/imports", "/d/"} & set(find("", "vera")[:3])


def test_records_are_those_that_one_may_see(find: Find) -> None:
    def accounts(who: str) -> list[str]:
        return [there for there in find("acme", who) if there.startswith("/accounts/")]

    assert len(accounts("alice")) == 2
    assert len(accounts("bob")) == len(accounts("dora")) == 1
    assert accounts("bob") != accounts("dora")
    assert "/search?q=acme" in find("acme", "bob")


def test_boards_are_those_that_one_may_open(find: Find, people: dict[str, Member]) -> None:
    slug = edit.make(people["bob"], "Zinc roofs", (), "en").slug
    assert find("zinc roofs", "bob")[0] == f"/d/{slug}"
    assert f"/d/{slug}" not in find("zinc roofs", "dora")


def test_nothing_typed_offers_a_few_to_begin_with_and_nonsense_nothing(find: Find) -> None:
    assert "/accounts/new" in find("")
    assert find("qxzzqj") == []


def test_it_is_a_page_of_its_own_without_a_script(people: dict[str, Member], client: Client) -> None:
    client.force_login(people["bob"], backend=BACKEND)
    page = client.get("/find", {"q": "churn"}).content.decode()
    assert '<a href="/kpi/churn_rate">' in page
    assert '<form class="bar" method="get"' in page
    assert "Nothing matches “qxzzqj”" in client.get("/find", {"q": "qxzzqj\0"}).content.decode()
    for path in ("/", "/kpi/", "/deals"):
        assert 'href="/find" data-palette' in client.get(path).content.decode()


def test_a_stranger_is_led_to_the_door(client: Client, db: None) -> None:
    assert client.get("/find?q=acme").headers["location"].startswith("/account/login/?next=")
