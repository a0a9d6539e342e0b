"""The ways a deal can walk through its pipeline, with the share of its whole time at which each stage begins."""

from collections.abc import Iterator
from dataclasses import dataclass

QUALIFIED, DISCOVERY, DEMO, PROPOSAL, NEGOTIATION, WON, LOST = range(1, 8)
RENEWAL_DUE, RENEWAL_OFFER, RENEWED, NOT_RENEWED = range(8, 12)
WEIGHT = {
    QUALIFIED: 1.0,
    DISCOVERY: 1.2,
    DEMO: 1.0,
    PROPOSAL: 1.8,
    NEGOTIATION: 1.3,
    RENEWAL_DUE: 1.0,
    RENEWAL_OFFER: 1.5,
}
STRAIGHT, SKIPPING, RETURNING = range(3)


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of a path: when it begins, as a share of the deal's time, and the room that chance has around it."""

    code: int
    sequence: int
    stage_id: int
    previous_stage_id: int | None
    share: float
    room: float


def steps() -> Iterator[Step]:
    """Every step of every path. A path's code is pipeline × 1000 + won × 100 + furthest stage × 10 + way."""
    for won in (False, True):
        for furthest in range(1, 6):
            open_stages = list(range(QUALIFIED, furthest + 1))
            for way in (STRAIGHT, SKIPPING, RETURNING):
                code = 1000 + 100 * won + 10 * furthest + way
                yield from _path(code, [*_walk(open_stages, way), WON if won else LOST])
        for furthest in (1, 2):
            open_stages = [RENEWAL_DUE, RENEWAL_OFFER][:furthest]
            yield from _path(2000 + 100 * won + 10 * furthest, [*open_stages, RENEWED if won else NOT_RENEWED])


def _walk(open_stages: list[int], way: int) -> list[int]:
    if way == SKIPPING:
        return [stage for stage in open_stages if stage != DEMO]
    if way == RETURNING:
        return [*open_stages, PROPOSAL, NEGOTIATION]
    return open_stages


def _path(code: int, stages: list[int]) -> Iterator[Step]:
    whole = sum(WEIGHT.get(stage, 0.0) for stage in stages)
    begins = [sum(WEIGHT.get(stage, 0.0) for stage in stages[:number]) / whole for number in range(len(stages))]
    for number, stage in enumerate(stages):
        inner = 0 < number < len(stages) - 1
        room = 0.5 * min(begins[number] - begins[number - 1], begins[number + 1] - begins[number]) if inner else 0.0
        yield Step(code, number, stage, stages[number - 1] if number else None, begins[number], room)
