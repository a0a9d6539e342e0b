"""Which fields the settings can make read-only or hidden, and what the door says to a member who may not change one."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext

from cadran.crm.by import By
from cadran.crm.errors import NotAllowed, Problem
from cadran.crm.fields import custom_fields
from cadran.crm.match import MERGED
from cadran.crm.models import Origin
from cadran.crm.records import Field, FieldType, fields_of
from cadran.members.field_rights import fixed_for

RULED = (
    "account",
    "contact",
    "lead",
    "deal",
    "activity",
    "ticket",
    "order",
    "subscription",
    "deal_line",
    "order_line",
    "answer",
)
"""The kinds of record that people work with, whose fields have rights of their own."""

TITLES = frozenset({"name", "first_name", "last_name", "subject", "number"})
"""What records are called by."""

ALWAYS_SEEN = TITLES | {"owner", "currency"}
"""Never hidden: what a record is called, whose it is (it decides who sees it), what its amounts are in."""

FOLLOWING = frozenset({("deal", "pipeline"), ("deal", "closed_at")})
"""What the door's own rules move along with another field: whoever may change a deal's stage moves them too."""

_KEPT = frozenset({"created_at", "archived_at", "external_id", "custom", MERGED})


def ruled_fields(kind: str) -> dict[str, Field]:
    """The fields of a kind that can be made read-only for a role, by name."""
    fields = {
        name: field
        for name, field in fields_of(kind).items()
        if name not in _KEPT and (kind, name) not in FOLLOWING and field.type is not FieldType.LINKS
    }
    return fields | custom_fields(kind)


def hideable(field: Field) -> bool:
    """Whether a field can be hidden: not one that no record is without, or that it is known by."""
    return not field.required and field.name not in ALWAYS_SEEN


def asked_at_first(field: Field) -> bool:
    """Whether whoever makes a record gives this field even though it is not his to change afterwards."""
    return field.required or field.name in TITLES


def refuse_fixed(kind: str, put: Mapping[str, str | None], by: By) -> None:
    """Raise NotAllowed where a member puts another value into a field that is not his to change."""
    # a deal that is open again is lost for no reason any more
    follows = {"lost_reason"} if "stage" in put and put.get("lost_reason", "") is None else set()
    _refuse(kind, _fixed(kind, by) & put.keys() - follows)


def refuse_given(kind: str, given: Mapping[str, str | None], by: By) -> None:
    """Raise NotAllowed where a member gives a new record, of his own, a field that is not his to fill in."""
    fields, mine = ruled_fields(kind) if kind in RULED else {}, str(by.member and by.member.pk)
    filled = {name for name, text in given.items() if text is not None and not (name == "owner" and text == mine)}
    _refuse(kind, {name for name in _fixed(kind, by) & filled if not asked_at_first(fields[name])})


def _fixed(kind: str, by: By) -> frozenset[str]:
    if kind not in RULED or by.member is None or by.origin != Origin.MEMBER:
        return frozenset()
    return fixed_for(by.member, kind) & ruled_fields(kind).keys()


def _refuse(kind: str, names: Collection[str]) -> None:
    reason = gettext("is not yours to change: your role may only read it")
    if names:
        raise NotAllowed(kind, [Problem(None, name, None, reason) for name in sorted(names)])
