"""Deals, the stages they go through, what they sell, and what is promised about them."""

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


class Pipeline(Record):
    """A way of selling: a list of stages."""

    name = Text(unique=True)

    class Meta(Record.Meta):
        db_table = "pipeline"


class Stage(Record):
    """A step of a pipeline; its outcome says whether deals in it are open, won or lost."""

    class Outcome(models.TextChoices):
        OPEN = "open"
        WON = "won"
        LOST = "lost"

    pipeline = Link(Pipeline)
    name = Text()
    order = Whole(default=0)
    probability = Share(null=True)
    outcome = Choice(choices=Outcome.choices, default=Outcome.OPEN)
    rotten_after_days = Whole(null=True)

    class Meta(Record.Meta):
        db_table = "stage"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.UniqueConstraint(fields=["pipeline", "name"], name="stage_name"),
        ]


class Product(Record):
    """Something sold, with its list price."""

    name = Text(unique=True)
    family = Text(null=True)
    tier = Text(null=True)
    price = Money(null=True)
    currency = Currency()
    complements = models.ManyToManyField("self", blank=True)
    merged_into = Link("self", null=True, related_name="+")

    class Meta(Record.Meta):
        db_table = "product"
        indexes: ClassVar[list[models.Index]] = [merged("product")]


class Deal(Record):
    """Something that an account may buy, on its way through a pipeline."""

    owned_by = "owner"

    name = Text(null=True)
    account = Link("crm.Account", null=True, db_index=True)
    contacts = models.ManyToManyField("crm.Contact", blank=True)
    pipeline = Link(Pipeline)
    stage = Link(Stage)
    amount = Money(null=True)
    currency = Currency()
    owner = Link("members.Member", null=True)
    channel = Text(null=True)
    campaign = Link("crm.Campaign", null=True)
    kind = Text(null=True)
    expected_close_on = Day(null=True)
    closed_at = Moment(null=True)
    lost_reason = Text(null=True)
    forecast_category = Text(null=True)
    next_step_on = Day(null=True)

    class Meta(Record.Meta):
        db_table = "deal"


class DealLine(Record):
    """A product in a deal."""

    owned_by = "deal__owner"

    deal = Link(Deal, db_index=True)
    product = Link(Product, null=True)
    quantity = Number(null=True)
    unit_price = Money(null=True)
    discount = Share(null=True)
    currency = Currency()

    class Meta(Record.Meta):
        db_table = "deal_line"


class Goal(Record):
    """A target for a KPI over a period (the end is exclusive), perhaps for a slice of it."""

    owned_by = "owner"

    kpi = Text()
    slice = models.JSONField(default=dict, blank=True)
    starts_on = Day()
    ends_on = Day()
    target = Number()
    parent = Link("self", null=True)
    owner = Link("members.Member", null=True)

    class Meta(Record.Meta):
        db_table = "goal"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            ordered("goal", "starts_on", "ends_on"),
        ]


class ForecastSubmission(Record):
    """What an owner said, at a moment, that a period would bring (the end is exclusive)."""

    owned_by = "owner"

    owner = Link("members.Member", db_index=True)
    starts_on = Day()
    ends_on = Day()
    amount = Money(null=True)
    currency = Currency()
    category = Text(null=True)
    at = Moment()

    class Meta(Record.Meta):
        db_table = "forecast_submission"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            ordered("forecast_submission", "starts_on", "ends_on"),
        ]
