"""A field of a record as a field of a form: what is typed becomes what the door takes."""

import zoneinfo
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from babel import Locale, numbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import localize_input
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cadran.administration.words import CHOICES, FIELDS, HELP, Words
from cadran.crm.records import KINDS, Field, FieldType
from cadran.crm.values import FIRST_DAY, LAST_DAY, number_text

BLANK = "–"


class Percent(forms.DecimalField):
    """A share of one, typed and shown in per cent."""

    def prepare_value(self, value: Any) -> Any:
        return localize_input(Decimal(number_text(value * 100))) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        return None if typed is None else typed / 100

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and not 0 <= value <= 1:
            raise ValidationError(_("Give a number from 0 to 100."))

    def run_validators(self, value: Any) -> None:
        """Those of digits are the door's."""


class Code(forms.CharField):
    """A currency that exists."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).upper()

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and value not in numbers.list_currencies():
            raise ValidationError(_("%(code)s is not a currency: three letters, as in EUR.") % {"code": value})


class Lines(forms.CharField):
    """Texts, one on each line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = (line.strip() for line in str(value or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))


def form_field(kind: str, field: Field) -> forms.Field:
    """The field of a form for a field of a kind."""
    made = _special(field) or _BY_TYPE.get(field.type, _text)(field)
    made.label = FIELDS[field.name]
    made.help_text = HELP.get(f"{kind}.{field.name}", "")
    made.required = field.required or field.name in ("time_zone", "language", "fiscal_year_start_month")
    return made


def choice_words(name: str) -> dict[str, Words]:
    """What can be chosen in a field, with its words."""
    locale = Locale.parse(get_language() or "en")
    if name == "weekday":
        return {str(day + 1): locale.days["stand-alone"]["wide"][day] for day in range(7)}
    if name == "fiscal_year_start_month":
        return {str(month): locale.months["stand-alone"]["wide"][month] for month in range(1, 13)}
    return CHOICES.get(name, {})


def _special(field: Field) -> forms.Field | None:
    if field.name == "time_zone":
        return forms.ChoiceField(choices=[(zone, zone) for zone in sorted(zoneinfo.available_timezones())])
    if field.name in ("weekday", "fiscal_year_start_month"):
        return forms.TypedChoiceField(coerce=int, choices=list(choice_words(field.name).items()))
    if field.name == "record":
        return forms.ChoiceField(choices=list(CHOICES["record"].items()))
    return None


def _text(field: Field) -> forms.Field:
    return forms.CharField(max_length=field.max_length)


def _choice(field: Field) -> forms.Field:
    words = CHOICES.get(field.name, {})
    return forms.ChoiceField(choices=[(choice, words.get(choice, choice)) for choice in field.choices])


def _number(field: Field) -> forms.Field:
    return forms.DecimalField(
        localize=True,
        min_value=field.minimum,
        max_value=field.maximum,
        decimal_places=field.places,
        widget=forms.TextInput({"inputmode": "decimal"}),
    )


def _whole(field: Field) -> forms.Field:
    return forms.IntegerField(min_value=int(field.minimum or 0), max_value=int(field.maximum or 0))


def _day(_field: Field) -> forms.Field:
    widget = forms.DateInput(
        {"type": "date", "min": FIRST_DAY.isoformat(), "max": LAST_DAY.isoformat()}, format="%Y-%m-%d"
    )
    return forms.DateField(widget=widget)


def _link(field: Field) -> forms.Field:
    rows = KINDS[str(field.target)]._default_manager.filter(archived_at=None).order_by("name")
    return forms.ModelChoiceField(rows, empty_label=BLANK)


_BY_TYPE: dict[FieldType, Callable[[Field], forms.Field]] = {
    FieldType.CHOICE: _choice,
    FieldType.CURRENCY: lambda _: Code(max_length=3, min_length=3),
    FieldType.MONEY: _number,
    FieldType.NUMBER: _number,
    FieldType.SHARE: lambda _: Percent(widget=forms.TextInput({"inputmode": "decimal"}), localize=True),
    FieldType.WHOLE: _whole,
    FieldType.FLAG: lambda _: forms.BooleanField(),
    FieldType.DAY: _day,
    FieldType.TIME: lambda _: forms.TimeField(widget=forms.TimeInput({"type": "time"}, format="%H:%M")),
    FieldType.LINK: _link,
    FieldType.JSON: lambda _: Lines(),
}
