"""What fact tables lean on: which raw tables and which other fact tables must be as of a moment for them to be."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache

from cadran.facts import raw, touched
from cadran.facts.transform import HERE, ORDER, text
from cadran.metrics.tables import contract

_NAMED = re.compile(r'\b(raw|main|fresh|shared|touched)\."?([a-z_]+)')
_VIEW = re.compile(r"^create or replace view shared\.(\w+) as\n", re.MULTILINE)


@dataclass(frozen=True)
class Leaning:
    """What some fact tables need."""

    kinds: frozenset[str]
    """The raw tables that are read, by their SQL and by the rules of what touches them."""
    found: tuple[str, ...]
    """The fact tables whose touched keys must be known, in order: those made, and those that the rules start from."""
    made: tuple[str, ...]
    """The fact tables that must be worked out, in order: those asked for, and those that they read."""


def leaning(tables: Collection[str]) -> Leaning:
    """What these fact tables lean on, directly or through others."""
    made, found = set(tables), set(tables)
    before = -1
    while before != len(made) + len(found):
        before = len(made) + len(found)
        for name in tuple(made):
            made |= _read(text(name))["main"]
        found |= made
        for name in tuple(found):
            rule = _read(touched.rules()[name].sql)
            found |= rule["touched"] | (touched.rules()[name].linked.keys() & set(ORDER))
            made |= rule["main"] - {name}  # of itself it reads the former rows
    kinds = {name for name in found if name in raw.kinds()}
    for name in made:
        kinds |= _read(text(name))["raw"] | ({contract()[name].record} & set(raw.kinds()))
    for name in found:
        rules = touched.rules()[name]
        kinds |= (rules.sources & set(raw.kinds())) | _read(rules.sql)["raw"]
    return Leaning(frozenset(kinds), _in_order(found), _in_order(made))


def read_by_rules(tables: Collection[str]) -> set[str]:
    """The views ``raw.*`` and ``main.*`` that are read to find out which keys of these fact tables are touched."""
    views = {f'raw."{name}"' for name in tables if touched.rules()[name].linked}
    for name in tables:
        read = _read(touched.rules()[name].sql)
        views |= {f'{schema}."{one}"' for schema in ("raw", "main") for one in read[schema]}
    return views


def _in_order(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=ORDER.index))


def _read(sql: str) -> dict[str, set[str]]:
    """The tables that some SQL names, those behind the shared views included, by schema."""
    found: dict[str, set[str]] = {"raw": set(), "main": set(), "touched": set()}
    for schema, name in _NAMED.findall(sql):
        if schema == "shared":
            found["raw"] |= _behind_views()[name]
        else:
            found["main" if schema == "fresh" else schema].add(name)
    return found


@cache
def _behind_views() -> dict[str, set[str]]:
    """The raw tables that each shared view reads; a view reads only those that stand before it."""
    found: dict[str, set[str]] = {}
    for name, body in shared_views().items():
        found[name] = set()
        for schema, read in _NAMED.findall(body):
            found[name] |= {read} if schema == "raw" else found[read]
    return found


def behind(view: str) -> set[str]:
    """The raw tables that a shared view reads, directly or through others."""
    return _behind_views()[view]


@cache
def shared_views() -> dict[str, str]:
    """The SELECT of each view of ``shared.sql``."""
    _, *parts = _VIEW.split((HERE / "shared.sql").read_text(encoding="utf-8"))
    return {name: body[: body.index(";")] for name, body in zip(parts[::2], parts[1::2], strict=True)}
