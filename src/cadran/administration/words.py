"""The words of these pages: names of fields, of roles and of what can be chosen."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

type Words = str | _StrPromise

FIELDS: dict[str, Words] = {
    "name": _("Name"),
    "currency": _("Currency"),
    "time_zone": _("Time zone"),
    "language": _("Language"),
    "fiscal_year_start_month": _("The fiscal year starts in"),
    "weekday": _("Day of the week"),
    "opens": _("Opens at"),
    "closes": _("Closes at"),
    "day": _("Day"),
    "rate": _("Worth of one unit"),
    "pipeline": _("Pipeline"),
    "order": _("Place"),
    "probability": _("Probability of winning, in per cent"),
    "outcome": _("Outcome"),
    "rotten_after_days": _("Stale after, days"),
    "parent": _("Part of"),
    "region": _("Sales region"),
    "family": _("Family"),
    "tier": _("Tier"),
    "price": _("List price"),
    "record": _("Of which records"),
    "key": _("Key"),
    "label_en": _("Name in English"),
    "label_fr": _("Name in French"),
    "type": _("Type"),
    "choices": _("Choices"),
    "email": _("E-mail"),
    "role": _("Role"),
    "team": _("Team"),
    "is_active": _("May sign in"),
}

HELP: dict[str, Words] = {
    "organisation.currency": _(
        "All numbers are told in it, those of past periods too. After a change, give the exchange rates anew: they say "
        "what other currencies are worth in this one."
    ),
    "organisation.time_zone": _(
        "It decides which day a moment belongs to. After a change, what happened around midnight may count on another "
        "day, in past periods too."
    ),
    "organisation.fiscal_year_start_month": _("Fiscal quarters and years follow it, past ones too."),
    "organisation.language": _("What is sent to people who have not chosen a language."),
    "exchange_rate.currency": _("Three letters, as in USD."),
    "exchange_rate.rate": _("In the organisation’s currency, from this day until the next rate."),
    "product.currency": _("Three letters, as in EUR."),
    "stage.probability": _("Weighs the deals in this stage; blank: they are not weighed."),
    "stage.rotten_after_days": _("A deal that stays longer in this stage is shown as stale."),
    "stage.outcome": _("Deals that come into a stage that is won or lost are closed."),
    "team.region": _("The sales region of what its members own."),
    "custom_field.key": _("Small letters, digits and _: the name in files and in the API. It stays."),
    "custom_field.type": _("It stays."),
    "custom_field.record": _("It stays."),
    "custom_field.choices": _("One on each line; for the type choice."),
    "member.is_active": _("Whoever may not sign in any more keeps his records and his history."),
}

CHOICES: dict[str, dict[str, Words]] = {
    "role": {
        "administrator": _("Administrator"),
        "director": _("Director"),
        "manager": pgettext_lazy("role", "Manager"),
        "representative": _("Representative"),
        "marketing": _("Marketing"),
        "success": _("Customer success"),
        "support": _("Support"),
        "analyst": _("Analyst"),
        "viewer": _("Viewer"),
    },
    "outcome": {
        "open": pgettext_lazy("outcome", "Open"),
        "won": pgettext_lazy("outcome", "Won"),
        "lost": pgettext_lazy("outcome", "Lost"),
    },
    "language": {"en": "English", "fr": "Français"},
    "type": {
        "text": _("Text"),
        "number": _("Number"),
        "money": _("Amount"),
        "date": _("Date"),
        "choice": _("Choice"),
        "flag": _("Yes or no"),
    },
    "record": {
        "account": _("Accounts"),
        "contact": _("Contacts"),
        "lead": _("Leads"),
        "deal": _("Deals"),
        "activity": _("Activities"),
        "ticket": _("Tickets"),
        "order": _("Orders"),
        "subscription": _("Subscriptions"),
        "product": _("Products"),
        "campaign": _("Campaigns"),
    },
}

KINDS: dict[str, Words] = {
    **CHOICES["record"],
    "deal_line": _("Products of deals"),
    "order_line": _("Products of orders"),
    "answer": _("Answers to surveys"),
}
"""Kinds of record, several of them."""

ROLES: dict[str, Words] = {
    "administrator": _("sees and changes everything, settings and members too"),
    "director": _("sees everything, sets targets, imports files"),
    "manager": _("sees what her team and the teams below own, sets targets"),
    "representative": _("sees and changes what is his own"),
    "marketing": _("sees everything, changes records"),
    "success": _("sees everything, changes records"),
    "support": _("sees everything, changes records"),
    "analyst": _("sees everything, makes boards, changes no record"),
    "viewer": _("sees everything, changes nothing"),
}
