"""How each value of a data set's expected.json is asked, and whether the answer is equal to six decimals."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from cadran.metrics import ask
from cadran.metrics.catalogue import shipped_catalogue
from cadran.metrics.cells import Cell
from cadran.metrics.engines.base import Engine
from cadran.metrics.question import Question
from cadran.metrics.result import Result
from tests.reference.conftest import folder

TOMORROW = datetime.now(UTC).date() + timedelta(days=1)
EQUAL = Decimal("0.0000005")  # both sides rounded to six decimals


@dataclass(frozen=True)
class Asked:
    """A question whose answer is one number, or a number per split, period or part.

    `names` reads a split's value or a period as the file of expected values writes it; `part` takes a part of the
    formula instead of its value. Ours times `times` is in the unit of the file; `within` is how far rounding may set
    both apart, in the larger of the two units.
    """

    metric: str
    by: str | None = None
    grain: Any = None
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    start: date | None = None
    end: date | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    part: str | None = None
    cohort: bool = False
    times: Decimal = Decimal(1)
    within: Decimal = EQUAL

    def answer(self, engine: Engine) -> Result:
        """Ask it."""
        question = Question(
            self.metric,
            by=(self.by,) if self.by else (),
            grain=self.grain,
            where=self.where,
            start=self.start,
            end=self.end,
            cohort=self.cohort,
        )
        return ask(engine, shipped_catalogue(), question, today=TOMORROW)

    def value(self, cell: Cell) -> Decimal | None:
        """The number that is meant in a cell."""
        return cell.parts[self.part] if self.part else cell.value

    def agrees(self, found: Decimal | None, expected: Any) -> bool:
        """Whether an answer is the number expected."""
        if found is None:
            return False
        ours, theirs = (found, expected / self.times) if self.times > 1 else (found * self.times, expected)
        return abs(ours - Decimal(theirs)) <= self.within


def expected_values(dataset: str) -> dict[str, Any]:
    """The values of a data set by their names; empty when the data set is not here (the facts then skip)."""
    file = folder() / dataset / "expected.json"
    if not file.exists():
        return {}
    found = json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)["kpis"]
    return {name: entry["value"] for name, entry in found.items()}


def differences(asked: Asked, engine: Engine, expected: Any) -> dict[str, tuple[Any, Any]]:
    """Where the answer is not the expected value: name -> (expected, answered). Empty when it is right."""
    result = asked.answer(engine)
    if not isinstance(expected, dict):
        found = asked.value(result.total)
        return {} if asked.agrees(found, expected) else {"total": (expected, found)}
    answered: dict[str, Decimal | None] = {}
    for cell in result.cells:
        answered[_name(asked, cell)] = asked.value(cell)
    wrong = {
        name: (value, answered.get(name))
        for name, value in expected.items()
        if not asked.agrees(answered.get(name), value)
    }
    # What the file leaves out must be nothing, or a blank, which is shown here and dropped there.
    extra = {
        name: (None, value) for name, value in answered.items() if name not in expected and name != "unknown" and value
    }
    return wrong | extra


def _name(asked: Asked, cell: Cell) -> str:
    if asked.by:
        value = cell.split[asked.by]
        return "unknown" if value is None else asked.names.get(str(value), str(value))
    label = cell.period.label.replace("-Q", "Q")
    return asked.names.get(label, label)
