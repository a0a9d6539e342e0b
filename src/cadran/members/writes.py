"""Which records a member may write: those he sees, when his role writes records at all.

What is written stays with whom it belongs to, unless the role may reassign: see ``members.rights``.
"""

from django.db.models import Q, QuerySet

from cadran.members.models import Member
from cadran.members.record import Record
from cadran.members.rights import Right
from cadran.members.scope import NOTHING, Scope, scope


def writes(member: Member) -> Scope:
    """The records that this member may write, as a part of those he may see."""
    return scope(member) if member.may(Right.RECORDS) else NOTHING


def may_change(member: Member, record: Record) -> bool:
    """Whether this member may change this record.

    What belongs to nobody (a product, a stage) takes the settings; so do members, whose roles say what they may do.
    """
    if not record.owned_by or isinstance(record, Member):
        return member.may(Right.SETTINGS)
    return type(record)._default_manager.filter(writes(member).of(type(record)), pk=record.pk).exists()


def owners(member: Member) -> QuerySet[Member]:
    """The members to whom this one may give a record: himself, and with the right to reassign whomever he sees."""
    if not member.may(Right.RECORDS):
        return Member.objects.none()
    found = Q(pk=member.pk)
    if member.may(Right.REASSIGN):
        found |= Q(scope(member).of(Member), is_active=True)
    return Member.objects.filter(found, archived_at=None)
