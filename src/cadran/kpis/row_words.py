"""The rows of fact tables in the reader's language: those of a kind of record, and those made of them."""

from django.utils.translation import gettext as _


def row_words(table: str) -> str:
    """What the rows of a fact table are, in the plural: "Deals", "Stays in a stage"."""
    return _tables().get(table, table.replace("_", " ").capitalize())


def _tables() -> dict[str, str]:
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
        "customer_span": _("Times as a customer"),
        "customer_end": _("Departures of customers"),
        "deal_outlook": _("Stretches of open deals"),
        "deal_progress": _("Stages reached"),
        "deal_stage": _("Stays in a stage"),
        "deal_touch": _("Touches of deals"),
        "deal_version": _("States of deals"),
        "first_order": _("First orders"),
        "first_win": _("First deals won"),
        "forecast": _("Forecasts"),
        "goal_day": _("Days of goals"),
        "health": _("Health scores"),
        "interaction": _("Signs of interest"),
        "licence": _("Times with a licence"),
        "mrr_move": _("Movements of recurring revenue"),
        "new_customer": _("New customers"),
        "page_visit": _("Page views"),
        "email": _("E-mails"),
        "allocated_spend": _("Shares of spending"),
        "attribution": _("Shares of attribution"),
        "ticket_reply": _("Replies to tickets"),
        "ticket_stretch": _("Stretches of tickets"),
        "record_check": _("Records"),
        "voice": _("Times customers were heard"),
        "record": _("Records"),
    }
