"""The lists that make up the settings: which kind each one writes, with which fields, and what its rows show."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from cadran.administration.words import Words


@dataclass(frozen=True)
class Section:
    """A list of settings, at ``/settings/<key>``.

    `fields` are those of its form, `fixed` those that stay once chosen, `shown` the columns of its list (the first
    leads to the form), `same` the fields by which a row that was put away is taken back instead of made twice.
    """

    key: str
    kind: str
    title: Words
    teaching: Words
    fields: tuple[str, ...]
    shown: tuple[str, ...]
    order: tuple[str, ...]
    same: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()


SECTIONS: dict[str, Section] = {
    section.key: section
    for section in (
        Section(
            "hours",
            "business_hours",
            _("Business hours"),
            _("Response times count the hours worked only. A break makes two rows of one day."),
            fields=("weekday", "opens", "closes"),
            shown=("weekday", "opens", "closes"),
            order=("weekday", "opens"),
        ),
        Section(
            "holidays",
            "holiday",
            _("Holidays"),
            _("Days on which nobody works: no response time counts them."),
            fields=("day", "name"),
            shown=("day", "name"),
            order=("-day",),
            same=("day",),
        ),
        Section(
            "rates",
            "exchange_rate",
            _("Exchange rates"),
            _("Amounts in a currency without a rate cannot be added up: they are left out, and said to be."),
            fields=("day", "currency", "rate"),
            shown=("day", "currency", "rate"),
            order=("currency", "-day"),
            same=("day", "currency"),
        ),
        Section(
            "teams",
            "team",
            _("Teams"),
            _("A manager sees what her team and all teams below it own."),
            fields=("name", "parent", "region"),
            shown=("name", "parent", "region"),
            order=("name",),
            same=("name",),
        ),
        Section(
            "products",
            "product",
            _("Products"),
            _("What is sold: numbers split by product, family and tier."),
            fields=("name", "family", "tier", "price", "currency"),
            shown=("name", "family", "tier", "price", "currency"),
            order=("name",),
            same=("name",),
        ),
        Section(
            "fields",
            "custom_field",
            _("Custom fields"),
            _("Fields of your own on any record: they filter lists and split numbers like the others."),
            fields=("record", "key", "label_en", "label_fr", "type", "choices"),
            shown=("key", "record", "label_en", "label_fr", "type"),
            order=("record", "key"),
            same=("record", "key"),
            fixed=("record", "key", "type"),
        ),
    )
}

TABS: tuple[tuple[str, Words], ...] = (
    ("organisation", _("Organisation")),
    ("members", _("Members")),
    ("teams", SECTIONS["teams"].title),
    ("pipelines", _("Pipelines")),
    ("fields", SECTIONS["fields"].title),
    ("rights", _("Field rights")),
    ("products", SECTIONS["products"].title),
    ("channels", _("Channels")),
    ("hours", SECTIONS["hours"].title),
    ("holidays", SECTIONS["holidays"].title),
    ("rates", SECTIONS["rates"].title),
)
