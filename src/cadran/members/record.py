"""What every record carries, and the columns records are made of.

SQLite alone would store any text in any column: each column type here says what it holds in a CHECK of its own,
the same on both databases.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_lazy

EXACT_DIGITS = 15  # what SQLite keeps of a number exactly
MONEY_LIMIT = Decimal("1e15")
WHOLE_LIMIT = 10**15


def no_nul(value: str) -> None:
    """Refuse the character NUL: PostgreSQL cannot store it, and SQLite's own functions stop at it."""
    if "\0" in value:
        raise ValidationError(gettext("contains the character NUL"))


def exact(value: Decimal) -> None:
    """Refuse a number of more than 15 significant digits: it would come back changed."""
    if len(value.normalize().as_tuple().digits) > EXACT_DIGITS:
        raise ValidationError(gettext("has more than %(most)d significant digits") % {"most": EXACT_DIGITS})


def on_sqlite(connection: BaseDatabaseWrapper) -> bool:
    """Whether this database types its values one by one."""
    return connection.vendor == "sqlite"


def quoted(field: "models.Field[Any, Any]", connection: BaseDatabaseWrapper) -> str:
    """The field's column, as SQL writes it."""
    return connection.ops.quote_name(field.column or field.attname)


class Blank:
    """A column that may be NULL may be left blank in a form; said once here. Text that is blank is NULL, never ''."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("blank", kwargs.get("null", False))
        super().__init__(*args, **kwargs)


class Text(Blank, models.CharField):  # type: ignore[type-arg]
    """A line of text; `lower` writes its capitals small."""

    default_validators = [no_nul]

    def __init__(self, *args: Any, max_length: int = 250, lower: bool = False, **kwargs: Any) -> None:
        self.lower = lower
        super().__init__(*args, max_length=max_length, **kwargs)

    def db_check(self, connection: BaseDatabaseWrapper) -> str | None:
        """Its length on SQLite (PostgreSQL's varchar has one), and no NUL."""
        if not on_sqlite(connection):
            return None
        name = quoted(self, connection)
        return f"length({name}) <= {self.max_length} AND instr({name}, char(0)) = 0"


class LongText(Blank, models.TextField):  # type: ignore[type-arg]
    """Text of several lines."""

    default_validators = [no_nul]

    def __init__(self, *args: Any, max_length: int = 100_000, **kwargs: Any) -> None:
        super().__init__(*args, max_length=max_length, **kwargs)

    def db_check(self, connection: BaseDatabaseWrapper) -> str:
        """Its length."""
        return f"length({quoted(self, connection)}) <= {self.max_length}"


class Choice(Text):
    """One word out of a few, kept in a CHECK."""

    def db_check(self, connection: BaseDatabaseWrapper) -> str:
        """One of the words."""
        words = ", ".join("'{}'".format(str(word).replace("'", "''")) for word, _ in self.flatchoices)
        return f"{quoted(self, connection)} IN ({words})"


class Currency(Text):
    """An ISO 4217 code: three capital letters."""

    default_validators = [
        no_nul,
        RegexValidator(r"^[A-Z]{3}\Z", gettext_lazy("is not a currency: three capital letters, as in EUR")),
    ]

    def __init__(self, *args: Any, max_length: int = 3, **kwargs: Any) -> None:
        super().__init__(*args, max_length=max_length, **kwargs)

    def db_check(self, connection: BaseDatabaseWrapper) -> str:
        """Three capitals."""
        name = quoted(self, connection)
        return f"{name} GLOB '[A-Z][A-Z][A-Z]'" if on_sqlite(connection) else f"{name} ~ '^[A-Z]{{3}}$'"


class Number(Blank, models.DecimalField):  # type: ignore[type-arg]
    """An exact number: at most 15 significant digits, six of them after the point."""

    default_validators = [exact]

    def __init__(
        self,
        *args: Any,
        minimum: int | Decimal | None = None,
        maximum: int | Decimal | None = None,
        max_digits: int = 19,
        decimal_places: int = 6,
        **kwargs: Any,
    ) -> None:
        self.minimum, self.maximum = minimum, maximum
        super().__init__(*args, max_digits=max_digits, decimal_places=decimal_places, **kwargs)

    @property
    def bounds(self) -> tuple[Decimal, Decimal]:
        """The least and the greatest value it takes."""
        limit = Decimal(10) ** min(EXACT_DIGITS, self.max_digits - self.decimal_places) - 1
        low = -limit if self.minimum is None else Decimal(self.minimum)
        high = limit if self.maximum is None else Decimal(self.maximum)
        return low, high

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Keep the bounds in migrations."""
        name, path, args, kwargs = super().deconstruct()
        if self.minimum is not None:
            kwargs["minimum"] = self.minimum
        if self.maximum is not None:
            kwargs["maximum"] = self.maximum
        return name, path, args, kwargs

    def db_check(self, connection: BaseDatabaseWrapper) -> str:
        """A finite number within its bounds (on PostgreSQL NaN is above every bound)."""
        name = quoted(self, connection)
        low, high = self.bounds
        within = f"{name} BETWEEN {low} AND {high}"
        return (
            f"{name} IS NULL OR (typeof({name}) IN ('integer', 'real') AND {within})"
            if on_sqlite(connection)
            else within
        )


class Money(Number):
    """An amount, four places after the point; its currency is in the column `currency` beside it."""

    def __init__(self, *args: Any, max_digits: int = 19, decimal_places: int = 4, **kwargs: Any) -> None:
        super().__init__(*args, max_digits=max_digits, decimal_places=decimal_places, **kwargs)


class Share(Number):
    """A part of one: 0 to 1."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"minimum": 0, "maximum": 1, **kwargs})


class Whole(Blank, models.BigIntegerField):  # type: ignore[type-arg]
    """A whole number, not negative unless a lower bound is given."""

    def __init__(self, *args: Any, minimum: int = 0, maximum: int = WHOLE_LIMIT, **kwargs: Any) -> None:
        self.minimum, self.maximum = minimum, maximum
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Keep the bounds in migrations."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "minimum": self.minimum, "maximum": self.maximum}

    def db_check(self, connection: BaseDatabaseWrapper) -> str:
        """A whole number within its bounds."""
        name = quoted(self, connection)
        within = f"{name} BETWEEN {self.minimum} AND {self.maximum}"
        return f"{name} IS NULL OR (typeof({name}) = 'integer' AND {within})" if on_sqlite(connection) else within


class Moment(Blank, models.DateTimeField):  # type: ignore[type-arg]
    """A moment, UTC."""


class Day(Blank, models.DateField):  # type: ignore[type-arg]
    """A day in the organisation's time zone."""


class Link(Blank, models.ForeignKey):  # type: ignore[type-arg]
    """Another record, never deleted while it is linked to. No index unless asked: rows come by the million."""

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, db_index: bool = False, **kwargs: Any) -> None:
        super().__init__(to, on_delete=on_delete, db_index=db_index, **kwargs)


class Ordered(models.CheckConstraint):
    """A CHECK that the first of two fields is not after the last (`strict`: is before it); either may be blank."""

    def __init__(self, *, first: str, last: str, strict: bool = False, **kwargs: Any) -> None:
        self.first, self.last, self.strict = first, last, strict
        wrong = gettext_lazy("{first} is not before {last}") if strict else gettext_lazy("{first} is after {last}")
        super().__init__(
            condition=models.Q(**{f"{first}__lt" if strict else f"{first}__lte": models.F(last)}),
            violation_error_message=format_lazy(wrong, first=first, last=last),
            **kwargs,
        )

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """As it was written."""
        path, _, _ = super().deconstruct()
        kwargs = {"name": self.name, "first": self.first, "last": self.last, "strict": self.strict}
        return path, (), kwargs


def ordered(model: str, first: str, last: str, *, strict: bool = False) -> Ordered:
    """That the first field of a model is not after the last."""
    return Ordered(first=first, last=last, strict=strict, name=f"{model}_{first}_before_{last}")


def merged(model: str) -> models.Index:
    """The index of the few records of a kind that went into another of it."""
    return models.Index(fields=["merged_into"], condition=models.Q(merged_into__isnull=False), name=f"{model}_merged")


class Record(models.Model):
    """What every record carries: where it came from, when it began here, and the organisation's own fields."""

    owned_by: ClassVar[str] = ""
    """The path to the member who owns it; "" for what everyone may see."""

    id = models.BigAutoField(primary_key=True)
    connection = Text(max_length=100, default="", blank=True)
    external_id = Text(null=True)
    created_at = Moment(default=timezone.now)
    updated_at = Moment(default=timezone.now)
    archived_at = Moment(null=True)
    custom = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["connection", "external_id"], name="%(class)s_source")
        ]

    def __str__(self) -> str:
        name = getattr(self, "name", None) or getattr(self, "subject", None) or getattr(self, "number", None)
        return str(name or f"{self._meta.db_table} {self.pk}")
