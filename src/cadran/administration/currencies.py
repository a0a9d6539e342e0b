"""Currencies in which amounts are recorded and whose worth no exchange rate tells: their amounts count nowhere."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count

from cadran.crm.models import ExchangeRate, Organisation
from cadran.crm.records import KINDS, FieldType, fields_of
from cadran.ui.formats import Formats

FIELD = "currency"


@dataclass(frozen=True)
class Unrated:
    """A currency without any rate, and how many records have an amount in it."""

    currency: str
    count: int
    shown: str


def unrated(formats: Formats) -> Sequence[Unrated]:
    """The currencies without a rate, those that most records have first."""
    known = {Organisation.current().currency}
    known |= set(ExchangeRate.objects.filter(archived_at=None).values_list("currency", flat=True))
    counts: Counter[str] = Counter()
    for kind, money in _amounts():
        found = KINDS[kind]._default_manager.filter(archived_at=None, **{f"{money}__isnull": False}).order_by()
        counts.update(dict(found.exclude(**{f"{FIELD}__in": known}).values_list(FIELD).annotate(n=Count("pk"))))
    return [Unrated(currency, n, formats.number(Decimal(n))) for currency, n in counts.most_common() if currency]


def _amounts() -> Iterator[tuple[str, str]]:
    """Every kind whose records have a currency, with its first amount."""
    for kind in KINDS:
        fields = fields_of(kind)
        money = next((field.name for field in fields.values() if field.type is FieldType.MONEY), None)
        if money and FIELD in fields:
            yield kind, money
