"""A KPI in a few words: its value, what it is compared with, and whether that is good news."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from cadran.kpis.answer import fresh_at
from cadran.kpis.reader import Reader
from cadran.kpis.selection import Selection
from cadran.metrics.cells import Cell, look_together
from cadran.metrics.metric import Metric
from cadran.metrics.period import Grain, Period, advance, floor
from cadran.metrics.result import Result
from cadran.ui.formats import Change, Formats


@dataclass(frozen=True)
class Tile:
    """A tile of the board. ``value`` is "" when it cannot be computed: ``why`` then says why not."""

    key: str
    title: str
    url: str
    value: str
    why: str
    period: str
    n: str
    change: Change | None
    against: str
    series: Sequence[Decimal | None]
    fresh: str

    @property
    def empty(self) -> bool:
        """Whether there is nothing to measure, in this period or before."""
        return self.n == "0" and not any(self.series)


def together(totals: Sequence[Result]) -> list[Result]:
    """The totals of one board: a change that is only to be expected among so many is not shown as one."""
    cells = look_together([total.total for total in totals])
    return [replace(total, cells=[cell]) for total, cell in zip(totals, cells, strict=True)]


def tile(total: Result, months: Result | None, selection: Selection, reader: Reader) -> Tile:
    """The tile of a metric, from its total over the selection and its values month by month, if those are shown."""
    metric, cell, formats = total.metric, total.total, reader.formats
    return Tile(
        key=metric.key,
        title=metric.title[reader.language],
        url=reverse("kpi", args=[metric.key]) + selection.query().rstrip("?"),
        value="" if cell.value is None else formats.value(cell.value, metric.unit, short=True),
        why=why_words(cell),
        period=period_words(metric, cell.period, selection, formats),
        n=formats.number(Decimal(cell.n)),
        change=change_of(cell, metric, formats),
        against=against(cell, metric, selection, formats),
        series=[month.value for month in months.cells] if months else [],
        fresh=formats.fresh(fresh_at(), selection.today),
    )


def change_of(cell: Cell, metric: Metric, formats: Formats) -> Change | None:
    """How a cell changed; neither good nor bad when chance alone could explain it, or when that cannot be told."""
    if cell.change is None:
        return None
    tested = cell.difference
    good = metric.good if tested else None
    return formats.change(cell.value, cell.previous, metric.unit, good, sure=tested is None or tested.detectable)


def smallest_words(cell: Cell, metric: Metric, formats: Formats) -> str:
    """The change that could have been found, where none was; "" elsewhere."""
    if cell.difference is None or cell.difference.detectable or cell.previous is None:
        return ""
    smallest = cell.difference.smallest
    if smallest is None:
        return _("With so few, no change could have been found.")
    change = formats.change(cell.previous + smallest, cell.previous, metric.unit, None)
    if change is None:
        return ""
    return _("A change of %(change)s would have been found four times in five.") % {"change": change.text.lstrip("+")}


def why_words(cell: Cell) -> str:
    """Why a value cannot be computed, in the reader's language; "" when it can."""
    if cell.value is not None:
        return ""
    if any(value is None for value in cell.parts.values()):
        return _("There is nothing to measure in this period.")
    return _("There is nothing to divide by in this period.")


def against(cell: Cell, metric: Metric, selection: Selection, formats: Formats) -> str:
    """What a cell is compared with, or why it is not."""
    if selection.compare is None:
        return ""
    if metric.looks_ahead and selection.today < cell.period.last:
        return _("not compared: planned")
    if cell.compared_with is None or cell.previous is None:
        return _("nothing to compare with")
    return _("vs %(period)s") % {"period": period_words(metric, cell.compared_with, selection, formats)}


def period_words(metric: Metric, period: Period, selection: Selection, formats: Formats) -> str:
    """The days a value rests on: a name for a whole period, its days for a part of one, one day for a stock."""
    end = min(period.end, selection.today + timedelta(days=1)) if period.first <= selection.today else period.end
    if is_stock(metric):
        return formats.day(end - timedelta(days=1))
    return formats.period(period.first, end, _name(Period(period.first, end, period.label), selection))


def _name(period: Period, selection: Selection) -> Grain | None:
    """The grain whose name these days bear: fiscal quarters that are not the calendar's have none of their own."""
    grain = selection.named_grain
    if grain is None or (grain == "quarter" and selection.calendar.fiscal_year_start_month % 3 != 1):
        return None
    whole = floor(period.first, grain, selection.calendar) == period.first
    return grain if whole and advance(period.first, grain) == period.end else None


def is_stock(metric: Metric) -> bool:
    """Whether the metric is read at an instant, like a balance, and not over a period."""
    return all(part.clock.stock for part in metric.parts.values())
