"""Which fields a member may change, only read, or not see, by his role: the one answer for pages, files and the door.

By default a role changes every field of the records it may write, but for those that take a right of their own
(``rights.GUARDED_FIELDS``). The settings take more away, field by field (``FieldRight``), and never give more.
Administrators are exempt: they see and change everything.
"""

from collections.abc import Mapping

from cadran.members.models import FieldRight, Member
from cadran.members.rights import Access, Role, guarded_from

type _Said = Mapping[str, Mapping[str, Access]]


def fixed_for(member: Member, kind: str) -> frozenset[str]:
    """The fields of a kind that this member may not change: those he only reads, and those he does not see."""
    said = _said(member).get(kind, {})
    return guarded_from(member.role, kind) | {field for field, access in said.items() if access != Access.CHANGE}


def hidden_from(member: Member | None, kind: str) -> frozenset[str]:
    """The fields of a kind that this member does not see (None: the installation's own owner, who sees everything)."""
    said = {} if member is None else _said(member).get(kind, {})
    return frozenset(field for field, access in said.items() if access == Access.HIDDEN)


def hidden_fields(member: Member | None) -> frozenset[tuple[str, str]]:
    """Every field that this member does not see, with its kind."""
    kinds = () if member is None else _said(member)
    return frozenset((kind, field) for kind in kinds for field in hidden_from(member, kind))


def _said(member: Member) -> _Said:
    """What the settings say of a member's role, by kind; read once for each time he is met."""
    if member.role == Role.ADMINISTRATOR:
        return {}
    kept: tuple[str, _Said] | None = member.__dict__.get("_field_rights")
    if kept is None or kept[0] != member.role:
        said: dict[str, dict[str, Access]] = {}
        rows = FieldRight.objects.filter(role=member.role, archived_at=None)
        for kind, field, access in rows.values_list("record", "field", "access"):
            said.setdefault(kind, {})[field] = Access(access)
        kept = member.__dict__["_field_rights"] = (member.role, said)
    return kept[1]
