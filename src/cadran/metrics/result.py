"""The answer to a question: cells, a total, and the ways onward to rows, reasons and data frames."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cadran.metrics.cells import Cell, make_cells
from cadran.metrics.confidence import Confidence, Lack, judge, open_lack
from cadran.metrics.engines.base import Engine
from cadran.metrics.errors import MetricsError
from cadran.metrics.metric import Language, Metric
from cadran.metrics.period import Period
from cadran.metrics.plan import Inquiry, needs
from cadran.metrics.question import UNKNOWN, Question
from cadran.metrics.ranking import rank_groups
from cadran.metrics.reader import read
from cadran.metrics.rows import PAGE, Place, Rows, cohort_of, open_left_out, open_rows
from cadran.metrics.statements import statements
from cadran.metrics.why import Why, explain

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow


@dataclass(frozen=True)
class Result:
    """The cells of an answer, and what they rest on: a definition (hash) and a version of the data."""

    engine: Engine = field(repr=False)
    inquiry: Inquiry = field(repr=False)
    cells: Sequence[Cell]

    @property
    def question(self) -> Question:
        """What was asked."""
        return self.inquiry.question

    @property
    def metric(self) -> Metric:
        """What it was asked of."""
        return self.inquiry.metric

    @property
    def definition_hash(self) -> str:
        """The identity of the definition: formula, parts and tables."""
        return self.metric.hash

    @property
    def data_version(self) -> str:
        """The name of the state of the data."""
        return self.engine.data_version

    @property
    def as_of(self) -> datetime:
        """The moment that the data reflects."""
        return self.engine.fresh_at

    @cached_property
    def total(self) -> Cell:
        """The metric over the whole range, without splits: computed anew from the rows, not from the cells."""
        whole = self.inquiry.whole
        if self.question.cohort:
            return Cell(whole.periods[0], {}, None, {}, 0, why="a grid of cohorts has no total")
        if len(self.cells) == 1 and not self.inquiry.by and not self.question.rolling:
            return replace(self.cells[0], period=whole.periods[0])
        return make_cells(whole, read(self.engine, needs(whole)))[0]

    def rows(self, part: str | None = None, cell: Cell | None = None, *, limit: int = PAGE, offset: int = 0) -> Rows:
        """The rows that a part counted in a cell; in the total without a cell. Parts are named as in the cell."""
        return open_rows(self.engine, *self._place(cell, part), limit, offset)

    def left_out(
        self, part: str | None = None, cell: Cell | None = None, *, limit: int = PAGE, offset: int = 0
    ) -> Rows:
        """The rows of the part's table that it did not count there, each with the reason."""
        return open_left_out(self.engine, *self._place(cell, part), limit, offset)

    def why(self, by: Sequence[str] | None = None, *, period: Period | None = None) -> Why:
        """Why the value changed since the period before: the last period of the answer, unless another is named."""
        return explain(self.engine, self.inquiry, by, period)

    def confidence(self, cell: Cell | None = None) -> Confidence:
        """How far the value of a cell (of the total without one) can be trusted, and what would raise that most."""
        return self._confidence if cell is None else judge(self.engine, *self._where(cell), by=self.inquiry.by)

    @cached_property
    def _confidence(self) -> Confidence:
        return judge(self.engine, *self._where(None), by=self.inquiry.by)

    def to_mend(self, lack: Lack, cell: Cell | None = None, *, limit: int = PAGE, offset: int = 0) -> Rows:
        """The rows that a lack of :meth:`confidence` is about."""
        return open_lack(self.engine, *self._where(cell), lack, self.inquiry.by, limit, offset)

    def statements(self) -> list[str]:
        """The SQL over the facts that yields the parts of this answer, in statements that stand alone."""
        return statements(self.engine, self.inquiry)

    def _where(self, cell: Cell | None) -> tuple[Inquiry, Place]:
        inquiry, _, place = self._place(cell, None)
        return inquiry, place

    def _place(self, cell: Cell | None, part: str | None) -> tuple[Inquiry, str | None, Place]:
        if cell is None:
            whole = self.inquiry.whole
            return whole, part, Place(whole.periods[0], {})
        return self.inquiry, part, Place(cell.period, cell.split, cohort_of(self.inquiry, cell.split))

    @cached_property
    def ranks(self) -> Sequence[int | None]:
        """The rank of each cell among the splits of its period: the same for those that chance alone may order."""
        ranks: dict[int, int | None] = {}
        for period in self.inquiry.periods:
            places = [place for place, cell in enumerate(self.cells) if cell.period == period]
            groups = rank_groups([self.cells[place] for place in places], self.metric.good)
            ranks |= dict(zip(places, groups, strict=True))
        return [ranks.get(place) for place in range(len(self.cells))]

    def title(self, language: Language = "en") -> str:
        """The metric's title."""
        return self.metric.title[language]

    def to_json(self, language: Language = "en") -> dict[str, Any]:
        """The answer in the words of the API; pass it to :func:`dump_json` to keep every digit."""
        return {
            "metric": self.metric.key,
            "title": self.title(language),
            "unit": self.metric.unit,
            "good": self.metric.good,
            "definition_hash": self.definition_hash,
            "data_version": self.data_version,
            "as_of": self.as_of.isoformat(),
            "cells": [cell.to_json() for cell in self.cells],
            "total": self.total.to_json(),
        }

    def records(self) -> list[dict[str, Any]]:
        """One flat dictionary a cell: period, from, to, a column for each split, value, previous, change, n, low, high,
        ripe.
        """
        return [
            {
                "period": cell.period.label,
                "from": cell.period.first,
                "to": cell.period.end,
                **cell.split,
                "value": cell.value,
                "previous": cell.previous,
                "change": cell.change,
                "n": cell.n,
                "low": cell.low,
                "high": cell.high,
                "ripe": cell.ripe,
            }
            for cell in self.cells
        ]

    def to_arrow(self) -> pyarrow.Table:
        """The records as an Arrow table; needs ``cadran[dataframes]``."""
        try:
            import pyarrow  # noqa: PLC0415 (optional)
        except ImportError as error:
            raise _missing("pyarrow") from error
        records = [{k: _plain(v) for k, v in record.items()} for record in self.records()]
        return pyarrow.Table.from_pylist(records)

    def to_polars(self) -> polars.DataFrame:
        """The records as a polars data frame, values as 64-bit floats; needs ``cadran[dataframes]``."""
        try:
            import polars  # noqa: PLC0415 (optional)
        except ImportError as error:
            raise _missing("polars") from error
        records = [{k: _plain(v) for k, v in record.items()} for record in self.records()]
        return polars.DataFrame(records, infer_schema_length=None)

    def to_pandas(self) -> pandas.DataFrame:
        """The records as a pandas data frame, values as 64-bit floats; needs ``cadran[dataframes]``."""
        try:
            import pandas  # noqa: PLC0415 (optional)
        except ImportError as error:
            raise _missing("pandas") from error
        return pandas.DataFrame([{k: _plain(v) for k, v in record.items()} for record in self.records()])

    def __repr__(self) -> str:
        head, lines = self._shown()
        widths = [max(len(row[i]) for row in [head, *lines]) for i in range(len(head))]
        left = head.index("value")  # the numbers stand to the right
        columns = [
            "  ".join(text.rjust(w) if place >= left else text.ljust(w) for place, (text, w) in enumerate(pairs))
            for pairs in (list(zip(row, widths, strict=True)) for row in [head, *lines])
        ]
        return "\n".join(
            [f"{self.title()} ({self.metric.key}, {self.metric.unit})", *(line.rstrip() for line in columns)]
        )

    def _repr_html_(self) -> str:
        head, lines = self._shown()
        titles = "".join(f"<th>{html.escape(text)}</th>" for text in head)
        body = "".join("<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row) + "</tr>" for row in lines)
        caption = html.escape(f"{self.title()} ({self.metric.unit})")
        return f"<table><caption>{caption}</caption><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>"

    def _shown(self, most: int = 40) -> tuple[list[str], list[list[str]]]:
        names, unit = list(self.cells[0].split) if self.cells else [], self.metric.unit
        compared = ["before", "change"] if self.question.compare else []
        bounded = ["95 %"] if any(cell.low is not None for cell in self.cells) else []
        ranked = ["rank"] if bounded and self.inquiry.by and not self.question.cohort else []
        tested = ["verdict"] if any(cell.difference for cell in self.cells) else []
        head = ["period", *names, "value", *compared, "n", *bounded, *ranked, *tested]
        lines = [
            [
                cell.period.label,
                *(UNKNOWN if cell.split[name] is None else str(cell.split[name]) for name in names),
                short(cell.value, unit) if cell.value is not None else f"— ({cell.why})",
                *([short(cell.previous, unit), _signed(cell, unit)] if compared else []),
                str(cell.n),
                *([_range(cell, unit)] if bounded else []),
                *([str(rank or "")] if ranked else []),
                *([_verdict(cell, unit)] if tested else []),
            ]
            for cell, rank in zip(self.cells[:most], self.ranks if ranked else [None] * most, strict=False)
        ]
        if not self.cells:
            lines.append(["nothing to show: no row in this range", *[""] * (len(head) - 1)])
        if len(self.cells) > most:
            lines.append([f"… {len(self.cells) - most} more", *[""] * (len(head) - 1)])
        return head, lines


def plain(number: Decimal) -> str:
    """The number in plain digits, every digit kept and no trailing zeros: 1134672, 0.631501."""
    text = format(number, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def dump_json(content: Any, indent: int | None = None, _depth: int = 1) -> str:
    """JSON text in which Decimals are numbers with all their digits (the json module knows floats only)."""
    line = f"\n{' ' * (indent * _depth)}" if indent else ""
    close = f"\n{' ' * (indent * (_depth - 1))}" if indent else ""
    between = f",{line}" if indent else ", "
    match content:
        case Decimal():
            return plain(content)
        case dict() if content:
            items = (
                f"{json.dumps(str(key), ensure_ascii=False)}: {dump_json(v, indent, _depth + 1)}"
                for key, v in content.items()
            )
            return "{" + line + between.join(items) + close + "}"
        case list() | tuple() if content:
            return "[" + line + between.join(dump_json(value, indent, _depth + 1) for value in content) + close + "]"
        case _:
            return json.dumps(content, ensure_ascii=False)


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def short(value: Decimal | None, unit: str) -> str:
    """A value as the tables of a terminal show it; nothing for none."""
    if value is None:
        return ""
    if unit == "percent":
        return f"{value * 100:.1f} %"
    return f"{value:,.0f}" if value == value.to_integral() else f"{value:,.2f}"


def _signed(cell: Cell, unit: str) -> str:
    """The change: in points for rates, in per cent for amounts and counts, in the unit itself for the rest."""
    if cell.change is None:
        return ""
    if unit == "percent":
        return f"{cell.change * 100:+.1f} pts"
    if unit in ("money", "money_per_day", "count") and cell.relative_change is not None:
        return f"{cell.relative_change * 100:+.1f} %"
    return f"{'+' if cell.change > 0 else ''}{short(cell.change, unit)}"


def _verdict(cell: Cell, unit: str) -> str:
    """Whether chance alone could explain the change, and if so the change that it could not."""
    if cell.difference is None:
        return ""
    if cell.difference.detectable:
        return "changed"
    smallest = cell.difference.smallest
    if smallest is None:
        return "no detectable change (n too small for any)"
    shown = f"{smallest * 100:.1f} pts" if unit == "percent" else f"{smallest:,.1f}"
    return f"no detectable change (from {shown})"


def _range(cell: Cell, unit: str) -> str:
    return f"{short(cell.low, unit)} – {short(cell.high, unit)}" if cell.low is not None else ""


def _missing(library: str) -> MetricsError:
    return MetricsError(f"{library} is not installed. Install it with: pip install 'cadran[dataframes]'.")
