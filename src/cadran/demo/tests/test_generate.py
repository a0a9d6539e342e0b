"""The made-up company is the same each time, and believable."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest
from duckdb import DuckDBPyConnection

from cadran.demo.calendar import closed_days, span
from cadran.demo.generate import KINDS, generate
from cadran.demo.rows import HISTORIES, record_sql
from cadran.demo.sizes import SMALL

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def made() -> Iterator[DuckDBPyConnection]:
    with duckdb.connect() as connection:
        generate(connection, SMALL, seed=7, today=TODAY)
        yield connection


def one(connection: DuckDBPyConnection, sql: str) -> Any:
    return connection.execute(sql).fetchall()[0][0]


def fingerprint(connection: DuckDBPyConnection) -> dict[str, str]:
    selects = {kind: record_sql(connection, kind) for kind in KINDS}
    selects |= {f"{kind}_change": f"SELECT * FROM work.{kind}_change" for kind in HISTORIES}
    digest = "md5(string_agg(made::VARCHAR, chr(10) ORDER BY made::VARCHAR))"
    return {name: one(connection, f"SELECT {digest} FROM ({sql}) AS made") for name, sql in selects.items()}


def test_the_same_seed_and_day_give_the_same_company(made: DuckDBPyConnection) -> None:
    with duckdb.connect() as again:
        generate(again, SMALL, seed=7, today=TODAY)
        assert fingerprint(again) == fingerprint(made)


def test_another_seed_gives_another_company(made: DuckDBPyConnection) -> None:
    with duckdb.connect() as other:
        generate(other, SMALL, seed=8, today=TODAY)
        theirs, ours = fingerprint(other), fingerprint(made)
    assert [
        kind for kind in ("account", "lead", "deal", "order", "ticket", "answer") if theirs[kind] == ours[kind]
    ] == []


def test_it_can_be_built_on_any_day_of_the_year() -> None:
    for today in (date(2024, 2, 29), date(2026, 1, 1), date(2026, 3, 30)):
        with duckdb.connect() as connection:
            days = generate(connection, SMALL, seed=1, today=today)
            assert (today - days.on(days.last)).days == 1
            assert one(connection, "SELECT max(placed_at)::DATE FROM made.order") <= today


def test_the_small_company_has_the_size_it_says(made: DuckDBPyConnection) -> None:
    counts = {kind: one(made, f'SELECT count(*) FROM made."{kind}"') for kind in KINDS}
    assert min(counts.values()) > 0
    assert counts["lead"] == SMALL.leads
    assert counts["ticket"] == SMALL.tickets
    assert SMALL.deals * 0.97 <= counts["deal"] <= SMALL.deals
    assert SMALL.orders * 0.95 <= counts["order"] <= SMALL.orders * 1.05
    assert 10_000 < one(made, "SELECT count(*) FROM work.stay") < 15_000
    assert 20_000 < counts["activity"] < 30_000


@pytest.mark.parametrize("kind", KINDS)
def test_each_record_has_a_number_of_its_own(made: DuckDBPyConnection, kind: str) -> None:
    assert one(made, f'SELECT count(*) - count(DISTINCT id) FROM made."{kind}"') == 0


@pytest.mark.parametrize(
    ("kind", "column", "parent"),
    [
        ("contact", "account_id", "account"),
        ("deal", "account_id", "account"),
        ("deal", "stage_id", "stage"),
        ("deal", "owner_id", "member"),
        ("deal", "campaign_id", "campaign"),
        ("deal_line", "deal_id", "deal"),
        ("lead", "contact_id", "contact"),
        ("lead", "deal_id", "deal"),
        ("lead", "account_id", "account"),
        ("order", "account_id", "account"),
        ("order", "refund_of_id", "order"),
        ("order_line", "order_id", "order"),
        ("payment", "order_id", "order"),
        ("subscription", "account_id", "account"),
        ("renewal", "subscription_id", "subscription"),
        ("ticket", "contact_id", "contact"),
        ("ticket_message", "ticket_id", "ticket"),
        ("answer", "ticket_id", "ticket"),
        ("activity", "lead_id", "lead"),
        ("activity", "deal_id", "deal"),
        ("activity", "contact_id", "contact"),
        ("visit", "lead_id", "lead"),
        ("page_event", "visit_id", "visit"),
        ("touch", "lead_id", "lead"),
    ],
)
def test_links_lead_to_records(made: DuckDBPyConnection, kind: str, column: str, parent: str) -> None:
    linked, lost = made.execute(
        f'WITH parents AS (SELECT id FROM made."{parent}") SELECT count({column}), '
        f'count(*) FILTER ({column} IS NOT NULL AND {column} NOT IN (FROM parents)) FROM made."{kind}"'
    ).fetchall()[0]
    assert linked > 0
    assert lost == 0


@pytest.mark.parametrize(
    "impossible",
    [
        "FROM made.deal WHERE closed_at < created_at",
        "FROM made.deal JOIN made.stage ON stage.id = stage_id WHERE (outcome = 'open') <> (closed_at IS NULL)",
        "FROM made.deal JOIN made.account ON account.id = account_id WHERE deal.created_at < account.created_at",
        "FROM made.deal WHERE amount <= 0 OR amount IS NULL",
        "FROM made.lead WHERE qualified_at < created_at OR converted_at < qualified_at OR disqualified_at < created_at",
        "FROM made.lead WHERE converted_at IS NOT NULL AND disqualified_at IS NOT NULL",
        "FROM made.order JOIN made.account ON account.id = account_id WHERE placed_at < account.created_at",
        "FROM made.order WHERE (amount < 0) <> (refund_of_id IS NOT NULL)",
        "FROM made.payment JOIN made.order AS orders ON orders.id = order_id WHERE paid_at <= placed_at",
        "FROM made.subscription WHERE ended_on < started_on",
        "FROM made.ticket WHERE first_response_at < opened_at OR resolved_at < first_response_at",
        "FROM made.ticket WHERE closed_at < resolved_at OR (resolved_at IS NOT NULL AND first_response_at IS NULL)",
        'FROM made.activity WHERE done_at < "at" OR replied_at < delivered_at OR opened_at < delivered_at',
        "FROM made.answer JOIN made.survey ON survey.id = survey_id WHERE score NOT BETWEEN scale_min AND scale_max",
        'FROM made.answer JOIN made.ticket ON ticket.id = ticket_id WHERE answer."at" < resolved_at',
        "FROM made.deal JOIN made.member ON member.id = owner_id WHERE deal.created_at < joined_on",
        "FROM made.contact WHERE email NOT LIKE '%.example'",
        "FROM made.member WHERE email NOT LIKE '%@example.com'",
        "FROM made.account GROUP BY name HAVING count(*) > 1",
        "FROM made.account WHERE name IS NULL",
        "FROM work.stay AS one JOIN work.stay AS two ON one.deal_id = two.deal_id AND two.sequence = one.sequence + 1 "
        "WHERE moment(two.d, two.minute) <= moment(one.d, one.minute)",
    ],
)
def test_nothing_impossible_happens(made: DuckDBPyConnection, impossible: str) -> None:
    assert made.execute(f"SELECT 1 {impossible} LIMIT 1").fetchall() == []


def test_nothing_happens_after_the_last_day(made: DuckDBPyConnection) -> None:
    for kind in KINDS:
        assert (
            one(made, f"SELECT count(*) FROM ({record_sql(made, kind)}) WHERE created_at >= TIMESTAMP '2026-11-21'")
            == 0
        ), kind
    for kind in HISTORIES:
        assert one(made, f"SELECT count(*) FROM work.{kind}_change WHERE \"at\" >= TIMESTAMP '2026-11-21'") == 0, kind


def test_orders_are_placed_on_working_days_only(made: DuckDBPyConnection) -> None:
    worked = {
        day
        for (day,) in made.execute(
            "SELECT DISTINCT timezone('Europe/Paris', timezone('UTC', placed_at))::DATE FROM made.order"
        ).fetchall()
    }
    closed = closed_days(span(TODAY, "Europe/Paris"))
    assert [day for day in worked if day.weekday() >= 5 or day in closed] == []


def test_august_is_quiet(made: DuckDBPyConnection) -> None:
    by_month = dict(
        made.execute(
            "SELECT month(placed_at), count(*) FROM made.order WHERE year(placed_at) IN (2024, 2025) GROUP BY 1"
        ).fetchall()
    )
    assert by_month[8] == min(by_month.values())
    assert by_month[8] < 0.7 * by_month[9]


def test_some_things_are_not_known(made: DuckDBPyConnection) -> None:
    for kind, column, least, most in (
        ("lead", "channel", 0.02, 0.06),
        ("deal", "channel", 0.02, 0.06),
        ("deal", "expected_close_on", 0.02, 0.05),
        ("account", "region", 0.01, 0.04),
        ("account", "industry", 0.01, 0.05),
    ):
        share = one(made, f"SELECT count(*) FILTER ({column} IS NULL) / count(*) FROM made.{kind}")
        assert least < share < most, (kind, column, share)


def test_there_is_something_to_find(made: DuckDBPyConnection) -> None:
    late, early = made.execute(
        "SELECT count(*) FILTER (outcome = 'won') / count(*) FILTER (outcome <> 'open') "
        "FROM work.deal JOIN work.deal_now ON deal_id = deal.id WHERE product_name = 'Iris S' "
        "GROUP BY deal.d < 365 ORDER BY deal.d < 365"
    ).fetchall()
    assert late[0] < early[0] - 0.1, "the win rate of the Iris S falls"
    before, after = made.execute(
        "SELECT count(*) FILTER (deal.d BETWEEN getvariable('slow_from') - 365 AND getvariable('slow_from') - 274), "
        "count(*) FILTER (deal.d > getvariable('slow_from')) "
        "FROM work.deal JOIN work.account ON account.id = account_id WHERE region = 'Grand Ouest'"
    ).fetchall()[0]
    assert after < 0.85 * before, "the west slows down in the last quarter"
    newcomer = one(made, "SELECT joined_on FROM made.member WHERE name = 'Inès Delmas'")
    assert 360 <= (TODAY - newcomer).days <= 370


def test_poor_service_shows_in_the_answers(made: DuckDBPyConnection) -> None:
    slow, quick = made.execute(
        "SELECT avg(score) FILTER (work_minutes > 2400), avg(score) FILTER (work_minutes < 300) FROM work.answer "
        "JOIN work.ticket ON ticket.id = ticket_id WHERE survey_id = 2"
    ).fetchall()[0]
    assert slow < quick - 0.3


FIELDS = {
    "deal": "stage_id put_text(amount) owner_id expected_close_on put_moment(closed_at) lost_reason forecast_category",
    "lead": "status put_moment(qualified_at) put_moment(converted_at) deal_id disqualified_reason",
    "account": "status owner_id",
    "subscription": "put_text(monthly_amount) ended_on end_reason renews_on",
    "ticket": "put_moment(first_response_at) put_moment(resolved_at) put_moment(closed_at) reopens",
    "renewal": "outcome renewed_on",
}
"""What the records say of the fields that change, as changes write it."""


@pytest.mark.parametrize(("kind", "put"), [(kind, put) for kind, listed in FIELDS.items() for put in listed.split()])
def test_a_field_s_changes_follow_one_another_up_to_what_the_record_says(
    made: DuckDBPyConnection, kind: str, put: str
) -> None:
    field = put.removeprefix("put_text(").removeprefix("put_moment(").removesuffix(")").removesuffix("_id")
    changes = f"SELECT * FROM work.{kind}_change WHERE field = '{field}'"
    assert one(made, f"SELECT count(*) FROM ({changes})") > 0
    last = f"SELECT record_id, max_by(coalesce(to_value, ''), (\"at\", place)) AS put FROM ({changes}) GROUP BY ALL"
    differing = (
        f"SELECT count(*) FROM ({last}) AS last JOIN made.{kind} AS made ON made.id = record_id "
        f"WHERE put <> coalesce(({put})::VARCHAR, '')"
    )
    assert one(made, differing) == 0
    chain = f"SELECT from_value, lag(to_value) OVER mine AS put, row_number() OVER mine AS turn FROM ({changes})"
    broken = (
        f'SELECT count(*) FROM ({chain} WINDOW mine AS (PARTITION BY record_id ORDER BY "at", place)) '
        "WHERE turn > 1 AND from_value IS DISTINCT FROM put"
    )
    assert one(made, broken) == 0
