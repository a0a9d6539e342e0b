"""What the open deals are worth relying on: their scores, the rules of risk, what happens on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import ceil
from typing import Any

from tests.independent.calendar import Period
from tests.independent.company import Company, Record
from tests.independent.deals import dims, later, open_at_end, stage, states, typed
from tests.independent.kpis.pipeline import pipeline_value
from tests.independent.rules import Keep, Number, Row, day, kpi, ratio, total

WATCHED = ("stage", "amount", "owner", "expected_close_on", "forecast_category")
COLUMNS = {"stage": "stage_id", "owner": "owner_id"}
RISKS = ("cold", "late", "pushed", "stuck", "cut")
PERSONAL = ("call", "email", "meeting", "note", "task")


def outlooks(company: Company, on: date, keep: Keep) -> list[Row]:
    """The deals open when the day before `on` was over, with what could be said of each then."""
    rows = company.once(f"outlook {on}", lambda c: [_outlook(c, row, on) for row in open_at_end(c, on, lambda _: True)])
    return [row for row in rows if keep(row)]


def _outlook(company: Company, row: Row, on: date) -> Row:
    deal, last = company.all("deal")[row["id"] - 1], on - timedelta(days=1)
    been = [(day(company, at) or on, state) for at, state in states(company, deal)]
    been = [(since, state) for since, state in been if since < on]
    heard = [day(company, at) or on for at, _ in edits(company, deal) if (day(company, at) or on) < on] + [
        did
        for activity in company.all("activity")
        if activity["deal_id"] == deal["id"] and not activity["automated"] and activity["kind"] in PERSONAL
        if (did := day(company, activity["at"])) and did < on
    ]
    scores = [s for s in company.all("score") if (s["record"], s["record_id"]) == ("deal", deal["id"])]
    scores = [score for score in scores if (day(company, score["at"]) or on) < on]
    state = been[-1][1]
    found = {
        **row,
        "score": max(scores, key=lambda score: (score["at"], score["id"]))["value"] if scores else None,
        "planned": state["next_step_on"] is not None and state["next_step_on"] >= last,
        "silent": later(max(heard), 14) <= last,
        "cold": later(max(heard), 30) <= last,
        "late": state["expected_close_on"] is not None and state["expected_close_on"] < last,
        "pushed": times_put_off(company, deal, on) >= 2,
        "stuck": stuck(company, deal, last),
        "cut": state["amount"] is not None
        and any(
            past["amount"] is not None
            and past["amount"] > state["amount"]
            and stage(company, past["stage_id"])["outcome"] == "open"
            for _, past in been
        ),
    }
    found["risks"] = len([risk for risk in RISKS if found[risk]])
    found["risk"] = next((risk for risk in RISKS if found[risk]), "none")
    return found


def stuck(company: Company, deal: Record, last: date) -> bool:
    """Whether on this day it is in its stage for longer than that allows, else than twice the median noted before."""
    been = [(day(company, at) or last, state["stage_id"]) for at, state in edits(company, deal)]
    been = [(since, found) for since, found in been if since <= last]
    entered = next(since for place, (since, _) in reversed(list(enumerate(been))) if came(been, place))
    record = company.all("stage")[been[-1][1] - 1]
    allowed = record["rotten_after_days"]
    if allowed is None:
        notes = [s for s in company.all("score") if (s["record"], s["record_id"]) == ("stage", record["id"])]
        notes = [note for note in notes if (day(company, note["at"]) or last) <= entered]
        if not notes:
            return False
        allowed = ceil(2 * max(notes, key=lambda note: (note["at"], note["id"]))["value"])
    return last >= later(entered, allowed)


def came(been: list[tuple[date, int]], place: int) -> bool:
    """Whether the deal came to its stage in this state."""
    return place == 0 or been[place - 1][1] != been[place][1]


def edits(company: Company, deal: Record) -> list[tuple[Any, Record]]:
    """What a deal was, one state after the other.

    Changes of one moment make one state, unless a field changed more than once in it: each of these makes another. Of
    an imported history every field counts.
    """
    mine = [c for c in company.all("change") if (c["record"], c["record_id"]) == ("deal", deal["id"])]
    mine = sorted(
        (c for c in mine if c["field"] in WATCHED or (c["field"] and c["origin"] == "import")),
        key=lambda change: (change["at"], change["id"]),
    )
    state, steps = dict(states(company, deal)[0][1]), Counter[tuple[Any, str]]()
    found = {(deal["created_at"], 0): dict(state)}
    together: dict[tuple[Any, int], list[Record]] = {}
    for change in mine:
        steps[change["at"], change["field"]] += 1
        together.setdefault((change["at"], steps[change["at"], change["field"]]), []).append(change)
    for (at, step), changes in sorted(together.items(), key=lambda entry: entry[0]):
        for change in changes:
            column = str(COLUMNS.get(change["field"], change["field"]))
            state[column] = change["to_value"] if change["to_value"] is None else typed(column, change["to_value"])
        found[at, step] = dict(state)
    return [(at, state) for (at, _), state in sorted(found.items(), key=lambda entry: entry[0])]


def times_put_off(company: Company, deal: Record, on: date) -> int:
    """How often the expected close became a later day before this one."""
    seen = [state["expected_close_on"] for at, state in edits(company, deal) if (day(company, at) or on) < on]
    return len([1 for old, new in pairwise(seen) if old and new and new > old])


def _share(key: str, holds: Callable[[Row], bool]) -> None:
    @kpi(key)
    def share(company: Company, period: Period, keep: Keep) -> Number:
        rows = outlooks(company, period.end, keep)
        return ratio(len([row for row in rows if holds(row)]), len(rows))


_share("pipeline_quality.planned", lambda row: row["planned"])
_share("pipeline_activity.touched", lambda row: not row["silent"])


def marked(company: Company, period: Period, keep: Keep) -> list[Row]:
    """Those with a score and an amount."""
    rows = outlooks(company, period.end, keep)
    return [row for row in rows if row["score"] is not None and row["amount"] is not None]


@kpi("pipeline_quality")
def quality(company: Company, period: Period, keep: Keep) -> Number:
    """The mean score, each weighing what it is worth."""
    rows = marked(company, period, keep)
    return ratio(100 * sum(Fraction(r["amount"]) * Fraction(r["score"]) for r in rows), sum(r["amount"] for r in rows))


@kpi("pipeline_quality.well_scored")
def well_scored(company: Company, period: Period, keep: Keep) -> Number:
    """Of what has a score, that with 50 or more."""
    rows = [row for row in outlooks(company, period.end, keep) if row["score"] is not None]
    well = [row for row in rows if row["score"] >= Decimal("0.5")]
    return ratio(total(well), total(rows)) if rows else None


@kpi("weighted_pipeline")
def weighted_pipeline(company: Company, period: Period, keep: Keep) -> Number:
    """Each amount times the probability that its stage had at the end."""
    return total(outlooks(company, period.end, keep), "weighted")


@kpi("pipeline_quality.maturity")
def maturity(company: Company, period: Period, keep: Keep) -> Number:
    """Weighted over unweighted."""
    return ratio(weighted_pipeline(company, period, keep), pipeline_value(company, period, keep))


def _worth(key: str, holds: Callable[[Row], bool]) -> None:
    @kpi(key)
    def worth(company: Company, period: Period, keep: Keep) -> Number:
        return total([row for row in outlooks(company, period.end, keep) if holds(row)])


_worth("pipeline_at_risk.cold", lambda row: row["cold"])
_worth("pipeline_at_risk.late", lambda row: row["late"])
_worth("pipeline_at_risk.pushed", lambda row: row["pushed"])
_worth("pipeline_at_risk.cut", lambda row: row["cut"])


_worth("pipeline_at_risk.stuck", lambda row: row["stuck"])
_worth("pipeline_at_risk", lambda row: row["risks"] >= 1)
_worth("pipeline_at_risk.several", lambda row: row["risks"] >= 2)


@kpi("pipeline_at_risk.deals")
def deals_at_risk(company: Company, period: Period, keep: Keep) -> Number:
    """How many a rule applies to."""
    return len([row for row in outlooks(company, period.end, keep) if row["risks"]])


@kpi("pipeline_at_risk.share")
def share_at_risk(company: Company, period: Period, keep: Keep) -> Number:
    """Of what is open, what a rule applies to."""
    rows = outlooks(company, period.end, keep)
    return ratio(total([row for row in rows if row["risks"]]), total(rows))


def touches(company: Company) -> list[Row]:
    """What happened on open deals."""
    return list(company.once("deal touches", lambda c: [row for deal in c.all("deal") for row in _touches(c, deal)]))


def _touches(company: Company, deal: Record) -> list[Row]:
    been, found = edits(company, deal), []
    for (_, old), (at, new) in pairwise(been):
        if stage(company, old["stage_id"])["outcome"] == "open":
            moved = old["stage_id"] != new["stage_id"]
            row = dims(company, new) | {"stage": stage(company, old["stage_id"])["stage"]}
            found.append({**row, "touch": "move" if moved else "edit", "on": day(company, at)})
    for activity in company.all("activity"):
        if activity["deal_id"] == deal["id"] and not activity["automated"]:
            then = [dims(company, state) for at, state in been if at <= activity["at"]]
            if then and then[-1]["outcome"] == "open":
                found.append({**then[-1], "touch": "activity", "on": day(company, activity["at"])})
    return found


def _active(key: str, kinds: tuple[str, ...]) -> None:
    @kpi(key)
    def active(company: Company, period: Period, keep: Keep) -> Number:
        rows = [row for row in touches(company) if row["touch"] in kinds and period.holds(row["on"]) and keep(row)]
        ends = [later(period.first, count + 1) for count in range(period.days)]
        return ratio(7 * len(rows), sum(len(open_at_end(company, end, keep)) for end in ends))


_active("pipeline_activity", ("move", "edit", "activity"))
_active("pipeline_activity.moves", ("move",))
_active("pipeline_activity.activities", ("activity",))
