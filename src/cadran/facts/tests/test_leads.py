"""Leads, new customers, what touched them and what they cost, worked out by hand."""

from __future__ import annotations

from cadran.facts.tests.hand import WON, Facts

NINE = "2026-03-02 08:00"  # Monday, 9:00 in Paris
OFFICE = [{"weekday": day, "opens": "09:00", "closes": "18:00"} for day in range(1, 6)]


def test_a_lead_waits_for_a_person_by_the_clock_and_by_business_hours() -> None:
    facts = Facts(
        business_hours=OFFICE,
        holiday=[{"day": "2026-03-09"}],
        lead=[{"created_at": "2026-03-06 16:00"}, {"created_at": "2026-03-06 16:00"}, {"created_at": NINE}],
        activity=[
            {"lead_id": 1, "kind": "email", "at": "2026-03-06 16:01", "automated": True},
            {"lead_id": 1, "kind": "call", "direction": "inbound", "at": "2026-03-06 16:30"},
            # Friday 17:00 to Tuesday 9:30: an hour on Friday, half an hour on Tuesday, Monday being a holiday
            {"lead_id": 1, "kind": "call", "direction": "outbound", "at": "2026-03-10 08:30"},
            {"lead_id": 3, "kind": "note", "at": "2026-03-03 09:00"},
        ],
    )
    assert facts.rows("lead", "id, response_minutes, business_response_minutes, response, worked_on", "id") == [
        (1, "5310", "90", "> 48 h", "2026-03-10"),
        (2, None, None, None, None),
        (3, None, None, None, "2026-03-03"),
    ]


def test_an_answer_within_24_hours_is_told_from_one_after() -> None:
    lead = {"created_at": NINE}
    facts = Facts(
        lead=[lead, lead, lead],
        activity=[
            {"lead_id": 1, "kind": "call", "at": "2026-03-03 07:59"},
            {"lead_id": 2, "kind": "call", "at": "2026-03-03 08:00"},
            {"lead_id": 3, "kind": "call", "at": "2026-03-03 08:01"},
        ],
    )
    assert facts.rows("lead", "response_minutes, response, hour", "id") == [
        ("1439", "12–24 h", "09:00"),
        ("1440", "12–24 h", "09:00"),
        ("1441", "24–48 h", "09:00"),
    ]


def test_who_reached_a_later_step_has_reached_the_earlier_ones() -> None:
    facts = Facts(
        account=[{"name": "Acme"}],
        deal=[
            {"account_id": 1, "stage_id": WON, "created_at": "2026-03-20 09:00", "closed_at": "2026-04-02 09:00"},
            {"created_at": "2026-01-01 09:00"},
        ],
        lead=[
            {
                "created_at": NINE,
                "deal_id": 1,
                "account_id": 1,
                "status": "converted",
                "converted_at": "2026-03-21 09:00",
            },
            {"created_at": NINE, "status": "SQL", "qualified_at": "2026-03-04 09:00"},
            {"created_at": NINE, "status": "new"},
            {"created_at": NINE, "status": "converted", "converted_at": "2026-03-21 09:00"},
            {"created_at": NINE, "deal_id": 2},
        ],
        change=[
            _status(1, 1, "2026-03-10 09:00", "MQL", "sales qualified"),
            _status(2, 2, "2026-03-05 09:00", "new", "SQL"),
        ],
    )
    assert facts.rows("lead", "id, mql_on, sql_on, deal_on, customer_on, customer_by", "id") == [
        (1, "2026-03-02", "2026-03-10", "2026-03-20", "2026-04-02", "deal"),
        (2, "2026-03-04", "2026-03-05", None, None, None),
        (3, None, None, None, None, None),
        # linked to nothing: its own conversion stands for the purchase
        (4, "2026-03-21", "2026-03-21", "2026-03-21", "2026-03-21", "conversion"),
        # its deal is older than itself
        (5, "2026-03-02", "2026-03-02", "2026-03-02", None, None),
    ]


def test_a_lead_without_a_status_at_first_came_to_its_steps_when_it_got_them() -> None:
    facts = Facts(
        lead=[{"created_at": NINE, "status": "new"}],
        change=[
            _status(1, 1, "2026-03-05 09:00", None, "SQL"),
            _status(2, 1, "2026-03-07 09:00", "SQL", "new"),
        ],
    )
    assert facts.rows("lead", "id, mql_on, sql_on, deal_on", "id") == [(1, "2026-03-05", "2026-03-05", None)]


def test_a_lead_of_someone_who_bought_before_is_no_new_customer() -> None:
    facts = Facts(
        account=[{"name": "Acme"}, {"name": "Zeta"}],
        order=[
            {"account_id": 1, "placed_at": "2026-01-10 12:00", "amount": "10"},
            {"account_id": 2, "placed_at": "2026-03-10 12:00", "amount": "20"},
            {"account_id": 2, "placed_at": "2026-03-09 12:00", "amount": "7", "refund_of_id": 2},
        ],
        lead=[{"created_at": NINE, "account_id": 1}, {"created_at": NINE, "account_id": 2}],
    )
    assert facts.rows("lead", "id, customer_on, customer_by, first_amount", "id") == [
        (1, None, None, None),
        (2, "2026-03-10", "order", "20"),
    ]


def test_a_customer_is_brought_by_the_lead_before_its_first_purchase() -> None:
    won = {"stage_id": WON, "amount": "100", "closed_at": "2026-03-10 09:00", "channel": "Direct"}
    facts = Facts(
        account=[{"name": name} for name in ("Acme", "Zeta", "Late")],
        campaign=[{"name": "Spring"}],
        deal=[{**won, "account_id": 1}, {**won, "account_id": 2}, {**won, "account_id": 3}, {**won, "account_id": 1}],
        order=[{"account_id": 2, "placed_at": "2026-03-01 12:00", "amount": "5", "channel": "Shop"}],
        lead=[
            {"created_at": NINE, "account_id": 1, "channel": "Fair", "campaign_id": 1},
            {"created_at": "2026-03-11 09:00", "account_id": 3, "channel": "Fair"},
        ],
    )
    assert facts.rows("new_customer", "account, channel, campaign, bought_by, amount, became_on, lead_days") == [
        ("Acme", "Fair", "Spring", "deal", "100", "2026-03-10", 8),
        ("Late", "Direct", None, "deal", "100", "2026-03-10", None),
        ("Zeta", "Shop", None, "order", "5", "2026-03-01", None),
    ]


def test_the_shares_of_a_customer_add_up_to_one_and_to_what_it_bought() -> None:
    won = {"stage_id": WON, "amount": "100", "closed_at": "2026-03-10 09:00"}
    facts = Facts(
        account=[{"name": "Acme"}, {"name": "Quiet"}],
        contact=[{"account_id": 1}],
        deal=[{**won, "account_id": 1}, {**won, "account_id": 2}],
        lead=[{"created_at": NINE, "account_id": 1}],
        touch=[
            {"lead_id": 1, "at": "2026-03-01 09:00", "channel": "Ads"},
            {"contact_id": 1, "at": "2026-03-03 09:00", "channel": "Mail"},
            {"account_id": 1, "at": "2026-03-04 09:00", "channel": "Fair"},
            {"account_id": 1, "at": "2026-03-12 09:00", "channel": "Too late"},
            {"account_id": 1, "at": "2026-03-02 09:00", "channel": "Gone", "archived_at": "2026-03-02 10:00"},
        ],
    )
    shares = (
        "account, channel, touches, first_share, last_share, linear_share, first_amount, last_amount, linear_amount"
    )
    assert facts.rows("attribution", shares, "account_id, sequence") == [
        ("Acme", "Ads", 3, "1", "0", "0.333333", "100", "0", "33.3333"),
        ("Acme", "Mail", 3, "0", "0", "0.333333", "0", "0", "33.3333"),
        ("Acme", "Fair", 3, "0", "1", "0.333334", "0", "100", "33.3334"),
        ("Quiet", None, 0, "1", "1", "1", "100", "100", "100"),
    ]


def test_what_was_spent_on_no_channel_is_borne_by_those_that_brought_customers() -> None:
    won = {"stage_id": WON, "closed_at": "2026-03-10 09:00"}
    facts = Facts(
        account=[{"name": name} for name in ("Acme", "Zeta", "Beta")],
        deal=[
            {**won, "account_id": 1, "channel": "Ads"},
            {**won, "account_id": 2, "channel": "Ads"},
            {**won, "account_id": 3, "channel": "Fair"},
        ],
        spend=[
            {"spent_on": "2026-03-31", "amount": "100", "purpose": "acquisition"},
            {"spent_on": "2026-03-01", "amount": "40", "purpose": "acquisition", "channel": "Fair"},
            {"spent_on": "2026-04-01", "amount": "9", "purpose": "acquisition"},
            {"spent_on": "2026-03-01", "amount": "8", "purpose": "retention", "channel": "Fair"},
        ],
    )
    assert facts.rows("allocated_spend", "spend_id, channel, amount, allocated", "spend_id, part") == [
        (1, "Ads", "66.6667", True),
        (1, "Fair", "33.3333", True),
        (2, "Fair", "40", False),
        (3, None, "9", True),
    ]


def test_a_score_is_the_sum_of_its_points() -> None:
    known = {"company": "Acme", "industry": "Labs", "email": "a@acme.example", "phone": "1"}
    facts = Facts(
        lead=[
            {"created_at": NINE},
            {"created_at": NINE, **known},
            {"created_at": NINE, **known, "email": "a@gmail.com"},
            {"created_at": NINE, "email": "Ann@Orange.FR"},  # private, however it is written
        ],
        visit=[
            {"lead_id": 2, "started_at": "2026-03-01 09:00"},
            {"lead_id": 2, "started_at": "2026-01-15 09:00"},  # more than a month before
            {"lead_id": 2, "started_at": "2025-11-15 09:00"},  # more than a quarter before
            {"lead_id": 2, "started_at": "2026-03-20 09:00"},  # after its first fortnight
            *[{"lead_id": 3, "started_at": "2026-03-01 09:00"}] * 9,
        ],
        touch=[{"lead_id": 3, "at": "2026-03-01 09:00"}] * 9,
        activity=[
            {"lead_id": 2, "kind": "email", "at": "2026-03-03 09:00", "opened_at": "2026-03-03 10:00"},
            {"lead_id": 3, "kind": "email", "at": "2026-03-03 09:00", "clicked_at": "2026-03-03 10:00"},
            {"lead_id": 3, "kind": "call", "direction": "inbound", "at": "2026-03-03 09:00"},
            {"lead_id": 3, "kind": "meeting", "at": "2026-03-03 09:00"},
            {"lead_id": 2, "kind": "meeting", "at": "2026-03-30 09:00"},
            {
                "lead_id": 4,
                "kind": "note",
                "direction": "inbound",
                "at": "2026-03-03 09:00",
            },  # neither wrote nor called
        ],
    )
    points = "points_fit, points_visits, points_touches, points_clicks, points_readiness, score, score_band"
    assert facts.rows("lead", points, "id") == [
        ("0", "0", "0", "0", "0", "0", "00–09"),
        ("40", "7.5", "0", "5", "0", "52.5", "50–59"),
        ("35", "15", "10", "15", "20", "95", "90–100"),
        ("5", "0", "0", "0", "0", "5", "00–09"),
    ]


def _status(number: int, lead: int, at: str, old: str | None, new: str) -> dict[str, object]:
    change: dict[str, object] = {"id": number, "record": "lead", "record_id": lead, "field": "status", "at": at}
    return {**change, "from_value": old, "to_value": new}
