"""Rows followed from one instant to the next: as if each instant were looked at by itself."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from cadran.metrics.spells import Told, seen_at
from cadran.metrics.stats.kaplan_meier import ENDED, ENDED_OTHERWISE, RUNNING, Spell
from cadran.metrics.stats.survival_mean import survival_mean
from cadran.metrics.stats.survival_median import survival_median

day = st.integers(0, 60)
told = st.lists(
    st.tuples(day, st.none() | day, st.sampled_from([ENDED, ENDED_OTHERWISE]), st.integers(1, 3)), min_size=1
)


def alone(rows: list[Told], instant: int) -> list[Spell]:
    """The spells at one instant, by the definition."""
    spells: list[Spell] = []
    for began, over, end, count in rows:
        if began < instant:
            gone = over is not None and over < instant
            last = over if over is not None and gone else instant
            spells.append((Decimal(max(last - began, 0)), end if gone else RUNNING, count))
    return spells


@given(told, st.lists(day, min_size=1, unique=True).map(sorted))
def test_rows_followed_are_rows_seen_at_each_instant(rows: list[Told], instants: list[int]) -> None:
    for instant, (n, spells) in zip(instants, seen_at(rows, instants), strict=True):
        expected = alone(rows, instant)
        assert n == sum(count for _, _, count in expected)
        assert survival_mean(spells) == survival_mean(expected)
        assert survival_median(spells) == survival_median(expected)


def test_what_runs_is_told_by_the_durations_at_which_others_ended() -> None:
    # Three began on day 0; one ended after 5 days. On day 10 two run, on day 4 all did.
    rows: list[Told] = [(0, 5, ENDED, 1), (0, None, ENDED, 2)]
    assert [(n, sorted(spells)) for n, spells in seen_at(rows, [4, 10])] == [
        (3, [(4, RUNNING, 3)]),
        (3, [(5, ENDED, 1), (10, RUNNING, 2)]),
    ]
