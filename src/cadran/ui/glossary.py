"""The words of the pages: the one source of the cards on them, of the page /glossary and of GLOSSARY.md."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

from cadran.ui.matching import plain

_FILE = Path(__file__).with_name("glossary.toml")


@dataclass(frozen=True)
class Term:
    """A word and what it means, in one language."""

    key: str
    word: str
    meaning: str


@cache
def glossary(language: str) -> Mapping[str, Term]:
    """Every term in a language, by key, in the order of the alphabet."""
    entries = tomllib.loads(_FILE.read_text("utf-8"))
    terms = [Term(key, said["word"][language], said["meaning"][language]) for key, said in entries.items()]
    return {term.key: term for term in sorted(terms, key=lambda term: plain(term.word))}


def spoken() -> Mapping[str, Term]:
    """The terms in the language of the page."""
    return glossary("fr" if (get_language() or "en").startswith("fr") else "en")


def terms(keys: Sequence[str]) -> list[Term]:
    """Some of them, in this order, in the language of the page."""
    return [spoken()[key] for key in keys]
