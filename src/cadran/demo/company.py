"""The company and the words it is made with, read from their TOML files."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from cadran.demo.sizes import Size

NEVER = 100_000
"""A day number beyond all others."""


@cache
def company() -> dict[str, Any]:
    """What `company.toml` says."""
    return tomllib.loads(files("cadran.demo").joinpath("company.toml").read_text(encoding="utf-8"))


@cache
def words() -> dict[str, list[str]]:
    """What `words.toml` says: lists of words by name."""
    return tomllib.loads(files("cadran.demo").joinpath("words.toml").read_text(encoding="utf-8"))


@cache
def articles() -> list[dict[str, Any]]:
    """The pages of the knowledge base."""
    found: list[dict[str, Any]] = tomllib.loads(
        files("cadran.demo").joinpath("articles.toml").read_text(encoding="utf-8")
    )["article"]
    return found


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who works at the company; `joined` and `left` are days before the last one."""

    id: int
    name: str
    email: str
    role: str
    team: str | None
    locale: str
    skill: float
    joined: int | None
    left: int | None


@dataclass(frozen=True, slots=True)
class Seat:
    """A representative's place in a territory, and who keeps it before and after."""

    territory: int
    number: int
    member_id: int
    skill: float
    joined: int  # day numbers
    stand_in: int
    left_day: int
    successor: int


def territories() -> list[dict[str, Any]]:
    """The teams that sell in a region, in order."""
    return [team for team in company()["team"] if "region" in team]


def people(size: Size, seed: int) -> list[Person]:
    """Everyone who works there: those of `company.toml`, then as many more representatives as the size wants."""
    found = [
        Person(
            id=number,
            name=member["name"],
            email=member["email"],
            role=member["role"],
            team=member.get("team"),
            locale=member.get("locale", "fr"),
            skill=member.get("skill", 0.0),
            joined=member.get("joined"),
            left=member.get("left"),
        )
        for number, member in enumerate(company()["member"], start=1)
    ]
    random = Random(f"{seed} people")
    names = {person.name for person in found}
    wanted = size.representatives - sum(person.role == "representative" for person in found)
    regions = territories()
    while wanted > 0:
        name = f"{random.choice(words()['first_names'])} {random.choice(words()['last_names'])}"
        if name in names:
            continue
        names.add(name)
        number = len(found) + 1
        team = regions[wanted % len(regions)]["name"]
        skill = round(random.gauss(0, 0.25), 2)
        found.append(
            Person(number, name, f"representative{number}@example.com", "representative", team, "fr", skill, None, None)
        )
        wanted -= 1
    return found


def seats(everyone: list[Person], last: int) -> list[Seat]:
    """Who sells where, and who takes over from whom: the first representative of the same team who was always there."""
    found = []
    for territory, team in enumerate(territories(), start=1):
        there = [person for person in everyone if person.role == "representative" and person.team == team["name"]]
        always = next(person for person in there if person.joined is None and person.left is None)
        for number, person in enumerate(there):
            joined = -NEVER if person.joined is None else last - person.joined
            left = NEVER if person.left is None else last - person.left
            found.append(Seat(territory, number, person.id, person.skill, joined, always.id, left, always.id))
    return found


def weighted(values: list[Any], weights: list[int]) -> list[Any]:
    """Each value as often as its weight, so that an even draw from the list is a weighted one."""
    return [value for value, weight in zip(values, weights, strict=True) for _ in range(weight)]
