"""The catalogue of KPIs by family, and the search in it."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cadran.metrics.catalogue import Catalogue
from cadran.metrics.metric import Language, Metric
from cadran.ui.matching import nearness, plain

SHORT = 3
"""Up to how many letters a word is sought as a word of its own."""


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


def families(
    catalogue: Catalogue, sought: str, language: Language, reach: Container[str] | None = None
) -> list[Family]:
    """The families that have a metric which these words find, among those of these keys (None: all)."""
    by_family: dict[str, list[Entry]] = {}
    for metric in found(catalogue, sought):
        if reach is not None and metric.key not in reach:
            continue
        variants = [one for one in catalogue.variants(metric.key) if reach is None or one.key in reach]
        entry = Entry(metric.key, metric.title[language], metric.definition[language], len(variants))
        by_family.setdefault(metric.family, []).append(entry)
    return [Family(family_name(family), by_family[family]) for family in sorted(by_family, key=order)]


def found(catalogue: Catalogue, sought: str) -> list[Metric]:
    """The metrics whose names and definitions hold every word sought; where none does, those with a name near it."""
    sought = plain(sought)
    words = sought.split()
    holding = [metric for metric in catalogue.metrics if all(_holds(_searched(metric), word) for word in words)]
    return holding or [metric for metric in catalogue.metrics if nearness(sought, names(metric))]


def _holds(searched: str, word: str) -> bool:
    """Whether a word is there: a short one as a word of its own, so that "CA" is not sought in "call"."""
    return f" {word} " in f" {searched} " if len(word) <= SHORT else word in searched


def names(metric: Metric) -> list[str]:
    """Everything that a metric is called in either language, plain: its key, its titles, its synonyms."""
    synonyms = [word for words in metric.synonyms.values() for word in words]
    return [plain(name) for name in (metric.key.replace("_", " "), *metric.title.values(), *synonyms)]


def families_of(metrics: Sequence[Metric], language: Language) -> list[Family]:
    """These metrics by family."""
    by_family: dict[str, list[Entry]] = {}
    for metric in metrics:
        entry = Entry(metric.key, metric.title[language], metric.definition[language], 0)
        by_family.setdefault(metric.family, []).append(entry)
    return [Family(family_name(family), by_family[family]) for family in sorted(by_family, key=order)]


def _searched(metric: Metric) -> str:
    """Where words are sought: names and definitions in both languages, so that "CA" finds revenue for everyone."""
    return " ".join([*names(metric), *map(plain, metric.definition.values())])


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
