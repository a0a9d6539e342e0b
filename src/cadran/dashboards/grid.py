"""How the tiles of a board fill its rows: in their order, without holes."""

from collections.abc import Sequence

COLUMNS = 4


def filled(widths: Sequence[int], stretches: Sequence[bool], columns: int = COLUMNS) -> list[int]:
    """How many columns each tile takes, so that every row but the last is full and none changes its place.

    What a row leaves over goes to its last tile that ``stretches`` (a chart), else to its last one.
    """
    spans = [min(width, columns) for width in widths]
    row: list[int] = []
    for place, span in enumerate(spans):
        taken = sum(spans[other] for other in row)
        if taken + span > columns:
            grown = next((other for other in reversed(row) if stretches[other]), row[-1])
            spans[grown] += columns - taken
            row = []
        row.append(place)
    return spans
