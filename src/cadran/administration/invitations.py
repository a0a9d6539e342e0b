"""Inviting people: a link shown once lets one person choose a name and a password, and sign in."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext

from cadran.administration.models import Invitation
from cadran.crm.by import By
from cadran.crm.errors import Problem, Refused
from cadran.crm.models import Origin
from cadran.crm.save import change, create
from cadran.crm.turn import writers_turn
from cadran.members.models import Member, Role, Team

LIFE = timedelta(days=7)
FIRST = timedelta(days=1)
BITS = 256


def invite(
    *,
    role: str,
    email: str | None = None,
    team: Team | None = None,
    member: Member | None = None,
    by: Member | None = None,
    life: timedelta = LIFE,
) -> tuple[Invitation, str]:
    """An invitation and the token of its link, which is known now and never again.

    Earlier open invitations of the same address or member are withdrawn: one person, one link.
    Raises Refused when the role is none.
    """
    if role not in Role.values:
        reason = gettext("is no role; there are: %(roles)s") % {"roles": ", ".join(Role.values)}
        raise Refused("member", [Problem(None, "role", role, reason)])
    email = email.strip().lower() if email else None
    token = secrets.token_urlsafe(BITS // 8)
    with writers_turn():
        for same in ([{"email": email}] if email else []) + ([{"member": member}] if member else []):
            Invitation.objects.filter(used_at=None, **same).delete()
        made = Invitation.objects.create(
            token_hash=_hash(token),
            email=email,
            role=role,
            team=team,
            member=member,
            made_by=by,
            expires_at=datetime.now(UTC) + life,
        )
    return made, token


def withdraw_of(member: Member) -> None:
    """Withdraw what would let a member back in who was let go."""
    his = Q(member=member) | Q(email=member.email) if member.email else Q(member=member)
    Invitation.objects.filter(his, used_at=None).delete()


def found(token: str) -> Invitation | None:
    """The invitation of a link that still lets somebody in."""
    invitation = Invitation.objects.filter(token_hash=_hash(token)).first()
    return invitation if invitation and invitation.open else None


def accept(token: str, *, name: str, email: str, password: str) -> Member | None:
    """Make a member of whoever holds this link; None when the link lets nobody in (any more).

    The address is the invitation's where it names one. Raises Refused, the link being good still, when the name or the
    address is somebody else's, or the password too weak.
    """
    with writers_turn():
        invitation = Invitation.objects.select_for_update().filter(token_hash=_hash(token)).first()
        if invitation is None or not invitation.open:
            return None
        email = (invitation.email or email).strip().lower()
        values = {"name": name.strip(), "email": email, "role": invitation.role, "is_active": True}
        if invitation.team:
            values["team"] = invitation.team
        _check_password(password, Member(name=name, email=email))
        by = By(Origin.MEMBER, invitation.made_by)
        if invitation.member_id:
            member = Member.objects.get(pk=invitation.member_id)
            change(member, values, by=by)
        else:
            member = Member.objects.get(pk=create("member", values, by=by).pk)
        member.set_password(password)
        member.save(update_fields=["password"])
        invitation.used_at = datetime.now(UTC)
        invitation.member = member
        invitation.save(update_fields=["used_at", "member"])
    return member


def first_link() -> str | None:
    """The token by which the first administrator comes in; None when there is one who can sign in.

    The links given at earlier starts open nothing any more.
    """
    if _somebody_administers():
        return None
    Invitation.objects.filter(made_by=None, used_at=None).delete()
    return invite(role=Role.ADMINISTRATOR, life=FIRST)[1]


def _somebody_administers() -> bool:
    active = Member.objects.filter(role=Role.ADMINISTRATOR, is_active=True, archived_at=None).exclude(email=None)
    return any(member.has_usable_password() for member in active)


def _check_password(password: str, member: Member) -> None:
    try:
        validate_password(password, member)
    except ValidationError as error:
        raise Refused("member", [Problem(None, "password", None, " ".join(error.messages))]) from error


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
