"""What every page shares: the choice of a theme, and the pages that say what went wrong."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cadran.ui.access import public
from cadran.ui.addresses import NotUnderstood

THEMES = ("system", "light", "dark")
THEME_COOKIE = "theme"
_YEAR = 365 * 24 * 3600


@public
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or the system's theme in a cookie, and go back to the page."""
    there = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(there, {request.get_host()}, require_https=request.is_secure()):
        there = "/"
    response = redirect(there)
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        response.set_cookie(
            THEME_COOKIE, theme, max_age=_YEAR, secure=request.is_secure(), httponly=True, samesite="Lax"
        )
    return response


def sorry(request: HttpRequest, status: int, title: str, words: str, cure: str = "") -> HttpResponse:
    """A page that says what went wrong and what to do now, with its HTTP status."""
    return render(request, "ui/sorry.html", {"title": title, "words": words, "cure": cure}, status=status)


@public
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    words = str(exception) if isinstance(exception, NotUnderstood) else ""
    return sorry(
        request,
        400,
        _("This request cannot be read"),
        words or _("Something in the address or the form is not as expected."),
    )


@public
def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """403, and what a form without its security token answers."""
    del exception
    cure = _("Go back, reload the page and send the form again.") if reason else _("Ask an administrator for access.")
    return sorry(request, 403, _("You may not see this page"), _("Your role does not give access to it."), cure)


@public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    del exception
    return sorry(request, 404, _("This page does not exist"), _("The address is wrong, or the page has moved."))


def locked(request: HttpRequest, _response: HttpResponse | None, _credentials: object) -> HttpResponse:
    """429, for whoever tried too many passwords."""
    return sorry(
        request,
        429,
        _("Too many tries"),
        _("Someone gave a wrong password too often from here."),
        _("Wait a quarter of an hour, then try again or ask for a new password."),
    )


@public
def failed(request: HttpRequest) -> HttpResponse:
    return sorry(
        request,
        500,
        _("Something broke on our side"),
        _("Nothing you did caused it and nothing was changed."),
        _("Try again; if it lasts, the server's log says what happened."),
    )
