"""What a tile shows, as its board says it: a KPI, split and filtered, drawn in one way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from cadran.dashboards.kinds import KINDS
from cadran.kpis.answer import catalogue, fact_tables
from cadran.kpis.choices import in_order
from cadran.kpis.columns import dimension_name
from cadran.kpis.selection import Selection
from cadran.members.models import Member
from cadran.metrics.metric import Language
from cadran.metrics.question import UNKNOWN

MOST_TILES = 12
WIDTHS = (1, 2, 3)


class TileError(ValueError):
    """A tile that cannot be: its words say what and what to do now."""


@dataclass(frozen=True)
class Spec:
    """A tile: the key of a KPI or a variant, how it is drawn (a key of ``KINDS``), what it is split by ("" for none),
    the values that it keeps of some dimensions, how many columns of the board it takes, and a title by language where
    the KPI's own says too little.
    """

    kpi: str
    kind: str = "number"
    by: str = ""
    where: Mapping[str, Sequence[str]] = field(default_factory=dict)
    width: int = 1
    title: Mapping[Language, str] = field(default_factory=dict)

    def over(self, selection: Selection) -> Selection:
        """The selection of a page with this tile's filters; where both filter a dimension, the page's choice stands."""
        own = {name: tuple(values) for name, values in self.where.items()}
        return replace(selection, where={**own, **selection.where}, by=self.by or None)


def check(spec: Spec, language: Language, member: Member | None) -> None:
    """Raise TileError when such a tile cannot be drawn for a member: split or narrowed by what he does not see."""
    if spec.kpi not in catalogue():
        words = _("There is no indicator “%(key)s”. Choose one of the list.")
        raise TileError(words % {"key": spec.kpi})
    metric, title = catalogue()[spec.kpi], catalogue()[spec.kpi].title[language]
    if spec.kind not in KINDS:
        raise TileError(_("There is no chart “%(kind)s”. Choose one of the list.") % {"kind": spec.kind})
    kind = KINDS[spec.kind]
    if not kind.fits(metric):
        others = ", ".join(str(other.title) for other in KINDS.values() if other.fits(metric))
        words = _("“%(title)s” cannot be drawn as “%(kind)s”. Choose one of: %(others)s.")
        raise TileError(words % {"title": title, "kind": kind.title, "others": others})
    if kind.splits and not spec.by:
        raise TileError(_("“%(kind)s” needs something to split by. Choose it.") % {"kind": kind.title})
    known = in_order(metric.dimensions(fact_tables(member)))
    for name in [*([spec.by] if spec.by else []), *spec.where]:
        if name not in known:
            words = _("“%(title)s” cannot be split by %(name)s. Split it by: %(known)s.")
            own = ", ".join(dimension_name(other) for other in known if "." not in other)
            raise TileError(words % {"title": title, "name": dimension_name(name), "known": own or "–"})
    if spec.width not in WIDTHS:
        raise TileError(_("A tile is one, two or three columns wide."))


def filter_words(where: Mapping[str, Sequence[str]]) -> str:
    """Filters in words: "Region = West, Owner = Alice"."""
    return ", ".join(
        f"{dimension_name(name)} = {' / '.join(_('unknown') if value == UNKNOWN else value for value in values)}"
        for name, values in where.items()
    )
