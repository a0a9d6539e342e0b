"""A waterfall: from one value to another by what was added and taken away, a bar a step, each where the last one ended.

The two values stand from zero, unless the steps are so small beside them that they would not be seen: the axis then
starts near the values, which are drawn as ticks, for a bar cut short would lie about its length.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import altair as alt

from cadran.ui.charts import theme

type Tone = Literal["whole", "good", "bad", "neutral"]

VISIBLE = 0.15
"""The share of the greatest value that the steps must span for all bars to start at zero."""
_COLOURS: Mapping[Tone, str] = {"whole": "c1", "good": "good", "bad": "bad", "neutral": "ink-3"}


@dataclass(frozen=True)
class Step:
    """One bar from ``start`` to ``end``. ``shown`` and ``words`` are ready to read; ``url`` is "" where it leads
    nowhere. A value to start from or to arrive at is ``whole`` and starts at zero.
    """

    label: str
    start: float
    end: float
    shown: str
    words: str
    tone: Tone
    url: str = ""


def waterfall(steps: Sequence[Step], title: str, colours: Mapping[str, str]) -> dict[str, Any]:
    """The Vega-Lite specification of a waterfall, its steps from top to bottom."""
    moving = [edge for step in steps for edge in ((step.end,) if step.tone == "whole" else (step.start, step.end))]
    low, high = min(moving, default=0.0), max(moving, default=1.0)
    from_zero = high - low >= VISIBLE * max(abs(low), abs(high)) or low == high
    if from_zero:
        low, high = min(0.0, low), max(0.0, high)
    span = high - low or 1.0
    room = span * min(0.6, 0.065 * max((len(step.shown) for step in steps), default=0))
    domain = [low - (0 if from_zero and low >= 0 else 0.08 * span), high + room]
    rows = [{**asdict(step), "right": max(step.start, step.end), "place": place} for place, step in enumerate(steps)]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        y=alt.Y("label:N", sort=alt.EncodingSortField("place"), title=None, axis=alt.Axis(labelLimit=150)),
        color=alt.Color(
            "tone:N",
            legend=None,
            scale=alt.Scale(domain=[*_COLOURS], range=[colours[name] for name in _COLOURS.values()]),
        ),
    )
    scale = alt.Scale(domain=domain, nice=False, zero=False)
    tooltip = [alt.Tooltip("label:N", title=" "), alt.Tooltip("shown:N", title=title)]
    bars = base.mark_bar(cornerRadius=2, height=16, clip=True).encode(
        x=alt.X("start:Q", axis=None, scale=scale), x2="end:Q", description="words:N", tooltip=tooltip
    )
    drawn = [bars]
    if not from_zero:
        ticks = base.mark_tick(thickness=4, height=20, opacity=1).encode(
            x=alt.X("end:Q", axis=None, scale=scale), description="words:N", tooltip=tooltip
        )
        drawn = [
            bars.transform_filter("datum.tone !== 'whole'"),
            ticks.transform_filter("datum.tone === 'whole'"),
        ]
    written = base.mark_text(align="left", dx=6, fontWeight=600, aria=False).encode(
        x=alt.X("right:Q", axis=None, scale=scale), text="shown:N", color=alt.value(colours["ink"])
    )
    chart = alt.layer(*drawn, written).properties(
        width="container",
        height=30 * len(steps),
        description=title,
        autosize=alt.AutoSizeParams(type="fit", contains="padding"),
    )
    return theme.specification(chart, colours)
