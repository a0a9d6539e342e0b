"""The design tokens, read from the stylesheet that declares them.

The stylesheet is their one source: pages use them as CSS variables, charts as ``var(--name)`` in a page and as
plain colours elsewhere (PDF, e-mail, notebooks).
"""

import re
from functools import cache
from importlib.resources import files
from typing import Literal

type Theme = Literal["light", "dark"]

_TOKEN = re.compile(r"--(?P<name>[a-z0-9-]+):\s*light-dark\((?P<light>#[0-9a-f]+),\s*(?P<dark>#[0-9a-f]+)\)")


@cache
def colours(theme: Theme) -> dict[str, str]:
    """Colour of each token in a theme, as ``#rrggbb``."""
    css = (files("cadran.ui") / "static/ui/cadran.css").read_text("utf-8")
    return {found["name"]: _long(found[theme]) for found in _TOKEN.finditer(css)}


def variables() -> dict[str, str]:
    """The same tokens as CSS variables: a chart drawn with them follows the page's theme."""
    return {name: f"var(--{name})" for name in colours("light")}


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _long(colour: str) -> str:
    return colour if len(colour) == 7 else "#" + "".join(digit * 2 for digit in colour[1:])


def _luminance(colour: str) -> float:
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
