"""The choices that a page of KPIs offers, named in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cadran.kpis.selection import COMPARISONS, CUSTOM, PERIODS, Selection
from cadran.metrics.period import GRAINS
from cadran.metrics.question import UNKNOWN


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
    names = {
        "day": _("Day"),
        "week": _("Week"),
        "month": pgettext("grain", "Month"),
        "quarter": _("Quarter"),
        "year": _("Year"),
    }
    return [Choice(grain, names[grain], selection.grain == grain) for grain in GRAINS]


def in_order(dimensions: Sequence[str]) -> list[str]:
    """Dimensions, those most asked for first."""
    first = ("owner", "stage", "channel", "region", "product", "segment", "industry", "team")
    return sorted(dimensions, key=lambda name: first.index(name) if name in first else len(first))


def dimension_choices(dimensions: Sequence[str], chosen: str | None) -> list[Choice]:
    """The dimensions to split by."""
    return [Choice(name, dimension_name(name), name == chosen) for name in dimensions]


def dimension_name(name: str) -> str:
    """A dimension in words: "owner" is "Owner", "account.status" is "Account: status", a custom one is itself."""
    link, _dot, column = name.rpartition(".")
    word = _column_names().get(column, column.replace("_", " ").capitalize())
    return f"{_column_names().get(link, link)} · {word.lower()}" if link else word


def _column_names() -> dict[str, str]:
    return {
        "account": _("Account"),
        "owner": _("Owner"),
        "team": _("Team"),
        "region": _("Region"),
        "country": _("Country"),
        "industry": _("Industry"),
        "segment": _("Segment"),
        "size": _("Size"),
        "status": _("Status"),
        "product": _("Product"),
        "family": _("Product family"),
        "tier": _("Product tier"),
        "channel": _("Channel"),
        "campaign": _("Campaign"),
        "pipeline": _("Pipeline"),
        "stage": _("Stage"),
        "kind": _("Kind"),
        "reason": _("Reason"),
        "forecast_category": _("Forecast category"),
        "outcome": _("Outcome"),
        "deal_outcome": _("Outcome of the deal"),
        "cycle_start": _("Start of the cycle"),
        "plan": _("Plan"),
        "move": _("Movement"),
        "purpose": _("Purpose"),
        "category": _("Category"),
        "direction": _("Direction"),
        "priority": _("Priority"),
        "survey": _("Survey"),
        "touchpoint": _("Touchpoint"),
        "role": _("Role"),
        "feature": _("Feature"),
        "landing_page": _("Landing page"),
        "deal": _("Deal"),
        "lead": _("Lead"),
        "order": _("Order"),
        "name": _("Name"),
        "amount": _("Amount"),
        "created_on": _("Created on"),
        "closed_on": _("Closed on"),
        "expected_close_on": _("Expected close"),
        "placed_on": _("Placed on"),
        "paid_on": _("Paid on"),
        "spent_on": _("Spent on"),
        "entered_on": _("Entered on"),
        "left_on": _("Left on"),
        "passed_on": _("Passed on"),
        "from_on": _("From"),
        "to_on": _("Until"),
        "days": _("Days"),
        "quantity": _("Quantity"),
        "number": _("Number"),
    }


@dataclass(frozen=True)
class Filter:
    """A filter in use, and the address of the page without it."""

    words: str
    without: str


def filters(selection: Selection) -> list[Filter]:
    """The filters of a selection in words."""
    return [
        Filter(f"{dimension_name(name)} = {', '.join(_shown(value) for value in values)}", selection.without(name))
        for name, values in selection.where.items()
    ]


def _shown(value: str) -> str:
    return _("unknown") if value == UNKNOWN else value
