"""The words of the import pages: fields, kinds, outcomes."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

FIELDS = {
    "account": _("Account"),
    "amount": _("Amount"),
    "channel": _("Channel"),
    "closed_at": _("Closed on"),
    "company": _("Company"),
    "country": _("Country"),
    "created_at": _("Created on"),
    "currency": _("Currency"),
    "domain": _("Website"),
    "email": _("E-mail"),
    "employees": _("Employees"),
    "expected_close_on": _("Expected to close on"),
    "first_name": _("First name"),
    "industry": _("Industry"),
    "job_title": _("Job title"),
    "last_name": _("Last name"),
    "lost_reason": _("Why it was lost"),
    "name": _("Name"),
    "owner": _("Owner"),
    "phone": _("Phone"),
    "region": _("Region"),
    "segment": _("Segment"),
    "stage": _("Stage"),
    "status": _("Status"),
}
KINDS = {"deal": _("Deals"), "lead": _("Leads"), "contact": _("Contacts"), "account": _("Accounts")}
OUTCOMES = {
    "open": pgettext_lazy("outcome", "Open"),
    "won": pgettext_lazy("outcome", "Won"),
    "lost": pgettext_lazy("outcome", "Lost"),
}
