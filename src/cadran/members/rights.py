"""What each role sees and may do: the one table, for pages, forms, imports and the API alike.

Which records a member sees is worked out from it by ``cadran.members.scope``; which URLs he may call is enforced by
``cadran.ui.access``; a page asks ``member.may(Right.RECORDS)`` before it offers to write.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models


class Role(models.TextChoices):
    """What a member does, which decides what he sees and may change."""

    ADMINISTRATOR = "administrator"
    DIRECTOR = "director"
    MANAGER = "manager"
    REPRESENTATIVE = "representative"
    MARKETING = "marketing"
    SUCCESS = "success"
    SUPPORT = "support"
    ANALYST = "analyst"
    VIEWER = "viewer"


class Sight(StrEnum):
    """Whose records a role sees: everyone's, those of his team and the teams below it, or his own."""

    ALL = "all"
    TEAM = "team"
    OWN = "own"


class Access(models.TextChoices):
    """What a role may do with one field of a kind of record, from the most to the least."""

    CHANGE = "change"
    READ = "read"
    HIDDEN = "hidden"


class Right(StrEnum):
    """Something that not every role may do. Reading what one sees, and exporting it, needs none of these."""

    RECORDS = "records"  # make, change and archive the records one sees
    REASSIGN = "reassign"  # give a record to another owner
    BOARDS = "boards"  # make boards of one's own
    SHARE = "share"  # share a board beyond one's team, by a link
    GOALS = "goals"  # set targets
    IMPORTS = "imports"  # bring in files, which write records of any owner
    SETTINGS = "settings"  # the organisation, its members, pipelines and own fields


@dataclass(frozen=True)
class Grant:
    """What a role sees and may do."""

    sees: Sight
    may: frozenset[Right]


_WORKS = frozenset({Right.RECORDS, Right.BOARDS})
_LEADS = _WORKS | {Right.REASSIGN, Right.SHARE, Right.GOALS}

GRANTS: dict[Role, Grant] = {
    Role.ADMINISTRATOR: Grant(Sight.ALL, frozenset(Right)),
    Role.DIRECTOR: Grant(Sight.ALL, _LEADS | {Right.IMPORTS}),
    Role.MANAGER: Grant(Sight.TEAM, _LEADS),
    Role.REPRESENTATIVE: Grant(Sight.OWN, _WORKS),
    Role.MARKETING: Grant(Sight.ALL, _WORKS),
    Role.SUCCESS: Grant(Sight.ALL, _WORKS),
    Role.SUPPORT: Grant(Sight.ALL, _WORKS),
    Role.ANALYST: Grant(Sight.ALL, frozenset({Right.BOARDS, Right.SHARE})),
    Role.VIEWER: Grant(Sight.ALL, frozenset()),
}

GUARDED_FIELDS: dict[str, Right] = {"owner": Right.REASSIGN}
"""Fields of records that take a right of their own to change. Whoever makes a record without it owns it himself."""

GUARDED_OF_MEMBERS: dict[str, Right] = dict.fromkeys(("email", "role", "team", "is_active"), Right.SETTINGS)
"""The same of members: who signs in, which address new passwords go to, what he may do and whose records he sees."""


def guarded_from(role: str, kind: str) -> frozenset[str]:
    """The fields of a kind of record that a role may read and not change.

    What the settings say beside this, of one kind or another, is in ``members.field_rights``, which is what to ask.
    """
    may = GRANTS[Role(role)].may
    guarded = GUARDED_FIELDS | (GUARDED_OF_MEMBERS if kind == "member" else {})
    return frozenset(field for field, right in guarded.items() if right not in may)


def roles_that_may(right: Right) -> frozenset[Role]:
    """Every role that has a right."""
    return frozenset(role for role, grant in GRANTS.items() if right in grant.may)
