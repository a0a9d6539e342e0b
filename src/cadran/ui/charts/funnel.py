"""A funnel: the steps of a way in their order, each a bar around the middle as wide as what is there."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import altair as alt

from cadran.ui.charts import theme


@dataclass(frozen=True)
class Layer:
    """One step of the way. ``shown`` and ``words`` are ready to read."""

    label: str
    value: float
    shown: str
    words: str
    url: str


def funnel(steps: Sequence[Layer], title: str, colours: Mapping[str, str]) -> dict[str, Any]:
    """The Vega-Lite specification of a funnel, the first step at the top. Values are not negative."""
    widest = max((step.value for step in steps), default=0.0) or 1.0
    room = 0.09 * max((len(step.shown) for step in steps), default=0)
    rows = [{**asdict(step), "left": -step.value / 2, "right": step.value / 2} for step in steps]
    scale = alt.Scale(domain=[-widest / 2, widest * (0.5 + min(0.8, room))], nice=False, zero=False)
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(labelLimit=150)),
    )
    drawn = base.mark_bar(color=colours["c1"], cornerRadius=3, height=22).encode(
        x=alt.X("left:Q", axis=None, scale=scale),
        x2="right:Q",
        description="words:N",
        tooltip=[alt.Tooltip("label:N", title=" "), alt.Tooltip("shown:N", title=title)],
    )
    written = base.mark_text(align="left", dx=6, fontWeight=600, aria=False).encode(
        x=alt.X("right:Q", axis=None, scale=scale), text="shown:N"
    )
    chart = alt.layer(drawn, written).properties(
        width="container",
        height=30 * len(steps),
        description=title,
        autosize=alt.AutoSizeParams(type="fit", contains="padding"),
    )
    return theme.specification(chart, colours)
