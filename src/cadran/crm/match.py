"""Finding records by what people call them: a name, an e-mail, a number, the id they have elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import batched

from cadran.crm import bulk
from cadran.crm.records import KINDS


@dataclass
class Found:
    """Which record each value means. What means several is in `ambiguous`, with their ids, and not in `ids`."""

    ids: dict[str, int] = field(default_factory=dict)
    ambiguous: dict[str, list[int]] = field(default_factory=dict)


def find(kind: str, name: str, values: Iterable[str], connection: str | None = None) -> Found:
    """Find the records of a kind whose field is one of these texts, in few queries; archived ones are left out.

    `connection` keeps to the records that came from there. E-mails are found in whatever case they are written.
    """
    wanted: dict[str, set[str]] = {}
    for value in values:
        wanted.setdefault(_folded(name, value), set()).add(value)
    every: dict[str, list[int]] = {}
    for chunk in batched(wanted, bulk.CHUNK):
        rows = KINDS[kind]._default_manager.filter(archived_at=None, **{f"{name}__in": chunk})
        if connection is not None:
            rows = rows.filter(connection=connection)
        for pk, value in rows.order_by("pk").values_list("pk", name):
            every.setdefault(_folded(name, value), []).append(pk)
    found = Found()
    for folded, pks in every.items():
        if len(pks) == 1:
            found.ids.update(dict.fromkeys(wanted[folded], pks[0]))
        else:
            found.ambiguous.update(dict.fromkeys(wanted[folded], pks))
    return found


def absent(kind: str, ids: Iterable[int]) -> set[int]:
    """Which of these ids are of no record of the kind."""
    wanted = set(ids)
    return wanted.difference(pk for (pk,) in bulk.select(kind, ["id"], "id", wanted))


def _folded(name: str, value: str) -> str:
    return value.lower() if name == "email" else value
