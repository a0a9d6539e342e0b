"""Who may call each URL.

Every view says so, either with a decorator here or, for views of other packages, by its URL's name in
``policies`` of the module of URLs. The middleware enforces it; a URL that says nothing is refused, and the
system check ``ui.E001`` keeps the server from starting at all.

``@members`` alone lets every member read and write; ``@members(write=Right.RECORDS)`` lets every member read and those
write who have that right; ``@members(needs=Right.IMPORTS)`` lets nobody else in. Which role has which right is said in
``cadran.members.rights``; whoever is signed in answers for himself, by ``may(right)``.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, overload
from urllib.parse import urlencode

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.urls import URLPattern, URLResolver, get_resolver

type View = Callable[..., HttpResponseBase]


class Policy(StrEnum):
    """Who may call a URL: anyone, whoever has signed in, or administrators only."""

    PUBLIC = "public"
    MEMBER = "member"
    ADMIN = "admin"


@dataclass(frozen=True)
class Rights:
    """The rights that a URL takes beside having signed in: to call it at all, and to write by it."""

    needs: str | None = None
    write: str | None = None

    def taken(self, method: str | None) -> Iterator[str]:
        """Those that a call of this method takes."""
        if self.needs:
            yield self.needs
        if self.write and method not in SAFE_METHODS:
            yield self.write


SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def _declare[V: View](view: V, policy: Policy) -> V:
    view.policy = policy  # type: ignore[attr-defined]
    return view


def public[V: View](view: V) -> V:
    """Let anyone call this view, signed in or not."""
    return _declare(view, Policy.PUBLIC)


@overload
def members[V: View](view: V) -> V: ...


@overload
def members[V: View](*, needs: str | None = None, write: str | None = None) -> Callable[[V], V]: ...


def members[V: View](
    view: V | None = None, *, needs: str | None = None, write: str | None = None
) -> V | Callable[[V], V]:
    """Let members who have signed in call this view: those who have the right it `needs`.

    Other methods than GET, HEAD and OPTIONS also take the right to `write`.
    """
    if view is not None:
        return _declare(view, Policy.MEMBER)

    def declare(view: V) -> V:
        view.rights = Rights(needs, write)  # type: ignore[attr-defined]
        return _declare(view, Policy.MEMBER)

    return declare


def admins[V: View](view: V) -> V:
    """Let administrators only call this view."""
    return _declare(view, Policy.ADMIN)


def policy_of(view: Any, url_name: str | None) -> Policy | None:
    """The policy declared for a view, by itself or by its URL's name; None when nothing is."""
    declared = getattr(view, "policy", None)
    if declared is None and url_name is not None:
        declared = getattr(get_resolver().urlconf_module, "policies", {}).get(url_name)
    return None if declared is None else Policy(declared)


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, str | None, URLPattern]]:
    """Every URL of the site: its route, its full name (with namespace) and its pattern."""
    resolver = resolver or get_resolver()
    space = f"{resolver.namespace}:" if resolver.namespace else ""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            for route, name, pattern in patterns(entry, prefix + str(entry.pattern)):
                yield route, name and space + name, pattern
        else:
            yield prefix + str(entry.pattern), entry.name and space + entry.name, entry


def every_url_has_a_policy(app_configs: Sequence[AppConfig] | None = None, **_: Any) -> list[CheckMessage]:
    """System check: one error for each URL for which nobody said who may call it."""
    del app_configs
    return [
        Error(
            f"The URL /{route} does not say who may call it.",
            hint="Decorate its view with @public, @members or @admins of cadran.ui.access, or put it in `policies`.",
            id="ui.E001",
        )
        for route, name, pattern in patterns()
        if policy_of(pattern.callback, name) is None
    ]


def refuse_silent_urls() -> None:
    """Refuse to start: raises ImproperlyConfigured when a URL does not say who may call it."""
    silent = every_url_has_a_policy()
    if silent:
        raise ImproperlyConfigured("\n".join(f"{error.msg} {error.hint}" for error in silent))


class AccessMiddleware:
    """Refuses a call that its URL's policy does not allow: to the sign-in page, or with 403.

    What a member is answered is for nobody else: no cache between may keep it, and his own asks again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if "Cache-Control" not in response.headers and request.user.is_authenticated:
            response.headers["Cache-Control"] = "private, no-cache"
        return response

    def process_view(
        self, request: HttpRequest, view: View, _args: tuple[Any, ...], _kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        policy = policy_of(view, match.view_name if match else None)
        if policy is None:
            raise PermissionDenied
        if policy is Policy.PUBLIC:
            return None
        if not request.user.is_authenticated:
            return redirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': request.get_full_path()})}")
        if policy is Policy.ADMIN and not request.user.is_superuser:
            raise PermissionDenied
        rights: Rights = getattr(view, "rights", Rights())
        if not all(request.user.may(right) for right in rights.taken(request.method)):
            raise PermissionDenied
        return None
