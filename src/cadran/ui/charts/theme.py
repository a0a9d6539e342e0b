"""The look of every chart, from the design tokens."""

from collections.abc import Mapping
from typing import Any

FONT = 'Inter, system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif'


def config(colours: Mapping[str, str]) -> dict[str, Any]:
    """Vega-Lite's ``config`` in these colours (``cadran.ui.tokens``: a theme's, or CSS variables for a page)."""
    quiet = {"labelColor": colours["ink-2"], "titleColor": colours["ink-2"], "labelFontSize": 12}
    return {
        "background": "transparent",
        "font": FONT,
        "padding": 4,
        "view": {"stroke": None},
        "axis": {**quiet, "domain": False, "ticks": False, "gridColor": colours["line"], "labelPadding": 8},
        "axisX": {"domain": True, "domainColor": colours["line"], "grid": False},
        "legend": {**quiet, "orient": "top", "title": None, "symbolSize": 90},
        "text": {"color": colours["ink"], "fontSize": 12},
    }
