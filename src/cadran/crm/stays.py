"""Members' stays in the product: one begins each time a member signs in."""

from datetime import UTC, datetime

from django.http import HttpRequest

from cadran.crm.by import By
from cadran.crm.models import Origin
from cadran.crm.save import create
from cadran.members.login import ClosedSignup
from cadran.members.models import Member


class SignIns(ClosedSignup):
    """Signing in as the house does it, written down as the beginning of a session."""

    def login(self, request: HttpRequest, user: Member) -> None:
        """Sign the member in, all steps (password, second factor) being done, and write it down."""
        super().login(request, user)
        now = datetime.now(UTC)
        create("session", {"member": user, "logged_in_at": now, "last_seen_at": now}, by=By(Origin.MEMBER, user))
