"""The story of a period: deterministic words, each figure leading to its page, no more than the numbers carry."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client

from cadran.crm.models import Pipeline, Stage
from cadran.crm.save import create
from cadran.kpis.tests.conftest import BY, Company, words_of

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def _on_the_day_of_the_example() -> object:
    with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def rush(company: Company) -> None:
    """Forty deals that Alice won in October: more than chance explains."""
    pipeline = Pipeline.objects.get()
    won = Stage.objects.get(outcome="won")
    for number in range(40):
        at = datetime(2026, 10, 6, 9, tzinfo=UTC) + timedelta(hours=number)
        values = {"pipeline": pipeline, "stage": won, "amount": 10, "currency": "EUR", "owner": company.alice}
        create("deal", {**values, "name": f"Rush {number}", "closed_at": at}, by=BY, at=at)


def story(client: Client, path: str = "/story", language: str = "en") -> str:
    """The words of the article, without blanks before signs."""
    words = words_of(client.get(path, headers={"accept-language": language}).content)
    return re.sub(r"\s+([:;,.)])", r"\1", words).replace("( ", "(").partition("indica")[2]


@pytest.mark.usefixtures("rush")
def test_what_changed_by_more_than_chance_is_told_with_where(ada: Client) -> None:
    changed = story(ada).partition("What changed")[2].partition("What may be noise")[0]
    assert (
        "Deals won rose from 1 to 43 (+4,200.0%). That is good news. By owner, the largest parts of the change: Alice"
        in changed
    )
    assert "Average deal size" not in changed


@pytest.mark.usefixtures("rush")
def test_every_figure_leads_to_its_page(ada: Client) -> None:
    body = ada.get("/story").content.decode().partition("<article")[2].partition("</article>")[0]
    sentences = re.findall(r"<li>(.*?)</li>", body, re.S)
    assert len(sentences) > 5
    for sentence in sentences:
        loose = re.sub(r"<a .*?</a>", "", unescape(sentence), flags=re.S)
        assert not re.search(r"\d", loose), sentence
    for address in set(re.findall(r'href="([^"]*)', body)):
        assert address.startswith(("/kpi/", "#story-")), address
        assert not address.startswith("#") or f'id="{address[1:]}"' in body


def test_what_chance_explains_is_noise_and_nothing_got_worse(ada: Client) -> None:
    words = story(ada, "/story?filter.owner=Bob")
    assert "None changed by more than chance explains." in words
    assert "What changed" not in words
    noise = words.partition("What may be noise")[2]
    assert "Win rate: 50.0%, after 0.0% (+50.0 pts): chance alone could explain this." in noise
    assert "What to look at Nothing got worse by more than chance explains" in words


def test_bad_news_says_where_to_begin(ada: Client) -> None:
    look = story(ada).partition("What to look at")[2]
    assert "Deals created (−100.0%): begin with" in look
    assert "and see what the change is made of." in look


def test_a_story_is_the_same_twice(ada: Client) -> None:
    assert story(ada) == story(ada)


def test_a_story_speaks_french(ada: Client) -> None:
    words = story(ada, "/story?filter.owner=Bob", "fr")
    assert "Taux de" in words
    assert "le hasard seul suffit à l’expliquer" in words
    assert "Rien ne s’est dégradé plus que le hasard ne l’explique" in words


@pytest.mark.usefixtures("rush")
def test_french_agrees_whatever_the_gender_of_the_indicator(ada: Client) -> None:
    words = story(ada, language="fr")
    assert "Affaires gagnées: en hausse" in words
    assert "Par commercial, les plus grandes parts de l’écart: Alice" in words
    assert not re.search(r"\b(il|le) (tient|lie|fait)\b", words)


@pytest.mark.usefixtures("rush")
def test_a_representative_reads_the_story_of_his_own(company: Company, client: Client) -> None:
    client.force_login(company.bob, backend=BACKEND)
    body = client.get("/story").content.decode()
    assert "Alice" not in body
    assert "4,200" not in body
    assert "Deals won" in body


def test_a_story_needs_a_comparison(ada: Client) -> None:
    assert ada.get("/story?compare=none").status_code == 400


def test_the_home_leads_to_the_story_of_its_period(ada: Client) -> None:
    assert 'href="/story?period=year"' in ada.get("/?period=year").content.decode()
