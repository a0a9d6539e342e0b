"""How well accounts, leads and deals are kept, as they stand today."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

from tests.independent.calendar import Period
from tests.independent.company import Company, Record
from tests.independent.deals import later, stage
from tests.independent.rules import Keep, Number, Row, day, kpi, owned, ratio

ACCOUNT = ("domain", "industry", "segment", "country", "employees", "owner_id")
LEAD = ("company", "channel", "industry", "region", "owner_id")
DEAL = ("account_id", "amount", "expected_close_on", "channel", "owner_id")


def account(company: Company, record: Record) -> Row:
    """An account: known by the host of its domain, else by its name; fresh for a year."""
    domain, employees = record["domain"], record["employees"]
    return {
        "required": ACCOUNT,
        "sound": (employees is None or employees >= 1) and (domain is None or is_domain(domain)),
        "likeness": host(domain or "") or ("name", record["name"].strip().lower()),
        "days": 365,
    }


def host(text: str) -> str:
    """The host of a web address, without www; "" when it has no dot."""
    plain = text.strip().lower().rpartition("://")[2].removeprefix("www.")
    for end in "/:?#":
        plain = plain.partition(end)[0]
    return plain.rstrip(".") if "." in plain else ""


def _known_by(record: Record) -> Any:
    """The e-mail of a lead, without what follows a plus; else its name, of two words, and its company."""
    local, at, where = (record["email"] or "").strip().lower().rpartition("@")
    if local and at and where:
        return f"{local.partition('+')[0] or local}@{where}"
    name, company = record["name"].strip().lower(), record["company"]
    return None if company is None or " " not in name else (name, company.strip().lower())


def is_domain(text: str) -> bool:
    """Two letters or more after a dot, something before it, no blanks."""
    before, dot, after = text.rpartition(".")
    return bool(before and dot) and len(after) >= 2 and " " not in text


def lead(company: Company, record: Record) -> Row:
    """A lead: known by its e-mail, else by its name and company; fresh for thirty days until it is decided."""
    steps = [record[name] for name in ("qualified_at", "converted_at", "disqualified_at")]
    decided = record["converted_at"] or record["disqualified_at"]
    return {
        "required": (*LEAD, *(["disqualified_reason"] if record["disqualified_at"] else [])),
        "sound": all(at is None or at >= record["created_at"] for at in steps),
        "likeness": _known_by(record),
        "days": None if decided else 30,
    }


def deal(company: Company, record: Record) -> Row:
    """A deal: known by its name, account and pipeline; fresh for thirty days, both while it is open."""
    outcome = stage(company, record["stage_id"])["outcome"]
    more = {"open": ["next_step_on"], "won": [], "lost": ["lost_reason"]}[outcome]
    shut = record["closed_at"] is not None and record["closed_at"] >= record["created_at"]
    named = (record["account_id"], record["pipeline_id"], record["name"])
    return {
        "required": (*DEAL, *more),
        "sound": (record["amount"] is None or record["amount"] >= 0) and (outcome == "open" or shut),
        "likeness": named if outcome == "open" else None,
        "days": 30 if outcome == "open" else None,
    }


KINDS = {"account": account, "lead": lead, "deal": deal}


def checks(company: Company) -> list[Row]:
    """Every account, lead and deal with what is to be said of how it is kept."""
    return list(company.once("checks", lambda c: [row for kind in KINDS for row in _checks(c, kind)]))


def _checks(company: Company, kind: str) -> list[Row]:
    records = company.all(kind)
    said = [KINDS[kind](company, record) for record in records]
    alike = [row["likeness"] for row in said]
    return [_check(company, kind, record, row, alike) for record, row in zip(records, said, strict=True)]


def _check(company: Company, kind: str, record: Record, said: Row, alike: list[Any]) -> Row:
    gaps = [name.removesuffix("_id") for name in said["required"] if record[name] is None]
    return {
        **owned(company, record["owner_id"]),
        "record": kind,
        "missing": None if not gaps else gaps[0] if len(gaps) == 1 else "several",
        "required": len(said["required"]),
        "filled": len(said["required"]) - len(gaps),
        "sound": said["sound"],
        "single": said["likeness"] is None or alike.count(said["likeness"]) == 1,
        "created_on": day(company, record["created_at"]),
        "stale_on": _stale_on(company, kind, record, said["days"]),
    }


def _stale_on(company: Company, kind: str, record: Record, days: int | None) -> Any:
    if days is None:
        return None
    changes = [c["at"] for c in company.all("change") if c["record"] == kind and c["record_id"] == record["id"]]
    return later(day(company, max([record["created_at"], *changes])), days)


def there(company: Company, period: Period, keep: Keep) -> list[Row]:
    """The records created before the period is over."""
    return [row for row in checks(company) if row["created_on"] < period.end and keep(row)]


def fresh(row: Row, period: Period) -> bool:
    """Whether a record was not stale yet on the last day of a period."""
    return row["stale_on"] is None or row["stale_on"] > period.end - timedelta(days=1)


def filled_share(rows: list[Row]) -> Fraction | None:
    """Required fields filled over required fields."""
    return ratio(sum(row["filled"] for row in rows), sum(row["required"] for row in rows))


def share(rows: list[Row], good: list[Row]) -> Fraction | None:
    """Records that are well kept over all."""
    return ratio(len(good), len(rows))


@kpi("data_completeness.filled")
def filled(company: Company, period: Period, keep: Keep) -> Number:
    """Of the required fields."""
    return filled_share(there(company, period, keep))


@kpi("data_completeness.sound")
def sound(company: Company, period: Period, keep: Keep) -> Number:
    """Records whose values can be."""
    rows = there(company, period, keep)
    return share(rows, [row for row in rows if row["sound"]])


@kpi("data_completeness.single")
def single(company: Company, period: Period, keep: Keep) -> Number:
    """Records that no other repeats."""
    rows = there(company, period, keep)
    return share(rows, [row for row in rows if row["single"]])


@kpi("data_completeness.fresh")
def changed_lately(company: Company, period: Period, keep: Keep) -> Number:
    """Records changed lately."""
    rows = there(company, period, keep)
    return share(rows, [row for row in rows if fresh(row, period)])


@kpi("data_completeness.with_gaps")
def with_gaps(company: Company, period: Period, keep: Keep) -> Number:
    """How many lack a field."""
    return len([row for row in there(company, period, keep) if row["missing"] is not None])


@kpi("data_completeness")
def data_completeness(company: Company, period: Period, keep: Keep) -> Number:
    """The mean of the four shares."""
    shares = [part(company, period, keep) for part in (filled, sound, single, changed_lately)]
    known = [Fraction(found) for found in shares if found is not None]
    return sum(known, Fraction(0)) / 4 if len(known) == len(shares) else None
