"""Ask: a question in, a result out; or many questions, answered together.

SQL computes measures; the formulas are evaluated in Python, in Decimal, so that every part of a number is at hand for
whoever wants to open it, compare it, bound it or explain it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cadran.metrics import period as periods
from cadran.metrics.catalogue import Catalogue
from cadran.metrics.cells import make_cells
from cadran.metrics.engines.base import Engine
from cadran.metrics.measure import Measure
from cadran.metrics.period import GREGORIAN, Calendar, Period
from cadran.metrics.plan import Inquiry, check, needs
from cadran.metrics.question import Question
from cadran.metrics.reader import Reader
from cadran.metrics.result import Result
from cadran.metrics.writer import column


def ask(
    engine: Engine, catalogue: Catalogue, question: Question, *, today: date, calendar: Calendar = GREGORIAN
) -> Result:
    """Answer one question. ``today`` is the current day in the organisation's zone.

    Raises QuestionError when the metric cannot be asked so, FactsError when the facts lack what it needs.
    """
    return ask_all(engine, catalogue, [question], today=today, calendar=calendar)[0]


def ask_all(
    engine: Engine,
    catalogue: Catalogue,
    questions: Sequence[Question],
    *,
    today: date,
    calendar: Calendar = GREGORIAN,
) -> list[Result]:
    """Answer many questions together: their parts are gathered so that few passes over the facts serve them all."""
    inquiries = [inquire(engine, catalogue, question, today=today, calendar=calendar) for question in questions]
    places: dict[date | None, list[int]] = {}
    for place, question in enumerate(questions):
        places.setdefault(question.as_of, []).append(place)
    answers: dict[int, Result] = {}
    for mine in places.values():
        source = inquiries[mine[0]][0]
        wanted = {place: needs(inquiries[place][1]) for place in mine}
        with Reader(source, [need for each in wanted.values() for need in each]) as reader:
            for place in mine:
                cells = make_cells(inquiries[place][1], reader.until(wanted[place]))
                answers[place] = Result(source, inquiries[place][1], cells)
    return [answers[place] for place in range(len(questions))]


def inquire(
    engine: Engine, catalogue: Catalogue, question: Question, *, today: date, calendar: Calendar = GREGORIAN
) -> tuple[Engine, Inquiry]:
    """Make a question definite: check it, find its periods, and the engine that answers as of its day."""
    metric = catalogue[question.metric]
    filters = check(question, metric, engine.tables)
    if question.as_of is not None:
        engine = engine.as_of(_end_of(question.as_of, calendar))
        today = min(today, question.as_of)
    end = question.end or today + timedelta(days=1)
    start = question.start or _first_day(engine, metric.parts.values(), end)
    spans: tuple[Period, ...]
    if question.grain is None:
        spans = (periods.whole(start, end, calendar),)
    else:
        spans = periods.split(start, end, question.grain, calendar)
        spans = periods.rolling(spans, question.rolling) if question.rolling else spans
    asked = periods.whole(start, end, calendar)
    return engine, Inquiry(question, metric, spans, question.by, filters, today, calendar, asked)


def _end_of(day: date, calendar: Calendar) -> datetime:
    """The last instant of a day: what is known on the stroke of midnight is known the day after."""
    midnight = datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(calendar.zone))
    return midnight - timedelta(microseconds=1)


def _first_day(engine: Engine, measures: Iterable[Measure], end: date) -> date:
    """The first date of the data of these measures; the day before the end when there is none."""
    found: list[date] = []
    for name, clock in dict.fromkeys((measure.table.name, measure.clock.columns[0]) for measure in measures):
        rows = engine.select(f'SELECT min({column(clock)}) FROM "{name}" AS "t"', [])
        found += [row[0] for row in rows if row[0] is not None]
    return min([*found, end - timedelta(days=1)])
