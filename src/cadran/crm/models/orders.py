"""What was bought and paid, once or every month."""

from typing import ClassVar

from django.db import models

from cadran.members.record import Currency, Day, Link, Moment, Money, Number, Record, Share, Text, ordered


class Order(Record):
    """An order; its amount is net, negative for a refund."""

    owned_by = "owner"

    number = Text(null=True)
    account = Link("crm.Account", null=True, db_index=True)
    owner = Link("members.Member", null=True)
    channel = Text(null=True)
    region = Text(null=True)
    placed_at = Moment()
    amount = Money(null=True)
    currency = Currency()
    refund_of = Link("self", null=True)

    class Meta(Record.Meta):
        db_table = "order"
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["number"], name="order_number")]


class OrderLine(Record):
    """A product in an order; its amount is net, in the order's currency."""

    owned_by = "order__owner"

    order = Link(Order, db_index=True)
    product = Link("crm.Product", null=True)
    quantity = Number(null=True)
    unit_price = Money(null=True)
    discount = Share(null=True)
    amount = Money(null=True)

    class Meta(Record.Meta):
        db_table = "order_line"


class Subscription(Record):
    """Something paid every month, from a day until another (the first day without it)."""

    owned_by = "account__owner"

    account = Link("crm.Account", null=True, db_index=True)
    plan = Text(null=True)
    product = Link("crm.Product", null=True)
    monthly_amount = Money(null=True)
    currency = Currency()
    started_on = Day(null=True)
    renews_on = Day(null=True)
    ended_on = Day(null=True)
    end_reason = Text(null=True)

    class Meta(Record.Meta):
        db_table = "subscription"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            ordered("subscription", "started_on", "ended_on"),
        ]


class Payment(Record):
    """Money received, or given back when negative."""

    owned_by = "account__owner"

    account = Link("crm.Account", null=True, db_index=True)
    order = Link(Order, null=True, db_index=True)
    subscription = Link(Subscription, null=True)
    paid_at = Moment()
    amount = Money(null=True)
    currency = Currency()

    class Meta(Record.Meta):
        db_table = "payment"


class Renewal(Record):
    """A subscription's coming up for renewal, and what came of it."""

    owned_by = "subscription__account__owner"

    subscription = Link(Subscription, db_index=True)
    due_on = Day(null=True)
    outcome = Text(null=True)
    renewed_on = Day(null=True)
    amount = Money(null=True)
    currency = Currency()

    class Meta(Record.Meta):
        db_table = "renewal"
