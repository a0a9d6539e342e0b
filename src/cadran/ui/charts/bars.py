"""A breakdown: one horizontal bar a group, from zero, with its value written on it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import altair as alt

from cadran.ui.charts import theme


@dataclass(frozen=True)
class Bar:
    """One group. ``shown`` and ``words`` are ready to read."""

    label: str
    value: float
    shown: str
    words: str
    url: str


def bars(groups: Sequence[Bar], title: str, colours: Mapping[str, str]) -> dict[str, Any]:
    """The Vega-Lite specification of a breakdown, in the order given."""
    low, high = min([0.0, *(g.value for g in groups)]), max([0.0, *(g.value for g in groups)])
    longest = max((len(g.shown) for g in groups), default=0)
    room = (high - low or 1.0) * min(0.6, 0.065 * longest)  # for the value written after the longest bar
    base = alt.Chart(alt.InlineData(values=[asdict(g) for g in groups])).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=150)),
        x=alt.X(
            "value:Q", axis=None, scale=alt.Scale(domain=[low - (room if low < 0 else 0), high + room], nice=False)
        ),
    )
    drawn = base.mark_bar(color=colours["c1"], cornerRadius=2, height=16).encode(
        description="words:N", tooltip=[alt.Tooltip("label:N", title=" "), alt.Tooltip("shown:N", title=title)]
    )
    written = base.mark_text(align="left", dx=6, fontWeight=600, aria=False).encode(text="shown:N")
    chart = alt.layer(drawn, written).properties(
        width="container",
        height=30 * len(groups),
        description=title,
        autosize=alt.AutoSizeParams(type="fit", contains="padding"),
    )
    return theme.specification(chart, colours)
