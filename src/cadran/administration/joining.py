"""Coming in by an invitation, and the first steps of an installation."""

from contextlib import suppress

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cadran import demo
from cadran.administration.confirming import confirm_address
from cadran.administration.forms import JoinForm
from cadran.administration.invitations import accept, found
from cadran.administration.usual import make_usual
from cadran.crm.by import By
from cadran.crm.errors import Refused
from cadran.crm.models import Account, Deal, Lead, Origin
from cadran.members.rights import Role
from cadran.metrics.errors import MetricsError
from cadran.ui import work
from cadran.ui.access import admins, public
from cadran.ui.views import sorry

DEMO = "demo"


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever holds an invitation chooses a name and a password, and is signed in."""
    invitation = found(token)
    if invitation is None:
        return sorry(
            request,
            404,
            _("This invitation is no longer open"),
            _("It was used, has expired, or was replaced by a newer one."),
            _("Ask an administrator for another link."),
        )
    first = invitation.made_by is None and invitation.role == Role.ADMINISTRATOR
    known = invitation.member.name if invitation.member else ""
    form = JoinForm(request.POST or None, email=invitation.email, initial={"name": known})
    if request.method == "POST" and form.is_valid():
        try:
            member = accept(token, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            if member is None:
                return redirect("join", token)
            get_adapter().login(request, member)
            if settings.SENDS_MAIL:
                confirm_address(request, member, known=invitation.sent_at is not None)
            if first:
                make_usual(By(Origin.MEMBER, member))
            begins = member.role == Role.ADMINISTRATOR and _nothing_yet()
            return redirect("welcome" if begins else settings.LOGIN_REDIRECT_URL)
    return render(request, "administration/join.html", {"form": form, "first": first})


def _nothing_yet() -> bool:
    return not any(model._default_manager.exists() for model in (Account, Deal, Lead))


@admins
@require_safe
def welcome(request: HttpRequest) -> HttpResponse:
    """The ways to begin; how far the demo company is while it is being made."""
    going_on = work.work_of(DEMO)
    if going_on and going_on.ended and not going_on.error:
        work.forget(DEMO)
        response = HttpResponse(status=204, headers={"HX-Redirect": settings.LOGIN_REDIRECT_URL})
        return response if request.headers.get("HX-Request") else redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "administration/welcome.html", {"work": going_on, "empty": _nothing_yet()})


@admins
@require_POST
def make_demo(request: HttpRequest) -> HttpResponse:
    """Begin to make the demo company beside this request. Nobody can sign in as one of its people."""
    if not _nothing_yet():
        messages.error(request, _("There are records here already: the demo company needs an empty home."))
        return redirect("welcome")
    with suppress(work.Busy):
        work.begin(DEMO, _make, mistakes=(MetricsError, Refused))
    return redirect("welcome")


def _make(going_on: work.Work) -> None:
    demo.make("small", progress=lambda _what, done, of: going_on.tell(done, of) if of else None, sign_in=False)
