"""Columns over time: one a period, from zero, each with its value written on it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

import altair as alt

from cadran.ui.charts import scale, theme


@dataclass(frozen=True)
class Column:
    """One period. ``shown`` and ``words`` are ready to read; ``whole``: it is over, and its value final."""

    label: str
    value: float | None
    shown: str
    words: str
    url: str
    whole: bool = True


def columns(
    periods: Sequence[Column], title: str, write: Callable[[Decimal], str], colours: Mapping[str, str]
) -> dict[str, Any]:
    """The Vega-Lite specification of columns, oldest first; a period that is not over is drawn hollow.

    ``write`` writes an axis label.
    """
    known = [period.value for period in periods if period.value is not None]
    steps = scale.ticks(min([0.0, *known]), max([0.0, *known]))
    axis = alt.Axis(values=steps, labelExpr=scale.label_expression(steps, write))
    base = alt.Chart(alt.InlineData(values=[asdict(period) for period in periods])).encode(
        x=alt.X("label:O", sort=None, title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y("value:Q", title=None, axis=axis, scale=alt.Scale(domain=[steps[0], steps[-1]], nice=False)),
    )
    drawn = base.mark_bar(
        stroke=colours["c1"], strokeWidth=1.5, cornerRadiusTopLeft=2, cornerRadiusTopRight=2, width={"band": 0.7}
    ).encode(
        fill=alt.condition("datum.whole", alt.value(colours["c1"]), alt.value(colours["surface"])),
        description="words:N",
        tooltip=[alt.Tooltip("label:N", title=" "), alt.Tooltip("shown:N", title=title)],
    )
    layers = [drawn]
    if max((len(period.shown) for period in periods), default=0) <= 4:
        layers.append(base.mark_text(baseline="bottom", dy=-4, fontWeight=600, aria=False).encode(text="shown:N"))
    chart = alt.layer(*layers).properties(
        width="container",
        height=220,
        description=title,
        autosize=alt.AutoSizeParams(type="fit", contains="padding"),
    )
    return theme.specification(chart, colours)
