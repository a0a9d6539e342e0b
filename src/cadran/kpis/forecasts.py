"""Forecasts as they are issued: what each owner's deals will bring this month and the next, by simple methods, kept.

Every forecast is a record that is never changed, so that what was said can be held against what came. With them the
median time that deals lately spent in each stage is noted, which says from when on a deal is stuck in it.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
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


def issue(now: datetime | None = None) -> int:
    """Write down today's forecasts of this month and the next for every owner of deals; returns how many.

    Once a day: a second time nothing is written. Deals without an owner are nobody's forecast. Raises FactsError when
    the facts cannot be read.
    """
    calendar, now = organisation_calendar(), now or datetime.now(UTC)
    today = now.astimezone(ZoneInfo(calendar.zone)).date()
    by = By(Origin.AUTOMATION, batch=f"forecasts {today.isoformat()}")
    if ForecastSubmission.objects.filter(category__in=METHODS, at__date=now.date()).exists():
        return 0
    first = floor(today, "month", calendar)
    following = advance(first, "month")
    spans = [(first, following), (following, advance(following, "month"))]
    said = [(span, method, name, amount) for span in spans for method, name, amount in _amounts(*span, today)]
    noted = _medians(today)
    owners = {member.name: member for member in Member.objects.filter(archived_at=None)}
    own = [one for one in said if one[2] in owners]
    with writers_turn():
        for (start, end), method, name, amount in own:
            values = {"owner": owners[name], "starts_on": start, "ends_on": end, "at": now, "category": method}
            create("forecast_submission", {**values, "amount": amount}, by=by)
        for stage, days in noted:
            values = {"record": "stage", "record_id": stage.pk, "kind": "median_days", "value": days, "at": now}
            create("score", {**values, "model_version": f"last {LOOKED_BACK.days} days"}, by=by)
    return len(own)


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
        weighted[str(cell.split["owner"])] += (cell.parts["won"] or 0) + (cell.parts["promised"] or 0) * chance
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
