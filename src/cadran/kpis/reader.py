"""Who reads a page: the member, the language, and the organisation's currency, zone and calendar."""

from dataclasses import dataclass
from datetime import date
from typing import cast

from django.http import HttpRequest
from django.utils.translation import get_language

from cadran.crm.models import Organisation
from cadran.kpis.answer import organisation_calendar, today_in
from cadran.members.models import Member
from cadran.metrics.metric import Language
from cadran.metrics.period import Calendar
from cadran.ui.formats import Formats


@dataclass(frozen=True)
class Reader:
    """Everything that decides how an answer is asked for and written."""

    member: Member
    language: Language
    formats: Formats
    calendar: Calendar
    today: date


def reader(request: HttpRequest) -> Reader:
    """The reader of a page that only members may call."""
    organisation = Organisation.current()
    calendar = organisation_calendar()
    language: Language = "fr" if (get_language() or "en").startswith("fr") else "en"
    return Reader(
        member=cast("Member", request.user),
        language=language,
        formats=Formats(language, organisation.currency, organisation.time_zone),
        calendar=calendar,
        today=today_in(calendar),
    )
