"""Logging in: members are added by an administrator, nobody signs up by himself."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as served
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cadran.ui.views import sorry

log = logging.getLogger(__name__)


class ClosedSignup(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Refuses every sign-up; says so where an e-mail cannot be sent."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Nobody may."""
        return False

    def clean_email(self, email: str) -> str:
        """An address to which something is to be sent. Raises ValidationError where this installation sends nothing."""
        if not settings.SENDS_MAIL:
            raise ValidationError(_("This installation sends no e-mails: ask an administrator."))
        return str(super().clean_email(email))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a letter; where it cannot be sent, the page says so instead of promising it."""
        if not settings.SENDS_MAIL:
            raise _unsent(_("This installation sends none."), _("Ask an administrator."))
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:
            log.error("No e-mail could be sent: %s. Look at CADRAN_MAIL (cadran check).", error)
            raise _unsent("", _("Try again in a while, or ask an administrator.")) from error


def _unsent(words: str, cure: str) -> ImmediateHttpResponse:
    """The page that says so instead of the one that promises a letter."""
    return ImmediateHttpResponse(sorry(served.request, 503, _("The e-mail could not be sent."), words, cure))
