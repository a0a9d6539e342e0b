"""Tickets followed message by message: what was settled at first contact, what came back, how long each reply took."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from tests.independent.calendar import Period, minutes
from tests.independent.company import Company, Record
from tests.independent.kpis.leads import business
from tests.independent.kpis.service import answers, first_response, messages, opened_in, resolved_in, tickets
from tests.independent.rules import Keep, Number, Row, customer, day, known, kpi, mean, quantile, ratio

WEEK = timedelta(days=7)


def followed(company: Company) -> list[Row]:
    """Every ticket with what came after it."""
    return list(company.once("followed", lambda c: [_followed(c, t, row) for t, row in _tickets(c)]))


def _tickets(company: Company) -> list[tuple[Record, Row]]:
    return list(zip(company.all("ticket"), tickets(company), strict=True))


def _followed(company: Company, ticket: Record, row: Row) -> Row:
    resolved = first_resolved(company, ticket)
    again = written_again(company, ticket, resolved)
    settled = not again and not reopened(company, ticket, resolved) and not asked_again(company, ticket, resolved)
    about = [answer for answer in company.all("answer") if answer["ticket_id"] == ticket["id"]]
    return row | {
        "first_resolved_on": day(company, resolved),
        "written_again": again,
        "settled": resolved is not None and settled,
        "reopened": ticket["reopens"] > 0,
        "rated": any(answer["score"] is not None for answer in about),
    }


def first_resolved(company: Company, ticket: Record) -> datetime | None:
    """When it was resolved first: the earliest moment that ever stood as its resolution."""
    found = [ticket["resolved_at"]] if ticket["resolved_at"] else []
    for change in company.all("change"):
        if change["record"] == "ticket" and change["record_id"] == ticket["id"] and change["field"] == "resolved_at":
            found += [datetime.fromisoformat(text) for text in (change["from_value"], change["to_value"]) if text]
    return min(found, default=None)


def written_again(company: Company, ticket: Record, resolved: datetime | None) -> bool:
    """Whether the customer wrote once answered, until seven days after the first resolution."""
    answered = first_response(company, ticket)
    end = datetime.max if resolved is None else resolved + WEEK  # noqa: DTZ901  # naive UTC
    return any(
        message["author"] == "customer" and answered is not None and answered < message["at"] < end
        for message in messages(company, ticket)
    )


def reopened(company: Company, ticket: Record, resolved: datetime | None) -> bool:
    """Whether it was reopened within the seven days; when it is not known on which day, it was."""
    moments = [
        change["at"]
        for change in company.all("change")
        if change["record"] == "ticket" and change["record_id"] == ticket["id"] and change["field"] == "reopens"
    ]
    late = resolved is not None and bool(moments) and min(moments) >= resolved + WEEK
    return ticket["reopens"] > 0 and not late


def asked_again(company: Company, ticket: Record, resolved: datetime | None) -> bool:
    """Whether the same person opened another ticket about the same topic after it, until seven days after."""
    return any(
        other["contact_id"] is not None
        and other["contact_id"] == ticket["contact_id"]
        and topic(other) is not None
        and topic(other) == topic(ticket)
        and (other["opened_at"], other["id"]) > (ticket["opened_at"], ticket["id"])
        and resolved is not None
        and other["opened_at"] < resolved + WEEK
        for other in company.all("ticket")
    )


def topic(ticket: Record) -> str | None:
    """Its category, else its subject."""
    found: str | None = ticket["category"] or ticket["subject"]
    return found


def first_resolved_in(company: Company, period: Period, keep: Keep) -> list[Row]:
    """The tickets first resolved in the period."""
    return [row for row in followed(company) if period.holds(row["first_resolved_on"]) and keep(row)]


def opened(company: Company, period: Period, keep: Keep) -> list[Row]:
    """The tickets opened in the period."""
    return [row for row in followed(company) if period.holds(row["opened_on"]) and keep(row)]


@kpi("first_contact_resolution")
def first_contact(company: Company, period: Period, keep: Keep) -> Number:
    """Settled at first contact, of those first resolved."""
    rows = first_resolved_in(company, period, keep)
    return ratio(len([row for row in rows if row["settled"]]), len(rows))


@kpi("first_contact_resolution.all")
def first_contact_of_all(company: Company, period: Period, keep: Keep) -> Number:
    """Settled at first contact, of all opened."""
    rows = opened(company, period, keep)
    return ratio(len([row for row in rows if row["settled"]]), len(rows))


@kpi("first_contact_resolution.answered")
def first_contact_of_answered(company: Company, period: Period, keep: Keep) -> Number:
    """Settled at first contact, of those opened and answered."""
    rows = [row for row in opened(company, period, keep) if row["response"] is not None]
    return ratio(len([row for row in rows if row["settled"]]), len(rows))


@kpi("first_contact_resolution.no_follow_up")
def no_follow_up(company: Company, period: Period, keep: Keep) -> Number:
    """Nothing written by the customer after the first answer."""
    rows = first_resolved_in(company, period, keep)
    return ratio(len([row for row in rows if not row["written_again"]]), len(rows))


@kpi("reopen_rate")
def reopen_rate(company: Company, period: Period, keep: Keep) -> Number:
    """Reopened since, of those first resolved."""
    rows = first_resolved_in(company, period, keep)
    return ratio(len([row for row in rows if row["reopened"]]), len(rows))


@kpi("survey_coverage")
def survey_coverage(company: Company, period: Period, keep: Keep) -> Number:
    """About which a survey was answered, of those resolved."""
    rows = [row for row in followed(company) if period.holds(row["resolved_on"]) and keep(row)]
    assert len(rows) == len(resolved_in(company, period, keep))
    return ratio(len([row for row in rows if row["rated"]]), len(rows))


@kpi("survey_coverage.opened")
def survey_coverage_of_opened(company: Company, period: Period, keep: Keep) -> Number:
    """About which a survey was answered, of those opened."""
    rows = opened(company, period, keep)
    return ratio(len([row for row in rows if row["rated"]]), len(rows))


def accounts(company: Company) -> list[Row]:
    """Every account."""
    rows = [(customer(company, account["id"]), account) for account in company.all("account")]
    return [row | {"status": account.get("status"), "on": day(company, account["created_at"])} for row, account in rows]


def accounts_in(company: Company, period: Period, keep: Keep) -> list[Row]:
    """The accounts created in the period."""
    return [row for row in accounts(company) if period.holds(row["on"]) and keep(row)]


def accounts_at(company: Company, on: date, keep: Keep) -> int:
    """How many accounts were known when the day before `on` was over."""
    return len([row for row in accounts(company) if row["on"] < on and keep(row)])


def by_account(company: Company, keep: Keep) -> Keep:
    """The same choice made by what the account of a row is, whoever looked after the ticket."""
    return lambda row: keep(customer(company, row["account_id"]))


@kpi("survey_coverage.accounts")
def accounts_heard(company: Company, period: Period, keep: Keep) -> Number:
    """Accounts of which someone answered, of those known at the end."""
    heard = set(known(answers(company, period, by_account(company, keep)), "account_id"))
    return ratio(len(heard), accounts_at(company, period.end, keep))


@kpi("nps.coverage")
def accounts_asked_to_recommend(company: Company, period: Period, keep: Keep) -> Number:
    """Accounts of which someone said whether they would recommend, of those known at the end."""
    heard = set(known(answers(company, period, by_account(company, keep), "nps"), "account_id"))
    return ratio(len(heard), accounts_at(company, period.end, keep))


@kpi("tickets_opened.per_account")
def tickets_per_account(company: Company, period: Period, keep: Keep) -> Number:
    """Tickets opened over accounts known at the end."""
    return ratio(len(opened_in(company, period, by_account(company, keep))), accounts_at(company, period.end, keep))


@kpi("open_tickets.unanswered")
def unanswered(company: Company, period: Period, keep: Keep) -> Number:
    """Neither answered nor resolved when the period ends."""
    found = []
    for ticket, row in _tickets(company):
        heard = [day(company, ticket["resolved_at"]), day(company, first_response(company, ticket))]
        waits = all(on is None or on >= period.end for on in heard)
        found += [row] if row["opened_on"] < period.end and waits and keep(row) else []
    return len(found)


def replies(company: Company) -> list[Row]:
    """Every message by which an agent answered the customer, and the first that waited for it."""
    return list(company.once("replies", lambda c: [reply for t, row in _tickets(c) for reply in _replies(c, t, row)]))


def _replies(company: Company, ticket: Record, row: Row) -> list[Row]:
    found: list[Row] = []
    said = [message for message in messages(company, ticket) if message["author"] != "automatic"]
    said.sort(key=lambda message: (message["at"], message["author"] == "agent", message["id"]))
    if said and said[0]["author"] == "agent" and said[0]["at"] == ticket["opened_at"]:
        said = said[1:]  # the one that opened the ticket
    waiting: Any = ticket["opened_at"]
    for message in said:
        if message["author"] == "customer":
            waiting = waiting or message["at"]
        elif waiting:
            times = {"minutes": minutes(waiting, message["at"]), "business": business(company, waiting, message["at"])}
            found.append({**row, **times, "replied_on": day(company, message["at"])})
            waiting = None
    return found


def _reply(key: str, column: str, share: str | None) -> None:
    @kpi(key)
    def waited(company: Company, period: Period, keep: Keep) -> Number:
        rows = [row for row in replies(company) if period.holds(row["replied_on"]) and keep(row)]
        values: list[Any] = known(rows, column)
        return mean(values) if share is None else quantile(values, share)


_reply("response_time.every_reply", "minutes", None)
_reply("response_time.every_reply_median", "minutes", "0.5")
_reply("response_time.every_reply_slowest_tenth", "minutes", "0.9")
_reply("response_time.every_reply_business_hours", "business", None)
