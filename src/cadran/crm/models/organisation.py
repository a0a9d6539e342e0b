"""The organisation itself: its settings, calendar, exchange rates and own fields."""

from decimal import Decimal
from typing import ClassVar, Self

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext, gettext_lazy

from cadran.members.record import Choice, Currency, Day, Number, Record, Text, Whole, ordered


class Organisation(Record):
    """The one organisation of an installation."""

    name = Text(default="", blank=True)
    currency = Currency(default="EUR")
    time_zone = Text(max_length=50, default="UTC")
    language = Choice(max_length=10, choices=[("en", "English"), ("fr", "Français")], default="en")
    fiscal_year_start_month = Whole(minimum=1, maximum=12, default=1)

    class Meta(Record.Meta):
        db_table = "organisation"

    @classmethod
    def current(cls) -> Self:
        """The organisation, the first there is, as facts take it; made with plain settings when there is none yet."""
        return cls.objects.order_by("pk").first() or cls.objects.get_or_create(pk=1)[0]


class BusinessHours(Record):
    """Hours worked on a day of the week (Monday is 1); a break makes two rows."""

    weekday = Whole(minimum=1, maximum=7)
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta(Record.Meta):
        db_table = "business_hours"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            ordered("business_hours", "opens", "closes", strict=True),
        ]


class Holiday(Record):
    """A day on which nobody works."""

    day = Day(unique=True)
    name = Text(null=True)

    class Meta(Record.Meta):
        db_table = "holiday"


class ExchangeRate(Record):
    """What one unit of a currency was worth on a day, in the organisation's currency."""

    day = Day()
    currency = Currency()
    rate = Number(max_digits=22, decimal_places=10, minimum=Decimal("0.0000000001"))

    class Meta(Record.Meta):
        db_table = "exchange_rate"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.UniqueConstraint(fields=["day", "currency"], name="exchange_rate_of_the_day"),
        ]


class CustomField(Record):
    """A field of the organisation's own on one kind of record; its values are in `custom` under its key."""

    class Type(models.TextChoices):
        TEXT = "text"
        NUMBER = "number"
        MONEY = "money"
        DATE = "date"
        CHOICE = "choice"
        FLAG = "flag"

    record = Text(max_length=50)
    key = Text(
        max_length=50,
        validators=[
            RegexValidator(
                r"^[a-z][a-z0-9_]*\Z", gettext_lazy("is not a key: small letters, digits and _, as in contract_type")
            )
        ],
    )
    label_fr = Text(null=True)
    label_en = Text(null=True)
    type = Choice(choices=Type.choices)
    choices = models.JSONField(default=list, blank=True)

    class Meta(Record.Meta):
        db_table = "custom_field"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Record.Meta.constraints,
            models.UniqueConstraint(fields=["record", "key"], name="custom_field_key"),
        ]

    def clean(self) -> None:
        """A field of a kind that exists; its choices are a list of texts, and are there when its type is choice."""
        if self.record not in {model._meta.db_table for model in apps.get_models() if issubclass(model, Record)}:
            raise ValidationError({"record": gettext("%(kind)s is not a kind of record") % {"kind": self.record}})
        if not isinstance(self.choices, list) or not all(isinstance(word, str) and word for word in self.choices):
            raise ValidationError({"choices": gettext("is not a list of texts")})
        if self.type == self.Type.CHOICE and not self.choices:
            raise ValidationError(
                {"choices": gettext("is empty: a field of type choice needs the words to choose from")}
            )
