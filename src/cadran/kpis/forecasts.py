"""Forecasts as they are issued: what each owner's deals will bring this month and the next, by simple methods, kept.

Every forecast is a record that is never changed, so that what was said can be held against what came. With them the
median time that deals lately spent in each stage is noted, which says from when on a deal is stuck in it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from cadran.crm.models import ForecastSubmission, Origin, Stage
from cadran.crm.save import By, create
from cadran.crm.turn import writers_turn
from cadran.kpis.answer import answer_all, organisation_calendar
from cadran.members.models import Member
from cadran.metrics.period import advance, floor
from cadran.metrics.question import Question

METHODS = ("weighted", "category", "run_rate")
DAY = timedelta(days=1)
LOOKED_BACK = timedelta(days=365)  # over which stages are judged
RUN = timedelta(days=90)  # over which the run rate is taken


@dataclass(frozen=True)
class Issued:
    """The forecasts of a day, by period, owner and method; ``anew`` is False when they had been issued already."""

    on: date
    anew: bool
    forecasts: Sequence[ForecastSubmission]

    @property
    def spans(self) -> list[tuple[date, date]]:
        """The periods that are forecast, half-open."""
        return sorted({(one.starts_on, one.ends_on) for one in self.forecasts})

    def total(self, span: tuple[date, date], method: str) -> Decimal:
        """What a method expects of all owners in a period."""
        found = (one for one in self.forecasts if (one.starts_on, one.ends_on, one.category) == (*span, method))
        return sum((one.amount or Decimal(0) for one in found), Decimal(0))

    def to_json(self) -> dict[str, Any]:
        """In the words of the API."""
        return {
            "issued_on": self.on.isoformat(),
            "issued_anew": self.anew,
            "forecasts": [
                {
                    "owner": one.owner.name,
                    "from": one.starts_on.isoformat(),
                    "to": one.ends_on.isoformat(),
                    "method": one.category,
                    "amount": one.amount,
                    "currency": one.currency,
                }
                for one in self.forecasts
            ],
            "totals": [
                {"from": first.isoformat(), "to": end.isoformat(), "method": m, "amount": self.total((first, end), m)}
                for first, end in self.spans
                for m in METHODS
            ],
        }


def issue(now: datetime | None = None) -> Issued:
    """Write down today's forecasts of this month and the next for every owner of deals, and return them.

    Once a day: a second time nothing is written and those issued are returned. Deals without an owner are nobody's
    forecast. Raises FactsError when the facts cannot be read.
    """
    calendar, now = organisation_calendar(), now or datetime.now(UTC)
    today = now.astimezone(ZoneInfo(calendar.zone)).date()
    by = By(Origin.AUTOMATION, batch=f"forecasts {today.isoformat()}")
    if ForecastSubmission.objects.filter(category__in=METHODS, at__date=now.date()).exists():
        return Issued(today, False, _issued(now))
    first = floor(today, "month", calendar)
    following = advance(first, "month")
    spans = [(first, following), (following, advance(following, "month"))]
    said = [(span, method, name, amount) for span in spans for method, name, amount in _amounts(*span, today)]
    noted = _medians(today)
    owners = {member.name: member for member in Member.objects.filter(archived_at=None)}
    with writers_turn():
        for (start, end), method, name, amount in said:
            if name in owners:
                values = {"owner": owners[name], "starts_on": start, "ends_on": end, "at": now, "category": method}
                create("forecast_submission", {**values, "amount": amount}, by=by)
        for stage, days in noted:
            values = {"record": "stage", "record_id": stage.pk, "kind": "median_days", "value": days, "at": now}
            create("score", {**values, "model_version": f"last {LOOKED_BACK.days} days"}, by=by)
    return Issued(today, True, _issued(now))


def _issued(now: datetime) -> list[ForecastSubmission]:
    found = ForecastSubmission.objects.filter(category__in=METHODS, at__date=now.date(), archived_at=None)
    return list(found.select_related("owner").order_by("starts_on", "owner__name", "id"))


def _amounts(start: date, end: date, today: date) -> Iterator[tuple[str, str, Decimal]]:
    """What each method expects of each owner in a period."""
    stages = ("pipeline", "stage")
    expected, judged, category, ran = answer_all(
        [
            Question("sales_forecast.expected", by=("owner", *stages), start=start, end=end),
            Question("stage_conversion.to_won", by=stages, start=today - LOOKED_BACK, end=today + DAY),
            Question("sales_forecast", by=("owner",), start=start, end=end),
            Question("revenue", by=("owner",), start=today - RUN, end=today),
        ],
        today=today,
    )
    chances = {(cell.split["pipeline"], cell.split["stage"]): cell.value for cell in judged.cells}
    weighted: dict[str, Decimal] = defaultdict(Decimal)
    for cell in expected.cells:
        chance = chances.get((cell.split["pipeline"], cell.split["stage"])) or Decimal(0)
        promised = sum((value or Decimal(0) for part, value in cell.parts.items() if part != "won"), Decimal(0))
        weighted[str(cell.split["owner"])] += (cell.parts["won"] or 0) + promised * chance
    days = Decimal((end - start).days) / RUN.days
    found = {
        "weighted": weighted,
        "category": {str(cell.split["owner"]): cell.value or Decimal(0) for cell in category.cells},
        "run_rate": {str(cell.split["owner"]): (cell.value or Decimal(0)) * days for cell in ran.cells},
    }
    everyone = sorted({name for amounts in found.values() for name in amounts})
    for method in METHODS:
        for name in everyone:
            yield method, name, round(found[method].get(name, Decimal(0)), 4)


def _medians(today: date) -> list[tuple[Stage, Decimal]]:
    """The median days of the stays in each open stage that ended lately."""
    question = Question("time_in_stage.median", by=("pipeline", "stage"), start=today - LOOKED_BACK, end=today + DAY)
    answered = answer_all([question], today=today)[0]
    known = {(cell.split["pipeline"], cell.split["stage"]): cell.value for cell in answered.cells}
    stages = Stage.objects.filter(outcome=Stage.Outcome.OPEN, archived_at=None).select_related("pipeline")
    found = [(stage, known.get((stage.pipeline.name, stage.name))) for stage in stages]
    return [(stage, round(days, 6)) for stage, days in found if days is not None]
