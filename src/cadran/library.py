"""Cadran as a library: the questions of the pages and the command line, from a notebook or a program."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Literal

from cadran.config.start import migrate, start
from cadran.metrics.ask import ask
from cadran.metrics.catalogue import Catalogue
from cadran.metrics.engines.duckdb import DuckDB
from cadran.metrics.errors import QuestionError
from cadran.metrics.period import Grain
from cadran.metrics.question import Comparison, Question
from cadran.metrics.result import Result
from cadran.metrics.values import refuse_unknown_values

Where = Mapping[str, str | Sequence[str | None] | None]


@dataclass(frozen=True, repr=False)
class Crm:
    """The metrics of an installation, open to questions. Made by :func:`open`."""

    catalogue: Catalogue
    answer: Callable[[Question], Result]
    place: Path

    def ask(
        self,
        metric: str,
        *,
        by: str | Sequence[str] | None = None,
        grain: Grain | None = None,
        start: date | str | None = None,
        end: date | str | None = None,
        where: Where | None = None,
        compare: Comparison | Literal["year-ago"] | None = None,
        as_of: date | str | None = None,
        cohort: bool = False,
        rolling_days: int | None = None,
        interval: bool = False,
    ) -> Result:
        """The answer to a question: cells, a total, and the ways onward (``rows``, ``why``, ``to_pandas`` …).

        ``end`` is exclusive. Days may be dates or ISO texts. ``where`` maps a dimension to the value or values to keep;
        None is a blank. With ``rolling_days`` each number is of the days that end with its period; with ``interval``
        sums and ratios of sums have their 95 % interval, as compared ones do.
        Raises MetricsError, with the cure in its text, for a question that cannot be asked.
        """
        question = Question(
            metric,
            by=(by,) if isinstance(by, str) else tuple(by or ()),
            grain=grain,
            start=_day(start),
            end=_day(end),
            where={name: _values(kept) for name, kept in (where or {}).items()},
            compare="year_ago" if compare == "year-ago" else compare,
            as_of=_day(as_of),
            cohort=cohort,
            rolling=rolling_days,
            interval=interval,
        )
        result = self.answer(question)
        if question.where and not any(cell.n for cell in result.cells):
            refuse_unknown_values(result.engine, result.metric, question.where)
        return result

    def __repr__(self) -> str:
        return f"<Cadran on {self.place}: {len(list(self.catalogue))} metrics and variants>"


def open(place: str | Path | None = None) -> Crm:
    """Open an installation's home folder (default: CADRAN_HOME), or a single published facts file, for questions.

    A home follows its records: an answer is of the latest committed change. A facts file stays as it was published, and
    needs no database. One process works on one home: opening another one raises RuntimeError.
    """
    where = Path(place).expanduser() if place is not None else None
    if where is not None and where.is_file():
        engine = DuckDB.from_file(where)
        catalogue = Catalogue.load(tables=engine.tables)
        return Crm(catalogue, lambda q: ask(engine, catalogue, q, today=datetime.now(UTC).date()), where)
    start(where)
    migrate()
    # Models can be imported only once Django is ready, which is what the two lines above did.
    answers = import_module("cadran.kpis.answer")
    settings = import_module("django.conf").settings
    return Crm(answers.catalogue(), answers.answer, settings.HOME)


def _day(given: date | str | None) -> date | None:
    if not isinstance(given, str):
        return given
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise QuestionError(f"{given!r} is no date. Write it as year-month-day: 2026-03-31.") from None


def _values(kept: str | Sequence[str | None] | None) -> tuple[str | None, ...]:
    if kept is None or isinstance(kept, str):
        return (kept,)
    if not isinstance(kept, Iterable):
        raise QuestionError(f"{kept!r} is no value of a dimension: values are texts, or None for a blank.")
    return tuple(kept)
