"""Fields of records, and what they hold, in the reader's words."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cadran.crm.records import Field, FieldType
from cadran.kpis.field_names import field_name, own_names
from cadran.kpis.reader import Reader
from cadran.ui.wording import by_language

__all__ = ["BLANK", "LOOKS", "field_name", "kind_names", "own_names", "value_name", "value_names", "written"]

BLANK = "–"
LOOKS = {
    FieldType.MONEY: "number",
    FieldType.NUMBER: "number",
    FieldType.SHARE: "number",
    FieldType.WHOLE: "number",
    FieldType.MOMENT: "date",
    FieldType.DAY: "date",
}
"""How the values of a type are set in a table."""


@by_language
def value_names() -> Mapping[str, Mapping[str, str]]:
    """The words that Cadran itself knows a field to hold; an organisation's own words stand as they are."""
    return {
        "status": {
            "prospect": _("prospect"),
            "customer": _("customer"),
            "former": _("former customer"),
            "new": pgettext("status of a lead", "new"),
            "working": _("being worked on"),
            "qualified": _("qualified"),
            "sales qualified": _("sales qualified"),
            "converted": _("converted"),
            "disqualified": _("disqualified"),
        },
        "kind": {
            "new": pgettext("kind of deal", "new business"),
            "renewal": _("renewal"),
            "upsell": _("upsell"),
            "cross_sell": _("cross-sell"),
            "call": _("call"),
            "email": _("e-mail"),
            "meeting": _("meeting"),
            "note": _("note"),
            "task": _("task"),
        },
        "forecast_category": {
            "pipeline": pgettext("forecast category", "pipeline"),
            "best_case": _("best case"),
            "commit": _("commit"),
            "omitted": _("omitted"),
        },
        "direction": {"inbound": _("inbound"), "outbound": _("outbound")},
        "priority": {"low": _("low"), "normal": _("normal"), "high": _("high"), "urgent": _("urgent")},
        "state": {
            "open": pgettext("deals", "open"),
            "won": pgettext("deals", "won"),
            "lost": pgettext("deals", "lost"),
            "unresolved": _("unresolved"),
            "resolved": _("resolved"),
            "to_do": _("to do"),
            "overdue": _("overdue"),
            "done": _("done"),
        },
    }


def value_name(field: str, value: str) -> str:
    """One value of a text field in words."""
    return value_names().get(field, {}).get(value, value)


def kind_names() -> dict[str, str]:
    """The kinds of record that have no page of their own, several of them."""
    return {
        "subscription": _("Subscriptions"),
        "answer": _("Answers to surveys"),
        "deal_line": _("Products"),
        "order_line": _("Products"),
        "ticket_message": _("Messages"),
    }


def written(field: Field, value: Any, reader: Reader, currency: str | None = None) -> str:
    """A value of a field as a page shows it; links are told by their own words."""
    formats = reader.formats
    match value:
        case None | "":
            words = BLANK
        case bool():
            words = _("yes") if value else _("no")
        case datetime():
            words = formats.moment(value)
        case date():
            words = formats.day(value)
        case Decimal() if field.type is FieldType.MONEY:
            words = formats.money(value, currency=currency)
        case Decimal() if field.type is FieldType.SHARE:
            words = formats.percent(value)
        case Decimal() | int():
            words = formats.number(Decimal(value))
        case _:
            words = value_name(field.name, str(value))
    return words
