"""The public holidays of some countries, added for a year at once."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from cadran.administration.words import Words
from cadran.administration.writing import by, say
from cadran.crm.models import Holiday
from cadran.crm.save import create, restore
from cadran.crm.turn import writers_turn
from cadran.demo.calendar import easter, holidays
from cadran.kpis.answer import organisation_calendar, today_in
from cadran.members.rights import Right
from cadran.ui.access import members
from cadran.ui.addresses import NotUnderstood

AHEAD = 3

COUNTRIES: dict[str, Words] = {
    "FR": gettext_lazy("France"),
    "BE": gettext_lazy("Belgium"),
    "LU": gettext_lazy("Luxembourg"),
    "DE": gettext_lazy("Germany, nationwide"),
}

_FIXED: Mapping[str, Mapping[tuple[int, int], str]] = {
    "BE": {
        (1, 1): "Nouvel An",
        (5, 1): "Fête du Travail",
        (7, 21): "Fête nationale",
        (8, 15): "Assomption",
        (11, 1): "Toussaint",
        (11, 11): "Armistice",
        (12, 25): "Noël",
    },
    "LU": {
        (1, 1): "Nouvel An",
        (5, 1): "Fête du Travail",
        (5, 9): "Journée de l’Europe",
        (6, 23): "Fête nationale",
        (8, 15): "Assomption",
        (11, 1): "Toussaint",
        (12, 25): "Noël",
        (12, 26): "Saint-Étienne",
    },
    "DE": {
        (1, 1): "Neujahr",
        (5, 1): "Tag der Arbeit",
        (10, 3): "Tag der Deutschen Einheit",
        (12, 25): "Erster Weihnachtstag",
        (12, 26): "Zweiter Weihnachtstag",
    },
}
_AFTER_EASTER: Mapping[str, Mapping[int, str]] = {
    "BE": {1: "Lundi de Pâques", 39: "Ascension", 50: "Lundi de Pentecôte"},
    "LU": {1: "Lundi de Pâques", 39: "Ascension", 50: "Lundi de Pentecôte"},
    "DE": {-2: "Karfreitag", 1: "Ostermontag", 39: "Christi Himmelfahrt", 50: "Pfingstmontag"},
}


def of_country(country: str, year: int) -> dict[date, str]:
    """The public holidays of a country in a year, by day."""
    if country == "FR":
        return holidays(range(year, year + 1))
    fixed = {date(year, month, day): name for (month, day), name in _FIXED[country].items()}
    sunday = easter(year)
    moving = {sunday + timedelta(days=days): name for days, name in _AFTER_EASTER[country].items()}
    return dict(sorted((fixed | moving).items()))


def years_offered() -> list[int]:
    """This year and those that follow."""
    this = today_in(organisation_calendar()).year
    return list(range(this, this + AHEAD))


@members(needs=Right.SETTINGS)
@require_POST
def add_holidays(request: HttpRequest) -> HttpResponse:
    """Add a country's public holidays of a year: those that are not here yet."""
    country, year = request.POST.get("country", ""), request.POST.get("year", "")
    if country not in COUNTRIES or year not in map(str, years_offered()):
        raise NotUnderstood(_("Choose a country and a year of the list."))
    writer, added = by(request), 0
    with writers_turn():
        here = {one.day: one for one in Holiday.objects.order_by("-archived_at")}
        for day, name in of_country(country, int(year)).items():
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
