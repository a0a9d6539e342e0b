"""The fields of records in the reader's words, the organisation's own ones too."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from cadran.crm.fields import PREFIX
from cadran.crm.models import CustomField
from cadran.kpis.columns import column_names
from cadran.ui.wording import by_language


@by_language
def field_names() -> Mapping[str, str]:
    """Every field of the records that people work with."""
    return {
        **column_names(),
        "parent": _("Part of"),
        "first_name": _("First name"),
        "last_name": _("Last name"),
        "email": _("E-mail"),
        "phone": _("Phone"),
        "job_title": _("Job title"),
        "contact": _("Contact"),
        "contacts": _("Contacts"),
        "qualified_at": _("Qualified"),
        "converted_at": _("Converted"),
        "disqualified_at": _("Disqualified"),
        "currency": _("Currency"),
        "closed_at": _("Closed"),
        "refund_of": _("Refund of"),
        "placed_at": _("Placed"),
        "opened_at": _("Opened at"),
        "first_response_at": _("First response"),
        "resolved_at": _("Resolved"),
        "reopens": _("Times reopened"),
        "at": _("Held"),
        "done_at": _("Done"),
        "automated": _("Automated"),
        "thread": _("Thread"),
        "sent_at": _("Sent"),
        "delivered_at": _("Delivered"),
        "bounced_at": _("Bounced"),
        "clicked_at": _("Clicked at"),
        "replied_at": _("Replied at"),
        "created_at": _("Created"),
        "archived_at": _("Archived"),
        "merged_into": _("Went into"),
        "external_id": _("Id in its source"),
        "state": _("State"),
        "unit_price": _("Unit price"),
        "discount": _("Discount"),
        "renews_on": _("Renews on"),
        "author": _("Author"),
        "end_reason": _("Why it ended"),
    }


def own_names(kind: str, language: str) -> dict[str, str]:
    """The organisation's own fields of a kind, by their name in changes, in the reader's language."""
    rows = CustomField.objects.filter(record=kind, archived_at=None)
    return {
        PREFIX + row.key: (row.label_fr if language == "fr" else row.label_en)
        or row.label_en
        or row.label_fr
        or row.key
        for row in rows
    }


def field_name(name: str, own: Mapping[str, str]) -> str:
    """A field in words; `own` are the names of the organisation's own fields."""
    return own.get(name) or field_names().get(name) or name.removeprefix(PREFIX).replace("_", " ").capitalize()
