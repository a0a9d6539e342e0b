"""A chart as a picture, for whom no browser draws it: the same specification, its tokens as the colours of a theme."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

import vl_convert

from cadran.ui.tokens import Theme, colours

WIDTH = 900
_VARIABLE = re.compile(r"var\(--([a-z0-9-]+)\)")


def png(spec: Mapping[str, Any], title: str, notes: Sequence[str], theme: Theme = "light") -> bytes:
    """The chart as PNG, twice as fine as it is shown, under its title and the notes on what it rests on."""
    drawn = stated(spec, theme) | {"title": {"text": title, "subtitle": list(notes), "anchor": "start", "offset": 12}}
    return bytes(vl_convert.vegalite_to_png(drawn, scale=2))


def svg(spec: Mapping[str, Any], theme: Theme = "light") -> str:
    """The chart as SVG."""
    return str(vl_convert.vegalite_to_svg(stated(spec, theme)))


def stated(spec: Mapping[str, Any], theme: Theme) -> dict[str, Any]:
    """The specification with a width and plain colours."""
    known = colours(theme)
    plain = _VARIABLE.sub(lambda found: known[found[1]], json.dumps(spec))
    drawn = cast("dict[str, Any]", json.loads(plain))
    config = {**drawn["config"], "background": known["surface"], "title": {"color": known["ink"], "fontSize": 16}}
    config["title"] |= {"subtitleColor": known["ink-2"], "subtitleFontSize": 12}
    padding = {
        "left": 32,
        "top": 16,
        "right": 16,
        "bottom": 16,
    }  # left: names are as wide as the font at hand makes them
    return {**drawn, "width": WIDTH, "padding": padding, "config": config}
