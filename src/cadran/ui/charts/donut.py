"""A donut: how a whole is shared out among a few groups, each with its share in words beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

import altair as alt

from cadran.ui.charts import theme

MOST_SLICES = 6
TONES = ("c1", "c3", "c2", "c4", "c5", "ink-3")


@dataclass(frozen=True)
class Slice:
    """One group. ``label`` is its name with its share; ``tone`` names the colour token that it is drawn in."""

    label: str
    value: float
    shown: str
    words: str
    url: str
    tone: str


def donut(slices: Sequence[Slice], title: str, colours: Mapping[str, str]) -> dict[str, Any]:
    """The Vega-Lite specification of a donut, clockwise from the top in the order given."""
    rows = [{**asdict(one), "place": place} for place, one in enumerate(slices)]
    chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_arc(
            innerRadius=alt.ExprRef("min(width, height) / 3.5"),  # as large as a phone leaves room for
            outerRadius=alt.ExprRef("min(width, height) / 2"),
            stroke=colours["surface"],
            strokeWidth=2,
        )
        .encode(
            theta=alt.Theta("value:Q", stack=True),
            order=alt.Order("place:Q"),
            color=alt.Color(
                "label:N",
                sort=None,
                scale=alt.Scale(domain=[one.label for one in slices], range=[colours[one.tone] for one in slices]),
                legend=alt.Legend(orient="right", title=None, labelLimit=150, labelFontSize=13, rowPadding=8),
            ),
            description="words:N",
            tooltip=[alt.Tooltip("label:N", title=" "), alt.Tooltip("shown:N", title=title)],
        )
        .properties(
            width="container",
            height=180,
            description=title,
            autosize=alt.AutoSizeParams(type="fit", contains="padding"),
        )
    )
    return theme.specification(chart, colours)


def shares(values: Sequence[Decimal]) -> list[Decimal]:
    """The share of each value in their sum, as parts of one in thousandths that sum to one exactly.

    What rounding leaves goes to those that lost most by it. Values are not negative; no share where their sum is zero.
    """
    whole = sum(values, Decimal(0))
    if not whole:
        return []
    exact = [1000 * value / whole for value in values]
    floors = [int(share) for share in exact]
    left = 1000 - sum(floors)
    for place in sorted(range(len(values)), key=lambda at: floors[at] - exact[at])[:left]:
        floors[place] += 1
    return [Decimal(share) / 1000 for share in floors]
