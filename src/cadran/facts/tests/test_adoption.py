"""Licences, sign-ins and how well records are kept, worked out by hand."""

from __future__ import annotations

from cadran.facts.tests.hand import LOST, WON, Facts

SIGN_INS = [{"member_id": 1, "logged_in_at": f"2026-01-{day} 09:00"} for day in (10, 12, 20, 21, 21, 26)]


def licensed(number: int, member: int, put: str, at: str) -> dict[str, object]:
    other = "false" if put == "true" else "true"
    change = {"id": number, "record": "member", "record_id": member, "field": "licensed"}
    return {**change, "from_value": other, "to_value": put, "at": at}


def test_a_licence_runs_while_it_was_granted_from_joining_to_leaving() -> None:
    facts = Facts(
        member=[
            {"name": "Alice", "joined_on": "2026-01-10"},
            {"name": "Bob", "licensed": False, "joined_on": "2026-01-01", "left_on": "2026-02-01"},
            {"name": "Charlie", "licensed": False},
            {"name": "Dana", "licensed": False, "created_at": "2026-01-31 23:30"},
        ],
        change=[
            licensed(1, 1, "false", "2026-03-01 10:00"),
            licensed(2, 1, "true", "2026-03-05 10:00"),
            licensed(3, 4, "false", "2026-02-20 10:00"),
        ],
    )
    assert facts.rows("licence", "member, from_on, to_on") == [
        ("Alice", "2026-01-10", "2026-03-01"),
        ("Alice", "2026-03-05", None),
        ("Bob", "2026-01-01", "2026-02-01"),
        ("Dana", "2026-02-01", "2026-02-20"),
    ]


def test_a_licence_given_and_taken_on_one_day_does_not_count() -> None:
    facts = Facts(
        member=[{"name": "Alice", "licensed": False, "joined_on": "2026-01-10"}],
        change=[licensed(1, 1, "true", "2026-02-01 10:00"), licensed(2, 1, "false", "2026-02-01 11:00")],
    )
    assert facts.rows("licence", "member") == []


def test_a_member_adopts_the_product_on_his_third_day_within_seven() -> None:
    facts = Facts(member=[{"name": "Alice"}, {"name": "Bob"}], session=SIGN_INS)
    assert facts.rows("licence", "member, adopted_on") == [("Alice", "2026-01-26"), ("Bob", None)]
    # The 21st counts once, and seven days end on the sixth day after the first.
    later = [{"member_id": 1, "logged_in_at": f"2026-01-{day} 09:00"} for day in (10, 12, 17, 17)]
    assert Facts(member=[{"name": "Alice"}], session=later).rows("licence", "adopted_on") == [(None,)]


def test_days_are_told_apart_by_member_and_business_day() -> None:
    facts = Facts(
        member=[{"name": "Alice"}, {"name": "Bob"}],
        session=[*SIGN_INS, {"member_id": 2, "logged_in_at": "2026-01-20 23:30"}],
    )
    days = facts.rows("session", "count(distinct member_day), count(*)")
    assert days == [(6, 7)]
    assert facts.rows("session", "logged_in_on", "id")[-1] == ("2026-01-21",)


def test_a_change_carries_the_member_who_made_it() -> None:
    change = {"record": "deal", "record_id": 1, "field": "amount", "at": "2026-01-10 10:00"}
    facts = Facts(
        team=[{"name": "North", "region": "Europe"}],
        member=[{"name": "Alice", "team_id": 1}],
        change=[{"id": 1, **change, "member_id": 1}, {"id": 2, **change, "origin": "import"}],
    )
    assert facts.rows("change", "owner, team, region, role, member_day is null", "id") == [
        ("Alice", "North", "Europe", "representative", False),
        (None, None, None, None, True),
    ]


def test_a_record_is_checked_for_blanks_doubles_and_values_that_cannot_be() -> None:
    full = {"industry": "Tools", "segment": "Small", "country": "FR", "employees": 3, "owner_id": 1}
    facts = Facts(
        member=[{"name": "Alice"}],
        account=[
            {"name": "Acme", "domain": "acme.example", **full},
            {"name": "Acme (old)", "domain": "ACME.example", **full, "owner_id": None},
            {"name": "Zeta", "domain": "zeta", **full, "employees": 0},
        ],
        deal=[
            {"name": "Mill", "account_id": 1, "amount": "3", "owner_id": 1, "channel": "Web"},
            {"name": "Mill ", "account_id": 1, "amount": "-3", "stage_id": LOST, "closed_at": "2026-02-01 10:00"},
            {"name": "Pump", "stage_id": WON, "closed_at": "2026-01-01 10:00"},
        ],
    )
    assert facts.rows("record_check", "record, record_id, missing, required, filled, sound, single") == [
        ("account", 1, None, 6, 6, True, False),
        ("account", 2, "owner", 6, 5, True, False),
        ("account", 3, None, 6, 6, False, True),
        ("deal", 1, "several", 6, 4, True, True),
        ("deal", 2, "several", 6, 2, False, True),
        ("deal", 3, "several", 5, 0, False, True),
    ]


def test_a_record_goes_stale_when_nothing_changed_for_too_long() -> None:
    facts = Facts(
        account=[{"name": "Acme"}],
        deal=[{"name": "Mill"}, {"name": "Pump", "stage_id": WON, "closed_at": "2026-02-01 10:00"}],
        change=[{"id": 1, "record": "deal", "record_id": 1, "field": "name", "at": "2026-03-01 10:00"}],
    )
    assert facts.rows("record_check", "record, record_id, stale_on") == [
        ("account", 1, "2027-01-05"),
        ("deal", 1, "2026-03-31"),
        ("deal", 2, None),
    ]
