"""The kinds of record, and the fields of each: what imports, exports, forms and the door know about a model."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from django.db import models

from cadran.crm import models as crm
from cadran.members.models import FieldRight, Member, Team
from cadran.members.record import Choice, Currency, Link, LongText, Money, Number, Record, Share, Text, Whole

KINDS: dict[str, type[Record]] = {
    model._meta.db_table: model
    for model in (
        crm.Organisation,
        Team,
        Member,
        crm.BusinessHours,
        crm.Holiday,
        crm.ExchangeRate,
        crm.CustomField,
        FieldRight,
        crm.Account,
        crm.Contact,
        crm.Consent,
        crm.Campaign,
        crm.Pipeline,
        crm.Stage,
        crm.Product,
        crm.Deal,
        crm.DealLine,
        crm.Lead,
        crm.Order,
        crm.OrderLine,
        crm.Subscription,
        crm.Payment,
        crm.Renewal,
        crm.Touch,
        crm.Spend,
        crm.Ticket,
        crm.TicketMessage,
        crm.Activity,
        crm.Survey,
        crm.Answer,
        crm.Usage,
        crm.LoyaltyEvent,
        crm.Visit,
        crm.PageEvent,
        crm.Session,
        crm.Goal,
        crm.ForecastSubmission,
        crm.Score,
        crm.Article,
    )
}
"""Kind → model. A kind comes after those it links to (a lead after the deal it became): the order to load them in."""

KEPT_BY_THE_DOOR = frozenset({"id", "connection", "updated_at", "password", "last_login"})


class FieldType(StrEnum):
    """What a field holds."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    CURRENCY = "currency"
    MONEY = "money"
    NUMBER = "number"
    SHARE = "share"
    WHOLE = "whole"
    FLAG = "flag"
    MOMENT = "moment"
    DAY = "day"
    TIME = "time"
    LINK = "link"
    LINKS = "links"
    JSON = "json"


@dataclass(frozen=True)
class Field:
    """A field of a kind.

    `column` is its column ("owner_id" of "owner"; "" for many to many); `target` the kind that a link leads to;
    `required` says that it can neither be blank nor has a value by itself; bounds are inclusive;
    `lower` that capitals are written small.
    """

    name: str
    type: FieldType
    column: str
    required: bool
    nullable: bool
    default: Callable[[], Any] | None = None
    target: str | None = None
    choices: tuple[str, ...] = ()
    max_length: int | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    places: int | None = None
    unique: bool = False
    lower: bool = False


_TYPES: tuple[tuple[type, FieldType], ...] = (
    (Link, FieldType.LINK),
    (models.ManyToManyField, FieldType.LINKS),
    (Choice, FieldType.CHOICE),
    (Currency, FieldType.CURRENCY),
    (Text, FieldType.TEXT),
    (LongText, FieldType.LONG_TEXT),
    (Money, FieldType.MONEY),
    (Share, FieldType.SHARE),
    (Number, FieldType.NUMBER),
    (Whole, FieldType.WHOLE),
    (models.BooleanField, FieldType.FLAG),
    (models.DateTimeField, FieldType.MOMENT),  # before DateField, which it extends
    (models.DateField, FieldType.DAY),
    (models.TimeField, FieldType.TIME),
    (models.JSONField, FieldType.JSON),
)


def kind_of(record: Record | type[Record]) -> str:
    """The kind of a record or model."""
    return record._meta.db_table


@cache
def fields_of(kind: str) -> dict[str, Field]:
    """The fields of a kind that can be written, by name, in the model's order.

    Raises KeyError for a kind that does not exist.
    """
    meta = KINDS[kind]._meta
    every = [*meta.concrete_fields, *meta.local_many_to_many]
    return {field.name: _described(field) for field in every if field.name not in KEPT_BY_THE_DOOR}


def _described(field: "models.Field[Any, Any]") -> Field:
    found = next(found for column, found in _TYPES if isinstance(field, column))
    minimum, maximum = field.bounds if isinstance(field, Number) else (None, None)
    if isinstance(field, Whole):
        minimum, maximum = Decimal(field.minimum), Decimal(field.maximum)
    linked = found in (FieldType.LINK, FieldType.LINKS)
    return Field(
        name=field.name,
        type=found,
        column="" if found is FieldType.LINKS else field.attname,
        required=not field.null and not field.has_default() and found not in (FieldType.LINKS, FieldType.CURRENCY),
        nullable=field.null,
        default=field.get_default if field.has_default() else None,
        target=field.related_model._meta.db_table if linked and field.related_model else None,
        choices=tuple(str(word) for word, _ in field.flatchoices) if found is FieldType.CHOICE else (),
        max_length=getattr(field, "max_length", None),
        minimum=minimum,
        maximum=maximum,
        places=field.decimal_places if isinstance(field, Number) else None,
        unique=field.unique,
        lower=getattr(field, "lower", False),
    )
