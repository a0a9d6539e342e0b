"""A small world of records, changed at random through the door."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from duckdb import DuckDBPyConnection

from cadran.crm import save
from cadran.crm.errors import Refused
from cadran.crm.merge import merge
from cadran.crm.records import Field, FieldType, fields_of, kind_of
from cadran.crm.save import By
from cadran.facts import raw
from cadran.facts.transform import ORDER
from cadran.members.record import Record
from cadran.metrics.tables import contract

BORN = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 120
MADE = {
    "team": 2, "member": 3, "account": 4, "contact": 3, "campaign": 2, "product": 3, "exchange_rate": 5, "deal": 8,
    "deal_line": 8, "lead": 5, "order": 8, "order_line": 8, "subscription": 4, "renewal": 5, "loyalty_event": 3,
    "payment": 4, "spend": 3, "touch": 5, "ticket": 5, "ticket_message": 8,
    "activity": 12, "survey": 2, "answer": 3, "usage": 2, "visit": 2, "page_event": 2, "session": 2,
}  # fmt: skip
WORDS: Mapping[str, tuple[str, ...]] = {
    "kind": ("call", "email", "meeting", "note"),
    "direction": ("inbound", "outbound"),
    "forecast_category": ("pipeline", "commit"),
    "status": ("new", "MQL", "Sales qualified"),
    "purpose": ("acquisition", "retention"),
}


class World:
    """Records of every kind that facts are made of; every value comes from ``seed``."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.records: dict[str, list[Record]] = {}
        self.by = By("member")
        self._add("organisation", {"currency": "EUR", "time_zone": "Europe/Paris"})
        self._add("custom_field", {"record": "deal", "key": "flavour", "type": "choice", "choices": ["mint", "lime"]})
        for weekday in range(1, 6):
            self._add("business_hours", {"weekday": weekday, "opens": time(9), "closes": time(12, 30)})
            self._add("business_hours", {"weekday": weekday, "opens": time(13, 30), "closes": time(18)})
        self._add("holiday", {"day": date(2026, 4, 6)})
        for name in ("Sales", "Partners"):
            self._add("pipeline", {"name": name})
            stages = [("New", "open"), ("Talk", "open"), ("Offer", "open"), ("Won", "won"), ("Lost", "lost")]
            for order, (stage, outcome) in enumerate(stages):
                values = {"pipeline": self.records["pipeline"][-1], "name": stage, "order": order, "outcome": outcome}
                self._add("stage", {**values, "probability": Decimal(order) / 4})
        for kind, count in MADE.items():
            for _ in range(count):
                self.make(kind)

    def make(self, kind: str) -> None:
        """One more record with values at random."""
        values = {name: self._value(kind, field) for name, field in fields_of(kind).items() if self._is_chosen(field)}
        self._add(kind, values, at=self._moment())

    def step(self) -> None:
        """Create, change, archive or restore something, or put one more line into a deal's past."""
        kind = self.random.choice([*MADE, "deal", "deal", "deal", "activity", "order", "subscription", "stage"])
        what = self.random.random()
        if what < 0.25 and kind in MADE:
            self.make(kind)
            return
        if not self.records.get(kind):
            return
        record = self.random.choice(self.records[kind])
        if what > 0.92 and kind not in ("organisation", "stage"):
            (save.restore if record.archived_at else save.archive)(record, by=self.by)
            return
        names = [name for name, field in fields_of(kind).items() if field.type not in (FieldType.LINKS, FieldType.JSON)]
        names = [name for name in names if name not in ("archived_at", "role", "time_zone", "outcome")]
        chosen = self.random.sample(names, min(len(names), self.random.randint(1, 3)))
        values = {name: self._value(kind, fields_of(kind)[name]) for name in chosen}
        if kind == "deal" and self.random.random() < 0.4:
            values["stage"] = self.random.choice(self.records["stage"])
        if kind == "deal" and self.random.random() < 0.2:
            values["custom.flavour"] = self.random.choice(["mint", "lime", None])
        try:
            if self.random.random() < 0.7:
                save.change(record, values, by=self.by, at=self._moment())
            else:
                save.change(record, values, by=By("import"))
        except Refused:
            record.refresh_from_db()

    def merge(self) -> None:
        """Let an account, a contact or a lead go into another."""
        kind = self.random.choice(["account", "contact", "lead"])
        kept, other = self.random.sample(self.records[kind], 2)
        for record in (kept, other):
            record.refresh_from_db()
            if record.archived_at:
                save.restore(record, by=self.by)
        merge(kept, other, {}, by=self.by)

    def _add(self, kind: str, values: Mapping[str, Any], at: datetime = BORN) -> None:
        try:
            made = save.create(
                kind, {key: value for key, value in values.items() if key != "created_at"}, by=self.by, at=at
            )
        except Refused:
            return
        self.records.setdefault(kind_of(made), []).append(made)

    def _is_chosen(self, field: Field) -> bool:
        if field.type in (FieldType.LINKS, FieldType.JSON) or field.name in (
            "archived_at",
            "external_id",
            "custom",
            "role",
        ):
            return False
        return field.required or self.random.random() < 0.8

    def _value(self, kind: str, field: Field) -> Any:
        if field.nullable and self.random.random() < 0.15:
            return None
        if field.name in WORDS and kind in ("activity", "deal", "lead", "spend"):
            return self.random.choice(WORDS[field.name])
        if field.unique:
            return f"{kind} {self.random.random()}"
        if field.type is FieldType.LINK:
            found = self.records.get(field.target or "", [])
            return self.random.choice(found) if found else None
        return self._plain(field)

    def _plain(self, field: Field) -> Any:
        number = self.random.randint(1, 100)
        plain: dict[FieldType, Any] = {
            FieldType.CURRENCY: self.random.choice(["EUR", "EUR", "USD", "GBP"]),
            FieldType.MONEY: Decimal(number * 1234) / 100,
            FieldType.NUMBER: Decimal(number) / 4,
            FieldType.SHARE: Decimal(number) / 100,
            FieldType.WHOLE: 1 + number % 12,
            FieldType.FLAG: number % 2 == 0,
            FieldType.MOMENT: self._moment(),
            FieldType.DAY: BORN.date() + timedelta(days=number),
            FieldType.CHOICE: self.random.choice(field.choices or ("",)),
        }
        return plain.get(field.type, f"{field.name} {1 + number % 4}")

    def _moment(self) -> datetime:
        # Whole days often, so that several things happen at the same moment.
        hours = self.random.choice([0, 0, 23, self.random.random() * 24])
        return BORN + timedelta(days=self.random.randint(0, DAYS), hours=hours)


def contents(connection: DuckDBPyConnection, tables: Any = None) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every fact table, in an order that only the rows decide."""
    found = {}
    for name in ORDER:
        columns = ", ".join(f'"{column}"' for column in (tables or contract())[name].columns)
        found[name] = connection.execute(f'select {columns} from main."{name}" order by all').fetchall()
    return found


def raw_contents(connection: DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    """Every raw row of every kind."""
    return {kind: connection.execute(f'select * from raw."{kind}" order by id').fetchall() for kind in raw.kinds()}


def day(text: str) -> date:
    """A date from ISO text."""
    return date.fromisoformat(text)
