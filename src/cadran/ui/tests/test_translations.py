from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.checkers import python_format
from django.utils import translation
from django.utils.translation import gettext

from cadran.ui import translations

FRENCH = translations.LOCALE / "fr/LC_MESSAGES/django.po"


def _ids(catalog: Catalog) -> set[tuple[object, object]]:
    return {(message.id, message.context) for message in catalog if message.id}


def _texts(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (str(message.string),)


def test_every_word_of_the_pages_is_in_french() -> None:
    french = translations.read(FRENCH)
    said = _ids(translations.found())
    assert said - _ids(french) == set(), "run: python -m cadran.ui.translations, then translate what is new"
    assert [message.id for message in french if message.id and not all(_texts(message))] == []


def test_french_keeps_no_word_that_is_no_longer_said() -> None:
    assert _ids(translations.read(FRENCH)) - _ids(translations.found()) == set()


def test_no_translation_is_a_guess_and_each_keeps_its_placeholders() -> None:
    french = translations.read(FRENCH)
    assert [message.id for message in french if message.id and message.fuzzy] == []
    for message in french:
        if message.id and message.python_format:
            python_format(french, message)


def test_french_typography_has_no_plain_space_before_high_punctuation() -> None:
    for message in translations.read(FRENCH):
        for text in _texts(message) if message.id else ():
            assert not any(f" {mark}" in text for mark in ":;?!»"), text


def test_a_catalogue_is_compiled_when_it_changed_and_left_alone_otherwise(tmp_path: Path) -> None:
    po = tmp_path / "fr/LC_MESSAGES/django.po"
    po.parent.mkdir(parents=True)
    po.write_bytes(FRENCH.read_bytes())
    assert translations.compile_all(tmp_path) == [po.with_suffix(".mo")]
    assert translations.compile_all(tmp_path) == []


@pytest.mark.parametrize(("language", "word"), [("fr", "Indicateurs"), ("en", "Indicators")])
def test_pages_speak_the_readers_language(language: str, word: str) -> None:
    with translation.override(language):
        assert gettext("Indicators") == word
