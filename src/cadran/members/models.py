"""People who work here: members, some of whom log in, and their teams."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models
from django.db.models.functions import Lower

from cadran.members.record import Choice, Day, Link, Record, Text, ordered
from cadran.members.rights import GRANTS, Access, Right, Role

__all__ = ["FieldRight", "Member", "Members", "Role", "Team"]


class Team(Record):
    """A team, within another perhaps; its region is the sales region of what its members own."""

    name = Text(unique=True)
    parent = Link("self", null=True)
    region = Text(null=True)

    class Meta(Record.Meta):
        db_table = "team"


class Members(BaseUserManager["Member"]):
    """Finding members by the e-mail they log in with."""

    def get_by_natural_key(self, username: str | None) -> "Member":
        """The member who logs in with this e-mail, in whatever case it is typed."""
        return self.get(email=(username or "").lower())


class Member(Record, AbstractBaseUser):
    """Someone who owns records or logs in. The name is unique: it is what records are split and filtered by.

    The e-mail is NULL for those who never log in (an owner known from an import).
    """

    owned_by = "pk"

    name = Text(unique=True)
    email = Text(null=True, unique=True, lower=True)
    password = models.CharField(max_length=128, default=UNUSABLE_PASSWORD_PREFIX)
    locale = Text(max_length=10, null=True)
    time_zone = Text(max_length=50, null=True)
    role = Choice(choices=Role.choices, default=Role.REPRESENTATIVE)
    team = Link(Team, null=True)
    is_active = models.BooleanField(default=True)
    licensed = models.BooleanField(default=True)
    joined_on = Day(null=True)
    left_on = Day(null=True)

    objects: ClassVar[Members] = Members()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta(Record.Meta):
        db_table = "member"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            ordered("member", "joined_on", "left_on"),
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="member_email_is_lower_case"),
        ]

    @property
    def is_superuser(self) -> bool:
        """Whether an administrator, in the web framework's word."""
        return bool(self.role == Role.ADMINISTRATOR)

    def may(self, right: str) -> bool:
        """Whether this member has a right (``members.rights.Right``). Whoever is no longer active has none."""
        return self.is_active and Right(right) in GRANTS[Role(self.role)].may


class FieldRight(Record):
    """What a role may do with one field of a kind of record, where the settings say so: see ``field_rights``.

    `record` is the kind and `field` the field's name in changes ("amount", "custom.margin").
    """

    role = Choice(choices=Role.choices)
    record = Text(max_length=50)
    field = Text(max_length=100)
    access = Choice(choices=Access.choices)

    class Meta(Record.Meta):
        db_table = "field_right"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.UniqueConstraint(fields=["role", "record", "field"], name="field_right_of_a_role"),
        ]
