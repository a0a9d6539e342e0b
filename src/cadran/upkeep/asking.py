"""What the pages of upkeep ask: for whom, over which days, and of which indicators."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from cadran.kpis.answer import catalogue, fact_tables, newest_day, reachable
from cadran.kpis.columns import dimension_name
from cadran.kpis.reader import Reader
from cadran.kpis.selection import Selection, read, refuse_others
from cadran.metrics.errors import QuestionError
from cadran.metrics.metric import Metric

FILTERS = ("owner", "team", "region")
"""By whom these pages can be limited: whose the records are, or who uses the product."""


def read_selection(url: QueryDict, who: Reader, *own: str) -> Selection:
    """The days and the people that a URL asks for, beside a page's own choices. Raises QuestionError when it makes no
    sense.
    """
    refuse_others(url, *own)
    selection = read(url, who.today, who.calendar, newest_day(who.today))
    for name in selection.where:
        if name not in FILTERS:
            words = _("This page cannot be limited by “%(name)s”: only by %(known)s.")
            known = ", ".join(dimension_name(other).lower() for other in FILTERS)
            raise QuestionError(words % {"name": dimension_name(name), "known": known})
    return replace(selection, by=None)


def one_of(url: QueryDict, name: str, known: Sequence[str], default: str) -> str:
    """The choice of this name. Raises QuestionError where it is none of those known."""
    value = url.get(name) or default
    if value not in known:
        words = _("“%(value)s” is not one of the choices: %(choices)s.")
        raise QuestionError(words % {"value": value, "choices": ", ".join(filter(None, known))})
    return value


def askable(keys: Iterable[str], selection: Selection, who: Reader) -> list[Metric]:
    """Those of the metrics that are in the catalogue, that the reader may ask, and that the selection can limit."""
    known, tables = catalogue(), fact_tables(who.member)
    found = reachable((known[key] for key in keys if key in known), who.member)
    return [metric for metric in found if set(selection.where) <= set(metric.dimensions(tables))]


def in_alphabet(name: str) -> str:
    """What names are ordered by, so that Étienne stands beside Eric."""
    return unicodedata.normalize("NFKD", name.casefold())
