"""The product as an installed app: its manifest, its service worker, and what is shown without a network.

The worker keeps the files of the offline page and nothing else: several people may use one machine, so no page and no
answer with records is ever kept. What a browser keeps of this site is cleared when someone signs out.
"""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from cadran.ui.access import public

_OWN = Path(__file__).parent
SHELL = ("ui/cadran.css", "ui/icon.svg")
"""The static files that the offline page shows itself with."""


@public
@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """What a browser asks before it installs the product, in the language of ``?lang``."""
    language = request.GET.get("lang")
    with override(language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        said = {
            "id": "/",
            "name": _("Cadran, the CRM that measures itself"),
            "short_name": "Cadran",
            "description": _("Customers, deals and every indicator, with the records behind each number."),
            "lang": language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE,
            "start_url": reverse("home"),
            "scope": "/",
            "display": "standalone",
            "background_color": "#f6f7f9",
            "theme_color": "#3157d5",
            "icons": [
                _icon("icon-192.png", "192x192"),
                _icon("icon-512.png", "512x512"),
                _icon("icon-maskable-512.png", "512x512", purpose="maskable"),
                {"src": static("ui/icon.svg"), "sizes": "any", "type": "image/svg+xml"},
            ],
            "shortcuts": [
                {"name": _("Pipeline"), "url": reverse("pipeline")},
                {"name": _("Indicators"), "url": reverse("kpis")},
                {"name": _("Search or go to…"), "url": reverse("find")},
            ],
        }
    return JsonResponse(said, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False})


def _icon(name: str, sizes: str, **more: str) -> dict[str, str]:
    return {"src": static(f"ui/{name}"), "sizes": sizes, "type": "image/png", **more}


@public
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that shows the offline page; it is another one when a file it keeps is."""
    files = [reverse("offline"), *map(static, SHELL)]
    response = render(
        request, "ui/worker.js", {"version": _version(), "files": files}, content_type="text/javascript; charset=utf-8"
    )
    response.headers["Cache-Control"] = "no-cache"
    return response


@public
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What is shown without a network: in both languages, the same for everyone."""
    return render(request, "ui/offline.html")


@cache
def _version() -> str:
    """What the worker keeps, in few letters."""
    kept = [_OWN / "static" / name for name in SHELL]
    kept += [_OWN / "templates" / "ui" / name for name in ("offline.html", "worker.js")]
    return hashlib.sha256(b"".join(file.read_bytes() for file in kept)).hexdigest()[:12]


class ForgetAtSignOut:
    """Has the browser forget everything it keeps of this site when someone signs out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        match = request.resolver_match
        if request.method == "POST" and match and match.view_name == "account_logout":
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response
