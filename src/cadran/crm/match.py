"""Finding records by what people call them: a name, an e-mail, a number, the id they have elsewhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cadran.crm import bulk
from cadran.crm.records import KINDS, fields_of

MERGED = "merged_into"
"""The link of a record that went into another to the one that holds it."""


@dataclass
class Found:
    """Which record each value means. What means several is in `ambiguous`, with their ids, and not in `ids`."""

    ids: dict[str, int] = field(default_factory=dict)
    ambiguous: dict[str, list[int]] = field(default_factory=dict)


def find(kind: str, name: str, values: Iterable[str], connection: str | None = None) -> Found:
    """Find the records of a kind whose field is one of these texts, in few queries; archived ones are left out,
    but for those that went into another: it is found by what they were called.

    `connection` keeps to the records that came from there. E-mails are found in whatever case they are written.
    """
    where = [] if connection is None else [("connection", connection)]
    if name == "email":
        wanted: dict[str, set[str]] = {}
        for value in values:
            wanted.setdefault(value.lower(), set()).add(value)
        folded = _among(kind, name, wanted, where)
        return Found(
            {value: pk for text, pk in folded.ids.items() for value in wanted[text]},
            {value: pks for text, pks in folded.ambiguous.items() for value in wanted[text]},
        )
    return _among(kind, name, set(values), where)


def _among(kind: str, name: str, values: Iterable[str], where: list[tuple[str, str]]) -> Found:
    found, went = Found(), followed(kind)
    for row, value, archived_at in bulk.select(kind, ["id", name, "archived_at"], name, values, where):
        pk = went.get(row, row)
        if pk == row and archived_at is not None:
            continue
        if value in found.ambiguous:
            found.ambiguous[value] = [*{*found.ambiguous[value], pk}]
        elif found.ids.setdefault(value, pk) != pk:
            found.ambiguous[value] = [found.ids.pop(value), pk]
    for pks in found.ambiguous.values():
        pks.sort()
    return found


def absent(kind: str, ids: Iterable[int]) -> set[int]:
    """Which of these ids are of no record of the kind."""
    return bulk.absent(kind, set(ids))


def merges(kind: str) -> bool:
    """Whether records of this kind can go into one another."""
    return MERGED in fields_of(kind)


def followed(kind: str) -> dict[int, int]:
    """The records of a kind that went into another, each with the one that holds it now, unless that is archived."""
    if not merges(kind):
        return {}
    records = KINDS[kind]._default_manager
    went = dict(records.exclude(**{MERGED: None}).values_list("pk", f"{MERGED}_id"))
    ends = {pk: end_of(pk, went) for pk in went}
    present = set(records.filter(pk__in=set(ends.values()), archived_at=None).values_list("pk", flat=True))
    return {pk: end for pk, end in ends.items() if end in present}


def end_of(pk: int, went: Mapping[int, int]) -> int:
    """Where a record went in the end."""
    seen = set[int]()
    while pk in went and pk not in seen:
        seen.add(pk)
        pk = went[pk]
    return pk
