"""Who has a licence, who writes and what, and how well accounts, leads and deals are kept."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from tests.independent.calendar import Period
from tests.independent.company import Company, Record
from tests.independent.deals import later
from tests.independent.kpis.activity import activities, sessions
from tests.independent.kpis.leads import created_in
from tests.independent.kpis.pipeline import created_in as deals_in
from tests.independent.kpis.support import accounts_in
from tests.independent.rules import Keep, Number, Row, day, known, kpi, owned, ratio

Licence = tuple[date, date | None]


def licences(company: Company, member: Record) -> list[Licence]:
    """The days from which and until which a member had a licence."""
    return list(company.once(f"licences {member['id']}", lambda c: _licences(c, member)))


def _licences(company: Company, member: Record) -> list[Licence]:
    start: Any = member["joined_on"] or day(company, member["created_at"])
    end: date | None = member["left_on"]
    changes = [
        change
        for change in company.all("change")
        if change["record"] == "member" and change["record_id"] == member["id"] and change["field"] == "licensed"
    ]
    held = member["licensed"]
    found: list[Licence] = []
    until: date | None = end
    for change in sorted(changes, key=lambda change: (change["at"], change["id"]), reverse=True):
        on = day(company, change["at"])
        assert on is not None
        if held:
            found.append((max(on, start), until))
        held, until = change["from_value"] == "true", on if end is None else min(on, end)
    if held:
        found.append((start, until))
    return [(since, to) for since, to in reversed(found) if to is None or since < to]


def licensed(company: Company, on: date, keep: Keep) -> list[Record]:
    """The members with a licence when the day before `on` is over."""
    return [m for m in company.all("member") if keep(owned(company, m["id"])) and has_licence(company, m, on)]


def has_licence(company: Company, member: Record, on: date) -> bool:
    """Whether a member has a licence when the day before `on` is over."""
    return any(since < on and (to is None or to >= on) for since, to in licences(company, member))


def licence_days(company: Company, period: Period, keep: Keep) -> int:
    """The days of a period on which members had a licence, all together."""
    ends = [later(period.first, count + 1) for count in range(period.days)]
    return sum(len(licensed(company, end, keep)) for end in ends)


def signed_in(company: Company, period: Period, keep: Keep) -> int:
    """The days on which members signed in, each for himself."""
    return len({(row["member"], row["on"]) for row in sessions(company, period, keep)})


@kpi("login_frequency")
def login_frequency(company: Company, period: Period, keep: Keep) -> Number:
    """Sessions per licensed member and week."""
    return ratio(7 * len(sessions(company, period, keep)), licence_days(company, period, keep))


@kpi("login_frequency.days")
def login_days(company: Company, period: Period, keep: Keep) -> Number:
    """Days with a session per licensed member and week."""
    return ratio(7 * signed_in(company, period, keep), licence_days(company, period, keep))


@kpi("adoption_rate.licence_use")
def licence_use(company: Company, period: Period, keep: Keep) -> Number:
    """Days with a session over days with a licence."""
    return ratio(signed_in(company, period, keep), licence_days(company, period, keep))


def writings(company: Company, period: Period, keep: Keep, kinds: Collection[str] = ()) -> list[Row]:
    """What members wrote in a period themselves."""
    rows = [row for row in changes(company) if row["origin"] in ("member", "api") and row["record"] != "session"]
    return [row for row in rows if period.holds(row["on"]) and keep(row) and (not kinds or row["record"] in kinds)]


def changes(company: Company) -> list[Row]:
    """Every change row."""
    return list(company.once("changes", lambda c: [_change(c, change) for change in c.all("change")]))


def _change(company: Company, change: Record) -> Row:
    kept = {name: change[name] for name in ("record", "field", "origin")}
    row = {**owned(company, change["member_id"]), **kept, "member": change["member_id"]}
    return row | {"created": change["field"] == "", "on": day(company, change["at"])}


def writers(rows: list[Row]) -> int:
    """How many members wrote."""
    return len(set(known(rows, "member")))


@kpi("active_users")
def active_users(company: Company, period: Period, keep: Keep) -> Number:
    """Members who wrote something."""
    return writers(writings(company, period, keep))


@kpi("active_users.daily")
def active_users_a_day(company: Company, period: Period, keep: Keep) -> Number:
    """On average over the days on which somebody did."""
    rows = writings(company, period, keep)
    mine = {(row["member"], row["on"]) for row in rows if row["member"] is not None}
    return ratio(len(mine), len({row["on"] for row in rows}))


def with_licence(company: Company, period: Period, keep: Keep) -> int:
    """Members who had a licence at the start, and licences granted during the period."""
    granted = [
        since
        for member in company.all("member")
        if keep(owned(company, member["id"]))
        for since, _ in licences(company, member)
        if period.holds(since)
    ]
    return len(licensed(company, period.first, keep)) + len(granted)


def _adoption(key: str, kinds: tuple[str, ...]) -> None:
    @kpi(key)
    def rate(company: Company, period: Period, keep: Keep) -> Number:
        return ratio(writers(writings(company, period, keep, kinds)), with_licence(company, period, keep))


_adoption("adoption_rate", ())
_adoption("adoption_rate.deals", ("deal", "deal_line"))
_adoption("adoption_rate.leads", ("lead",))
_adoption("adoption_rate.accounts", ("account", "contact"))
_adoption("adoption_rate.activities", ("activity",))
_adoption("adoption_rate.tickets", ("ticket", "ticket_message"))


@kpi("adoption_rate.logged_in")
def adoption_by_logins(company: Company, period: Period, keep: Keep) -> Number:
    """Members who signed in over those who had a licence."""
    rows = sessions(company, period, keep)
    return ratio(len({row["member"] for row in rows}), with_licence(company, period, keep))


def adopted_on(company: Company, member: Record) -> date | None:
    """The third day on which a member signed in within seven."""
    found = {day(company, s["logged_in_at"]) for s in company.all("session") if s["member_id"] == member["id"]}
    days = sorted(on for on in found if on)
    thirds = (third for first, third in zip(days, days[2:], strict=False) if (third - first).days < 7)
    return next(thirds, None)


@kpi("adoption_rate.adopted")
def adopted(company: Company, period: Period, keep: Keep) -> Number:
    """Of those licensed at the end, those who had adopted by then."""
    there = licensed(company, period.end, keep)
    days = [adopted_on(company, member) for member in there]
    return ratio(len([on for on in days if on and on < period.end]), len(there))


RECORDS = ("account", "contact", "lead", "deal", "activity", "ticket", "order", "subscription")


def created(company: Company, period: Period, keep: Keep) -> list[Row]:
    """The records created in a period."""
    rows = [row for row in changes(company) if row["created"] and row["record"] in RECORDS]
    return [row for row in rows if period.holds(row["on"]) and keep(row)]


@kpi("records_created")
def records_created(company: Company, period: Period, keep: Keep) -> Number:
    """By whomever."""
    return len(created(company, period, keep))


@kpi("records_created.by_members")
def records_by_members(company: Company, period: Period, keep: Keep) -> Any:
    """By members themselves."""
    return len([row for row in created(company, period, keep) if row["origin"] == "member"])


@kpi("records_created.per_active_member")
def records_per_member(company: Company, period: Period, keep: Keep) -> Number:
    """By members themselves, over those who wrote something."""
    return ratio(records_by_members(company, period, keep), active_users(company, period, keep))


Listed = Callable[[Company, Period, Keep], list[Row]]
BORN: tuple[Listed, ...] = (accounts_in, created_in, deals_in, activities)


@kpi("records_created.by_owner")
def records_by_owner(company: Company, period: Period, keep: Keep) -> Number:
    """Accounts, leads, deals and activities that began in the period."""
    return sum(len(listed(company, period, keep)) for listed in BORN)
