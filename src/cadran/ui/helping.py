"""The pages of help: shortcuts, which can be turned off, and the glossary."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from cadran.ui import shortcuts
from cadran.ui.access import members, public
from cadran.ui.glossary import spoken

_YEAR = 365 * 24 * 3600


@members
@require_safe
def show_help(request: HttpRequest) -> HttpResponse:
    """Every shortcut, and the choice to turn them off."""
    off = request.COOKIES.get(shortcuts.COOKIE) == shortcuts.OFF
    return render(request, "ui/help.html", {"shortcuts": shortcuts.SHORTCUTS, "off": off})


@members
@require_safe
def show_glossary(request: HttpRequest) -> HttpResponse:
    """What each word of the pages means."""
    return render(request, "ui/glossary.html", {"terms": spoken().values()})


@public
@require_POST
def choose_shortcuts(request: HttpRequest) -> HttpResponse:
    """Remember in a cookie whether single keys do something, and go back to the help."""
    response = redirect("help")
    chosen = shortcuts.OFF if request.POST.get("shortcuts") == shortcuts.OFF else "on"
    response.set_cookie(
        shortcuts.COOKIE, chosen, max_age=_YEAR, secure=request.is_secure(), httponly=True, samesite="Lax"
    )
    return response
