"""The look of every chart, from the design tokens."""

from collections.abc import Mapping
from typing import Any

import altair as alt
from altair.utils import schemapi

FONT = 'Inter, system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif'

schemapi.disable_debug_mode()  # checking each piece against the schema while a page waits took half of its time


def specification(chart: alt.Chart | alt.LayerChart | alt.FacetChart, colours: Mapping[str, str]) -> dict[str, Any]:
    """The Vega-Lite specification of a chart with the look of ours. It is checked against the schema by the tests."""
    return {**chart.to_dict(validate=False), "config": config(colours)}


def config(colours: Mapping[str, str]) -> dict[str, Any]:
    """Vega-Lite's ``config`` in these colours (``cadran.ui.tokens``: a theme's, or CSS variables for a page)."""
    quiet = {"labelColor": colours["ink-2"], "titleColor": colours["ink-2"], "labelFontSize": 12}
    return {
        "background": "transparent",
        "font": FONT,
        "padding": 4,
        "view": {"stroke": None},
        "axis": {**quiet, "domain": False, "ticks": False, "gridColor": colours["line"], "labelPadding": 8},
        "axisX": {"domain": True, "domainColor": colours["line"], "grid": False, "labelSeparation": 8},
        "legend": {**quiet, "orient": "top", "title": None, "symbolSize": 90},
        "text": {"color": colours["ink"], "fontSize": 12},
    }
