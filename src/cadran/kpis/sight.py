"""The fact tables as a member sees them: without the columns that would betray a field hidden from his role."""

from collections.abc import Iterable

from cadran.facts.lineage import Field, betrays
from cadran.kpis.behind import Behind
from cadran.members.field_rights import hidden_fields
from cadran.members.models import Member
from cadran.metrics.confidence import CHECKS
from cadran.metrics.engines.base import Engine
from cadran.metrics.metric import Metric
from cadran.metrics.needed import columns_of
from cadran.metrics.tables import Tables

MOST_KEPT = 64

_kept: dict[tuple[int, frozenset[Field]], Tables] = {}


class Sighted(Behind):
    """Facts of which some columns are not among the tables. Whoever asks names only columns of the tables."""

    def __init__(self, engine: Engine, hidden: frozenset[Field]) -> None:
        super().__init__(engine)
        self._hidden = hidden

    @property
    def tables(self) -> Tables:
        """Those of its tables and columns that are seen."""
        return _without(self._engine.tables, self._hidden)

    def _before(self, engine: Engine) -> "Sighted":
        return Sighted(engine, self._hidden)


def engine_seen(engine: Engine, hidden: frozenset[Field]) -> Engine:
    """The facts without the columns that would betray these fields."""
    return Sighted(engine, hidden) if hidden else engine


def tables_seen(tables: Tables, member: Member | None) -> Tables:
    """The tables with the columns that this member may see (None: everything)."""
    hidden = hidden_fields(member)
    return _without(tables, hidden) if hidden else tables


def computable(metrics: Iterable[Metric], tables: Tables) -> list[Metric]:
    """Those of the metrics that rest on nothing but columns of these tables."""
    return [
        metric
        for metric in metrics
        if all(name in tables and column in tables[name].columns for name, column in columns_of(metric))
    ]


def _without(tables: Tables, hidden: frozenset[Field]) -> Tables:
    key = tables.identity, hidden
    if key not in _kept:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        unseen = {
            table.name: [name for name in table.columns if betrays(table.name, name, hidden)]
            for table in tables.by_name.values()
        }
        if unseen[CHECKS]:  # it holds records against the others of their kind: seen whole or not at all
            unseen[CHECKS] = [*tables[CHECKS].columns]
        _kept[key] = tables.without(unseen)
    return _kept[key]
