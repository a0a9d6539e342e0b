"""A trend: one value a period as a line, the previous one's and a long-term mean behind it, a band of its interval."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

import altair as alt

from cadran.ui.charts import scale, theme


@dataclass(frozen=True)
class Point:
    """One period of a trend. ``shown`` and ``words`` are ready to read; ``whole``: it is over, and ripe; ``signal``: it
    differs from the previous one by more than chance.
    """

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
    mean: float | None = None
    mean_shown: str = ""
    signal: bool = False


@dataclass(frozen=True)
class Words:
    """The words of a trend chart in the reader's language."""

    title: str
    now: str
    previous: str
    mean: str = ""


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
    steps = _steps(points, from_zero=from_zero)

    def height(of: str) -> alt.Y:
        axis = alt.Axis(values=steps, labelExpr=scale.label_expression(steps, write))
        return alt.Y(of, title=None, axis=axis, scale=alt.Scale(domain=[steps[0], steps[-1]], zero=False, nice=False))

    base = alt.Chart(alt.InlineData(values=[asdict(p) for p in points])).encode(
        x=alt.X("label:O", sort=None, title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
    )
    tooltip = [alt.Tooltip("label:N", title=" "), alt.Tooltip("shown:N", title=words.now)]
    layers: list[Any] = []
    if any(p.low is not None and p.high is not None for p in points):
        layers.append(base.mark_area(color=colours["accent-soft"], aria=False).encode(y=height("low:Q"), y2="high:Q"))
    if any(p.previous is not None for p in points):
        layers.append(
            base.mark_line(color=colours["ink-3"], strokeDash=[4, 3], strokeWidth=1.5, aria=False).encode(
                y=height("previous:Q")
            )
        )
        tooltip.append(alt.Tooltip("previous_shown:N", title=words.previous))
    if any(p.mean is not None for p in points):
        layers.append(base.mark_line(color=colours["c3"], strokeWidth=1.5, aria=False).encode(y=height("mean:Q")))
        tooltip.append(alt.Tooltip("mean_shown:N", title=words.mean))
    layers.append(base.mark_line(color=colours["c1"], strokeWidth=2, aria=False).encode(y=height("value:Q")))
    layers.append(
        base.mark_point(filled=True, opacity=1, stroke=colours["c1"], strokeWidth=2).encode(
            y=height("value:Q"),
            fill=alt.condition("datum.whole", alt.value(colours["c1"]), alt.value(colours["surface"])),
            shape=alt.condition("datum.signal", alt.value("diamond"), alt.value("circle")),
            size=alt.condition("datum.signal", alt.value(130), alt.value(60)),
            description="words:N",
            tooltip=tooltip,
        )
    )
    chart = alt.layer(*layers).properties(
        width="container",
        height=300,
        description=words.title,
        autosize=alt.AutoSizeParams(type="fit", contains="padding"),
    )
    return theme.specification(chart, colours)


def _steps(points: Sequence[Point], *, from_zero: bool) -> list[float]:
    """The axis: room for every value, its previous one and its interval."""
    known = [value for p in points for value in (p.value, p.previous, p.low, p.high, p.mean) if value is not None]
    if from_zero:
        known.append(0.0)
    return scale.ticks(min(known), max(known)) if known else [0.0, 1.0]
