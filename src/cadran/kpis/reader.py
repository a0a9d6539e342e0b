"""Who reads an answer: the member (None at the command line), language, the organisation's currency and calendar."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from django.utils.translation import get_language

from cadran.crm.models import Organisation
from cadran.kpis.answer import organisation_calendar, today_in
from cadran.kpis.live import Began, mark
from cadran.members.models import Member
from cadran.members.signed_in import signed_in
from cadran.metrics.metric import Language
from cadran.metrics.period import Calendar
from cadran.ui.formats import Formats


@dataclass(frozen=True)
class Reader:
    """Everything that decides how an answer is asked for and written."""

    member: Member | None
    language: Language
    formats: Formats
    calendar: Calendar
    today: date


def reader(request: HttpRequest) -> Reader:
    """The reader of a page that only members may call, in the language of the page.

    The request keeps the state of the data from which the page began: it is told when that has moved on.
    """
    began = mark()
    found = reader_of(signed_in(request), get_language() or "en")
    request.began = Began(began, found.formats.time_zone)  # type: ignore[attr-defined]
    return found


def reader_of(member: Member | None, spoken: str) -> Reader:
    """The reader who is this member and reads this language: French, else English."""
    organisation = Organisation.current()
    calendar = organisation_calendar()
    language: Language = "fr" if spoken.startswith("fr") else "en"
    return Reader(
        member=member,
        language=language,
        formats=Formats(language, organisation.currency, organisation.time_zone),
        calendar=calendar,
        today=today_in(calendar),
    )
