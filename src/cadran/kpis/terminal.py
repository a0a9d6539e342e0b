"""Answers as a terminal shows them, in the reader's language. What programs read (JSON, CSV) is never translated."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from cadran.kpis.columns import dimension_name
from cadran.kpis.forecasts import METHODS, Issued
from cadran.kpis.page import interval_words
from cadran.kpis.reader import Reader
from cadran.kpis.selection import Selection
from cadran.kpis.tile import change_of, period_words, why_words
from cadran.kpis.trust import sides_words
from cadran.kpis.why import note_words
from cadran.metrics.cells import Cell
from cadran.metrics.compare import Beside
from cadran.metrics.confidence import Confidence
from cadran.metrics.metric import Metric
from cadran.metrics.period import Period
from cadran.metrics.result import Result
from cadran.metrics.rows import Rows
from cadran.metrics.why import Why, decimal
from cadran.ui.formats import Formats

MOST_CELLS = 40
MOST_SEGMENTS = 10


def answer_text(result: Result, reader: Reader) -> str:
    """The cells of an answer as a table under its title; a long one is cut, and says so."""
    metric, formats, cells = result.metric, reader.formats, result.cells
    with override(reader.language):
        names = list(cells[0].split) if cells else []
        bounded = any(cell.low is not None for cell in cells)
        ranked = bounded and bool(result.inquiry.by) and not result.question.cohort
        tested = any(cell.difference for cell in cells)
        head = [_("Period"), *map(dimension_name, names), _("Value")]
        head += [_("Before"), _("Change")] if result.question.compare else []
        head += ["n", *([_("95%% interval") % ()] if bounded else [])]
        head += [*([_("Rank")] if ranked else []), *([_("Verdict")] if tested else [])]
        lines = []
        ranks = result.ranks if ranked else [None] * len(cells)
        for cell, rank in list(zip(cells, ranks, strict=True))[:MOST_CELLS]:
            line = [cell.period.label, *(_named(cell.split[name]) for name in names)]
            line.append(_value(cell, metric, reader))
            if result.question.compare:
                line += ["" if cell.previous is None else formats.value(cell.previous, metric.unit)]
                line.append(_change(cell, metric, formats))
            line += [
                formats.number(Decimal(cell.n)),
                *([interval_words(cell, metric.unit, formats)] if bounded else []),
            ]
            line += [*([str(rank or "")] if ranked else []), *([_verdict(cell, metric, formats)] if tested else [])]
            lines.append(line)
        shown = [
            f"{metric.title[reader.language]} ({metric.key})",
            *aligned(head, lines, left=1 + len(names), right=len(head) - tested),
        ]
        if not cells:
            shown.append(_("Nothing to show: no row in this range."))
        if len(cells) > MOST_CELLS:
            more = len(cells) - MOST_CELLS
            shown.append(ngettext("… %(n)s more", "… %(n)s more", more) % {"n": formats.number(Decimal(more))})
    return "\n".join(shown)


def why_text(explained: Why, result: Result, reader: Reader) -> str:
    """What changed between which days, and what each part and each segment did to the change."""
    metric, formats, unit = result.metric, reader.formats, result.metric.unit
    with override(reader.language):
        before, now = (formats.value(decimal(value), unit) for value in (explained.previous, explained.value))
        lines = [
            f"{metric.title[reader.language]} ({metric.key})",
            *aligned(
                [_days(result, explained.before, formats), before, ""],
                [[_days(result, explained.period, formats), now, _change_of(explained, unit, formats)]],
                left=1,
            ),
        ]
        lines += [note] if (note := note_words(explained, result)) else []
        if explained.parts:
            lines += ["", _("By part of the formula")]
            lines += _effects([(one.part, one.effect) for one in explained.parts], unit, formats)
        if explained.change and not explained.breakdowns and not note:
            lines += ["", _("All of it in one segment, along every dimension.")]
        for breakdown in explained.breakdowns:
            lines += ["", _("By %(by)s") % {"by": dimension_name(breakdown.dimension).lower()}]
            found = [(_named(one.segment), one.contribution) for one in breakdown.contributions[:MOST_SEGMENTS]]
            lines += _effects(found, unit, formats)
    return "\n".join(lines)


def confidence_text(found: Confidence, result: Result, reader: Reader) -> str:
    """The grade of a number, and what to mend, the greatest gain first."""
    formats, title = reader.formats, result.title(reader.language)
    with override(reader.language):
        if found.share is None:
            return _("%(title)s: no row to judge") % {"title": title}
        words = _("%(title)s: %(grade)s (%(share)s of what it should rest on is fit to be counted)")
        lines = [words % {"title": title, "grade": found.grade, "share": formats.percent(found.share)}]
        for place, lack in enumerate(found.lacks, 1):
            words = ngettext(
                "%(what)s: %(n)s row of %(part)s, +%(gain)s once mended",
                "%(what)s: %(n)s rows of %(part)s, +%(gain)s once mended",
                lack.count,
            )
            n, gain = formats.number(Decimal(lack.count)), formats.percent(lack.gain)
            said = words % {"what": lack.phrase[reader.language], "n": n, "part": lack.part, "gain": gain}
            lines.append(f"  {place}. {said}")
    return "\n".join(lines)


def compared_text(metric: Result, variants: Sequence[Beside], reader: Reader) -> str:
    """A metric and its variants as a table: the value of each, and the rows that make the difference."""
    with override(reader.language):
        sides = [
            (metric, _("the metric itself")),
            *((both.variant, sides_words(both, reader.formats)) for both in variants),
        ]
        lines = [
            [
                result.metric.key,
                result.title(reader.language),
                _value(result.total, result.metric, reader),
                reader.formats.number(Decimal(result.total.n)),
                words,
            ]
            for result, words in sides
        ]
        head = [_("Key"), _("Definition"), _("Value"), "n", _("Rows")]
        return "\n".join(aligned(head, lines, left=2, right=4))


def forecasts_text(issued: Issued, reader: Reader) -> str:
    """The forecasts issued: a table for each period, a line for each owner, a column for each method, their totals."""
    formats = reader.formats
    with override(reader.language):
        if not issued.forecasts:
            return _("No forecast was issued: nobody owns a deal won lately or expected to close.")
        said = _("Issued on %(day)s:") if issued.anew else _("Already issued on %(day)s:")
        owners = len({one.owner_id for one in issued.forecasts})
        words = _("%(forecasts)s forecasts (owners: %(owners)s, periods: %(periods)s, methods: %(methods)s)")
        shape = {"owners": owners, "periods": len(issued.spans), "methods": len(METHODS)}
        head = f"{said % {'day': formats.day(issued.on)}} " + words % {"forecasts": len(issued.forecasts), **shape}
        lines = [head]
        names = {"weighted": _("weighted"), "category": _("by category"), "run_rate": _("run rate")}
        for span in issued.spans:
            amounts: dict[str, dict[str, str]] = {}
            for one in issued.forecasts:
                if (one.starts_on, one.ends_on) == span:
                    amount = formats.money(one.amount or Decimal(0), short=True)
                    amounts.setdefault(one.owner.name, {})[one.category or ""] = amount
            total = [formats.money(issued.total(span, method), short=True) for method in METHODS]
            table = [[name, *(of.get(method, "") for method in METHODS)] for name, of in amounts.items()]
            title = formats.period(*span, "month")
            lines += [
                "",
                *aligned([title, *(names[method] for method in METHODS)], [*table, [_("Total"), *total]], left=1),
            ]
    return "\n".join(lines)


def footer(result: Result, reader: Reader) -> str:
    """What an answer rests on, in a line."""
    with override(reader.language):
        words = _("data version %(version)s · definition %(hash)s")
        return words % {"version": result.data_version, "hash": result.definition_hash}


def counted(number: int, opened: Rows, result: Result, reader: Reader) -> str:
    """How many of the rows are listed, in a line."""
    with override(reader.language):
        words = _("%(n)s of %(count)s rows · data version %(version)s")
        return words % {"n": number, "count": opened.count, "version": result.data_version}


def aligned(head: Sequence[str], lines: Sequence[Sequence[str]], left: int, right: int | None = None) -> list[str]:
    """Lines in columns; those from ``left`` up to ``right`` stand to the right, as numbers do."""
    widths = [max(len(line[place]) for line in [head, *lines]) for place in range(len(head))]
    numbers = range(left, len(head) if right is None else right)
    return [
        "  ".join(
            text.rjust(width) if place in numbers else text.ljust(width)
            for place, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in [head, *lines]
    ]


def _named(value: object) -> str:
    return _("unknown") if value is None else str(value)


def _value(cell: Cell, metric: Metric, reader: Reader) -> str:
    if cell.value is not None:
        return reader.formats.value(cell.value, metric.unit)
    return f"– ({cell.why if reader.language == 'en' else why_words(cell)})"


def _change(cell: Cell, metric: Metric, formats: Formats) -> str:
    """As the board writes it; a change from nothing or less, which is no share of it, in the unit itself."""
    if cell.change is None:
        return ""
    change = change_of(cell, metric, formats)
    return change.text if change else formats.gap(cell.change, metric.unit)


def _verdict(cell: Cell, metric: Metric, formats: Formats) -> str:
    """Whether chance alone could explain the change, and if so the change that it could not."""
    if cell.difference is None:
        return ""
    if cell.difference.detectable:
        return _("changed")
    if cell.difference.smallest is None:
        return _("no detectable change (n too small for any)")
    smallest = formats.gap(cell.difference.smallest, metric.unit).lstrip("+")
    return _("no detectable change (from %(smallest)s)") % {"smallest": smallest}


def _effects(effects: Sequence[tuple[str, Fraction]], unit: str, formats: Formats) -> list[str]:
    lines = [(name, _gap(effect, unit, formats)) for name, effect in effects]
    names, gaps = (max(len(line[place]) for line in lines) if lines else 0 for place in (0, 1))
    return [f"  {name.ljust(names)}  {gap.rjust(gaps)}" for name, gap in lines]


def _gap(effect: Fraction, unit: str, formats: Formats) -> str:
    return formats.gap(decimal(effect) or Decimal(0), unit)


def _change_of(explained: Why, unit: str, formats: Formats) -> str:
    return "" if explained.change is None else _gap(explained.change, unit, formats)


def _days(result: Result, period: Period, formats: Formats) -> str:
    seen = Selection(result.inquiry.today, period.first, period.end, "custom")
    return period_words(result.metric, period, seen, formats)
