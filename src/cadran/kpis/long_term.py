"""The long term beside the short: the mean of many periods, and what is signal and what noise."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cadran.kpis.selection import LONG_TERM, Selection
from cadran.metrics.cells import Cell
from cadran.metrics.result import Result
from cadran.ui.formats import Formats


def long_term(result: Result, selection: Selection) -> list[Decimal | None]:
    """For each period of a trend the mean of the values of the periods that end with it; None while it is not whole,
    or one of them has no value.
    """
    many = LONG_TERM[selection.grain]
    known = [
        cell.value if cell.ripe and not cell.period.in_progress(selection.today) else None for cell in result.cells
    ]
    means: list[Decimal | None] = []
    for place in range(len(known)):
        window = [value for value in known[max(0, place + 1 - many) : place + 1] if value is not None]
        means.append(sum(window, Decimal(0)) / many if len(window) == many else None)
    return means


def mean_words(selection: Selection) -> str:
    """What the long-term mean of a trend is the mean of."""
    many = LONG_TERM[selection.grain]
    return {
        "day": _("Mean of %(n)s days"),
        "week": _("Mean of %(n)s weeks"),
        "month": _("Mean of %(n)s months"),
        "quarter": _("Mean of %(n)s quarters"),
        "year": _("Mean of %(n)s years"),
    }[selection.grain] % {"n": many}


def is_signal(cell: Cell) -> bool:
    """Whether it differs from what it is compared with by more than chance."""
    return cell.difference is not None and cell.difference.detectable


def signal_words(cells: Sequence[Cell], formats: Formats) -> str:
    """Whether the periods of a trend differ from a year before by more than chance; "" where that cannot be told."""
    tested = [cell for cell in cells if cell.difference is not None]
    if not tested:
        return ""
    found = sum(is_signal(cell) for cell in tested)
    if not found:
        return _("Noise: no period differs from a year before by more than chance.")
    words = ngettext(
        "Signal: %(found)s period of %(n)s differs from a year before by more than chance (diamond).",
        "Signal: %(found)s periods of %(n)s differ from a year before by more than chance (diamonds).",
        found,
    )
    return words % {"found": formats.number(Decimal(found)), "n": formats.number(Decimal(len(tested)))}
