"""The kinds of record that people work with: where each is listed, by which columns, filters and words it is found."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as told
from typing import Literal

from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cadran.crm.models import Stage
from cadran.crm.records import kind_of
from cadran.members.record import Record

type Words = str | Promise


@dataclass(frozen=True)
class Column:
    """A column of a list: a field of the kind, and the paths that it is sorted by. `wide` is left out on a phone."""

    field: str
    sort: tuple[str, ...] = ()
    wide: bool = False


@dataclass(frozen=True)
class Filter:
    """A choice that narrows a list: the values of a text ("text"), the records of a link ("link"), states ("state")."""

    field: str
    type: Literal["text", "link", "state"] = "text"
    states: Mapping[str, Q] = told(default_factory=dict)


@dataclass(frozen=True)
class Listing:
    """A kind as people meet it. The first column names the record and leads to it.

    `order` is the sort of a list that asks for none; `dates` are those that a list can be limited by; `search` what the
    search box looks in; `related` the kinds shown on its page, each with the field that leads here; `kept` the fields
    that other systems or the door fill, and no form; `words` the words that a text field is chosen from in forms;
    `bulk` what can be set for many at once; `hidden` the fields that whoever looks does not see (``workspace.seen``).
    """

    kind: str
    slug: str
    one: Words
    many: Words
    new: Words
    columns: tuple[Column, ...]
    order: str
    filters: tuple[Filter, ...]
    dates: tuple[str, ...]
    search: tuple[str, ...]
    related: tuple[tuple[str, str], ...] = ()
    kept: frozenset[str] = frozenset()
    words: Mapping[str, tuple[str, ...]] = told(default_factory=dict)
    bulk: tuple[str, ...] = ("owner",)
    summed: bool = False
    hidden: frozenset[str] = frozenset()

    @property
    def sorts(self) -> dict[str, tuple[str, ...]]:
        """The sort keys that a URL may ask for, and the paths of each: never anything else."""
        return {column.field: column.sort for column in self.columns if column.sort} | {"created_at": ("created_at",)}

    @property
    def named_by(self) -> str:
        """The field that names a record, without which nobody makes one by hand."""
        return "last_name" if self.kind == "contact" else self.columns[0].field

    @property
    def narrow(self) -> list[int]:
        """The places of the columns that have room everywhere."""
        return [place for place, column in enumerate(self.columns) if not column.wide]

    @property
    def url(self) -> str:
        return reverse("records", args=[self.slug])


_OWNER = Column("owner", ("owner__name",), wide=True)
_ACCOUNT = Column("account", ("account__name",), wide=True)
_CREATED = Column("created_at", ("created_at",), wide=True)
_DONE = Q(done_at__isnull=False)
_BY_OWNER = Filter("owner", "link")

_DEAL_STATES = {outcome.value: Q(stage__outcome=outcome) for outcome in Stage.Outcome}
_TICKET_STATES = {"unresolved": Q(resolved_at=None), "resolved": Q(resolved_at__isnull=False)}
_ACTIVITY_STATES = {
    "to_do": ~_DONE & Q(due_on__isnull=False),
    "overdue": ~_DONE & Q(due_on__lt=F("today")),
    "done": _DONE,
}

LISTINGS = (
    Listing(
        kind="account",
        slug="accounts",
        one=_("Account"),
        many=_("Accounts"),
        new=_("New account"),
        columns=(
            Column("name", ("name",)),
            Column("status", ("status",)),
            Column("segment", ("segment",), wide=True),
            Column("industry", ("industry",), wide=True),
            Column("region", ("region",), wide=True),
            Column("employees", ("employees",), wide=True),
            _OWNER,
            _CREATED,
        ),
        order="name",
        filters=(_BY_OWNER, *map(Filter, ("status", "segment", "industry", "region", "country"))),
        dates=("created_at",),
        search=("name", "domain"),
        words={"status": ("prospect", "customer", "former")},
        bulk=("owner", "status", "segment"),
        related=(
            ("deal", "account"),
            ("contact", "account"),
            ("order", "account"),
            ("ticket", "account"),
            ("lead", "account"),
        ),
    ),
    Listing(
        kind="contact",
        slug="contacts",
        one=_("Contact"),
        many=_("Contacts"),
        new=_("New contact"),
        columns=(
            Column("name", ("last_name", "first_name")),
            Column("account", ("account__name",)),
            Column("job_title", ("job_title",), wide=True),
            Column("email", ("email",), wide=True),
            Column("phone", wide=True),
            _OWNER,
        ),
        order="name",
        filters=(_BY_OWNER, Filter("job_title")),
        dates=("created_at",),
        search=("first_name", "last_name", "email", "phone"),
        related=(("deal", "contacts"), ("ticket", "contact"), ("lead", "contact")),
    ),
    Listing(
        kind="lead",
        slug="leads",
        one=_("Lead"),
        many=_("Leads"),
        new=_("New lead"),
        columns=(
            Column("name", ("name",)),
            Column("company", ("company",), wide=True),
            Column("status", ("status",)),
            Column("channel", ("channel",), wide=True),
            Column("region", ("region",), wide=True),
            _OWNER,
            _CREATED,
        ),
        order="-created_at",
        filters=(_BY_OWNER, *map(Filter, ("status", "channel", "region", "industry")), Filter("campaign", "link")),
        dates=("created_at", "qualified_at", "converted_at", "disqualified_at"),
        search=("name", "email", "company"),
        bulk=("owner", "status"),
    ),
    Listing(
        kind="deal",
        slug="deals",
        one=_("Deal"),
        many=_("Deals"),
        new=_("New deal"),
        columns=(
            Column("name", ("name",)),
            _ACCOUNT,
            Column("stage", ("pipeline__name", "stage__order")),
            Column("amount", ("amount",)),
            Column("weighted_amount", ("weighted",), wide=True),
            _OWNER,
            Column("expected_close_on", ("expected_close_on",), wide=True),
            Column("closed_at", ("closed_at",), wide=True),
        ),
        order="-created_at",
        filters=(
            Filter("state", "state", _DEAL_STATES),
            _BY_OWNER,
            Filter("stage", "link"),
            *map(Filter, ("channel", "kind", "forecast_category", "lost_reason")),
        ),
        dates=("created_at", "expected_close_on", "closed_at", "next_step_on"),
        search=("name", "account__name"),
        kept=frozenset({"pipeline"}),
        words={
            "kind": ("new", "renewal", "upsell", "cross_sell"),
            "forecast_category": ("pipeline", "best_case", "commit", "omitted"),
        },
        bulk=("owner", "forecast_category"),
        summed=True,
    ),
    Listing(
        kind="order",
        slug="orders",
        one=_("Order"),
        many=_("Orders"),
        new=_("New order"),
        columns=(
            Column("number", ("number",)),
            _ACCOUNT,
            Column("placed_at", ("placed_at",)),
            Column("amount", ("amount",)),
            Column("channel", ("channel",), wide=True),
            Column("region", ("region",), wide=True),
            _OWNER,
        ),
        order="-placed_at",
        filters=(_BY_OWNER, Filter("channel"), Filter("region")),
        dates=("placed_at",),
        search=("number", "account__name"),
        summed=True,
    ),
    Listing(
        kind="ticket",
        slug="tickets",
        one=_("Ticket"),
        many=_("Tickets"),
        new=_("New ticket"),
        columns=(
            Column("subject", ("subject",)),
            _ACCOUNT,
            Column("priority", ("priority",)),
            Column("category", ("category",), wide=True),
            Column("opened_at", ("opened_at",)),
            Column("resolved_at", ("resolved_at",), wide=True),
            _OWNER,
        ),
        order="-opened_at",
        filters=(
            Filter("state", "state", _TICKET_STATES),
            _BY_OWNER,
            *map(Filter, ("priority", "category", "channel")),
        ),
        dates=("opened_at", "resolved_at"),
        search=("subject", "contact__email", "account__name"),
        words={"priority": ("low", "normal", "high", "urgent")},
        bulk=("owner", "priority"),
    ),
    Listing(
        kind="activity",
        slug="activities",
        one=_("Activity"),
        many=_("Activities"),
        new=_("New activity"),
        columns=(
            Column("subject", ("subject",)),
            Column("kind", ("kind",)),
            _ACCOUNT,
            Column("at", ("at",)),
            Column("due_on", ("due_on",), wide=True),
            Column("done_at", ("done_at",), wide=True),
            Column("outcome", ("outcome",), wide=True),
            _OWNER,
        ),
        order="-at",
        filters=(
            Filter("state", "state", _ACTIVITY_STATES),
            _BY_OWNER,
            *map(Filter, ("kind", "direction", "outcome")),
        ),
        dates=("at", "due_on", "done_at"),
        search=("subject", "account__name"),
        related=(("activity", "parent"),),
        words={
            "kind": ("call", "email", "meeting", "note", "task"),
            "direction": ("outbound", "inbound"),
        },
        kept=frozenset(
            {"thread", "automated", "sent_at", "delivered_at", "bounced_at", "opened_at", "clicked_at", "replied_at"}
        ),
    ),
)
LISTED = {listing.kind: listing for listing in LISTINGS}
"""Kind → how people meet it."""

BY_SLUG = {listing.slug: listing for listing in LISTINGS}


def record_url(kind: str, pk: int) -> str:
    """Where a record of a listed kind is shown."""
    return reverse("record", args=[LISTED[kind].slug, pk])


def title_of(record: Record) -> str:
    """What a record is called: its name, subject or number, else its kind and id."""
    kind = kind_of(record)
    named = str(record)
    if kind in LISTED and named == f"{kind} {record.pk}":
        return f"{LISTED[kind].one} {record.pk}"
    return named
