"""What is not drawn row by row: members, stages, products, campaigns, holidays … and the lists that draws read."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from math import gcd
from random import Random
from typing import Any

from duckdb import DuckDBPyConnection

from cadran.demo.calendar import MARGIN, Span, clock, closed_days, shares, working_days
from cadran.demo.company import Person, articles, company, people, seats, territories, weighted, words
from cadran.demo.paths import steps
from cadran.demo.sizes import SMALL, Size

Rows = Iterable[Sequence[Any]]

HALF_YEAR = 183


def put(connection: DuckDBPyConnection, table: str, rows: Rows) -> None:
    """Fill one of the small tables of `fixed.sql`."""
    types = connection.execute(f"SELECT column_type FROM (DESCRIBE {table})").fetchall()
    unnested = ", ".join(f"unnest(?::{kind}[])" for (kind,) in types)
    connection.execute(f"INSERT INTO {table} SELECT {unnested}", [list(column) for column in zip(*rows, strict=True)])


def say(connection: DuckDBPyConnection, **variables: Any) -> None:
    """Give DuckDB variables their values."""
    for name, value in variables.items():
        connection.execute(f"SET VARIABLE {name} = ?", [value])


def lay(connection: DuckDBPyConnection, size: Size, seed: int, days: Span) -> None:
    """Put everything that the SQL reads: the calendar, the lists, the parameters and the small tables of records."""
    everyone = people(size, seed)
    _calendar(connection, days, seed)
    _lists(connection, everyone)
    say(
        connection,
        seed=seed,
        last=days.last,
        first=days.first,
        slow_from=days.last - company()["quirk"]["slow_days"],
        spend_scale=size.leads / SMALL.leads,
        **size.counts(),
    )
    _parameters(connection, everyone, days)
    _people(connection, everyone, days)
    _selling(connection, days)
    _campaigns(connection, days)
    _listening(connection)


def _calendar(connection: DuckDBPyConnection, days: Span, seed: int) -> None:
    works = working_days(days)
    numbers = [number for number, open_ in zip(days.numbers, works, strict=True) if open_]
    upcoming, index = [], 0
    for number in days.numbers:
        while index < len(numbers) and numbers[index] < number:
            index += 1
        upcoming.append(index)
    first = datetime.combine(days.first, time()) - datetime(1970, 1, 1)  # noqa: DTZ001
    say(
        connection,
        workdays=numbers,
        workday_of=upcoming,
        clock=clock(days),
        first_us=first // timedelta(microseconds=1),
    )
    flow = [
        (season, *share)
        for season, shape in company()["season"].items()
        for share in shares(days, shape, Random(f"{seed} {season}"))
    ]
    put(connection, "work.flow", flow)


def coprime(many: int) -> int:
    """A step of about the golden section of `many` that visits every number below it once."""
    step = int(many * 0.618034)
    while gcd(step, many) != 1:
        step += 1
    return step


def _lists(connection: DuckDBPyConnection, everyone: list[Person]) -> None:
    say(connection, **words())
    towns = ["", *(f" {city}" for city in sorted({city for team in territories() for city in team["cities"]}))]
    firms = len(words()["firm_forms"]) * len(words()["firm_names"]) * len(towns)
    say(connection, firm_towns=towns, firms=firms, firm_step=coprime(firms))
    channels = list(range(1, len(company()["channel"]) + 1))
    products = list(range(1, len(company()["product"]) + 1))
    say(
        connection,
        lead_channels=weighted(channels, [channel["leads"] for channel in company()["channel"]]),
        deal_channels=weighted(channels, [channel["deals"] for channel in company()["channel"]]),
        deal_products=weighted(products, [product.get("deals", 0) for product in company()["product"]]),
        order_products=weighted(products, [product.get("orders", 0) for product in company()["product"]]),
        territories=weighted(list(range(1, len(territories()) + 1)), [team["weight"] for team in territories()]),
        deal_kinds=weighted(["new", "upsell", "cross_sell", "renewal"], [30, 28, 22, 20]),
        furthest=weighted([1, 2, 3, 4, 5], [30, 22, 20, 18, 10]),
        discounts=weighted([0.0, 0.05, 0.1, 0.15], [50, 25, 17, 8]),
        priorities=weighted(["urgent", "high", "normal", "low"], [8, 22, 50, 20]),
        activity_kinds=weighted(["email", "call", "meeting", "note", "task"], [42, 28, 14, 8, 8]),
        supporters=[person.id for person in everyone if person.role == "support"],
        small_plans=weighted([1, 2, 3], [60, 32, 8]),
        large_plans=weighted([1, 2, 3], [20, 45, 35]),
    )


def _parameters(connection: DuckDBPyConnection, everyone: list[Person], days: Span) -> None:
    taken = seats(everyone, days.last)
    put(
        connection,
        "work.territory",
        [
            (
                number,
                team["region"],
                team["win"],
                team["region"] == company()["quirk"]["slow_region"],
                sum(seat.territory == number for seat in taken),
                team["cities"],
                team["countries"],
            )
            for number, team in enumerate(territories(), start=1)
        ],
    )
    put(
        connection,
        "work.seat",
        [(s.territory, s.number, s.member_id, s.skill, s.joined, s.stand_in, s.left_day, s.successor) for s in taken],
    )
    put(
        connection,
        "work.channel",
        [
            (n, c["name"] or None, c["convert"], c["win"], c["spend"])
            for n, c in enumerate(company()["channel"], start=1)
        ],
    )
    put(
        connection,
        "work.main_product",
        [(n, p["name"], p.get("win", 0.0), p.get("drift", 0.0)) for n, p in enumerate(company()["product"], start=1)],
    )
    put(
        connection,
        "work.plan",
        [(n, p["name"], p["price"], p["leave"]) for n, p in enumerate(company()["plan"], start=1)],
    )
    currencies = [("EUR", 1.0, 0.0), *((c["name"], c["rate"], c["swing"]) for c in company()["currency"])]
    put(connection, "work.currency", currencies)
    stages = [stage for pipeline in company()["pipeline"] for stage in pipeline["stages"]]
    path = [
        (
            step.code,
            step.sequence,
            step.stage_id,
            step.previous_stage_id,
            step.share,
            step.room,
            stages[step.stage_id - 1]["category"],
            stages[step.previous_stage_id - 1]["category"] if step.previous_stage_id else None,
            stages[step.stage_id - 1].get("outcome", "open"),
        )
        for step in steps()
    ]
    put(
        connection,
        "work.path",
        path,
    )


def _people(connection: DuckDBPyConnection, everyone: list[Person], days: Span) -> None:
    firm = company()["organisation"]
    put(
        connection,
        "made.organisation",
        [(1, firm["name"], firm["currency"], firm["time_zone"], firm["language"], firm["fiscal_year_start_month"])],
    )
    teams = {team["name"]: number for number, team in enumerate(company()["team"], start=1)}
    put(
        connection,
        "made.team",
        [
            (teams[team["name"]], team["name"], teams.get(team.get("parent")), team.get("region"))
            for team in company()["team"]
        ],
    )

    def on(ago: int | None) -> date | None:
        return None if ago is None else days.on(days.last - ago)

    put(
        connection,
        "made.member",
        [
            (
                p.id,
                p.name,
                p.email,
                p.locale,
                firm["time_zone"],
                p.role,
                teams.get(p.team or ""),
                p.left is None,
                p.left is None,
                on(p.joined),
                on(p.left),
            )
            for p in everyone
        ],
    )
    put(
        connection,
        "made.business_hours",
        [(weekday, weekday, time(9), time(18)) for weekday in range(1, 6)],
    )
    holidays = closed_days(days).items()
    put(
        connection,
        "made.holiday",
        [
            (n, day, name)
            for n, (day, name) in enumerate(holidays, start=1)
            if days.on(-31) <= day <= days.on(days.last + 366)
        ],
    )


def _selling(connection: DuckDBPyConnection, days: Span) -> None:
    pipelines = list(enumerate(company()["pipeline"], start=1))
    put(
        connection,
        "made.pipeline",
        [(number, pipeline["name"]) for number, pipeline in pipelines],
    )
    stages = [
        (number, order, stage)
        for number, pipeline in pipelines
        for order, stage in enumerate(pipeline["stages"], start=1)
    ]
    put(
        connection,
        "made.stage",
        [
            (
                number,
                pipeline,
                stage["name"],
                order,
                stage["probability"],
                stage.get("outcome", "open"),
                stage.get("rotten"),
            )
            for number, (pipeline, order, stage) in enumerate(stages, start=1)
        ],
    )
    products = list(enumerate(company()["product"], start=1))
    put(
        connection,
        "made.product",
        [(number, p["name"], p["family"], p["tier"], p["price"], "EUR") for number, p in products],
    )
    ids = {product["name"]: number for number, product in products}
    put(
        connection,
        "work.complement",
        [(number, ids[name]) for number, product in products for name in product.get("complements", [])],
    )
    mondays = [number for number in days.numbers if days.on(number).weekday() == 0 and -MARGIN < number <= days.last]
    put(connection, "work.rate_day", [(number,) for number in mondays])
    put(
        connection,
        "made.custom_field",
        [
            (
                1,
                "account",
                "lab_type",
                "Type de laboratoire",
                "Kind of laboratory",
                "choice",
                json.dumps(words()["lab_types"]),
            ),
            (2, "deal", "competitor", "Concurrent", "Competitor", "choice", json.dumps(words()["competitors"])),
            (3, "activity", "template", "Modèle", "Template", "choice", json.dumps(words()["email_templates"])),
            (4, "activity", "sequence", "Séquence", "Sequence", "choice", json.dumps(words()["sequences"])),
            (5, "visit", "device", "Appareil", "Device", "choice", json.dumps(sorted(set(words()["devices"])))),
        ],
    )


def _campaigns(connection: DuckDBPyConnection, days: Span) -> None:
    """Two campaigns a year for each channel that spends, on consecutive half-years from the first day."""
    rows: list[Sequence[Any]] = []
    for begins in range(0, days.last, HALF_YEAR):
        ends = min(begins + HALF_YEAR, days.last + 60) - 1
        for number, channel in enumerate(company()["channel"], start=1):
            if channel["spend"]:
                name = f"{channel['name']} {days.on(begins):%Y-%m}"
                dates = (days.on(begins), days.on(ends))
                rows.append((len(rows) + 1, name, channel["name"], *dates, channel["spend"] * 6, number, begins, ends))
    put(connection, "work.campaign", rows)


def _listening(connection: DuckDBPyConnection) -> None:
    put(
        connection,
        "made.survey",
        [
            (
                1,
                "Recommendation",
                "nps",
                "How likely are you to recommend Confluence Instruments to a colleague?",
                0,
                10,
                "higher",
            ),
            (2, "Support satisfaction", "csat", "How satisfied are you with the answer you received?", 1, 5, "higher"),
            (3, "Support effort", "ces", "How much effort did it take to have your request handled?", 1, 7, "lower"),
            (
                4,
                "Delivery satisfaction",
                "csat",
                "How satisfied are you with the delivery of your order?",
                1,
                5,
                "higher",
            ),
            (5, "Ordering effort", "ces", "How much effort did it take to place your order?", 1, 7, "lower"),
        ],
    )
    put(
        connection,
        "made.article",
        [(number, *article.values()) for number, article in enumerate(articles(), start=1)],
    )
