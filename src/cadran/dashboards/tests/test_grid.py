"""A board fills its rows: no holes, no tile out of its order."""

from itertools import product

import pytest

from cadran.dashboards.grid import filled


def rows(spans: list[int], columns: int) -> list[list[int]]:
    """The spans as a browser sets them: a tile that does not fit begins a row."""
    found: list[list[int]] = [[]]
    for span in spans:
        if sum(found[-1]) + span > columns:
            found.append([])
        found[-1].append(span)
    return found


@pytest.mark.parametrize(
    ("widths", "charts", "spans"),
    [
        ([1, 1, 1, 1], [False] * 4, [1, 1, 1, 1]),
        ([1, 2, 2], [False, True, True], [1, 3, 2]),  # what is left goes to the chart
        ([2, 1, 2], [True, False, True], [3, 1, 2]),
        ([1, 1, 3], [False, False, True], [1, 3, 3]),  # to the last one where there is no chart
        ([3, 3, 3], [True] * 3, [4, 4, 3]),  # the last row ends where it ends
        ([1], [False], [1]),
        ([], [], []),
    ],
)
def test_what_a_row_leaves_over_goes_to_its_last_chart(widths: list[int], charts: list[bool], spans: list[int]) -> None:
    assert filled(widths, charts) == spans


def test_whatever_the_widths_no_row_but_the_last_has_a_hole_and_no_tile_shrinks() -> None:
    for columns in (2, 4):
        for widths in product((1, 2, 3), repeat=6):
            spans = filled(widths, [width > 1 for width in widths], columns)
            assert all(sum(row) == columns for row in rows(spans, columns)[:-1]), widths
            assert all(span >= min(width, columns) for span, width in zip(spans, widths, strict=True))
