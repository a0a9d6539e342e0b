"""A trend: one value a period as a line, with the previous one's behind it and its interval as a band."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

import altair as alt

from cadran.ui.charts import scale, theme


@dataclass(frozen=True)
class Point:
    """One period of a trend. ``shown`` and ``words`` are ready to read; ``whole``: it is over, and ripe."""

    label: str
    value: float | None
    shown: str
    words: str
    url: str
    whole: bool = True
    previous: float | None = None
    previous_shown: str = ""
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Words:
    """The words of a trend chart in the reader's language."""

    title: str
    now: str
    previous: str


def trend(
    points: Sequence[Point],
    words: Words,
    write: Callable[[Decimal], str],
    colours: Mapping[str, str],
    *,
    from_zero: bool,
) -> dict[str, Any]:
    """The Vega-Lite specification of a trend.

    ``write`` writes an axis label; ``from_zero`` starts the axis at zero, as amounts do.
    """
    known = [
        v for p in points for v in (p.value, p.previous, p.low if not from_zero else None, p.high) if v is not None
    ]
    steps = (
        scale.ticks(min([*known, 0.0] if from_zero else known), max([*known, 0.0] if from_zero else known))
        if known
        else [0.0, 1.0]
    )
    base = alt.Chart(alt.InlineData(values=[asdict(p) for p in points])).encode(
        x=alt.X("label:O", sort=None, title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
    )
    y = {
        "scale": alt.Scale(domain=[steps[0], steps[-1]], zero=False, nice=False),
        "axis": alt.Axis(values=steps, labelExpr=scale.label_expression(steps, write)),
        "title": None,
    }
    tooltip = [alt.Tooltip("label:N", title=" "), alt.Tooltip("shown:N", title=words.now)]
    layers: list[Any] = []
    if any(p.low is not None and p.high is not None for p in points):
        layers.append(
            base.mark_area(color=colours["accent-soft"], aria=False).encode(y=alt.Y("low:Q", **y), y2="high:Q")
        )
    if any(p.previous is not None for p in points):
        layers.append(
            base.mark_line(color=colours["ink-3"], strokeDash=[4, 3], strokeWidth=1.5, aria=False).encode(
                y=alt.Y("previous:Q", **y)
            )
        )
        tooltip.append(alt.Tooltip("previous_shown:N", title=words.previous))
    layers.append(base.mark_line(color=colours["c1"], strokeWidth=2, aria=False).encode(y=alt.Y("value:Q", **y)))
    layers.append(
        base.mark_point(filled=True, size=60, opacity=1, stroke=colours["c1"], strokeWidth=2).encode(
            y=alt.Y("value:Q", **y),
            fill=alt.condition("datum.whole", alt.value(colours["c1"]), alt.value(colours["surface"])),
            description="words:N",
            tooltip=tooltip,
        )
    )
    chart = alt.layer(*layers).properties(
        width="container",
        height=240,
        description=words.title,
        autosize=alt.AutoSizeParams(type="fit", contains="padding"),
    )
    return {**chart.to_dict(), "config": theme.config(colours)}
