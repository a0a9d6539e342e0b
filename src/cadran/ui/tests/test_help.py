"""Shortcuts and the glossary: one table of each, said the same everywhere, and shortcuts that can be turned off."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.template import Context, Template
from django.test import Client
from django.urls import resolve
from django.utils.translation import override

from cadran.ui.glossary import glossary
from cadran.ui.shortcuts import SHORTCUTS, keys

ROOT = Path(__file__).parents[4]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def alice(client: Client, db: None) -> Client:
    client.force_login(get_user_model()._default_manager.create(name="Alice", role="viewer"), backend=BACKEND)
    return client


def page(client: Client, path: str, language: str = "en") -> str:
    response = client.get(path, headers={"accept-language": language})
    assert response.status_code == 200
    return unescape(response.content.decode())


def test_every_shortcut_leads_somewhere_and_none_hides_another() -> None:
    pressed = [one.keys for one in SHORTCUTS]
    assert len(set(pressed)) == len(pressed)
    assert not [(a, b) for a in pressed for b in pressed if b.startswith(f"{a} ")]
    for one in SHORTCUTS:
        assert one.deed in ("help", "search", "new") if one.deed else resolve(one.target)


def test_the_panel_the_page_and_the_documentation_say_the_same_table(alice: Client) -> None:
    said = page(alice, "/help")
    carried = re.search(r'data-keys="(\{.*?\})"', said)
    assert carried
    assert json.loads(carried[1]) == json.loads(keys())
    documented = (ROOT / "docs/how-to/find-your-way.md").read_text("utf-8")
    with override("en"):
        for one in SHORTCUTS:
            shown = "".join(f"<kbd>{key}</kbd> " for key in one.keys.split())
            assert f'<th scope="row">{shown}</th><td>{one.words}</td>' in said
            written = " ".join(f"`{key}`" for key in one.keys.split())
            assert f"| {written} | {one.words} |\n" in documented
        assert documented.count("\n| `") == len(SHORTCUTS)


def test_shortcuts_can_be_turned_off_and_on_again(alice: Client) -> None:
    assert 'data-keys="{' in page(alice, "/help")
    assert alice.post("/shortcuts/", {"shortcuts": "off"}).headers["location"] == "/help"
    assert 'data-keys=""' in page(alice, "/help")
    assert "Turn the shortcuts of single keys on" in page(alice, "/help")
    alice.post("/shortcuts/", {"shortcuts": "on"})
    assert 'data-keys="{' in page(alice, "/help")


def test_the_glossary_has_every_word_in_both_languages(alice: Client) -> None:
    english, french = glossary("en"), glossary("fr")
    assert set(english) == set(french)
    for language, terms in (("en", english), ("fr", french)):
        said = page(alice, "/glossary", language)
        for term in terms.values():
            assert f'<div id="{term.key}"><dt>{term.word}</dt><dd>{term.meaning}</dd></div>' in said
    assert not [term.key for term in french.values() if re.search(r" [:;?!%»]", term.meaning)]


def test_every_word_of_the_cards_is_in_the_glossary_of_the_project() -> None:
    written = (ROOT / "GLOSSARY.md").read_text("utf-8")
    above, below = written.split("## On the pages")
    for term in glossary("en").values():
        row = f"| **{term.word}** | {glossary('fr')[term.key].word} | {term.meaning} |\n"
        assert (f"**{term.word}**" in above) != (row in below), term.key


def test_a_word_is_a_link_to_the_glossary_without_a_script() -> None:
    template = Template('{% load cadran %}{% term "n" words="Rests on" %}; {% term "board" "tile" %}')
    with override("fr"):
        written = template.render(Context())
    assert '<a class="term" href="/glossary#n">Rests on</a>' in written
    assert '<a class="term" href="/glossary#board">tableau de bord</a> · <a' in written


def test_a_stranger_is_led_to_the_door(client: Client, db: None) -> None:
    for path in ("/help", "/glossary"):
        assert client.get(path).headers["location"].startswith("/account/login/?next=")
