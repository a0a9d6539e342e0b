"""The shortcuts: the one table that the pages, their panel of help and the documentation read."""

import json
from dataclasses import dataclass
from functools import cache

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

COOKIE = "shortcuts"
OFF = "off"


@dataclass(frozen=True)
class Shortcut:
    """Keys pressed one after the other, what they do in words, and the page they lead to or the deed of the script."""

    keys: str
    words: str | Promise
    page: str = ""
    arguments: tuple[str, ...] = ()
    deed: str = ""

    @property
    def target(self) -> str:
        """Where a script goes: an address, or a deed after "do:"."""
        return f"do:{self.deed}" if self.deed else reverse(self.page, args=self.arguments)


SHORTCUTS = (
    Shortcut("?", _("Show these shortcuts"), deed="help"),
    Shortcut("/", _("Search on this page, or everywhere"), deed="search"),
    Shortcut("n", _("Make something new: what this page lists, or a choice"), deed="new"),
    Shortcut("g h", _("Go to the home page"), "home"),
    Shortcut("g k", _("Go to the indicators"), "kpis"),
    Shortcut("g p", _("Go to the pipeline"), "pipeline"),
    Shortcut("g b", _("Go to the boards"), "boards"),
    Shortcut("g s", _("Go to the story"), "story"),
    Shortcut("g e", _("Go to the explorer"), "explore"),
    Shortcut("g a", _("Go to the accounts"), "records", ("accounts",)),
    Shortcut("g c", _("Go to the contacts"), "records", ("contacts",)),
    Shortcut("g l", _("Go to the leads"), "records", ("leads",)),
    Shortcut("g d", _("Go to the deals"), "records", ("deals",)),
    Shortcut("g o", _("Go to the orders"), "records", ("orders",)),
    Shortcut("g t", _("Go to the tickets"), "records", ("tickets",)),
    Shortcut("g v", _("Go to the activities"), "records", ("activities",)),
    Shortcut("g g", _("Go to the glossary"), "glossary"),
)


@cache
def keys() -> str:
    """What each shortcut does, for the script: keys to targets, as JSON."""
    return json.dumps({one.keys: one.target for one in SHORTCUTS}, separators=(",", ":"))
