"""Raw rows written by hand, and the facts made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from cadran.facts import raw, transform

Given = Mapping[str, Any]

EUROPE: Given = {"currency": "EUR", "time_zone": "Europe/Paris"}
SALES: tuple[Given, ...] = tuple(
    {"id": number, "pipeline_id": 1, "name": name, "order": number, "outcome": outcome, "probability": probability}
    for number, (name, outcome, probability) in enumerate(
        [
            ("New", "open", "0.1"),
            ("Talk", "open", "0.4"),
            ("Offer", "open", "0.7"),
            ("Won", "won", "1"),
            ("Lost", "lost", "0"),
        ],
        start=1,
    )
)
NEW, TALK, OFFER, WON, LOST = range(1, 6)


class Facts:
    """The fact tables made of a few raw rows. Rows may leave out what does not matter; ids count from 1."""

    def __init__(self, *, organisation: Given = EUROPE, **kinds: Sequence[Given]) -> None:
        self.connection = duckdb.connect(":memory:")
        raw.create_raw(self.connection)
        self._put("organisation", [organisation])
        self._put("pipeline", [{"name": "Sales"}])
        self._put("stage", kinds.pop("stage", SALES))
        for kind, rows in kinds.items():
            self._put(kind, rows)
        transform.build(self.connection)

    def rows(self, table: str, columns: str, order: str = "all") -> list[tuple[Any, ...]]:
        """Some columns of a fact table, as text where that is easier to read: dates and numbers as they are written."""
        sql = f'select {columns} from main."{table}" order by {order}'
        return [tuple(_plain(value) for value in row) for row in self.connection.execute(sql).fetchall()]

    def _put(self, kind: str, rows: Sequence[Given]) -> None:
        for number, row in enumerate(rows, start=1):
            full = {"id": number, "created_at": "2026-01-05 09:00", **_PLAIN.get(kind, {}), **row}
            if kind == "change":
                full.setdefault("known_at", full["at"])
                del full["created_at"]
            names = ", ".join(f'"{name}"' for name in full)
            marks = ", ".join(f"${place}" for place in range(1, len(full) + 1))
            self.connection.execute(f'insert into raw."{kind}" ({names}) values ({marks})', list(full.values()))


_PLAIN: Mapping[str, Given] = {
    "deal": {"pipeline_id": 1, "stage_id": NEW, "currency": "EUR"},
    "deal_line": {"currency": "EUR"},
    "product": {"currency": "EUR"},
    "order": {"currency": "EUR"},
    "payment": {"currency": "EUR"},
    "subscription": {"currency": "EUR"},
    "renewal": {"currency": "EUR"},
    "spend": {"currency": "EUR"},
    "activity": {"automated": False},
    "member": {"is_active": True, "licensed": True, "role": "representative"},
    "change": {"record": "deal", "origin": "member"},
}


def moved(deal: int, at: str, old: int | None, new: int | None) -> Given:
    """A deal's change of stage."""
    return changed(deal, at, "stage", old, new)


def changed(deal: int, at: str, field: str, old: object, new: object) -> Given:
    """A deal's change of any field."""
    return {
        "record_id": deal,
        "at": at,
        "field": field,
        "from_value": None if old is None else str(old),
        "to_value": None if new is None else str(new),
    }


def numbered(*changes: Given) -> list[Given]:
    """Change rows with ids in the order given."""
    return [{"id": number, **change} for number, change in enumerate(changes, start=1)]


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    text = str(value)
    return text.rstrip("0").rstrip(".") if "." in text and ":" not in text else text
