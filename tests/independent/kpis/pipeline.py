"""Pipeline: open deals, wins and losses, stages, cycles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.independent.calendar import Period
from tests.independent.company import Company
from tests.independent.deals import closed_in, deals, later, open_at_end, progress, stays, versions
from tests.independent.rules import Keep, Number, Row, known, kpi, mean, quantile, ratio, total


@kpi("pipeline_value")
def pipeline_value(company: Company, period: Period, keep: Keep) -> Number:
    """Amounts of the deals open at the end, as they stood then."""
    return total(open_at_end(company, period.end, keep))


@kpi("pipeline_value.list_price")
def pipeline_list(company: Company, period: Period, keep: Keep) -> Number:
    """The same at the list price of the products."""
    return total(open_at_end(company, period.end, keep), "list_amount")


@kpi("weighted_pipeline.by_win_rate")
def pipeline_by_win_rate(company: Company, period: Period, keep: Keep) -> Number:
    """Open deals at list price times the win rate of the period."""
    rate = win_rate(company, period, keep)
    listed = ratio(pipeline_list(company, period, keep), 1)
    return None if rate is None or listed is None else rate * listed


@kpi("open_deals")
def open_deals(company: Company, period: Period, keep: Keep) -> Number:
    """How many were open at the end."""
    return len(open_at_end(company, period.end, keep))


def created_in(company: Company, period: Period, keep: Keep) -> list[Row]:
    """The deals created in the period."""
    return [deal for deal in deals(company) if period.holds(deal["created_on"]) and keep(deal)]


@kpi("deals_created")
def deals_created(company: Company, period: Period, keep: Keep) -> Number:
    """How many began."""
    return len(created_in(company, period, keep))


@kpi("deals_won")
def deals_won(company: Company, period: Period, keep: Keep) -> Number:
    """How many were closed as won."""
    return len(closed_in(company, period, "won", keep))


@kpi("deals_lost")
def deals_lost(company: Company, period: Period, keep: Keep) -> Number:
    """How many were closed as lost."""
    return len(closed_in(company, period, "lost", keep))


@kpi("win_rate")
def win_rate(company: Company, period: Period, keep: Keep) -> Any:
    """Won of won and lost."""
    won, lost = closed_in(company, period, "won", keep), closed_in(company, period, "lost", keep)
    return ratio(len(won), len(won) + len(lost))


@kpi("win_rate.all")
def win_rate_all(company: Company, period: Period, keep: Keep) -> Number:
    """Won of won, lost and still open at the end."""
    won, lost = closed_in(company, period, "won", keep), closed_in(company, period, "lost", keep)
    return ratio(len(won), len(won) + len(lost) + len(open_at_end(company, period.end, keep)))


@kpi("win_rate.by_value")
def win_rate_by_value(company: Company, period: Period, keep: Keep) -> Number:
    """Amounts won of amounts closed."""
    won, lost = total(closed_in(company, period, "won", keep)), total(closed_in(company, period, "lost", keep))
    return None if won is None or lost is None else ratio(won, won + lost)


@kpi("win_rate.cohort")
def win_rate_cohort(company: Company, period: Period, keep: Keep) -> Number:
    """Of the deals created, those won within 90 days."""
    created = created_in(company, period, keep)
    won = [
        d for d in created if d["outcome"] == "won" and d["closed_on"] and d["closed_on"] <= later(d["created_on"], 90)
    ]
    return ratio(len(won), len(created))


@kpi("win_rate.overdue_lost")
def win_rate_overdue(company: Company, period: Period, keep: Keep) -> Number:
    """Won of won, lost and open with an expected close in the period."""
    won, lost = closed_in(company, period, "won", keep), closed_in(company, period, "lost", keep)
    overdue = [
        deal
        for deal in deals(company)
        if deal["outcome"] == "open" and period.holds(deal["expected_close_on"]) and keep(deal)
    ]
    return ratio(len(won), len(won) + len(lost) + len(overdue))


@kpi("close_rate")
def close_rate(company: Company, period: Period, keep: Keep) -> Number:
    """Won in the period over created in it."""
    return ratio(len(closed_in(company, period, "won", keep)), len(created_in(company, period, keep)))


@kpi("close_rate.worked")
def close_rate_worked(company: Company, period: Period, keep: Keep) -> Number:
    """Won over open at the start or created."""
    worked = len(open_at_end(company, period.first, keep)) + len(created_in(company, period, keep))
    return ratio(len(closed_in(company, period, "won", keep)), worked)


def reached(company: Company, period: Period, keep: Keep) -> list[Row]:
    """Stages that deals entered in the period."""
    return [row for row in progress(company) if period.holds(row["entered_on"]) and keep(row)]


@kpi("stage_conversion")
def stage_conversion(company: Company, period: Period, keep: Keep) -> Number:
    """Entered in the period and gone further since."""
    rows = reached(company, period, keep)
    return ratio(len([row for row in rows if row["passed"]]), len(rows))


@kpi("stage_conversion.visited_next")
def stage_visited_next(company: Company, period: Period, keep: Keep) -> Number:
    """Seen in the stage, and in the very next one too."""
    rows = [row for row in reached(company, period, keep) if row["visited"]]
    return ratio(len([row for row in rows if row["visited_next"]]), len(rows))


@kpi("stage_conversion.to_won")
def stage_to_won(company: Company, period: Period, keep: Keep) -> Number:
    """Seen in the stage, closed, and won."""
    rows = [row for row in reached(company, period, keep) if row["visited"] and row["closed"]]
    return ratio(len([row for row in rows if row["won"]]), len(rows))


@kpi("stage_conversion.closed")
def stage_closed(company: Company, period: Period, keep: Keep) -> Number:
    """Entered in the period and closed."""
    rows = reached(company, period, keep)
    return ratio(len([row for row in rows if row["closed"]]), len(rows))


def _cycle(key: str, outcomes: tuple[str, ...], column: str, reduce: Callable[[list[Any]], Number]) -> None:
    @kpi(key)
    def cycle(company: Company, period: Period, keep: Keep) -> Number:
        rows = [deal for outcome in outcomes for deal in closed_in(company, period, outcome, keep)]
        return reduce(known(rows, column))


for _key, _column in (("sales_cycle", "cycle_days"), ("sales_cycle.from_deal", "deal_days")):
    _join = "_" if "." in _key else "."
    _cycle(_key, ("won",), _column, mean)
    _cycle(f"{_key}{_join}median", ("won",), _column, quantile)
    _cycle(f"{_key}{_join}lost", ("lost",), _column, mean)
    _cycle(f"{_key}{_join}closed", ("won", "lost"), _column, mean)
_cycle("sales_cycle.slowest_tenth", ("won",), "cycle_days", lambda values: quantile(values, "0.9"))


def ended_stays(company: Company, period: Period, keep: Keep) -> list[Row]:
    """Stays in open stages that ended in the period."""
    return [s for s in stays(company) if s["outcome"] == "open" and period.holds(s["left_on"]) and keep(s)]


@kpi("time_in_stage")
def time_in_stage(company: Company, period: Period, keep: Keep) -> Number:
    """Mean days of the stays that ended."""
    return mean(known(ended_stays(company, period, keep), "days"))


@kpi("time_in_stage.median")
def time_in_stage_median(company: Company, period: Period, keep: Keep) -> Number:
    """Their middle."""
    return quantile(known(ended_stays(company, period, keep), "days"))


def between_changes(company: Company, period: Period, keep: Keep) -> list[Row]:
    """The open states that ended in the period."""
    ended = [row for row in versions(company) if row["outcome"] == "open" and period.holds(row["to_on"])]
    return [row for row in ended if keep(row)]


@kpi("time_in_stage.between_changes")
def time_between_changes(company: Company, period: Period, keep: Keep) -> Number:
    """Mean days from one change to the next."""
    return mean(known(between_changes(company, period, keep), "days"))


@kpi("time_in_stage.between_changes_per_deal")
def time_between_changes_per_deal(company: Company, period: Period, keep: Keep) -> Number:
    """The same days, over the deals they belong to."""
    rows = between_changes(company, period, keep)
    return ratio(total(rows, "days"), len({row["deal_id"] for row in rows}))


@kpi("time_in_stage.total_per_deal")
def time_per_deal(company: Company, period: Period, keep: Keep) -> Number:
    """Completed stays summed for each deal and stage entered in the period, averaged."""
    return mean(known(reached(company, period, keep), "total_days"))


@kpi("time_through_stages")
def time_through_stages(company: Company, period: Period, keep: Keep) -> Number:
    """Days of the stays that ended, over the deals they belong to."""
    rows = ended_stays(company, period, keep)
    return ratio(total(rows, "days"), len({row["deal_id"] for row in rows}))


def _velocity(company: Company, period: Period, keep: Keep, column: str) -> Any:
    won = closed_in(company, period, "won", keep)
    rate, size, cycle = win_rate(company, period, keep), mean(known(won, "amount")), mean(known(won, column))
    if rate is None or size is None or not cycle:
        return None
    return len(open_at_end(company, period.end, keep)) * rate * size / cycle


@kpi("sales_velocity")
def sales_velocity(company: Company, period: Period, keep: Keep) -> Any:
    """Open deals × win rate × average deal size / cycle."""
    return _velocity(company, period, keep, "cycle_days")


@kpi("sales_velocity.from_deal")
def sales_velocity_from_deal(company: Company, period: Period, keep: Keep) -> Any:
    """The cycle counted from the deal's creation."""
    return _velocity(company, period, keep, "deal_days")


def sellers(company: Company, period: Period, keep: Keep) -> int:
    """How many owners closed at least one deal in the period."""
    closed = [deal for outcome in ("won", "lost") for deal in closed_in(company, period, outcome, keep)]
    return len(set(known(closed, "owner")))


@kpi("sales_productivity")
def sales_productivity(company: Company, period: Period, keep: Keep) -> Number:
    """Amounts won per seller; deals without an owner are nobody's."""
    return ratio(
        total([deal for deal in closed_in(company, period, "won", keep) if deal["owner"]]),
        sellers(company, period, keep),
    )


@kpi("sales_productivity.deals_won")
def productivity_in_deals(company: Company, period: Period, keep: Keep) -> Number:
    """Deals won per seller."""
    return ratio(
        len([deal for deal in closed_in(company, period, "won", keep) if deal["owner"]]), sellers(company, period, keep)
    )
