"""Invitations: links that let one person in, once."""

from django.db import models
from django.utils import timezone

from cadran.members.models import Member, Role, Team
from cadran.members.record import Choice, Link, Moment, Text
from cadran.members.rights import Right


class Invitation(models.Model):
    """A link that makes a member of whoever opens it, once, until it expires.

    The token is in the link alone; here is its SHA-256, from which no link can be made. `member` is somebody who is
    here already (an owner known from an import) and gets a way to sign in. `sent_at` is when the link went by e-mail to
    the address, and nowhere else: whoever opens it reads what comes there.
    """

    id = models.BigAutoField(primary_key=True)
    token_hash = Text(max_length=64, unique=True)
    email = Text(null=True, lower=True)
    role = Choice(choices=Role.choices, default=Role.REPRESENTATIVE)
    team = Link(Team, null=True)
    member = Link(Member, null=True, related_name="invitations")
    made_by = Link(Member, null=True, related_name="invitations_made")
    made_at = Moment(default=timezone.now)
    expires_at = Moment()
    sent_at = Moment(null=True)
    used_at = Moment(null=True)

    class Meta:
        db_table = "invitation"

    def __str__(self) -> str:
        return f"invitation of {self.email or self.member or self.role}"

    @property
    def open(self) -> bool:
        """Whether it still lets somebody in: not once whoever made it may no longer invite."""
        meant = self.made_by is None or self.made_by.may(Right.SETTINGS)
        return meant and self.used_at is None and timezone.now() < self.expires_at
