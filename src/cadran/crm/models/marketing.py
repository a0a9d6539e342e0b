"""Campaigns, the leads they bring, and what was spent."""

from typing import ClassVar

from django.db import models

from cadran.members.record import (
    Choice,
    Currency,
    Day,
    Link,
    Moment,
    Money,
    Number,
    Record,
    Share,
    Text,
    Whole,
    merged,
    ordered,
)


class Campaign(Record):
    """A marketing campaign on one channel, with its dates and budget."""

    name = Text()
    channel = Text(null=True)
    starts_on = Day(null=True)
    ends_on = Day(null=True)
    budget = Money(null=True)
    currency = Currency()

    class Meta(Record.Meta):
        db_table = "campaign"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            ordered("campaign", "starts_on", "ends_on"),
        ]


class Lead(Record):
    """Someone who may become a customer, and the account, contact and deal that came of it."""

    owned_by = "owner"

    name = Text(null=True)
    email = Text(null=True, lower=True)
    phone = Text(null=True)
    company = Text(null=True)
    channel = Text(null=True)
    campaign = Link(Campaign, null=True)
    region = Text(null=True)
    industry = Text(null=True)
    owner = Link("members.Member", null=True)
    status = Text(null=True)
    qualified_at = Moment(null=True)
    converted_at = Moment(null=True)
    disqualified_at = Moment(null=True)
    disqualified_reason = Text(null=True)
    account = Link("crm.Account", null=True, db_index=True)
    contact = Link("crm.Contact", null=True)
    deal = Link("crm.Deal", null=True, db_index=True)
    merged_into = Link("self", null=True, related_name="+")

    class Meta(Record.Meta):
        db_table = "lead"
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["email"], name="lead_email"), merged("lead")]


class Touch(Record):
    """One contact of a person with our marketing: who, when, through which channel and campaign."""

    owned_by = "account__owner"

    account = Link("crm.Account", null=True, db_index=True)
    contact = Link("crm.Contact", null=True)
    lead = Link(Lead, null=True)
    at = Moment()
    channel = Text(null=True)
    campaign = Link(Campaign, null=True)

    class Meta(Record.Meta):
        db_table = "touch"


class Spend(Record):
    """Money spent to win or to keep customers."""

    spent_on = Day()
    channel = Text(null=True)
    campaign = Link(Campaign, null=True)
    purpose = Text(null=True)
    category = Text(null=True)
    amount = Money(null=True)
    currency = Currency()

    class Meta(Record.Meta):
        db_table = "spend"


class Visit(Record):
    """One visit to the web site."""

    visitor = Text(null=True)
    started_at = Moment()
    channel = Text(null=True)
    campaign = Link(Campaign, null=True)
    landing_page = Text(max_length=1000, null=True)
    pages = Whole(null=True)
    lead = Link(Lead, null=True)

    class Meta(Record.Meta):
        db_table = "visit"


class PageEvent(Record):
    """A view, a click or a scroll on a page during a visit. x and y are pixels, depth is the share of the page seen."""

    class Kind(models.TextChoices):
        VIEW = "view"
        CLICK = "click"
        SCROLL = "scroll"

    visit = Link(Visit, db_index=True)
    page = Text(max_length=1000, null=True)
    kind = Choice(choices=Kind.choices)
    x = Number(null=True)
    y = Number(null=True)
    selector = Text(max_length=1000, null=True)
    depth = Share(null=True)
    at = Moment()

    class Meta(Record.Meta):
        db_table = "page_event"
