"""The letter that invites somebody: sent where the installation sends e-mails, else written for one's own to send."""

import logging
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cadran.administration.models import Invitation
from cadran.administration.words import CHOICES
from cadran.crm.models import Organisation

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Letter:
    """Plain words to somebody."""

    to: str
    subject: str
    words: str

    @property
    def by_hand(self) -> str:
        """Its address in the reader's own mail program."""
        return f"mailto:{quote(self.to)}?{urlencode({'subject': self.subject, 'body': self.words}, quote_via=quote)}"


def invitation_letter(invitation: Invitation, link: str, language: str) -> Letter | None:
    """The letter with the link of an invitation, in the language of whom it invites; None without an address."""
    if not invitation.email:
        return None
    with translation.override(language):
        name = Organisation.current().name or "Cadran"
        said = {"name": name, "link": link, "by": invitation.made_by, "role": CHOICES["role"][invitation.role]}
        words = render_to_string("administration/invitation.txt", said)
        subject = _("Your invitation to %(name)s") % {"name": " ".join(name.split())}
        return Letter(invitation.email, subject, words.strip() + "\n")


def send(letter: Letter, invitation: Invitation) -> bool:
    """Send it through the installation's server and note when; False, with the reason in the log, when it refuses."""
    try:
        EmailMessage(letter.subject, letter.words, settings.DEFAULT_FROM_EMAIL, [letter.to]).send()
    except OSError as error:
        log.error("The invitation of %s could not be sent: %s. Look at CADRAN_MAIL (cadran check).", letter.to, error)
        return False
    invitation.sent_at = timezone.now()
    invitation.save(update_fields=["sent_at"])
    return True
