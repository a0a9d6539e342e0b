"""Records written through the door at moments of our choosing, and questions to the facts published of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import time_machine

from cadran.crm import save
from cadran.crm.records import FieldType, fields_of, kind_of
from cadran.crm.save import By
from cadran.crm.values import from_text
from cadran.facts.store import Store
from cadran.members.record import Record
from cadran.metrics import Catalogue, Question, Result, shipped_catalogue
from cadran.metrics.ask import ask_all
from cadran.metrics.cells import Cell
from cadran.metrics.engines.base import Engine
from cadran.metrics.period import Calendar

ZONE = "Europe/Paris"
BORN = "2023-01-01"
STAGES = (("New", "open", "0.1"), ("Talk", "open", "0.4"), ("Offer", "open", "0.8"), ("Won", "won", "1"))
MEMBER = By("member")


class Ledger:
    """A company's records: organisation, a pipeline named Sales, then whatever a data set adds.

    Everything is written at the moment given with it, and known from that moment on.
    """

    def __init__(self) -> None:
        self.organisation = self.add("organisation", BORN, currency="EUR", time_zone=ZONE)
        self.pipeline = self.add("pipeline", BORN, name="Sales")
        self.stages = {
            name: self.add(
                "stage", BORN, pipeline=self.pipeline, name=name, order=order, outcome=outcome, probability=odds
            )
            for order, (name, outcome, odds) in enumerate((*STAGES, ("Lost", "lost", "0")))
        }

    def add(self, kind: str, on: str, /, **values: Any) -> Record:
        """One more record, begun and written down at that moment."""
        with time_machine.travel(moment(on), tick=False):
            return save.create(kind, typed(kind, values), by=MEMBER)

    def change(self, record: Record, on: str, /, **values: Any) -> None:
        """Change a record at that moment."""
        with time_machine.travel(moment(on), tick=False):
            assert save.change(record, typed(kind_of(record), values), by=MEMBER), "nothing changed"

    def deal(self, on: str, stage: str = "New", /, **values: Any) -> Record:
        """A deal of the pipeline, begun in a stage."""
        return self.add("deal", on, pipeline=self.pipeline, stage=self.stages[stage], **values)

    def move(self, deal: Record, on: str, stage: str, /, **values: Any) -> None:
        """Move a deal to a stage; closing it, when the stage does, at that moment unless told otherwise."""
        if stage in ("Won", "Lost"):
            values = {"closed_at": moment(on), **values}
        self.change(deal, on, stage=self.stages[stage], **values)

    def closed(self, begun: str, on: str, stage: str, /, **values: Any) -> Record:
        """A deal begun in the first stage, and won or lost later."""
        deal = self.deal(begun, **values)
        self.move(deal, on, stage)
        return deal


@dataclass(frozen=True)
class Books:
    """The facts that were published of a ledger, open to questions."""

    engine: Engine
    today: date

    def answers(self, questions: Sequence[Question], today: date | None = None) -> list[Result]:
        """Answer many questions together."""
        return ask_all(self.engine, catalogue(), questions, today=today or self.today, calendar=Calendar(zone=ZONE))

    def ask(self, metric: str, start: str, end: str, *, today: str | None = None, **asked: Any) -> Result:
        """A metric over the days from `start` up to, and without, `end`."""
        question = Question(metric, start=date.fromisoformat(start), end=date.fromisoformat(end), **asked)
        return self.answers([question], date.fromisoformat(today) if today else None)[0]

    def cell(self, metric: str, start: str, end: str, **asked: Any) -> Cell:
        """The one number of that range."""
        return self.ask(metric, start, end, **asked).cells[0]

    def value(self, metric: str, start: str, end: str, **asked: Any) -> Decimal | None:
        """The one number of that range, to six places."""
        return rounded(self.cell(metric, start, end, **asked).value)

    def values(self, metrics: Iterable[str], start: str, end: str) -> dict[str, Decimal | None]:
        """The one number of that range of many metrics."""
        names, first, last = list(metrics), date.fromisoformat(start), date.fromisoformat(end)
        results = self.answers([Question(metric, start=first, end=last) for metric in names])
        return {name: rounded(result.cells[0].value) for name, result in zip(names, results, strict=True)}

    def split(self, metric: str, start: str, end: str, by: str, **asked: Any) -> Mapping[Any, Decimal | None]:
        """The numbers of that range by the values of a dimension."""
        cells = self.ask(metric, start, end, by=(by,), **asked).cells
        return {cell.split[by]: rounded(cell.value) for cell in cells}


def typed(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values with what is written as text made what the door takes: dates, moments, amounts."""
    fields = fields_of(kind)
    return {
        name: from_text(fields[name], moment(value).isoformat() if name.endswith("_at") or name == "at" else value)
        if isinstance(value, str) and fields[name].type is not FieldType.TEXT
        else Decimal(value)
        if isinstance(value, int) and fields[name].type in (FieldType.MONEY, FieldType.NUMBER)
        else value
        for name, value in values.items()
    }


def moment(on: str) -> datetime:
    """A moment in UTC; of a day without a time, its noon."""
    return datetime.fromisoformat(on if " " in on else f"{on} 12:00").replace(tzinfo=UTC)


def rounded(value: Decimal | None) -> Decimal | None:
    """To six places, as numbers written by hand are."""
    return None if value is None else round(value, 6)


def number(written: str | int | None) -> Decimal | None:
    """A number written by hand: "1/3" is a third. None: it cannot be computed."""
    if written is None:
        return None
    over, _, under = str(written).partition("/")
    return rounded(Decimal(over) / Decimal(under or 1))


def catalogue() -> Catalogue:
    """The definitions that ship."""
    return shipped_catalogue()


def published(home: Path, today: date) -> Books:
    """The facts of the records written so far."""
    return Books(Store.open(home).engine(), today)
