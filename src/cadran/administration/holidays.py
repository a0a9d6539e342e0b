"""The public holidays of a country, added for a year at once."""

from collections.abc import Sequence
from datetime import date
from functools import cache

import holidays
from babel import Locale
from babel.core import get_global
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cadran.administration.writing import by, say
from cadran.crm.models import Holiday, Organisation
from cadran.crm.save import create, restore
from cadran.crm.turn import writers_turn
from cadran.kpis.answer import organisation_calendar, today_in
from cadran.members.rights import Right
from cadran.ui.access import members
from cadran.ui.addresses import NotUnderstood
from cadran.ui.matching import plain

AHEAD = 3
_SPOKEN = {"fr": ("fr",), "en": ("en_GB", "en_US")}


@cache
def countries(language: str) -> Sequence[tuple[str, str]]:
    """Every country whose public holidays are known, by its code and what a language calls it, in that order."""
    names = Locale(language).territories
    known = holidays.list_supported_countries(include_aliases=False)
    return sorted(((code, names[code]) for code in known), key=lambda one: plain(one[1]))


def likeliest() -> str:
    """The country of the organisation's time zone, "" when the zone is of no country."""
    return str(get_global("zone_territories").get(organisation_calendar().zone, ""))


def of_country(country: str, year: int, language: str) -> dict[date, str]:
    """The public holidays of a whole country in a year, by day, in a language or, where that is not known, its own."""
    spoken = holidays.country_holidays(country).supported_languages
    said = next((one for one in _SPOKEN[language] if one in spoken), None)
    return dict(sorted(holidays.country_holidays(country, years=year, language=said).items()))


def years_offered() -> list[int]:
    """This year and those that follow."""
    this = today_in(organisation_calendar()).year
    return list(range(this, this + AHEAD))


@members(needs=Right.SETTINGS)
@require_POST
def add_holidays(request: HttpRequest) -> HttpResponse:
    """Add a country's public holidays of a year: those that are not here yet."""
    country, year = request.POST.get("country", ""), request.POST.get("year", "")
    language = Organisation.current().language
    if country not in dict(countries(language)) or year not in map(str, years_offered()):
        raise NotUnderstood(_("Choose a country and a year of the list."))
    found = of_country(country, int(year), language)
    if not found:
        messages.error(request, _("The public holidays of that year are not known: add them one by one."))
        return redirect("settings_rows", "holidays")
    writer, added = by(request), 0
    with writers_turn():
        here = {one.day: one for one in Holiday.objects.order_by("-archived_at")}
        for day, name in found.items():
            known = here.get(day)
            if known is None:
                create("holiday", {"day": day, "name": name}, by=writer)
            elif known.archived_at is not None:
                restore(known, by=writer)
            else:
                continue
            added += 1
    words = ngettext("%(n)s holiday added.", "%(n)s holidays added.", added) % {"n": added}
    say(request, words if added else _("They are all here already."), writer)
    return redirect("settings_rows", "holidays")
