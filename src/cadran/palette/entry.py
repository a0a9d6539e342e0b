"""A place that the palette leads to, and how near what was typed comes to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cadran.ui.matching import nearness


@dataclass(frozen=True)
class Entry:
    """Somewhere to go. ``names`` is everything it is called, plain; ``weight`` puts one above another as near."""

    title: str
    about: str
    url: str
    names: Sequence[str] = ()
    weight: float = 1.0


@dataclass(frozen=True)
class Group:
    """Entries of one kind, the nearest first. ``more`` leads to the rest, "" when there is none."""

    name: str
    entries: Sequence[Entry]
    nearest: float
    more: str = ""


def nearest(name: str, entries: Iterable[Entry], sought: str, most: int) -> Group:
    """Those of the entries that plain words come near to, at most so many; the first ones where nothing is sought."""
    if not sought:
        return Group(name, list(entries)[:most], 0.0)
    known = list(entries)
    for slips in (False, True):
        near = [(nearness(sought, entry.names, slips=slips) * entry.weight, entry) for entry in known]
        found = sorted((pair for pair in near if pair[0]), key=lambda pair: -pair[0])[:most]
        if found:
            return Group(name, [entry for _near, entry in found], found[0][0])
    return Group(name, (), 0.0)
