"""The kinds of record in the reader's language, as tables of faults name them."""

from django.utils.translation import gettext as _


def record_words(kind: str) -> str:
    """Records of a kind, in the plural."""
    return _kinds().get(kind, kind.replace("_", " ").capitalize())


def _kinds() -> dict[str, str]:
    return {
        "account": _("Accounts"),
        "contact": _("Contacts"),
        "lead": _("Leads"),
        "deal": _("Deals"),
        "deal_line": _("Lines of deals"),
        "order": _("Orders"),
        "order_line": _("Lines of orders"),
        "payment": _("Payments"),
        "subscription": _("Subscriptions"),
        "renewal": _("Renewals"),
        "activity": _("Activities"),
        "ticket": _("Tickets"),
        "ticket_message": _("Messages of tickets"),
        "answer": _("Answers to surveys"),
        "member": _("Members"),
        "session": _("Sign-ins"),
        "visit": _("Visits"),
        "page_event": _("Events on pages"),
        "spend": _("Spending"),
        "usage": _("Use of the product"),
        "touch": _("Marketing touches"),
        "goal": _("Goals"),
        "forecast_submission": _("Forecasts"),
        "change": _("Changes"),
        "record": _("Records"),
    }
