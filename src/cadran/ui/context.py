"""What the base template needs on every page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from cadran.ui import shortcuts
from cadran.ui.views import THEME_COOKIE, THEMES


class Rights:
    """The rights of whoever reads the page, for templates: ``{% if may.imports %}``."""

    def __init__(self, user: Any) -> None:
        self.user = user

    def __getitem__(self, right: str) -> bool:
        return bool(self.user and self.user.is_authenticated and self.user.may(right))


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the chosen theme and language, so that the first byte sent already has them."""
    theme = request.COOKIES.get(THEME_COOKIE, THEMES[0])
    return {
        "theme": theme if theme in THEMES else THEMES[0],
        "language": getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)[:2],
        "languages": (("en", "English"), ("fr", "Français")),
        "keys": "" if request.COOKIES.get(shortcuts.COOKIE) == shortcuts.OFF else shortcuts.keys,
        "sends_mail": settings.SENDS_MAIL,
        "may": Rights(getattr(request, "user", None)),
    }
