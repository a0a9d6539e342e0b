"""Finding records by what people call them: a name, an e-mail, a number, the id they have elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from cadran.crm import bulk


@dataclass
class Found:
    """Which record each value means. What means several is in `ambiguous`, with their ids, and not in `ids`."""

    ids: dict[str, int] = field(default_factory=dict)
    ambiguous: dict[str, list[int]] = field(default_factory=dict)


def find(kind: str, name: str, values: Iterable[str], connection: str | None = None) -> Found:
    """Find the records of a kind whose field is one of these texts, in few queries; archived ones are left out.

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
    found = Found()
    for pk, value, archived_at in bulk.select(kind, ["id", name, "archived_at"], name, values, where):
        if archived_at is not None:
            continue
        if value in found.ambiguous:
            found.ambiguous[value].append(pk)
        elif found.ids.setdefault(value, pk) != pk:
            found.ambiguous[value] = [found.ids.pop(value), pk]
    for pks in found.ambiguous.values():
        pks.sort()
    return found


def absent(kind: str, ids: Iterable[int]) -> set[int]:
    """Which of these ids are of no record of the kind."""
    return bulk.absent(kind, set(ids))
