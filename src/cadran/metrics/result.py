"""The answer to a question: cells, a total, and the ways onward to rows, reasons and data frames."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cadran.metrics.errors import MetricsError
from cadran.metrics.metric import Language, Metric
from cadran.metrics.period import Period
from cadran.metrics.question import Question

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

UNKNOWN = "unknown"
SplitValue = str | int | None


@dataclass(frozen=True)
class Cell:
    """One number of the answer.

    ``value`` is None when it cannot be computed, and ``why`` says why not. ``split`` has None for a blank. ``n`` is the
    number of rows (or subjects) that the value rests on; ``low`` and ``high`` bound it at 95 % where the metric is a rate.
    ``ripe`` is False while the period is too young for its value to be final. ``change`` is the value minus ``previous``,
    in the metric's own unit.
    """

    period: Period
    split: Mapping[str, SplitValue]
    value: Decimal | None
    parts: Mapping[str, Decimal | None]
    n: int
    low: Decimal | None = None
    high: Decimal | None = None
    ripe: bool = True
    previous: Decimal | None = None
    change: Decimal | None = None
    why: str = ""
    compared_with: Period | None = None

    @property
    def relative_change(self) -> Decimal | None:
        """The change as a share of the previous value; None from nothing or from zero."""
        if self.change is None or not self.previous:
            return None
        return self.change / abs(self.previous)

    def to_json(self) -> dict[str, Any]:
        """The cell in the words of the API, its numbers still Decimals."""
        shown: dict[str, Any] = {
            "period": {
                "label": self.period.label,
                "from": self.period.first.isoformat(),
                "to": self.period.end.isoformat(),
            },
            "split": dict(self.split),
            "value": self.value,
            "parts": dict(self.parts),
            "n": self.n,
            "low": self.low,
            "high": self.high,
            "ripe": self.ripe,
            "previous": self.previous,
            "change": self.change,
        }
        return shown if self.value is not None else {**shown, "why": self.why}


@dataclass(frozen=True)
class Result:
    """The cells of an answer, and what they rest on: a definition (hash) and a version of the data."""

    question: Question
    metric: Metric
    cells: Sequence[Cell]
    definition_hash: str
    data_version: str
    as_of: datetime
    today: date
    _total: Callable[[], Cell] = field(repr=False, compare=False)
    _open_rows: Callable[..., Any] = field(repr=False, compare=False)
    _explain: Callable[..., Any] = field(repr=False, compare=False)

    @cached_property
    def total(self) -> Cell:
        """The metric over the whole range, without splits: computed anew from the rows, not from the cells."""
        return self._total()

    def rows(self, part: str | None = None, cell: Cell | None = None, **paging: int) -> Any:
        """The rows that a part counted in a cell (the total when none is named); see :func:`cadran.metrics.rows.rows`."""
        return self._open_rows(part, cell, **paging)

    def why(self, by: Sequence[str] | None = None) -> Any:
        """Why the total changed since the period before; see :func:`cadran.metrics.why.why`."""
        return self._explain(by)

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
        """One flat dictionary a cell: period, from, to, a column for each split, value, previous, change, n, low, high, ripe."""
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
        columns = ["  ".join(text.ljust(w) if i < len(head) - 3 else text.rjust(w) for i, (text, w) in enumerate(zip(row, widths, strict=True)))
                   for row in [head, *lines]]  # fmt: skip
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
        names = list(self.cells[0].split) if self.cells else []
        head = ["period", *names, "value", "n", "95 %"]
        lines = [
            [cell.period.label, *(UNKNOWN if cell.split[name] is None else str(cell.split[name]) for name in names),
             _short(cell.value, self.metric.unit) if cell.value is not None else f"— ({cell.why})", str(cell.n),
             f"{_short(cell.low, self.metric.unit)} – {_short(cell.high, self.metric.unit)}" if cell.low is not None else ""]
            for cell in self.cells[:most]
        ]  # fmt: skip
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


def _short(value: Decimal | None, unit: str) -> str:
    if value is None:
        return ""
    if unit == "percent":
        return f"{value * 100:.1f} %"
    return plain(value.quantize(Decimal("0.01"))) if value != value.to_integral() else plain(value)


def _missing(library: str) -> MetricsError:
    return MetricsError(f"{library} is not installed. Install it with: pip install 'cadran[dataframes]'.")
