"""How near words that someone types come to the names of a thing: accents, case, small words and slips are forgiven."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

ALIKE = 0.7
"""The share of letter groups that two words must have in common for one to be a slip of the other."""
SHORTEST_SLIP = 4  # letters: shorter words have too few groups to tell a slip from another word

_BREAK = re.compile(r"[^a-z0-9%]+")
_SMALL = re.compile(r"an?|and|aux?|de?|des|du|en|et|for|in|l|la|les?|of|on|par|per|pour|the|to|une?")


def plain(text: str) -> str:
    """Text without case, accents nor punctuation; words that a hyphen joins are one ("E-mail" is "email")."""
    split = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("-", ""))
    return _BREAK.sub(" ", "".join(letter for letter in split if not unicodedata.combining(letter))).strip()


def nearness(sought: str, names: Iterable[str], *, slips: bool = True) -> float:
    """How near plain words come to the nearest of some plain names: 1 is the name itself, 0 nothing like it.

    ``slips`` looks for mistyped words too, which takes longer and is worth it where nothing else is found.
    """
    asked = _telling(sought)
    return max((_near(sought, asked, name, slips) for name in names), default=0.0) if sought else 0.0


def _near(sought: str, asked: Sequence[str], name: str, slips: bool) -> float:
    if name == sought:
        return 1.0
    whole = 0.05 * min(len(sought) / max(len(name), 1), 1)  # of two names alike, the shorter says it better
    if name.startswith(sought):
        return 0.9 + whole
    if all(f" {one}" in f" {name}" for one in asked):
        return 0.8 + whole
    if len(sought) > 2 and all(one in name for one in asked):
        return 0.6 + whole
    if not slips:
        return 0.0
    alike = min(max((_alike(one, word) for word in name.split()), default=0.0) for one in asked)
    return 0.5 * alike + whole if alike >= ALIKE else 0.0


def _telling(sought: str) -> Sequence[str]:
    """The words sought, without the small ones unless there are no others."""
    words = sought.split()
    return [word for word in words if not _SMALL.fullmatch(word)] or words


def _alike(one: str, word: str) -> float:
    """1 where a word begins as asked; else the share of the letter groups that both have."""
    if word.startswith(one):
        return 1.0
    if len(one) < SHORTEST_SLIP:
        return 0.0
    left, right = _groups(one), _groups(word)
    return 2 * len(left & right) / (len(left) + len(right))


@lru_cache(maxsize=8192)
def _groups(word: str) -> frozenset[str]:
    padded = f" {word} "
    return frozenset(padded[place : place + 2] for place in range(len(padded) - 1))
