"""Every KPI at a glance, in a terminal and as data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import override

from cadran.crm.models import Organisation
from cadran.kpis.answer import answer_all, catalogue, fresh_at, newest_day, organisation_calendar, today_in
from cadran.kpis.families import family_name, found, order
from cadran.kpis.selection import Selection, read
from cadran.kpis.tile import against, change_of, period_words, together, why_words
from cadran.metrics.cells import Cell
from cadran.metrics.errors import QuestionError
from cadran.metrics.metric import Language, Metric
from cadran.metrics.result import Result
from cadran.ui.formats import Change, Formats

BARS = "▁▂▃▄▅▆▇█"
ARROWS = {"up": "▲", "down": "▼", "flat": "="}


@dataclass(frozen=True)
class Line:
    """A KPI in a line: its value or why there is none, how it changed, its last months."""

    metric: Metric
    total: Cell
    months: Sequence[Decimal | None]


def lines(selection: Selection, sought: str = "") -> list[Line]:
    """Every metric of the catalogue that words find, over a selection, all asked together; those by cohort apart."""
    metrics = [metric for metric in found(catalogue(), sought) if not metric.needs_cohort]
    metrics.sort(key=lambda metric: order(metric.family))
    totals = [selection.total(metric.key) for metric in metrics]
    months = [selection.months(metric.key) for metric in metrics]
    answers = answer_all([*totals, *months], today=selection.today)
    return [
        Line(metric, total.total, [cell.value for cell in series.cells[-12:]])
        for metric, total, series in zip(
            metrics, together(answers[: len(metrics)]), answers[len(metrics) :], strict=True
        )
    ]


def as_text(language: Language, sought: str = "") -> str:
    """The board of this quarter (or of the last one with any data) beside the same part of the one before; of it, the
    metrics that these words find. Raises QuestionError where they find none.
    """
    organisation, selection = Organisation.current(), this_quarter()
    formats = Formats(language, organisation.currency, organisation.time_zone)
    with override(language):
        shown_lines = lines(selection, sought)
        if not shown_lines:
            raise QuestionError(f"No metric is called {sought!r}. Say it in other words, in English or in French.")
        rows = [_row(line, selection, language, formats) for line in shown_lines]
        wide = [max(len(row[place]) for row in rows) for place in range(4)]
        shown, family = [], ""
        for line, (title, value, change, months, period) in zip(shown_lines, rows, strict=True):
            if line.metric.family != family:
                family = line.metric.family
                shown += ["", family_name(family)]
            shown.append(
                f"  {title:<{wide[0]}}  {value:>{wide[1]}}  {change:<{wide[2]}}  {months:<{wide[3]}}  {period}".rstrip()
            )
        head = [organisation.name or "Cadran", _("Data as of %(fresh)s") % {"fresh": formats.moment(fresh_at())}]
    return "\n".join([*head, *shown])


def as_data(sought: str = "") -> list[dict[str, Any]]:
    """Every metric that words find, with its variants, its words and its value, for programs."""
    known = catalogue()
    metrics = found(known, sought)
    answers = answer_all([this_quarter().total(metric.key) for metric in metrics if not metric.needs_cohort])
    values = {answer.metric.key: answer for answer in together(answers)}
    return [_entry(metric, known.variants(metric.key), values.get(metric.key)) for metric in metrics]


def _entry(metric: Metric, variants: Sequence[Metric], answer: Result | None) -> dict[str, Any]:
    value = answer.total.to_json() if answer else {"value": None, "why": "it has a value by cohort only"}
    return {
        "metric": metric.key,
        "title": dict(metric.title),
        "definition": dict(metric.definition),
        "synonyms": {language: list(words) for language, words in metric.synonyms.items()},
        "family": metric.family,
        "unit": metric.unit,
        "good": metric.good,
        "variants": [{"metric": variant.key, "title": dict(variant.title)} for variant in variants],
        **value,
    }


def this_quarter(as_of: date | None = None) -> Selection:
    """What the board shows: this quarter, or the last one with any data; ``as_of`` a day, what it showed then."""
    calendar = organisation_calendar()
    today = as_of or today_in(calendar)
    return read(QueryDict(), today, calendar, newest_day(today))


def _row(line: Line, selection: Selection, language: Language, formats: Formats) -> tuple[str, str, str, str, str]:
    cell, metric = line.total, line.metric
    change = change_of(cell, metric, formats)
    return (
        metric.title[language],
        formats.value(cell.value, metric.unit, short=True),
        _change_words(change) or (against(cell, metric, selection, formats) if metric.looks_ahead else ""),
        bars(line.months),
        period_words(metric, cell.period, selection, formats) if cell.value is not None else why_words(cell),
    )


def _change_words(change: Change | None) -> str:
    if change is None:
        return ""
    return f"{ARROWS[change.direction]} {change.text}" if change.sure else _("no detectable change")


def bars(values: Sequence[Decimal | None]) -> str:
    """A series as a row of bars from zero (or its least value, when below) to its greatest; a blank for no value."""
    known = [value for value in values if value is not None]
    low = min([Decimal(0), *known])
    span = max([Decimal(0), *known]) - low
    top = len(BARS) - 1
    return "".join(" " if value is None else BARS[round((value - low) / span * top) if span else 0] for value in values)
