"""Tickets, replies and answers, worked out by hand."""

from __future__ import annotations

from cadran.facts.tests.hand import Facts, Given

OFFICE: list[Given] = [{"weekday": weekday, "opens": "09:00", "closes": "17:00"} for weekday in range(1, 6)]
LONDON: Given = {"currency": "GBP", "time_zone": "UTC"}


def said(ticket: int, author: str, at: str) -> Given:
    return {"ticket_id": ticket, "author": author, "at": at}


def ticket(**given: object) -> Given:
    return {"opened_at": "2026-01-05 10:00", "reopens": 0, **given}


def test_a_first_response_is_the_one_recorded_else_the_first_message_of_an_agent() -> None:
    facts = Facts(
        ticket=[ticket(first_response_at="2026-01-05 10:30"), *[ticket()] * 4],
        ticket_message=[
            said(1, "agent", "2026-01-05 10:20"),
            said(2, "automatic", "2026-01-05 10:01"),
            said(2, "agent", "2026-01-05 09:00"),
            said(2, "agent", "2026-01-05 12:00"),
            said(3, "customer", "2026-01-05 12:00"),
            said(4, "agent", "2026-01-05 10:00"),  # opens it on behalf of the customer
            said(4, "agent", "2026-01-05 10:10"),
            said(5, "agent", "2026-01-05 10:00"),
            said(5, "customer", "2026-01-05 10:00"),
        ],
    )
    assert facts.rows("ticket_reply", "ticket_id, minutes") == [(1, "20"), (2, "120"), (4, "10"), (5, "0")]
    assert facts.rows("ticket", "id, response_minutes, responded_on") == [
        (1, "30", "2026-01-05"),
        (2, "120", "2026-01-05"),
        (3, None, None),
        (4, "10", "2026-01-05"),
        (5, "0", "2026-01-05"),
    ]


def test_business_hours_leave_nights_weekends_and_holidays_out() -> None:
    facts = Facts(
        organisation=LONDON,
        business_hours=OFFICE,
        holiday=[{"day": "2026-01-12"}],
        ticket=[
            # Friday 16:30, answered on Tuesday 9:15, with Monday a holiday
            ticket(opened_at="2026-01-09 16:30", first_response_at="2026-01-13 09:15", resolved_at="2026-01-13 17:30")
        ],
        ticket_message=[said(1, "agent", "2026-01-13 09:15")],
    )
    columns = "response_minutes, response_business_minutes, resolution_minutes, resolution_business_minutes"
    assert facts.rows("ticket", columns) == [("5325", "45", "5820", "510")]
    assert facts.rows("ticket", "in_calendar, waited_until_on") == [(True, "2026-01-13")]
    assert facts.rows("ticket_reply", "minutes, business_minutes") == [("5325", "45")]


def test_without_business_hours_on_record_there_are_no_business_minutes() -> None:
    facts = Facts(ticket=[ticket(first_response_at="2026-01-05 10:30")])
    assert facts.rows("ticket", "response_minutes, response_business_minutes, in_calendar") == [("30", None, False)]


def test_each_reply_is_timed_from_the_first_message_that_waited_for_it() -> None:
    facts = Facts(
        ticket=[ticket(subject="Printer")],
        ticket_message=[
            said(1, "customer", "2026-01-05 10:00"),
            said(1, "automatic", "2026-01-05 10:01"),
            said(1, "agent", "2026-01-05 10:40"),  # answers the opening
            said(1, "agent", "2026-01-05 10:45"),  # a second in a row answers nothing
            said(1, "customer", "2026-01-05 11:00"),
            said(1, "customer", "2026-01-05 11:20"),
            said(1, "agent", "2026-01-05 12:00"),  # answers both, the first of which waited an hour
            said(1, "customer", "2026-01-05 13:00"),  # still waits
        ],
    )
    assert facts.rows("ticket_reply", "ticket, message_id, first, asked_at, minutes") == [
        ("Printer", 3, True, "2026-01-05 10:00:00", "40"),
        ("Printer", 7, False, "2026-01-05 11:00:00", "60"),
    ]


def test_first_contact_ends_when_the_customer_writes_again_reopens_or_returns_within_a_week() -> None:
    resolved: Given = {"first_response_at": "2026-01-05 11:00", "resolved_at": "2026-01-05 12:00"}
    facts = Facts(
        contact=[{}, {}],
        ticket=[
            ticket(subject="settled", **resolved),
            ticket(subject="written again", **resolved),
            ticket(subject="more before any answer", **resolved),
            ticket(subject="thanked a month later", **resolved),
            ticket(subject="reopened", reopens=1, **resolved),
            ticket(subject="reopened within days", reopens=1, **{**resolved, "resolved_at": "2026-01-30 12:00"}),
            ticket(subject="reopened after the week", reopens=1, **{**resolved, "resolved_at": "2026-01-30 12:00"}),
            ticket(subject="returned", contact_id=1, category="Invoice", **resolved),
            ticket(opened_at="2026-01-09 10:00", subject="its return", contact_id=1, category="Invoice"),
            ticket(subject="another topic", contact_id=1, category="Delivery", **resolved),
            ticket(subject="another person", contact_id=2, category="Invoice", **resolved),
            ticket(subject="not resolved", first_response_at="2026-01-05 11:00"),
        ],
        ticket_message=[
            said(1, "customer", "2026-01-05 10:00"),
            said(2, "customer", "2026-01-05 11:30"),
            said(3, "customer", "2026-01-05 10:30"),
            said(4, "customer", "2026-02-05 11:30"),
            said(12, "customer", "2026-03-05 11:30"),
        ],
        change=[
            moved
            for number, (record, reopened) in enumerate([(6, "2026-01-10 12:00"), (7, "2026-01-20 12:00")])
            for moved in (
                change(2 * number + 1, record, "resolved_at", "2026-01-05T12:00:00Z", None, reopened),
                change(2 * number + 2, record, "reopens", "0", "1", reopened),
            )
        ],
    )
    assert facts.rows("ticket", "subject, follow_ups, first_contact, first_resolved_on", "id") == [
        ("settled", 0, True, "2026-01-05"),
        ("written again", 1, False, "2026-01-05"),
        ("more before any answer", 0, True, "2026-01-05"),
        ("thanked a month later", 0, True, "2026-01-05"),
        ("reopened", 0, False, "2026-01-05"),
        ("reopened within days", 0, False, "2026-01-05"),
        ("reopened after the week", 0, True, "2026-01-05"),
        ("returned", 0, False, "2026-01-05"),
        ("its return", 0, None, None),
        ("another topic", 0, True, "2026-01-05"),
        ("another person", 0, True, "2026-01-05"),
        ("not resolved", 1, None, None),
    ]


def change(number: int, record: int, field: str, old: str | None, new: str | None, at: str) -> Given:
    what: Given = {"id": number, "record": "ticket", "record_id": record, "at": at}
    return {**what, "field": field, "from_value": old, "to_value": new}


def test_scores_are_turned_the_right_way_and_put_on_one_scale() -> None:
    facts = Facts(
        survey=[
            {"name": "Recommendation", "kind": "nps", "scale_min": 0, "scale_max": 10, "direction": "higher"},
            {"name": "Satisfaction", "kind": "csat", "scale_min": 1, "scale_max": 5, "direction": "higher"},
            {"name": "Effort", "kind": "ces", "scale_min": 1, "scale_max": 7, "direction": "lower"},
            {"name": "Thumbs", "kind": "csat", "scale_min": 0, "scale_max": 1, "direction": "higher"},
            {"name": "Percent", "kind": "csat", "scale_min": 0, "scale_max": 100, "direction": "higher"},
        ],
        answer=[
            {"survey_id": survey, "score": score, "at": "2026-01-05 10:00"}
            for survey, score in [
                (1, "6"), (1, "7"), (1, "9"), (1, "11"), (2, "2"), (2, "3"), (2, "4"), (3, "1"), (3, "3"), (3, "4"),
                (3, "7"), (4, "0"), (4, "1"), (5, "90"), (2, None),
            ]
        ],
    )  # fmt: skip
    columns = "survey, scale, rating, ease, normalised, nps_group, satisfied, dissatisfied, easy"
    assert facts.rows("answer", columns, "id") == [
        ("Recommendation", "0–10", "6", "6", "60", "detractor", False, False, True),
        ("Recommendation", "0–10", "7", "7", "70", "passive", False, False, True),
        ("Recommendation", "0–10", "9", "9", "90", "promoter", True, False, True),
        ("Recommendation", "0–10", "11", None, None, None, None, None, None),
        ("Satisfaction", "1–5", "2", "2", "25", None, False, True, False),
        ("Satisfaction", "1–5", "3", "3", "50", None, False, False, False),
        ("Satisfaction", "1–5", "4", "4", "75", None, True, False, True),
        ("Effort", "7–1", "1", "7", "100", None, True, False, True),
        ("Effort", "7–1", "3", "5", "66.666667", None, False, False, True),
        ("Effort", "7–1", "4", "4", "50", None, False, False, False),
        ("Effort", "7–1", "7", "1", "0", None, False, True, False),
        ("Thumbs", "0–1", "0", "0", "0", None, False, True, False),
        ("Thumbs", "0–1", "1", "1", "100", None, True, False, True),
        ("Percent", "0–100", "90", "90", "90", None, None, None, True),
        ("Satisfaction", "1–5", None, None, None, None, None, None, None),
    ]


def test_an_answer_is_superseded_by_the_same_persons_next_one_to_the_same_survey() -> None:
    facts = Facts(
        contact=[{}, {}],
        survey=[
            {"name": name, "kind": "nps", "scale_min": 0, "scale_max": 10, "direction": "higher"}
            for name in ("Q1", "Q2")
        ],
        answer=[
            {"survey_id": 1, "score": "3", "at": "2026-01-05 10:00", "contact_id": 1},
            {"survey_id": 1, "score": "9", "at": "2026-02-05 10:00", "contact_id": 1},
            {"survey_id": 1, "score": None, "at": "2026-02-07 10:00", "contact_id": 1},
            {"survey_id": 2, "score": "9", "at": "2026-02-09 10:00", "contact_id": 1},
            {"survey_id": 1, "score": "9", "at": "2026-02-09 10:00", "contact_id": 2},
            {"survey_id": 1, "score": "9", "at": "2026-02-09 10:00"},
            {"survey_id": 1, "score": "9", "at": "2026-02-10 10:00"},
        ],
    )
    assert facts.rows("answer", "id, superseded_on", "id") == [
        (1, "2026-02-05"),
        (2, None),
        (3, None),
        (4, None),
        (5, None),
        (6, None),
        (7, None),
    ]


def test_an_answer_is_of_its_account_else_of_that_of_its_contact_its_ticket_or_its_order() -> None:
    facts = Facts(
        account=[{"name": name} for name in ("Alba", "Brio", "Cora", "Dune")],
        contact=[{"account_id": 2}],
        ticket=[ticket(account_id=3)],
        order=[{"account_id": 4, "placed_at": "2026-01-05 10:00", "amount": 1}],
        survey=[{"name": "Effort", "kind": "ces", "scale_min": 1, "scale_max": 7, "direction": "higher"}],
        answer=[
            {"survey_id": 1, "score": 5, "at": "2026-01-06 10:00", **about}
            for about in ({"account_id": 1, "contact_id": 1}, {"contact_id": 1}, {"ticket_id": 1}, {"order_id": 1}, {})
        ],
    )
    assert facts.rows("answer", "account, account_id", "id") == [
        ("Alba", 1),
        ("Brio", 2),
        ("Cora", 3),
        ("Dune", 4),
        (None, None),
    ]


def test_an_answer_about_a_ticket_or_an_order_is_split_by_what_they_are() -> None:
    facts = Facts(
        member=[{"name": "Alice", "team_id": 1}, {"name": "Bob"}],
        team=[{"name": "Support"}],
        product=[{"name": "GTX", "family": "G"}],
        account=[{"name": "Acme", "owner_id": 2, "region": "West", "employees": 12}],
        survey=[{"name": "After", "kind": "csat", "scale_min": 1, "scale_max": 5, "direction": "higher"}],
        ticket=[ticket(account_id=1, owner_id=1, channel="Chat", category="Invoice", priority="high")],
        order=[{"account_id": 1, "owner_id": 2, "channel": "Web", "placed_at": "2026-01-05 10:00", "amount": "3"}],
        order_line=[{"order_id": 1, "product_id": 1, "quantity": 1, "unit_price": "3", "discount": 0, "amount": "3"}],
        answer=[
            {"survey_id": 1, "score": "4", "at": "2026-01-07 12:00", "account_id": 1, "ticket_id": 1},
            {"survey_id": 1, "score": "4", "at": "2026-01-07 12:00", "account_id": 1, "order_id": 1},
        ],
    )
    columns = "owner, team, region, size, channel, category, priority, product, family"
    assert facts.rows("answer", columns, "id") == [
        ("Alice", "Support", "West", "10–49", "Chat", "Invoice", "high", None, None),
        ("Bob", None, "West", "10–49", "Web", None, None, "GTX", "G"),
    ]
    assert facts.rows("ticket", "rated, size") == [(True, "10–49")]


def test_a_ticket_is_open_again_once_reopened() -> None:
    facts = Facts(
        ticket=[
            ticket(resolved_at="2026-02-02 10:00", reopens=1),
            ticket(resolved_at=None, reopens=1),
            ticket(resolved_at="2026-01-20 10:00"),  # nothing is told of how it came there
            ticket(resolved_at="2026-01-20 10:00", reopens=1),  # nor when this one was reopened
            ticket(
                resolved_at="2026-01-30 10:00", reopens=1
            ),  # resolved, and reopened without the resolution being taken back
        ],
        change=[
            change(1, 1, "resolved_at", None, "2026-01-08T10:00:00Z", "2026-01-08 10:00"),
            change(2, 1, "resolved_at", "2026-01-08T10:00:00Z", None, "2026-01-15 10:00"),
            change(3, 1, "reopens", "0", "1", "2026-01-15 10:00"),
            change(4, 1, "resolved_at", None, "2026-02-02T10:00:00Z", "2026-02-03 10:00"),  # written down a day later
            change(5, 2, "resolved_at", None, "2026-01-06T10:00:00Z", "2026-01-06 10:00"),
            change(6, 2, "resolved_at", "2026-01-06T10:00:00Z", None, "2026-01-09 10:00"),
            change(7, 5, "resolved_at", None, "2026-01-10T10:00:00Z", "2026-01-10 10:00"),
            change(8, 5, "reopens", "0", "1", "2026-01-12 10:00"),
            change(9, 5, "resolved_at", "2026-01-10T10:00:00Z", "2026-01-30T10:00:00Z", "2026-01-30 10:00"),
        ],
    )
    assert facts.rows("ticket_stretch", "ticket_id, sequence, from_on, to_on") == [
        (1, 1, "2026-01-05", "2026-01-08"),
        (1, 2, "2026-01-15", "2026-02-02"),
        (2, 1, "2026-01-05", "2026-01-06"),
        (2, 2, "2026-01-09", None),
        (3, 1, "2026-01-05", "2026-01-20"),
        (4, 1, "2026-01-05", "2026-01-20"),
        (5, 1, "2026-01-05", "2026-01-10"),
        (5, 2, "2026-01-12", "2026-01-30"),
    ]


def test_what_is_heard_of_an_account_is_its_owners_whoever_looked_after_the_ticket() -> None:
    facts = Facts(
        member=[{"name": "Alice"}, {"name": "Bob"}],
        account=[{"name": "Acme", "owner_id": 1}],
        ticket=[ticket(account_id=1, owner_id=2)],
        survey=[{"name": "s", "kind": "nps", "scale_min": 0, "scale_max": 10, "direction": "higher"}],
        answer=[{"survey_id": 1, "ticket_id": 1, "score": 9, "at": "2026-01-09 10:00"}],
    )
    assert facts.rows("answer", "owner") == [("Bob",)]
    assert facts.rows("voice", "kind, account, owner, scored, recommends, on_day") == [
        ("answer", "Acme", "Alice", True, True, "2026-01-09"),
        ("ticket", "Acme", "Alice", False, False, "2026-01-05"),
    ]
