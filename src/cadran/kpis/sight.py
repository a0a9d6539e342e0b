"""The fact tables as a member sees them: without the columns that would betray a field hidden from his role."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cadran.facts.lineage import Field, betrays
from cadran.members.field_rights import hidden_fields
from cadran.members.models import Member
from cadran.metrics.confidence import CHECKS
from cadran.metrics.engines.base import Engine, Parameter, Row
from cadran.metrics.metric import Metric
from cadran.metrics.needed import columns_of
from cadran.metrics.tables import Tables

MOST_KEPT = 64

_kept: dict[tuple[int, frozenset[Field]], Tables] = {}


@dataclass(frozen=True)
class Sighted:
    """Facts of which some columns are not seen, now and as of any past moment."""

    engine: Engine
    hidden: frozenset[Field]

    @property
    def name(self) -> str:
        """The name of the engine behind."""
        return self.engine.name

    @property
    def dialect(self) -> str:
        """The dialect of the engine behind."""
        return self.engine.dialect

    @property
    def tables(self) -> Tables:
        """Those of its tables and columns that are seen."""
        return _without(self.engine.tables, self.hidden)

    @property
    def data_version(self) -> str:
        """The state of the data behind."""
        return self.engine.data_version

    @property
    def fresh_at(self) -> datetime:
        """The moment that the data behind reflects."""
        return self.engine.fresh_at

    def select(self, sql: str, parameters: Sequence[Parameter]) -> list[Row]:
        """As the facts answer: whoever asks names only columns of ``tables``."""
        return self.engine.select(sql, parameters)

    def as_of(self, moment: datetime) -> Engine:
        """The facts as known at a past moment, as little seen."""
        return Sighted(self.engine.as_of(moment), self.hidden)


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
