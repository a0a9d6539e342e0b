"""Tickets, surveys and what customers do with what they bought."""

from typing import ClassVar

from django.db import models

from cadran.members.record import Choice, Day, Link, LongText, Moment, Number, Record, Text, Whole, ordered


class Ticket(Record):
    """Something a customer asked for help with."""

    owned_by = "owner"

    subject = Text(null=True, max_length=500)
    account = Link("crm.Account", null=True, db_index=True)
    contact = Link("crm.Contact", null=True)
    channel = Text(null=True)
    category = Text(null=True)
    priority = Text(null=True)
    owner = Link("members.Member", null=True)
    opened_at = Moment()
    first_response_at = Moment(null=True)
    resolved_at = Moment(null=True)
    closed_at = Moment(null=True)
    reopens = Whole(default=0)

    class Meta(Record.Meta):
        db_table = "ticket"


class TicketMessage(Record):
    """A message of a ticket."""

    class Author(models.TextChoices):
        CUSTOMER = "customer"
        AGENT = "agent"
        AUTOMATIC = "automatic"

    owned_by = "ticket__owner"

    ticket = Link(Ticket, db_index=True)
    author = Choice(choices=Author.choices)
    at = Moment()

    class Meta(Record.Meta):
        db_table = "ticket_message"


class Survey(Record):
    """A question put to customers; its direction says whether a higher score is better."""

    class Kind(models.TextChoices):
        NPS = "nps"
        CSAT = "csat"
        CES = "ces"
        OTHER = "other"

    class Direction(models.TextChoices):
        HIGHER = "higher"
        LOWER = "lower"

    name = Text()
    kind = Choice(choices=Kind.choices)
    question = LongText(null=True)
    scale_min = Number(default=0)
    scale_max = Number(default=10)
    direction = Choice(choices=Direction.choices, default=Direction.HIGHER)

    class Meta(Record.Meta):
        db_table = "survey"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            ordered("survey", "scale_min", "scale_max", strict=True),
        ]


class Answer(Record):
    """A customer's answer to a survey."""

    owned_by = "account__owner"

    survey = Link(Survey, db_index=True)
    score = Number(null=True)
    comment = LongText(null=True)
    at = Moment()
    account = Link("crm.Account", null=True, db_index=True)
    contact = Link("crm.Contact", null=True)
    touchpoint = Text(null=True)
    ticket = Link(Ticket, null=True)
    order = Link("crm.Order", null=True)

    class Meta(Record.Meta):
        db_table = "answer"


class Usage(Record):
    """How often an account used a feature of the product on a day."""

    owned_by = "account__owner"

    account = Link("crm.Account", null=True, db_index=True)
    contact = Link("crm.Contact", null=True)
    day = Day()
    feature = Text(null=True)
    count = Whole(null=True)

    class Meta(Record.Meta):
        db_table = "usage"


class LoyaltyEvent(Record):
    """Points won or used in a loyalty programme."""

    owned_by = "account__owner"

    account = Link("crm.Account", null=True, db_index=True)
    contact = Link("crm.Contact", null=True)
    day = Day()
    name = Text(null=True)
    points = Whole(minimum=-(10**15), null=True)

    class Meta(Record.Meta):
        db_table = "loyalty_event"


class Article(Record):
    """A page of the knowledge base, in French and in English, with how often it helped."""

    title_fr = Text(null=True)
    title_en = Text(null=True)
    body_fr = LongText(null=True)
    body_en = LongText(null=True)
    views = Whole(default=0)
    useful = Whole(default=0)
    useless = Whole(default=0)

    class Meta(Record.Meta):
        db_table = "article"
