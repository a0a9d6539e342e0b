"""Letting members sign in: the installation's owner does it from the command line."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from cadran.crm.by import By
from cadran.crm.errors import Problem, Refused
from cadran.crm.models import Origin
from cadran.crm.save import change, create
from cadran.crm.turn import writers_turn
from cadran.members.models import Member, Role


def let_in(email: str, *, name: str | None, role: str, password: str) -> Member:
    """Give someone a way to sign in: the member of this address, else of this name, else a new one.

    Raises Refused when the role is none, the password too weak, or the member cannot be made so.
    """
    if role not in Role.values:
        reason = gettext("is no role; there are: %(roles)s") % {"roles": ", ".join(Role.values)}
        raise Refused("member", [Problem(None, "role", role, reason)])
    try:
        validate_password(password)
    except ValidationError as error:
        raise Refused("member", [Problem(None, "password", None, " ".join(error.messages))]) from error
    by = By(Origin.MEMBER)
    with writers_turn():
        address = email.strip().lower()
        member = Member.objects.filter(email=address).first() or Member.objects.filter(name=name or address).first()
        values = {"email": address, "role": role, "is_active": True, **({"name": name} if name else {})}
        if member is None:
            made = create("member", {"name": address, **values}, by=by)
            member = Member.objects.get(pk=made.pk)
        else:
            change(member, values, by=by)
        member.set_password(password)
        member.save(update_fields=["password"])
    return member
