"""Companies and the people who work there."""

from typing import ClassVar

from django.db import models

from cadran.members.record import Link, Moment, Record, Text, Whole, merged, ordered


class Account(Record):
    """A company: a prospect, a customer or a former one."""

    owned_by = "owner"

    name = Text()
    domain = Text(null=True)
    industry = Text(null=True)
    region = Text(null=True)
    country = Text(null=True)
    employees = Whole(null=True)
    segment = Text(null=True)
    owner = Link("members.Member", null=True)
    status = Text(null=True)
    parent = Link("self", null=True)
    merged_into = Link("self", null=True, related_name="+")

    class Meta(Record.Meta):
        db_table = "account"
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["name"], name="account_name"), merged("account")]


class Contact(Record):
    """A person at an account."""

    owned_by = "owner"

    account = Link(Account, null=True, db_index=True)
    first_name = Text(null=True)
    last_name = Text(null=True)
    email = Text(null=True, lower=True)
    phone = Text(null=True)
    job_title = Text(null=True)
    owner = Link("members.Member", null=True)
    merged_into = Link("self", null=True, related_name="+")

    class Meta(Record.Meta):
        db_table = "contact"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["email"], name="contact_email"),
            merged("contact"),
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.first_name, self.last_name))) or self.email or f"contact {self.pk}"


class Consent(Record):
    """What a person agreed to, on which legal basis, from when until when."""

    owned_by = "contact__owner"

    contact = Link(Contact, null=True, db_index=True)
    purpose = Text(null=True)
    basis = Text(null=True)
    given_at = Moment(null=True)
    withdrawn_at = Moment(null=True)

    class Meta(Record.Meta):
        db_table = "consent"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            ordered("consent", "given_at", "withdrawn_at"),
        ]
