"""Refusals: what was wrong, where, with which value."""

from collections.abc import Sequence
from dataclasses import dataclass

SHOWN = 5
SHOWN_LENGTH = 80


@dataclass(frozen=True)
class Problem:
    """One value that was refused. `row` counts from 0 in what was given; None where there was one record only."""

    row: int | None
    column: str
    value: object
    reason: str

    def __str__(self) -> str:
        where = "" if self.row is None else f"row {self.row}, "
        given = repr(self.value)
        if len(given) > SHOWN_LENGTH:
            given = given[:SHOWN_LENGTH] + "…"
        return f"{where}{self.column} = {given}: {self.reason}"


class Refused(ValueError):  # it reads as what happened
    """Nothing was written, because of these problems."""

    def __init__(self, kind: str, problems: Sequence[Problem]) -> None:
        self.kind, self.problems = kind, list(problems)
        more = f" … and {len(problems) - SHOWN} more" if len(problems) > SHOWN else ""
        super().__init__(f"{kind} refused: " + "; ".join(map(str, problems[:SHOWN])) + more)


class NotAllowed(Refused):
    """Nothing was written: fields of it are not the member's to change."""


class Wrong(ValueError):  # a reason, on its way to a Problem
    """A value cannot be accepted; the message is the reason."""
