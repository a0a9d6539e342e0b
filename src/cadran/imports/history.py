"""The past that files tell: dates of stages beside a record, and rows that each show a record as it was."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

PRESENT = "*"
AT = itemgetter(0)


class Step(NamedTuple):
    """A value that a field had from a moment on, as changes write it."""

    at: datetime
    value: str | None


def steps_of(dates: Sequence[datetime | None], values: Sequence[str | None], present: str | None) -> list[Step]:
    """The values that a field went through, in order of time; of one moment, in the order of the mapping.

    When the last one told is not the present value, the field went there at the last moment that is told.
    """
    told = [Step(at, value) for at, value in zip(dates, values, strict=True) if at is not None]
    if not told:
        return told
    told.sort(key=AT)
    steps = told[:1]
    steps += [step for before, step in pairwise(told) if step.value != before.value]
    if steps[-1].value != present:
        steps.append(Step(steps[-1].at, present))
    return steps


def transitions(steps: Sequence[Step]) -> list[tuple[str | None, str | None, datetime]]:
    """From which value to which, when. The first step is what the record began with."""
    return [(before.value, after.value, after.at) for before, after in pairwise(steps)]


def remaining(steps: Sequence[Step], present: str | None) -> list[Step]:
    """The steps that are still to be taken by a record that is at `present`."""
    reached = max((place for place, step in enumerate(steps) if step.value == present), default=None)
    return list(steps[reached + 1 :]) if reached is not None else list(steps[-1:])
