"""Tags for the components that every page uses."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cadran.ui.charts.sparkline import sparkline
from cadran.ui.formats import labelled
from cadran.ui.glossary import spoken, terms

register = template.Library()

# Drawn on a 24 x 24 grid with a line of 1.75.
ICONS = {
    "brand": "M4 20V11M9.3 20V4M14.6 20v-8M20 20V7",
    "home": "M4 4h7v9H4zM13 4h7v5h-7zM13 11h7v9h-7zM4 15h7v5H4z",
    "kpi": "M5 20v-7M12 20V4M19 20v-10",
    "pipeline": "M4 4h4v16H4zM10 4h4v11h-4zM16 4h4v7h-4z",
    "records": "M4 5h16v14H4zM4 10h16M4 14.5h16M10 10v9",
    "export": "M12 4v11M7 10l5 5 5-5M5 20h14",
    "edit": "M4 20h4L19 9l-4-4L4 16zM13.5 6.5l4 4",
    "search": "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5L20 20",
    "moon": "M20 14.5A8 8 0 0 1 9.5 4a8 8 0 1 0 10.5 10.5z",
    "globe": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c5 5 5 13 0 18M12 3c-5 5-5 13 0 18",
    "person": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4 4-6 8-6s8 2 8 6",
}
ARROWS = {"up": "↗", "down": "↘", "flat": "→"}


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative icon: its meaning is in the words beside it."""
    return format_html('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>', ICONS[name])


@register.inclusion_tag("ui/term.html")
def term(*keys: str, words: str = "") -> dict[str, Any]:
    """Words of the glossary, each of which opens its card; ``words`` says a single one otherwise."""
    found = terms(keys)
    return {"terms": [replace(found[0], word=words)] if words else found}


@register.filter
def meaning(key: str) -> str:
    """What a word of the glossary means, as a sentence; "" for one that it does not have."""
    found = spoken().get(key)
    return found.meaning[:1].upper() + found.meaning[1:] if found else ""


@register.filter
def labels(name: object, value: object) -> str:
    """A name and its value: "Region: North"."""
    return labelled(name, value)


@register.filter
def arrow(direction: str) -> str:
    """The arrow of a direction: up, down or flat."""
    return ARROWS[direction]


@register.inclusion_tag("ui/sparkline.html")
def spark(values: Sequence[Decimal | None]) -> dict[str, Any]:
    """A sparkline, drawn by the server: it needs no script. What it shows is also in the page's words."""
    return {"spark": sparkline(values)}
