"""Whether somebody reads what comes to the address with which he signs in."""

from contextlib import suppress

from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cadran.members.models import Member


def confirm_address(request: HttpRequest, member: Member, *, known: bool) -> None:
    """Keep that the address is his where that is known; else send a letter there with a link to confirm it.

    Where the letter cannot be sent the address stays unconfirmed, to be confirmed later on the page of his addresses.
    """
    address, _new = EmailAddress.objects.get_or_create(user=member, email=member.email, defaults={"primary": True})
    if known:
        address.set_verified()
    elif not address.verified:
        with suppress(ImmediateHttpResponse):
            address.send_confirmation(request)
            messages.info(request, _("A letter to confirm your address is on its way to it."))
