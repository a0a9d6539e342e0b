"""Orders, subscriptions, leads, activities, service and the web, worked out by hand."""

from __future__ import annotations

from zoneinfo import ZoneInfo, available_timezones

import duckdb
import pytest

from cadran.facts.day import define_days, offsets
from cadran.facts.tests.hand import WON, Facts


def test_orders_count_from_the_first_that_is_no_refund() -> None:
    facts = Facts(
        account=[{"name": "Acme", "region": "West"}],
        order=[
            {"account_id": 1, "number": "A", "placed_at": "2026-01-10 12:00", "amount": "10", "region": "East"},
            {"account_id": 1, "number": "B", "placed_at": "2026-01-05 12:00", "amount": "-3"},
            {"account_id": 1, "number": "C", "placed_at": "2026-01-10 12:00", "amount": "20"},
            {"account_id": 1, "number": "D", "placed_at": "2026-01-12 12:00", "amount": "10", "refund_of_id": 1},
            {"number": "E", "placed_at": "2026-01-01 12:00", "amount": "1"},
            {"account_id": 1, "number": "F", "placed_at": "2026-01-20 12:00", "amount": None},
        ],
    )
    assert facts.rows("order", "number, region, amount, refund, sequence, first_ordered_on") == [
        ("A", "East", "10", False, 1, "2026-01-10"),
        ("B", "West", "-3", True, None, "2026-01-10"),
        ("C", "West", "20", False, 2, "2026-01-10"),
        ("D", "West", "-10", True, None, "2026-01-10"),
        ("E", None, "1", False, None, None),
        ("F", "West", None, False, 3, "2026-01-10"),
    ]
    assert facts.rows("first_order", "account, order_id, amount, ordered_on") == [("Acme", 1, "10", "2026-01-10")]


def test_order_lines_are_in_their_orders_currency_and_direction() -> None:
    facts = Facts(
        exchange_rate=[{"day": "2026-01-01", "currency": "USD", "rate": "0.5"}],
        product=[{"name": "GTX", "family": "G", "tier": "high"}],
        order=[
            {"placed_at": "2026-01-10 12:00", "amount": "10", "currency": "USD"},
            {"placed_at": "2026-01-11 12:00", "amount": "-4"},
        ],
        order_line=[
            {"order_id": 1, "product_id": 1, "quantity": "2", "amount": "10"},
            {"order_id": 2, "product_id": 1, "quantity": "1", "amount": "4"},
        ],
    )
    assert facts.rows("order_line", "order_id, product, tier, quantity, amount, refund", "id") == [
        (1, "GTX", "high", "2", "5", False),
        (2, "GTX", "high", "1", "-4", True),
    ]
    assert facts.rows("order", "product, family, amount", "id") == [("GTX", "G", "5"), ("GTX", "G", "-4")]


def test_recurring_revenue_moves_account_by_account_and_day_by_day() -> None:
    facts = Facts(
        account=[{"name": "Acme"}, {"name": "Zeta"}],
        subscription=[
            {"account_id": 1, "monthly_amount": "100", "started_on": "2026-01-01", "ended_on": "2026-04-01"},
            {"account_id": 1, "monthly_amount": "50", "started_on": "2026-02-01", "ended_on": "2026-03-01"},
            {"account_id": 1, "monthly_amount": "80", "started_on": "2026-06-01"},
            # ends and starts again on the same day, at another price
            {"account_id": 2, "monthly_amount": "10", "started_on": "2026-01-01", "ended_on": "2026-02-01"},
            {"account_id": 2, "monthly_amount": "30", "started_on": "2026-02-01"},
            {"account_id": 2, "monthly_amount": "99", "started_on": "2026-03-01", "ended_on": "2026-03-01"},
        ],
        change=[
            # the second price of the third subscription
            {
                "id": 1,
                "record": "subscription",
                "record_id": 3,
                "field": "monthly_amount",
                "from_value": "60",
                "to_value": "80",
                "at": "2026-07-09 23:30",
            },
        ],
    )
    assert facts.rows("mrr_move", "account, moved_on, move, amount") == [
        ("Acme", "2026-01-01", "new", "100"),
        ("Acme", "2026-02-01", "expansion", "50"),
        ("Acme", "2026-03-01", "contraction", "-50"),
        ("Acme", "2026-04-01", "churn", "-100"),
        ("Acme", "2026-06-01", "reactivation", "60"),
        ("Acme", "2026-07-10", "expansion", "20"),
        ("Zeta", "2026-01-01", "new", "10"),
        ("Zeta", "2026-02-01", "expansion", "20"),
    ]


def test_a_lead_is_answered_by_the_first_person_who_turns_to_it() -> None:
    lead = {"created_at": "2026-01-05 09:00"}
    facts = Facts(
        lead=[lead, lead],
        activity=[
            {"lead_id": 1, "kind": "email", "at": "2026-01-05 09:01", "automated": True},
            {"lead_id": 1, "kind": "email", "at": "2026-01-05 09:10", "direction": "inbound"},
            {"lead_id": 1, "kind": "note", "at": "2026-01-05 09:15"},
            {"lead_id": 1, "kind": "call", "at": "2026-01-05 08:00", "direction": "outbound"},
            {"lead_id": 1, "kind": "call", "at": "2026-01-05 09:30:30", "direction": "outbound"},
            {"lead_id": 1, "kind": "email", "at": "2026-01-06 09:00", "direction": "outbound"},
        ],
    )
    assert facts.rows("lead", "id, responded_at, response_minutes") == [
        (1, "2026-01-05 09:30:30", "30.5"),
        (2, None, None),
    ]


def test_an_activity_belongs_to_the_account_of_what_it_is_about() -> None:
    facts = Facts(
        account=[{"name": "Acme"}, {"name": "Zeta"}],
        contact=[{"account_id": 2}],
        deal=[{"account_id": 1, "stage_id": WON, "closed_at": "2026-02-01 12:00"}],
        ticket=[{"account_id": 2, "opened_at": "2026-01-05 12:00", "reopens": 0}],
        lead=[{"account_id": 1}],
        activity=[
            {"account_id": 2, "deal_id": 1},
            {"deal_id": 1, "contact_id": 1},
            {"lead_id": 1},
            {"contact_id": 1},
            {"ticket_id": 1},
            {"done_at": "2026-01-05 23:30", "at": "2026-01-05 22:30", "due_on": "2026-01-05"},
        ],
    )
    assert facts.rows("activity", "id, account, stage, on_won_deal, deal_closed_on") == [
        (1, "Zeta", "Won", True, "2026-02-01"),
        (2, "Acme", "Won", True, "2026-02-01"),
        (3, "Acme", None, None, None),
        (4, "Zeta", None, None, None),
        (5, "Zeta", None, None, None),
        (6, None, None, None, None),
    ]
    assert facts.rows("activity", "on_day, done_on, due_on", "id")[5] == ("2026-01-05", "2026-01-06", "2026-01-05")


def test_service_web_and_use_keep_their_own_dates() -> None:
    facts = Facts(
        member=[{"name": "Alice"}, {"name": "Bob"}],
        account=[{"name": "Acme", "owner_id": 2, "region": "West"}],
        survey=[{"name": "After a ticket", "kind": "csat", "scale_min": 1, "scale_max": 5, "direction": "higher"}],
        ticket=[
            {
                "account_id": 1,
                "owner_id": 1,
                "opened_at": "2026-01-05 09:00",
                "first_response_at": "2026-01-05 09:45",
                "resolved_at": "2026-01-06 09:00",
                "reopens": 1,
            }
        ],
        answer=[
            {"survey_id": 1, "score": "4", "at": "2026-01-07 23:30", "account_id": 1, "ticket_id": 1},
            {"survey_id": 1, "score": "2", "at": "2026-01-07 12:00", "account_id": 1},
        ],
        usage=[{"account_id": 1, "day": "2026-01-05", "feature": "export", "count": 3}],
        visit=[{"visitor": "v", "started_at": "2026-01-05 23:30", "pages": 2}],
        page_event=[{"visit_id": 1}, {"visit_id": 1}],
        session=[{"member_id": 2, "logged_in_at": "2026-01-05 23:30"}],
        payment=[{"account_id": 1, "paid_at": "2026-01-05 23:30", "amount": "7"}],
        spend=[{"spent_on": "2026-01-05", "amount": "9", "currency": "USD"}],
    )
    assert facts.rows("ticket", "owner, region, response_minutes, resolution_minutes, reopens") == [
        ("Alice", "West", "45", "1440", 1)
    ]
    assert facts.rows("answer", "id, owner, score, scale_max, answered_on") == [
        (1, "Alice", "4", "5", "2026-01-08"),
        (2, "Bob", "2", "5", "2026-01-07"),
    ]
    assert facts.rows("usage", "account, feature, count, used_on") == [("Acme", "export", 3, "2026-01-05")]
    assert facts.rows("visit", "visitor, pages, events, started_on") == [("v", 2, 2, "2026-01-06")]
    assert facts.rows("session", "owner, logged_in_on") == [("Bob", "2026-01-06")]
    assert facts.rows("payment", "account, owner, amount, paid_on") == [("Acme", "Bob", "7", "2026-01-06")]
    assert facts.rows("spend", "amount, amount_original") == [(None, "9")]


def test_an_own_field_of_choice_type_is_a_dimension_of_its_records_table() -> None:
    facts = Facts(
        custom_field=[
            {"record": "deal", "key": "flavour", "type": "choice"},
            {"record": "deal", "key": "colour", "type": "text"},
            {"record": "deal", "key": "stage", "type": "choice"},
        ],
        deal=[{"custom": '{"flavour": "mint", "colour": "red"}'}, {"custom": '{"flavour": ""}'}, {}],
    )
    assert facts.rows("deal", "id, flavour, stage") == [(1, "mint", "New"), (2, None, "New"), (3, None, "New")]
    with pytest.raises(duckdb.BinderException):
        facts.rows("deal", "colour")


def test_what_a_record_was_in_each_state_has_the_choices_of_the_record() -> None:
    facts = Facts(
        custom_field=[
            {"record": "ticket", "key": "product_line", "type": "choice"},
            {"record": "deal", "key": "flavour", "type": "choice"},
        ],
        ticket=[{"custom": '{"product_line": "pumps"}', "opened_at": "2026-01-05 09:00"}],
        deal=[{"custom": '{"flavour": "mint"}'}],
    )
    assert facts.rows("ticket_stretch", "ticket_id, product_line") == [(1, "pumps")]
    assert facts.rows("deal_version", "deal_id, flavour") == [(1, "mint")]


@pytest.mark.parametrize(
    "zone", ["Europe/Paris", "America/Havana", "Africa/Casablanca", "Asia/Kathmandu", "Pacific/Apia"]
)
@pytest.mark.parametrize("many", [False, True])
def test_days_are_those_of_python_around_every_clock_change(zone: str, many: bool) -> None:
    assert zone in available_timezones()
    connection = duckdb.connect(":memory:")
    define_days(connection, zone, many=many)
    info = ZoneInfo(zone)
    changes = [moment for moment, _ in offsets(zone)[1:]]
    hours = connection.execute(
        "select unnest(generate_series(m - interval 36 hour, m + interval 36 hour, interval 30 minute)) "
        "from (select unnest($1) m)",
        [changes or offsets(zone)[:1][0][:1]],
    ).fetchall()
    connection.execute("create table probe (moment timestamp)")
    with connection.appender("probe") as appender:
        appender.append_rows(hours)
    differing = [
        (moment, day)
        for moment, day in connection.execute("select moment, business_day(moment) from probe").fetchall()
        if moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(info).date() != day
    ]
    assert differing == []
