"""Customers' voice and support: surveys, tickets and their answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tests.independent.calendar import Period, minutes, six
from tests.independent.company import Company, Record
from tests.independent.kpis.leads import business
from tests.independent.rules import Keep, Number, Row, customer, day, known, kpi, mean, owned, quantile, ratio, sold


def answers(company: Company, period: Period, keep: Keep, kind: str | None = None) -> list[Row]:
    """The answers of a period that have a score."""
    return [
        r
        for r in every_answer(company)
        if r["score"] is not None and kind in (None, r["kind"]) and period.holds(r["on"]) and keep(r)
    ]


def every_answer(company: Company) -> list[Row]:
    """All answers, those without a score too."""
    return list(company.once("answers", lambda c: [_answer(c, answer) for answer in c.all("answer")]))


def _answer(company: Company, answer: Record) -> Row:
    survey = company.one("survey", answer["survey_id"])
    assert survey is not None
    low, high, better = survey["scale_min"], survey["scale_max"], survey["direction"]
    return {
        **_about(company, answer),
        **{name: answer[name] for name in ("id", "survey_id", "contact_id", "score", "touchpoint", "at")},
        "survey": survey["name"],
        "kind": survey["kind"],
        "rating": None if answer["score"] is None else str(answer["score"]),
        "scale": f"{low}–{high}" if better == "higher" else f"{high}–{low}",
        "direction": better,
        "points": None if answer["score"] is None else 100 * (answer["score"] - low) / (high - low),
        "comment": answer["comment"],
        "nps_group": None if survey["kind"] != "nps" or answer["score"] is None else group(answer["score"]),
        "on": day(company, answer["at"]),
    }


def _about(company: Company, answer: Record) -> Row:
    """Whom an answer is from, and the ticket or the order that it is about."""
    ticket, order = company.one("ticket", answer["ticket_id"]), company.one("order", answer["order_id"])
    contact = company.one("contact", answer["contact_id"])
    accounts = [found["account_id"] for found in (answer, contact, ticket, order) if found and found["account_id"]]
    lines = [line["product_id"] for line in company.all("order_line") if order and line["order_id"] == order["id"]]
    owners = [found["owner_id"] for found in (ticket, order) if found and found["owner_id"]]
    own = owned(company, next(iter(owners), None))
    about = {name: ticket and ticket[name] for name in ("channel", "category", "priority")}
    return {
        **customer(company, next(iter(accounts), None)),
        **({name: own[name] for name in ("owner", "team")} if owners else {}),
        **about,
        **sold(company, lines),
        "channel": about["channel"] or (order and order["channel"]),
        "account_id": next(iter(accounts), None),
    }


def group(score: int) -> str:
    """Promoter, passive or detractor."""
    return "promoter" if score >= 9 else "passive" if score >= 7 else "detractor"


def last_answers(company: Company, period: Period, keep: Keep) -> list[Row]:
    """Of each person the last answer of the period; those without a name all count."""
    rows = sorted(answers(company, period, lambda _: True, "nps"), key=lambda row: (row["at"], row["id"]))
    last = {row["contact_id"] or -row["id"]: row for row in rows}
    return [row for row in last.values() if keep(row)]


def points(rows: list[Row]) -> Number:
    """Share of promoters less share of detractors, times 100."""
    good = len([row for row in rows if row["score"] >= 9])
    bad = len([row for row in rows if row["score"] <= 6])
    return ratio(100 * (good - bad), len(rows))


def _group(key: str, name: str) -> None:
    @kpi(key)
    def share(company: Company, period: Period, keep: Keep) -> Number:
        rows = last_answers(company, period, keep)
        return ratio(len([row for row in rows if group(row["score"]) == name]), len(rows))


_group("nps.promoters", "promoter")
_group("nps.passives", "passive")
_group("nps.detractors", "detractor")


@kpi("nps")
def nps(company: Company, period: Period, keep: Keep) -> Number:
    """Over the last answers."""
    return points(last_answers(company, period, keep))


@kpi("nps.every_answer")
def nps_of_every_answer(company: Company, period: Period, keep: Keep) -> Number:
    """Over all answers."""
    return points(answers(company, period, keep, "nps"))


@kpi("nps.mean_score")
def nps_mean(company: Company, period: Period, keep: Keep) -> Number:
    """The mean of the last answers."""
    return mean(known(last_answers(company, period, keep), "score"))


def _of_scores(key: str, kind: str, value: Callable[[int], Any]) -> None:
    @kpi(key)
    def score(company: Company, period: Period, keep: Keep) -> Number:
        return mean([value(row["score"]) for row in answers(company, period, keep, kind)])


_of_scores("csat", "csat", lambda score: int(score >= 4))
_of_scores("csat.eight_to_ten", "csat", lambda score: int(score >= 4))
_of_scores("csat.dissatisfied", "csat", lambda score: int(score <= 2))
_of_scores("csat.net", "csat", lambda score: 100 * (int(score >= 4) - int(score <= 2)))
_of_scores("csat.mean", "csat", lambda score: score)
_of_scores("csat.normalised", "csat", lambda score: (score - 1) * 25)
_of_scores("ces", "ces", lambda score: score)
_of_scores("ces.easy_share", "ces", lambda score: int(score >= 5))
_of_scores("ces.as_answered", "ces", lambda score: score)


@kpi("survey_answers")
def survey_answers(company: Company, period: Period, keep: Keep) -> Number:
    """Answers with a score."""
    return len(answers(company, period, keep))


@kpi("survey_answers.commented")
def commented(company: Company, period: Period, keep: Keep) -> Number:
    """In how many something was written."""
    rows = answers(company, period, keep)
    return ratio(len([row for row in rows if row["comment"]]), len(rows))


def tickets(company: Company) -> list[Row]:
    """Every ticket."""
    return list(company.once("tickets", lambda c: [_ticket(c, ticket) for ticket in c.all("ticket")]))


def _ticket(company: Company, ticket: Record) -> Row:
    opened, resolved = ticket["opened_at"], ticket["resolved_at"]
    responded = first_response(company, ticket)
    own = owned(company, ticket["owner_id"])
    return {
        **customer(company, ticket["account_id"]),
        "owner": own["owner"],
        "team": own["team"],
        "account_id": ticket["account_id"],
        **{name: ticket[name] for name in ("channel", "category", "priority")},
        "opened_on": day(company, opened),
        "resolved_on": day(company, resolved),
        "response": responded and minutes(opened, responded),
        "resolution": resolved and minutes(opened, resolved),
        "business_response": responded and business(company, opened, responded),
        "business_resolution": resolved and business(company, opened, resolved),
    }


def messages(company: Company, ticket: Record) -> list[Record]:
    """The messages of a ticket, the first one first."""
    mine = [message for message in company.all("ticket_message") if message["ticket_id"] == ticket["id"]]
    return sorted(mine, key=lambda message: (message["at"], message["id"]))


def first_response(company: Company, ticket: Record) -> Any:
    """As recorded, else the first message of an agent that is not the one that opened the ticket."""
    said = [message for message in messages(company, ticket) if message["author"] != "automatic"]
    by_customer = any(message["author"] == "customer" and message["at"] == ticket["opened_at"] for message in said)
    if said and said[0]["at"] == ticket["opened_at"] and not by_customer:
        said = said[1:]
    return ticket["first_response_at"] or min((m["at"] for m in said if m["author"] == "agent"), default=None)


def opened_in(company: Company, period: Period, keep: Keep) -> list[Row]:
    """The tickets opened in the period."""
    return [ticket for ticket in tickets(company) if period.holds(ticket["opened_on"]) and keep(ticket)]


def resolved_in(company: Company, period: Period, keep: Keep) -> list[Row]:
    """The tickets resolved in the period."""
    return [ticket for ticket in tickets(company) if period.holds(ticket["resolved_on"]) and keep(ticket)]


Chosen = Callable[[Company, Period, Keep], list[Row]]


def _time(key: str, chosen: Chosen, column: str, share: str | None, *, waiting: bool = False, per: int = 1) -> None:
    @kpi(key)
    def time(company: Company, period: Period, keep: Keep) -> Number:
        rows = chosen(company, period, keep)
        values = known(rows, column)
        found = mean(values) if share is None else quantile(values, share, len(rows) - len(values) if waiting else 0)
        return None if found is None else found / per


_time("response_time", opened_in, "response", None)
_time("response_time.median", opened_in, "response", "0.5", waiting=True)
_time("response_time.slowest_tenth", opened_in, "response", "0.9", waiting=True)
_time("response_time.median_answered", opened_in, "response", "0.5")
_time("response_time.business_hours", opened_in, "business_response", None)
_time("response_time.business_hours_median", opened_in, "business_response", "0.5", waiting=True)
_time("response_time.business_hours_slowest_tenth", opened_in, "business_response", "0.9", waiting=True)
_time("resolution_time", resolved_in, "resolution", None, per=60)
_time("resolution_time.median", resolved_in, "resolution", "0.5", per=60)
_time("resolution_time.slowest_tenth", resolved_in, "resolution", "0.9", per=60)
_time("resolution_time.opened_median", opened_in, "resolution", "0.5", waiting=True, per=60)
_time("resolution_time.business_hours", resolved_in, "business_resolution", None, per=60)
_time("resolution_time.business_hours_median", resolved_in, "business_resolution", "0.5", per=60)


def _share(key: str, chosen: Chosen, column: str, most: int | None, *, answered: bool = False) -> None:
    @kpi(key)
    def share(company: Company, period: Period, keep: Keep) -> Number:
        rows = [row for row in chosen(company, period, keep) if not answered or row[column] is not None]
        within = [row for row in rows if row[column] is not None and (most is None or row[column] <= most)]
        return ratio(len(within), len(rows))


_share("answered_share", opened_in, "response", None)
_share("response_sla", opened_in, "response", 60)
_share("response_sla.business_hour", opened_in, "business_response", 60)
_share("response_sla.half_hour", opened_in, "response", 30)
_share("response_sla.day", opened_in, "response", 1440)
_share("response_sla.minute", opened_in, "response", 1)
_share("response_sla.minute_of_answered", opened_in, "response", 1, answered=True)
_share("resolution_sla", opened_in, "resolution", 1440)
_share("resolution_sla.of_resolved", resolved_in, "resolution", 1440)


@kpi("answered_share.unanswered")
def unanswered(company: Company, period: Period, keep: Keep) -> Number:
    """The share that nobody answered."""
    rows = opened_in(company, period, keep)
    return ratio(len([row for row in rows if row["response"] is None]), len(rows))


@kpi("tickets_opened")
def tickets_opened(company: Company, period: Period, keep: Keep) -> Number:
    """How many were opened."""
    return len(opened_in(company, period, keep))


@kpi("tickets_resolved")
def tickets_resolved(company: Company, period: Period, keep: Keep) -> Number:
    """How many were resolved."""
    return len(resolved_in(company, period, keep))


@kpi("open_tickets")
def open_tickets(company: Company, period: Period, keep: Keep) -> Number:
    """Not resolved when the period ends, or reopened and not resolved again."""
    both = zip(company.all("ticket"), tickets(company), strict=True)
    return len([row for ticket, row in both if keep(row) and is_open(company, ticket, period.end)])


def is_open(company: Company, ticket: Record, on: date) -> bool:
    """Whether a ticket was open when the day before `on` was over: what last happened to it opened it."""
    happened = [open_ for at, open_ in history(company, ticket) if (day(company, at) or on) < on]
    return bool(happened) and happened[-1]


def history(company: Company, ticket: Record) -> list[tuple[datetime, bool]]:
    """When a ticket was opened, resolved and opened again, as its changes tell, else its record."""
    changes = [c for c in company.all("change") if c["record"] == "ticket" and c["record_id"] == ticket["id"]]
    changes = sorted((c for c in changes if c["field"] == "resolved_at"), key=lambda c: (c["at"], c["id"]))
    if not changes:
        resolved = [(ticket["resolved_at"], False)] if ticket["resolved_at"] else []
        return [(ticket["opened_at"], True), *resolved]
    return [(ticket["opened_at"], True), *((change["at"], change["to_value"] is None) for change in changes)]


_of_scores("ces.normalised", "ces", lambda score: six(Decimal(score - 1) * 100 / 6))
