"""What people do: calls, e-mails, meetings, notes, tasks, and logging in."""

from django.db import models

from cadran.members.record import Day, Link, Moment, Record, Text


class Activity(Record):
    """A call, e-mail, meeting, note or task. An e-mail's fates are its moments."""

    owned_by = "owner"

    kind = Text(max_length=50)
    subject = Text(null=True, max_length=500)
    direction = Text(null=True, max_length=50)
    at = Moment(null=True)
    done_at = Moment(null=True)
    due_on = Day(null=True)
    owner = Link("members.Member", null=True)
    outcome = Text(null=True)
    automated = models.BooleanField(default=False)
    parent = Link("self", null=True)
    lead = Link("crm.Lead", null=True, db_index=True)
    contact = Link("crm.Contact", null=True, db_index=True)
    account = Link("crm.Account", null=True, db_index=True)
    deal = Link("crm.Deal", null=True, db_index=True)
    ticket = Link("crm.Ticket", null=True)
    thread = Text(null=True)
    sent_at = Moment(null=True)
    delivered_at = Moment(null=True)
    bounced_at = Moment(null=True)
    opened_at = Moment(null=True)
    clicked_at = Moment(null=True)
    replied_at = Moment(null=True)

    class Meta(Record.Meta):
        db_table = "activity"


class Session(Record):
    """A member's stay in the product, from logging in to the last page seen."""

    owned_by = "member"

    member = Link("members.Member", db_index=True)
    logged_in_at = Moment()
    last_seen_at = Moment(null=True)

    class Meta(Record.Meta):
        db_table = "session"
