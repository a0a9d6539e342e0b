"""The boards that ship, one for each role, and the templates for an objective: ``boards.toml``."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cadran.dashboards.spec import Spec
from cadran.metrics.metric import Language


@dataclass(frozen=True)
class Shipped:
    """A board that ships. ``roles`` have it as their home, ``also`` may see it; neither: it is a template."""

    slug: str
    title: Mapping[Language, str]
    about: Mapping[Language, str]
    roles: frozenset[str]
    also: frozenset[str]
    tiles: Sequence[Spec]

    def seen_by(self, role: str) -> bool:
        """Whether this role may open it; anyone may look at a template."""
        return role in self.roles or role in self.also or not self.roles


@cache
def shipped() -> Mapping[str, Shipped]:
    """Every shipped board and template by its slug, in the order of the file."""
    text = (files("cadran.dashboards") / "boards.toml").read_text("utf-8")
    return {entry["slug"]: _read(entry) for entry in tomllib.loads(text)["board"]}


def home_of(role: str) -> Shipped:
    """The board that a role meets first."""
    return next(board for board in shipped().values() if role in board.roles)


def templates() -> list[Shipped]:
    """The templates for an objective."""
    return [board for board in shipped().values() if not board.roles]


def _read(entry: dict[str, object]) -> Shipped:
    board = {name: frozenset(entry.pop(name, ())) for name in ("roles", "also")}  # type: ignore[call-overload]
    tiles = [Spec(**tile) for tile in entry.pop("tiles")]  # type: ignore[attr-defined]
    return Shipped(**entry, **board, tiles=tiles)  # type: ignore[arg-type]
