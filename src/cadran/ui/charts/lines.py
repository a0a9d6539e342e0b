"""Several groups over time: a line each, five at most, told apart by colour and by the legend."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

import altair as alt

from cadran.ui.charts import scale, theme

MOST = 5


@dataclass(frozen=True)
class Mark:
    """The value of one group in one period. ``shown`` and ``words`` are ready to read."""

    label: str
    series: str
    value: float | None
    shown: str
    words: str


def lines(
    marks: Sequence[Mark], title: str, write: Callable[[Decimal], str], colours: Mapping[str, str], *, from_zero: bool
) -> dict[str, Any]:
    """The Vega-Lite specification of lines, the periods in the order given; ``write`` writes an axis label."""
    series = list(dict.fromkeys(mark.series for mark in marks))[:MOST]
    known = [mark.value for mark in marks if mark.value is not None and mark.series in series]
    known += [0.0] if from_zero or not known else []
    steps = scale.ticks(min(known), max(known))
    axis = alt.Axis(values=steps, labelExpr=scale.label_expression(steps, write))
    values = [asdict(mark) for mark in marks if mark.series in series]
    base = alt.Chart(alt.InlineData(values=values)).encode(
        x=alt.X("label:O", sort=None, title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y(
            "value:Q", title=None, axis=axis, scale=alt.Scale(domain=[steps[0], steps[-1]], zero=False, nice=False)
        ),
        color=alt.Color(
            "series:N", sort=None, scale=alt.Scale(domain=series, range=[colours[f"c{n + 1}"] for n in range(MOST)])
        ),
    )
    drawn = base.mark_line(strokeWidth=2, aria=False)
    points = base.mark_point(filled=True, size=50, opacity=1).encode(
        description="words:N",
        tooltip=[
            alt.Tooltip("series:N", title=" "),
            alt.Tooltip("label:N", title=" "),
            alt.Tooltip("shown:N", title=title),
        ],
    )
    chart = alt.layer(drawn, points).properties(
        width="container",
        height=260,
        description=title,
        autosize=alt.AutoSizeParams(type="fit", contains="padding"),
    )
    return {**chart.to_dict(), "config": theme.config(colours)}
