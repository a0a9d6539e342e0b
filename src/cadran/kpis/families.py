"""The catalogue of KPIs by family, and the search in it."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cadran.metrics.catalogue import Catalogue
from cadran.metrics.metric import Language, Metric


@dataclass(frozen=True)
class Entry:
    """A metric in the list."""

    key: str
    title: str
    definition: str
    variants: int


@dataclass(frozen=True)
class Family:
    """The metrics that measure one side of customer relations."""

    name: str
    entries: Sequence[Entry]


def families(catalogue: Catalogue, sought: str, language: Language) -> list[Family]:
    """The families that have a metric whose words hold every word sought."""
    found: dict[str, list[Entry]] = {}
    words = _plain(sought).split()
    for metric in catalogue.metrics:
        if all(word in _searched(metric) for word in words):
            entry = Entry(
                metric.key, metric.title[language], metric.definition[language], len(catalogue.variants(metric.key))
            )
            found.setdefault(metric.family, []).append(entry)
    return [Family(family_name(family), found[family]) for family in sorted(found, key=order)]


def families_of(metrics: Sequence[Metric], language: Language) -> list[Family]:
    """These metrics by family."""
    found: dict[str, list[Entry]] = {}
    for metric in metrics:
        entry = Entry(metric.key, metric.title[language], metric.definition[language], 0)
        found.setdefault(metric.family, []).append(entry)
    return [Family(family_name(family), found[family]) for family in sorted(found, key=order)]


def _searched(metric: Metric) -> str:
    """Where words are sought: the key and the words of both languages, so that "CA" finds revenue for everyone."""
    return _plain(" ".join([metric.key, *metric.title.values(), *metric.definition.values()]))


def _plain(text: str) -> str:
    """Text without case nor accents."""
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in split if not unicodedata.combining(character))


def order(family: str) -> int:
    """Where a family stands among the others: an organisation's own come last."""
    return list(_names()).index(family) if family in _names() else len(_names())


def _names() -> dict[str, str]:
    return {
        "revenue": _("Revenue and value"),
        "pipeline": _("Pipeline"),
        "leads": _("Leads and acquisition"),
        "outreach": _("Outreach"),
        "service": _("Customer service"),
        "loyalty": _("Loyalty"),
        "adoption": _("CRM adoption"),
        "web": _("Web"),
    }


def family_name(family: str) -> str:
    """What a family is called in the reader's language; an organisation's own goes by its file."""
    return _names().get(family, family.replace("_", " ").capitalize())
