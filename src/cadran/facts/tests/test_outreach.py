"""Calls, e-mails and visits to the web site, worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cadran.facts.tests.hand import Facts
from cadran.metrics import Question, ask, shipped_catalogue
from cadran.metrics.engines.duckdb import DuckDB


def call(at: str, outcome: str | None = None, **more: Any) -> dict[str, Any]:
    """A call made to the first contact."""
    return {
        "kind": "call",
        "at": at,
        "created_at": at,
        "direction": "outbound",
        "outcome": outcome,
        "contact_id": 1,
    } | more


def meeting(at: str, agreed: str | None = None, **more: Any) -> dict[str, Any]:
    """A meeting with the first contact, written down when it was agreed."""
    return {"kind": "meeting", "at": at, "created_at": agreed or at, "contact_id": 1} | more


def email(at: str, **more: Any) -> dict[str, Any]:
    """An e-mail sent."""
    return {"kind": "email", "at": at, "direction": "outbound", "sent_at": at} | more


def ids(facts: Facts, table: str, flag: str) -> list[int]:
    """The rows for which a flag is true."""
    return [number for number, holds in facts.rows(table, f"id, {flag}", "id") if holds]


def test_a_meeting_is_owed_to_the_last_call_that_reached_its_contact_in_the_seven_days_before() -> None:
    facts = Facts(
        activity=[
            call("2026-01-05 09:00", "Connected"),
            call("2026-01-06 09:00", "connected "),
            call("2026-01-07 09:00", "No answer"),
            meeting("2026-01-20 09:00", agreed="2026-01-08 10:00"),
            call("2026-02-01 09:00", "Voicemail"),
            call("2026-02-02 09:00", "Busy"),
            meeting("2026-02-03 09:00"),
            call("2026-03-01 09:00", "Connected"),
            meeting("2026-03-08 09:01"),
            call("2026-03-10 09:00", "Connected", contact_id=2),
            call("2026-03-10 09:00", "Connected", direction="inbound"),
            call("2026-03-10 09:00", "Connected", archived_at="2026-03-10 10:00"),
            meeting("2026-03-11 09:00"),
            # two meetings owed to one call count it once; where nobody is named, what it is about counts
            call("2026-04-01 09:00", "Appointment set", contact_id=None, lead_id=1),
            meeting("2026-04-02 09:00", contact_id=None, lead_id=1),
            meeting("2026-04-03 09:00", contact_id=None, lead_id=1),
            call("2026-04-01 09:00", contact_id=None, account_id=1),
            meeting("2026-04-02 09:00", contact_id=None, account_id=1),
        ],
        lead=[{}],
        account=[{"name": "Acme"}],
    )
    assert ids(facts, "activity", "led_to_meeting") == [2, 6, 14, 17]


@pytest.mark.parametrize(
    ("outcome", "connected", "meeting_set"),
    [
        ("Appointment Set", True, True),
        ("Rendez-vous pris", True, True),
        ("Call Successful", True, False),
        ("Décroché", True, False),
        ("Left Voicemail", False, False),
        ("Messagerie", False, False),
        ("Purple", None, None),
        (None, None, None),
    ],
)
def test_the_outcome_of_a_call_says_whether_it_reached_somebody(
    outcome: str | None, connected: bool | None, meeting_set: bool | None
) -> None:
    facts = Facts(activity=[call("2026-01-05 09:00", outcome), meeting("2026-02-05 09:00", outcome=outcome)])
    assert facts.rows("activity", "connected, meeting_set", "id") == [(connected, meeting_set), (None, None)]


def test_people_turn_to_open_leads_and_come_back_to_them() -> None:
    touch = {"kind": "call", "lead_id": 1}
    facts = Facts(
        lead=[{"created_at": "2026-01-05 09:00", "converted_at": "2026-01-20 09:00"}],
        activity=[
            touch | {"at": "2026-01-04 09:00"},
            touch | {"at": "2026-01-05 22:30"},
            touch | {"at": "2026-01-06 09:00", "direction": "inbound"},
            touch | {"at": "2026-01-06 09:00", "automated": True, "kind": "email"},
            touch | {"at": "2026-01-06 09:00", "kind": "note"},
            touch | {"at": "2026-01-07 23:30", "kind": "email"},
            touch | {"at": "2026-01-21 09:00"},
            {"kind": "call", "at": "2026-01-07 10:00"},
        ],
    )
    assert ids(facts, "activity", "on_open_lead") == [2, 6]
    assert facts.rows("activity", "on_day, hour, followed_on, settled_on", "id")[1] == (
        "2026-01-05",
        "23:00",
        "2026-01-08",
        "2026-01-20",
    )
    assert facts.rows("activity", "on_day, hour, followed_on, settled_on", "id")[5] == (
        "2026-01-08",
        "00:00",
        None,
        "2026-01-20",
    )


def test_an_email_is_delivered_unless_it_bounced() -> None:
    facts = Facts(
        activity=[
            email("2026-01-05 23:30"),
            email("2026-01-05 09:00", bounced_at="2026-01-05 09:01"),
            email("2026-01-05 09:00", direction="inbound", sent_at=None),
            {"kind": "email", "at": "2026-01-05 09:00"},
            call("2026-01-05 09:00"),
        ]
    )
    assert facts.rows("email", "id, sent_on, delivered, bounced, delivered_on", "id") == [
        (1, "2026-01-06", True, False, "2026-01-06"),
        (2, "2026-01-05", False, True, None),
        (3, None, False, False, None),
        (4, "2026-01-05", True, False, "2026-01-05"),
    ]


def test_a_machine_opens_at_once_or_is_said_to_be_one_and_never_clicks() -> None:
    delivered = email("2026-01-05 09:00", delivered_at="2026-01-05 09:00:30")
    facts = Facts(
        activity=[
            delivered | {"opened_at": "2026-01-05 09:00:33"},
            delivered | {"opened_at": "2026-01-05 09:00:41"},
            delivered | {"opened_at": "2026-01-05 09:00:33", "clicked_at": "2026-01-05 09:05"},
            delivered | {"opened_at": "2026-01-06 09:00", "custom": '{"machine_open": true}'},
            delivered | {"opened_at": "2026-01-06 09:00", "custom": '{"machine_open": false}'},
            delivered | {"clicked_at": "2026-01-06 09:00"},
            email("2026-01-05", opened_at="2026-01-05"),
            delivered,
        ]
    )
    assert ids(facts, "email", "opened_by_machine") == [1, 4]
    assert ids(facts, "email", "opened") == [1, 2, 3, 4, 5, 6, 7]
    assert ids(facts, "email", "clicked") == [3, 6]


def test_a_thread_is_answered_by_a_person_and_begun_by_its_first_message() -> None:
    received = {"direction": "inbound", "sent_at": None}
    facts = Facts(
        activity=[
            email("2026-01-05 09:00", thread="a"),
            email("2026-01-06 09:00", thread="a", **received),
            email("2026-01-07 09:00", thread="a"),
            # only an absence message came back, and it was taken for a reply
            email("2026-01-05 09:00", thread="b", replied_at="2026-01-05 09:01"),
            email("2026-01-05 09:01", thread="b", automated=True, **received),
            # the customer wrote first
            email("2026-01-05 09:00", thread="it's c", **received),
            email("2026-01-05 10:00", thread="it's c", replied_at="2026-01-06 09:00"),
            # the second message was answered
            email("2026-01-05 09:00", thread="d", automated=True),
            email("2026-01-08 09:00", thread="d", replied_at="2026-01-09 09:00"),
            # no thread is recorded
            email("2026-01-05 09:00", replied_at="2026-01-06 09:00"),
            email("2026-01-05 09:00"),
        ]
    )
    assert facts.rows("email", "id, thread_replied", "id") == [
        (1, True), (2, None), (3, None), (4, False), (5, None), (6, None), (7, None), (8, True), (9, None), (10, True),
        (11, False),
    ]  # fmt: skip
    assert ids(facts, "email", "first_of_thread") == [1, 4, 8, 10, 11]
    assert ids(facts, "email", "replied") == [7, 9, 10]


def test_an_email_has_the_choices_of_its_activity() -> None:
    facts = Facts(
        custom_field=[{"record": "activity", "key": "template", "type": "choice"}],
        activity=[email("2026-01-05 09:00", custom='{"template": "Welcome"}')],
    )
    assert facts.rows("email", "template") == facts.rows("activity", "template") == [("Welcome",)]


def test_a_visit_bounces_when_it_sees_one_page_and_does_nothing_there() -> None:
    visit = {"started_at": "2026-01-05 09:00"}
    done = [
        (2, "view", "/"),
        (3, "scroll", "/"),
        (5, "view", "/"),
        (5, "view", "/"),
        (6, "view", "/"),
        (6, "view", "/a"),
    ]
    facts = Facts(
        visit=[visit | {"pages": pages} for pages in (1, 1, 1, 2, None, None, None, None)],
        page_event=[
            {"visit_id": number, "kind": kind, "page": page, "at": "2026-01-05 09:00"}
            for number, kind, page in [*done, (7, "click", "/")]
        ],
    )
    assert [bounced for (bounced,) in facts.rows("visit", "bounced", "id")] == [
        True, True, False, False, True, False, False, None,
    ]  # fmt: skip


def test_a_page_is_seen_as_far_down_as_a_visit_went_and_clicked_in_squares() -> None:
    event = {"visit_id": 1, "page": "/", "at": "2026-01-05 23:30"}
    facts = Facts(
        visit=[
            {"started_at": "2026-01-05 09:00", "channel": "Website", "landing_page": "/"},
            {"started_at": "2026-01-05 09:00", "archived_at": "2026-01-06 09:00"},
        ],
        page_event=[
            event | {"kind": "view"},
            event | {"kind": "scroll", "depth": "0.3"},
            event | {"kind": "scroll", "depth": "0.8"},
            event | {"kind": "click", "x": 99, "y": 1400, "selector": "#buy"},
            event | {"kind": "view", "page": "/a"},
            event | {"kind": "click", "visit_id": 2},
        ],
    )
    assert facts.rows("page_visit", "page, channel, views, clicks, depth, seen_on", "page") == [
        ("/", "Website", 1, 1, "0.8", "2026-01-06"),
        ("/a", "Website", 1, 0, None, "2026-01-06"),
    ]
    assert facts.rows("page_event", "kind, selector, square, landing_page", "id")[3] == (
        "click",
        "#buy",
        "0, 1400",
        "/",
    )
    assert len(facts.rows("page_event", "id")) == 5


def asked(facts: Facts, key: str, start: str = "2026-01-05", end: str = "2026-01-19") -> Decimal | None:
    """The value of a shipped KPI over these facts."""
    question = Question(key, start=date.fromisoformat(start), end=date.fromisoformat(end))
    return ask(DuckDB(facts.connection), shipped_catalogue(), question, today=date(2026, 3, 1)).total.value


def test_outbound_engagement_is_touches_per_open_lead_and_week() -> None:
    touch = {"kind": "call", "lead_id": 1}
    facts = Facts(
        # one open for both weeks, one for the first: three lead-weeks
        lead=[
            {"created_at": "2026-01-05 00:00"},
            {"created_at": "2026-01-05 00:00", "converted_at": "2026-01-12 12:00"},
        ],
        activity=[
            touch | {"at": "2026-01-05 09:00"},
            touch | {"at": "2026-01-07 09:00"},
            touch | {"at": "2026-01-12 09:00"},
            touch | {"at": "2026-01-06 09:00", "lead_id": 2},
            touch | {"at": "2026-01-11 09:00", "lead_id": 2},
            touch | {"at": "2026-01-14 09:00", "lead_id": 2},
        ],
    )
    assert asked(facts, "outbound_engagement.touches") == 5
    assert asked(facts, "outbound_engagement") == Decimal(5) / 21 * 7
    # on the 11th lead 2 had one day left: four touches could be followed within two days, and one was
    assert asked(facts, "outbound_engagement.every_two_days") == Decimal(1) / 4


def test_what_was_due_is_done_that_day_or_before() -> None:
    due = {"kind": "task", "at": "2026-01-05 09:00", "due_on": "2026-01-08"}
    facts = Facts(
        activity=[
            due | {"done_at": "2026-01-08 22:30"},
            due | {"done_at": "2026-01-08 23:30"},
            due | {"done_at": "2026-01-05 09:00"},
            due,
        ]
    )
    assert asked(facts, "outbound_engagement.on_time") == Decimal(2) / 4


def test_rates_of_calls_say_what_they_are_shares_of() -> None:
    facts = Facts(
        activity=[
            call("2026-01-05 09:00", "Connected"),
            call("2026-01-06 09:00", "Connected", contact_id=2),
            call("2026-01-06 09:00", "No answer", contact_id=3),
            call("2026-01-06 09:00", None, contact_id=4),
            meeting("2026-01-08 09:00"),
            meeting("2026-01-08 09:00", contact_id=4),
            call("2026-01-08 09:00", "Connected", contact_id=5, direction="inbound"),
        ]
    )
    assert asked(facts, "calls_made") == 4
    assert asked(facts, "calls_made.connected") == 2
    assert asked(facts, "calls_made.connect_rate") == Decimal(2) / 3
    assert asked(facts, "call_to_meeting") == Decimal(1) / 2
    assert asked(facts, "call_to_meeting.all_dials") == Decimal(2) / 4
    assert asked(facts, "call_to_meeting.plain_counts") == Decimal(2) / 4
    assert asked(facts, "call_to_meeting", start="2026-02-01", end="2026-03-01") is None


def test_opens_are_shares_of_the_emails_whose_fate_is_followed() -> None:
    sent = email("2026-01-05 09:00", delivered_at="2026-01-05 09:01")
    facts = Facts(
        activity=[
            sent | {"opened_at": "2026-01-05 10:00", "clicked_at": "2026-01-05 10:01"},
            sent | {"opened_at": "2026-01-05 10:00"},
            sent | {"opened_at": "2026-01-05 09:01:03"},
            sent,
            email("2026-01-05 09:00", bounced_at="2026-01-05 09:01"),
            {"kind": "email", "at": "2026-01-05 09:00", "owner_id": 1},
        ],
        member=[{"name": "Alice"}],
    )
    assert asked(facts, "emails_sent") == 6
    assert asked(facts, "emails_sent.delivered") == 5
    assert asked(facts, "open_rate") == Decimal(2) / 4
    assert asked(facts, "open_rate.with_machines") == Decimal(3) / 4
    assert asked(facts, "open_rate.machines") == Decimal(1) / 4
    assert asked(facts, "click_rate") == Decimal(1) / 4
    assert asked(facts, "click_rate.to_open") == Decimal(1) / 2


def test_what_nobody_follows_has_no_open_rate() -> None:
    facts = Facts(activity=[{"kind": "email", "at": "2026-01-05 09:00"}])
    assert asked(facts, "emails_sent") == 1
    assert asked(facts, "open_rate") is None
    assert asked(facts, "click_rate") is None
