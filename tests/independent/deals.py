"""Deals as the KPIs see them: where they belong, what they were at any moment, where they have been."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.independent.calendar import days, four
from tests.independent.company import Company, Record
from tests.independent.rules import Row, campaign, customer, day, known, money, owned, sold, total

OWN = ("region", "team", "owner")


def dims(company: Company, deal: Record) -> Row:
    """The dimensions of a deal: region, team and owner of its owner, the rest of its account and its own."""
    lines = [line["product_id"] for line in company.all("deal_line") if line["deal_id"] == deal["id"]]
    pipeline = company.one("pipeline", deal["pipeline_id"])
    return {
        **customer(company, deal["account_id"]),
        **owned(company, deal["owner_id"]),
        **stage(company, deal["stage_id"]),
        **sold(company, lines),
        "pipeline": pipeline and pipeline["name"],
        "channel": deal["channel"],
        "campaign": campaign(company, deal),
        "kind": deal["kind"],
        "reason": deal["lost_reason"],
        "forecast_category": deal["forecast_category"],
    }


def stage(company: Company, stage_id: int) -> Row:
    """A stage's name and outcome."""
    found = company.one("stage", stage_id)
    assert found is not None
    return {"stage": found["name"], "outcome": found["outcome"], "place": found["order"], "odds": found["probability"]}


def deals(company: Company) -> list[Row]:
    """Every deal, as it is today."""
    return list(company.once("deals", lambda c: [_deal(c, deal) for deal in c.all("deal")]))


def _deal(company: Company, deal: Record) -> Row:
    created, closed = day(company, deal["created_at"]), day(company, deal["closed_at"])
    assert created is not None
    row = {
        **dims(company, deal),
        "id": deal["id"],
        "account_id": deal["account_id"],
        "expected_close_on": deal["expected_close_on"],
        "created_on": created,
        "created_at": deal["created_at"],
        "closed_on": closed,
        "closed_at": deal["closed_at"],
        "amount": money(company, deal["amount"], deal["currency"], closed or created),
        "list_amount": list_amount(company, deal, closed or created),
    }
    row["deal_size"] = deal_size(row["amount"])
    begun, row["cycle_start"] = start(company, deal)
    row["cycle_days"] = closed and (closed - begun).days
    row["deal_days"] = closed and (closed - created).days
    return row


def deal_size(amount: Decimal | None) -> str | None:
    """The band of an amount, in thousands."""
    bands = ((100_000, "100k+"), (20_000, "20k–100k"), (5_000, "5k–20k"), (1_000, "1k–5k"))
    return None if amount is None else next((name for least, name in bands if amount >= least), "<1k")


def start(company: Company, deal: Record) -> tuple[date, str]:
    """When a sale began: the first recorded touch, else the creation of its lead, else that of the deal itself."""
    leads = [lead for lead in company.all("lead") if lead["deal_id"] == deal["id"]]
    touched = [
        activity["at"]
        for activity in company.all("activity")
        if (activity["deal_id"] == deal["id"] or activity["lead_id"] in [lead["id"] for lead in leads])
        and activity["kind"] in ("call", "email", "meeting")
        and not activity["automated"]
    ]
    moments = [("touch", touched), ("lead", [lead["created_at"] for lead in leads])]
    over = deal["closed_at"]
    begun_by = [(name, min(found)) for name, found in moments if found and not (over and min(found) > over)]
    name, found = [*begun_by, ("deal", deal["created_at"])][0]
    begun = day(company, found)
    assert begun is not None
    return begun, name


def list_amount(company: Company, deal: Record, on: date) -> Decimal | None:
    """The lines at the list price of their products."""
    found = []
    for line in company.all("deal_line"):
        product = company.one("product", line["product_id"])
        if line["deal_id"] == deal["id"]:
            price = line["quantity"] * product["price"] if product else None
            found.append(money(company, price, product["currency"] if product else company.currency, on))
    priced = [amount for amount in found if amount is not None]
    return sum(priced, Decimal(0)) if priced and len(priced) == len(found) else None


def closed_in(company: Company, period: Any, outcome: str, keep: Any) -> list[Row]:
    """The deals closed in a period with this outcome."""
    return [d for d in deals(company) if d["outcome"] == outcome and period.holds(d["closed_on"]) and keep(d)]


State = tuple[datetime, Record]


def states(company: Company, deal: Record) -> list[State]:
    """Every state a deal was in and since when: its last one, with the changes undone one after the other."""
    changes = [
        c for c in company.all("change") if c["record"] == "deal" and c["record_id"] == deal["id"] and c["field"]
    ]
    state, found = dict(deal), []
    for change in sorted(changes, key=lambda c: (c["at"], c["id"]), reverse=True):
        found.append((change["at"], dict(state)))
        put(state, change["field"], change["from_value"])
    found.append((deal["created_at"], dict(state)))
    return list(reversed(found))


def typed(column: str, text: str) -> Any:
    """The value that a text in a change row stands for."""
    if column == "amount":
        return Decimal(text)
    if column == "forecast_category":
        return text
    return date.fromisoformat(text) if column in ("expected_close_on", "next_step_on") else int(text)


def at_end_of(company: Company, on: date) -> list[Row]:
    """Every deal as it stood when the day before `on` was over; those created later are not there yet."""
    found = []
    for deal in company.all("deal"):
        past = [state for at, state in states(company, deal) if (day(company, at) or on) < on]
        if past:
            created = day(company, deal["created_at"])
            row = {**dims(company, past[-1]), "id": deal["id"], "expected_close_on": past[-1]["expected_close_on"]}
            row["amount"] = money(company, past[-1]["amount"], deal["currency"], created)
            odds = odds_at(company, past[-1]["stage_id"], on)
            row["weighted"] = None if row["amount"] is None else four(row["amount"] * odds)
            row["list_amount"] = list_amount(company, deal, created) if created else None
            row["deal_size"] = deal_size(row["amount"])
            row["close_month"] = close_month(past[-1])
            found.append(row)
    return found


def odds_at(company: Company, stage_id: int, on: date) -> Decimal:
    """The probability of a stage when the day before `on` was over: today's, with what changed since undone."""
    odds: Decimal = stage(company, stage_id)["odds"]
    changes = [c for c in company.all("change") if (c["record"], c["record_id"]) == ("stage", stage_id)]
    for change in sorted(changes, key=lambda c: (c["at"], c["id"]), reverse=True):
        if day(company, change["at"]) >= on:
            odds = Decimal(change["from_value"])
    return odds


def open_at_end(company: Company, on: date, keep: Any) -> list[Row]:
    """The deals open when the day before `on` was over."""
    rows = company.once(f"open {on}", lambda c: [row for row in at_end_of(c, on) if row["outcome"] == "open"])
    return [row for row in rows if keep(row)]


FOLLOWED = ("stage", "amount", "owner", "expected_close_on", "forecast_category")


def versions(company: Company) -> list[Row]:
    """Every state that ended: what changed in one moment makes one, a field that changed twice in it two."""
    return list(company.once("versions", lambda c: [row for deal in c.all("deal") for row in _versions(c, deal)]))


def _versions(company: Company, deal: Record) -> list[Row]:
    changes = [
        c for c in company.all("change") if c["record"] == "deal" and c["record_id"] == deal["id"] and c["field"]
    ]
    changes = sorted(
        (c for c in changes if c["field"] in FOLLOWED or c["origin"] == "import"), key=lambda c: (c["at"], c["id"])
    )
    state = dict(states(company, deal)[0][1])
    found = [(deal["created_at"], dict(state))]
    for at in sorted({change["at"] for change in changes}):
        turns: dict[str, int] = {}
        stepped: dict[int, list[Record]] = {}
        for change in changes:
            if change["at"] == at:
                turns[change["field"]] = turns.get(change["field"], 0) + 1
                stepped.setdefault(turns[change["field"]], []).append(change)
        for turn in sorted(stepped):
            for change in stepped[turn]:
                put(state, change["field"], change["to_value"])
            found.append((at, dict(state)))
    ends = [at for at, _ in found[1:]]
    return [_version(company, deal, *begun, to) for begun, to in zip(found, ends, strict=False)]


def put(state: Record, field: str, text: str | None) -> None:
    """Give a field of a deal's state the value that a change says."""
    column = {"stage": "stage_id", "owner": "owner_id"}.get(field, field)
    state[column] = text if text is None else typed(column, text)


def _version(company: Company, deal: Record, at: datetime, state: Record, to: datetime) -> Row:
    amount = money(company, state["amount"], deal["currency"], day(company, deal["created_at"]))
    return {
        **dims(company, state),
        "deal_id": deal["id"],
        "deal_size": deal_size(amount),
        "close_month": close_month(state),
        "to_on": day(company, to),
        "days": days(at, to),
    }


def close_month(state: Record) -> str | None:
    """The month in which a deal is expected to close."""
    return state["expected_close_on"] and f"{state['expected_close_on']:%Y-%m}"


def stays(company: Company) -> list[Row]:
    """Every stay of a deal in a stage; the owner is that of its beginning."""
    return list(company.once("stays", lambda c: [stay for deal in c.all("deal") for stay in _stays(c, deal)]))


def _stays(company: Company, deal: Record) -> list[Row]:
    found: list[Row] = []
    owners = {
        at: state["owner_id"] for at, state in states(company, deal)
    }  # of several changes at one moment, the last
    for at, state in states(company, deal):
        if found and found[-1]["stage_id"] == state["stage_id"]:
            continue
        if found:
            found[-1]["left_at"] = at
        found.append(
            {
                **dims(company, state | ({"owner_id": owners[at]} if found else {})),
                "stage_id": state["stage_id"],
                "entered_at": at,
                "left_at": None,
            }
        )
    for stay in found:
        left = stay["left_at"]
        stay["deal_outcome"] = stage(company, deal["stage_id"])["outcome"]
        stay |= {"deal_id": deal["id"], "left_on": day(company, left), "entered_on": day(company, stay["entered_at"])}
        stay["days"] = None if left is None else days(stay["entered_at"], left)
    return found


def progress(company: Company) -> list[Row]:
    """For each deal, the open stages that it reached or passed; skipped ones count as passed, going back not again."""
    return list(company.once("progress", lambda c: [row for deal in c.all("deal") for row in _progress(c, deal)]))


def _progress(company: Company, deal: Record) -> list[Row]:
    been = [stay for stay in stays(company) if stay["deal_id"] == deal["id"]]
    today, rows = dims(company, deal), []
    for place, name in enumerate(("New", "Talk", "Offer")):
        reached = [stay for stay in been if stay["outcome"] != "lost" and stay["place"] >= place]
        further = [stay for stay in been if stay["outcome"] != "lost" and stay["place"] > place]
        here = [stay for stay in been if stay["place"] == place]
        if reached:
            row = {
                **today,
                "deal_outcome": today["outcome"],
                "deal_id": deal["id"],
                "stage": name,
                "entered_on": min(known(reached, "entered_on")),
            }
            row |= {"passed": bool(further), "visited": bool(here), "closed": today["outcome"] != "open"}
            row["visited_next"] = any(stay["place"] == place + 1 for stay in been)
            row["won"] = today["outcome"] == "won"
            row["total_days"] = total(here, "days") if known(here, "days") else None
            rows.append(row)
    return rows


def later(on: date, count: int) -> date:
    """So many days later."""
    return on + timedelta(days=count)
