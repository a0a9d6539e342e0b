"""The choices that a page of KPIs offers, named in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cadran.kpis.columns import dimension_name
from cadran.kpis.selection import COMPARISONS, CUSTOM, PERIODS, Selection
from cadran.metrics.period import GRAINS, Grain
from cadran.metrics.question import UNKNOWN
from cadran.ui.formats import Formats


@dataclass(frozen=True)
class Choice:
    """One option of a select."""

    value: str
    label: str
    chosen: bool


def period_choices(selection: Selection) -> list[Choice]:
    """The named periods, and the days of one's own when they are in use."""
    names = {
        "month": _("This month"),
        "quarter": _("This quarter"),
        "year": _("This year"),
        "last_month": _("Last month"),
        "last_quarter": _("Last quarter"),
        "last_year": _("Last year"),
        "12_months": _("Last 12 months"),
        CUSTOM: _("Other days…"),
    }
    return [Choice(name, names[name], selection.period == name) for name in (*PERIODS, CUSTOM)]


def comparison_choices(selection: Selection) -> list[Choice]:
    """What a value is compared with."""
    names = {"previous": _("The period before"), "year_ago": _("A year before"), "none": _("Nothing")}
    return [Choice(name, names[name], (selection.compare or "none") == name) for name in COMPARISONS]


def grain_choices(selection: Selection) -> list[Choice]:
    """The steps of a trend."""
    names = _grain_names()
    return [Choice(grain, names[grain], selection.grain == grain) for grain in GRAINS]


def _grain_names() -> dict[Grain, str]:
    return {
        "day": _("Day"),
        "week": _("Week"),
        "month": pgettext("grain", "Month"),
        "quarter": _("Quarter"),
        "year": _("Year"),
    }


def step_choices(chosen: Grain | None) -> list[Choice]:
    """The steps of time that the explorer may take."""
    names = _grain_names()
    return [Choice(grain, names[grain], grain == chosen) for grain in GRAINS]


def in_order(dimensions: Sequence[str]) -> list[str]:
    """Dimensions, those most asked for first."""
    first = ("owner", "stage", "channel", "region", "product", "segment", "industry", "team")
    return sorted(dimensions, key=lambda name: first.index(name) if name in first else len(first))


def dimension_choices(dimensions: Sequence[str], chosen: str | None) -> list[Choice]:
    """The dimensions to split by."""
    return [Choice(name, dimension_name(name), name == chosen) for name in dimensions]


@dataclass(frozen=True)
class Filter:
    """A filter in use, and the address of the page without it."""

    words: str
    without: str


def filters(selection: Selection, formats: Formats) -> list[Filter]:
    """The filters of a selection in words, the past day that it looks back from among them."""
    return [filter for filter, _other in without_each(selection, formats)]


def without_each(selection: Selection, formats: Formats) -> list[tuple[Filter, Selection]]:
    """Each filter of a selection, and the selection without it."""
    found = []
    if selection.as_of:
        other = replace(selection, as_of=None)
        words = _("As known on %(day)s") % {"day": formats.day(selection.as_of)}
        found.append((Filter(words, other.query()), other))
    for name, values in selection.where.items():
        other = replace(selection, where={key: kept for key, kept in selection.where.items() if key != name})
        words = f"{dimension_name(name)} = {', '.join(_shown(value) for value in values)}"
        found.append((Filter(words, other.query()), other))
    return found


def _shown(value: str) -> str:
    return _("unknown") if value == UNKNOWN else value
