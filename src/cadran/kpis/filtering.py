"""The form by which a KPI is filtered: every dimension, greyed with the reason where it does not apply, and its values.

The values are those of the answer split by the dimension, so that nobody is offered a name that he may not see.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from cadran.kpis.answer import answer, fact_tables
from cadran.kpis.choices import in_order
from cadran.kpis.columns import dimension_name
from cadran.kpis.reader import Reader
from cadran.kpis.selection import Selection
from cadran.metrics.metric import Metric
from cadran.metrics.question import UNKNOWN

MOST_VALUES = 100


@dataclass(frozen=True)
class Offered:
    """A dimension: where its values are chosen, or why it does not apply (``url`` is then "")."""

    name: str
    url: str
    chosen: bool
    reason: str


@dataclass(frozen=True)
class Value:
    """A value to keep, and on how many rows it stands."""

    value: str
    label: str
    n: str
    chosen: bool


@dataclass(frozen=True)
class Form:
    """The form: the dimensions, and of the chosen one the values. ``kept`` are the other choices of the page."""

    dimensions: Sequence[Offered]
    dimension: str
    name: str
    values: Sequence[Value]
    more: int
    kept: Sequence[tuple[str, str]]


def form(metric: Metric, selection: Selection, dimension: str | None, reader: Reader) -> Form:
    """The form for a metric, with the values of one dimension. Raises QuestionError."""
    own = in_order(metric.dimensions(fact_tables(reader.member)))
    chosen = dimension or next(iter(own), "")
    values, more = values_of(metric, selection, chosen, reader) if chosen else ([], 0)
    return Form(
        dimensions=_offered(metric, selection, own, chosen, reader),
        dimension=chosen,
        name=dimension_name(chosen) if chosen else "",
        values=values,
        more=more,
        kept=[pair for pair in selection.pairs() if pair[0] != f"filter.{chosen}"],
    )


def _offered(metric: Metric, selection: Selection, own: Sequence[str], chosen: str, reader: Reader) -> list[Offered]:
    here, query = reverse("kpi_filter", args=[metric.key]), selection.query()
    joint = "&" if "=" in query else ""
    offered = [
        Offered(dimension_name(name), f"{here}{query}{joint}{urlencode({'dimension': name})}", name == chosen, "")
        for name in own
    ]
    tables = fact_tables(reader.member)
    read = list(dict.fromkeys(part.table for part in metric.parts.values()))
    every = dict.fromkeys(name for table in tables.by_name.values() for name in table.dimensions)
    for name in in_order([name for name in every if name not in own]):
        lacking = ", ".join(table.name for table in read if not tables.dimension(table.name, name))
        reason = _("nothing of the kind in: %(tables)s") % {"tables": lacking}
        offered.append(Offered(dimension_name(name), "", False, reason))
    return offered


def values_of(metric: Metric, selection: Selection, dimension: str, reader: Reader) -> tuple[list[Value], int]:
    """The values of a dimension that have rows in the period and that the reader may see, the most frequent first,
    those chosen always there; and how many more there are.
    """
    wanted = selection.where.get(dimension, ())
    others = replace(
        selection, where={name: kept for name, kept in selection.where.items() if name != dimension}, compare=None
    )
    found = answer(others.breakdown(metric.key, dimension), member=reader.member, today=reader.today)
    counted = {UNKNOWN if (value := cell.split[dimension]) is None else str(value): cell.n for cell in found.cells}
    ordered = sorted(counted, key=lambda value: (value not in wanted, -counted[value], value))
    missing = [value for value in wanted if value not in counted]
    shown = [
        Value(
            value,
            _("unknown") if value == UNKNOWN else value,
            reader.formats.number(Decimal(counted.get(value, 0))),
            value in wanted,
        )
        for value in [*missing, *ordered[:MOST_VALUES]]
    ]
    return shown, max(0, len(ordered) - MOST_VALUES)
