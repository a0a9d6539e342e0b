"""A heat-map of cohorts: a row for those who began together, a column for how long ago, deeper where there is more."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import altair as alt

from cadran.ui.charts import theme


@dataclass(frozen=True)
class Square:
    """One cohort at one age. ``shown`` and ``words`` are ready to read."""

    row: str
    column: int
    value: float
    shown: str
    words: str


def heatmap(squares: Sequence[Square], title: str, across: str, colours: Mapping[str, str]) -> dict[str, Any]:
    """The Vega-Lite specification of a heat-map; ``across`` says what the columns are.

    The first column, where every cohort is whole, is left out of the scale of depth, so that the others can be told
    apart.
    """
    later = [square.value for square in squares if square.column > 0]
    deepest = max(later, default=0.0) or 1.0
    base = alt.Chart(alt.InlineData(values=[asdict(square) for square in squares])).encode(
        x=alt.X("column:O", title=across, axis=alt.Axis(labelAngle=0, orient="top")),
        y=alt.Y("row:O", sort=None, title=None),
    )
    drawn = base.mark_rect(fill=colours["c1"], stroke=colours["surface"], strokeWidth=2, cornerRadius=3).encode(
        fillOpacity=alt.FillOpacity(
            "value:Q", legend=None, scale=alt.Scale(domain=[0, deepest], range=[0.04, 0.5], clamp=True)
        ),
        description="words:N",
        tooltip=[
            alt.Tooltip("row:N", title=" "),
            alt.Tooltip("column:N", title=across),
            alt.Tooltip("shown:N", title=title),
        ],
    )
    written = base.mark_text(fontSize=11, aria=False).encode(text="shown:N")
    chart = alt.layer(drawn, written).properties(
        width="container",
        height=26 * len({square.row for square in squares}) + 10,
        description=title,
        autosize=alt.AutoSizeParams(type="fit", contains="padding"),
    )
    return theme.specification(chart, colours)
