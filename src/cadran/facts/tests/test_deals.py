"""Deals, the states and stages they went through, worked out by hand."""

from __future__ import annotations

import pytest

from cadran.facts.tests.hand import LOST, NEW, OFFER, TALK, WON, Facts, changed, moved, numbered


def test_a_deal_shows_its_owner_account_and_stage() -> None:
    facts = Facts(
        team=[{"name": "North", "region": "EMEA"}],
        member=[{"name": "Alice", "team_id": 1}],
        account=[
            {
                "name": "Acme",
                "industry": "Steel",
                "country": "FR",
                "region": "West",
                "employees": 49,
                "segment": "Small",
            }
        ],
        campaign=[{"name": "Fair"}],
        deal=[{"name": "Roof", "account_id": 1, "owner_id": 1, "amount": "100.5", "campaign_id": 1, "stage_id": TALK}],
    )
    assert facts.rows("deal", "name, account, owner, team, region, country, industry, segment, size, campaign") == [
        ("Roof", "Acme", "Alice", "North", "EMEA", "FR", "Steel", "Small", "10–49", "Fair")
    ]
    assert facts.rows("deal", "pipeline, stage, outcome, amount, weighted_amount") == [
        ("Sales", "Talk", "open", "100.5", "40.2")
    ]


def test_sizes_are_bands_of_employees() -> None:
    counts = [None, 0, 1, 9, 10, 49, 50, 249, 250, 999, 1000]
    facts = Facts(account=[{"name": str(count), "employees": count} for count in counts])
    assert [size for (size,) in facts.rows("account", "size", "id")] == [
        None, None, "1–9", "1–9", "10–49", "10–49", "50–249", "50–249", "250–999", "250–999", "1000+",
    ]  # fmt: skip


def test_a_day_is_that_of_the_organisations_zone_on_both_sides_of_the_clock_change() -> None:
    deals = [
        {"created_at": "2026-03-28 22:59:59"},  # winter, UTC+1: 23:59:59 on the 28th
        {"created_at": "2026-03-28 23:00:00"},  # midnight
        {"created_at": "2026-03-29 21:59:59"},  # summer, UTC+2: 23:59:59 on the 29th
        {"created_at": "2026-03-29 22:00:00"},
        {"created_at": "2026-12-31 23:30:00"},  # already next year, in week 53 of ISO year 2026
    ]
    assert [day for (day,) in Facts(deal=deals).rows("deal", "created_on", "id")] == [
        "2026-03-28", "2026-03-29", "2026-03-29", "2026-03-30", "2027-01-01",
    ]  # fmt: skip


def test_an_open_deal_is_not_closed_whatever_its_other_fields_say() -> None:
    facts = Facts(deal=[{"stage_id": OFFER, "closed_at": "2026-02-01 12:00", "lost_reason": "price"}])
    assert facts.rows("deal", "outcome, closed_at, closed_on, deal_days") == [("open", None, None, None)]


def test_archived_deals_and_accounts_are_left_out_yet_still_named() -> None:
    facts = Facts(
        account=[{"name": "Acme", "archived_at": "2026-02-01 00:00"}],
        deal=[{"name": "kept", "account_id": 1}, {"name": "put away", "archived_at": "2026-02-01 00:00"}],
    )
    assert facts.rows("deal", "name, account") == [("kept", "Acme")]
    assert facts.rows("account", "id") == []
    assert facts.rows("deal_version", "deal") == [("kept",)]


def test_a_cycle_starts_at_the_first_touch_else_the_lead_else_the_deal() -> None:
    closed = {"stage_id": WON, "created_at": "2026-01-10 12:00", "closed_at": "2026-01-30 12:00"}
    facts = Facts(
        deal=[dict(closed) for _ in range(5)],
        lead=[
            {"deal_id": 2, "created_at": "2026-01-04 12:00"},
            {"deal_id": 3, "created_at": "2026-01-04 12:00"},
        ],
        activity=[
            {"kind": "call", "deal_id": 1, "at": "2026-01-09 12:00"},
            {"kind": "email", "deal_id": 1, "at": "2026-01-08 12:00", "automated": True},
            {"kind": "note", "deal_id": 1, "at": "2026-01-07 12:00"},
            {"kind": "meeting", "deal_id": 1, "at": "2026-01-06 12:00", "archived_at": "2026-02-01 00:00"},
            {"kind": "email", "lead_id": 2, "at": "2026-01-05 12:00"},
            {"kind": "call", "deal_id": 4, "at": "2026-01-20 12:00"},
        ],
    )
    assert facts.rows("deal", "id, cycle_start, cycle_days, deal_days") == [
        (1, "touch", 21, 20),
        (2, "lead", 26, 20),
        (3, "touch", 25, 20),
        (4, "touch", 10, 20),
        (5, "deal", 20, 20),
    ]


def test_what_was_recorded_after_the_close_did_not_begin_the_cycle() -> None:
    closed = {"stage_id": LOST, "created_at": "2026-01-10 12:00", "closed_at": "2026-01-30 12:00"}
    facts = Facts(
        deal=[closed, closed, {"created_at": "2026-01-10 12:00"}],
        lead=[{"deal_id": 1, "created_at": "2026-01-04 12:00"}, {"deal_id": 2, "created_at": "2026-02-01 12:00"}],
        activity=[{"kind": "call", "deal_id": deal, "at": "2026-02-03 12:00"} for deal in (1, 2, 3)],
    )
    assert facts.rows("deal", "id, cycle_start, cycle_days") == [(1, "lead", 26), (2, "deal", 20), (3, "touch", None)]


def test_a_deals_lines_were_worth_at_list_price_what_they_were_when_it_was_open() -> None:
    facts = Facts(
        exchange_rate=[
            {"day": "2026-01-01", "currency": "USD", "rate": "0.8"},
            {"day": "2026-02-01", "currency": "USD", "rate": "0.9"},
        ],
        product=[{"name": "GTX", "price": "100", "currency": "USD"}, {"name": "X"}],
        deal=[{"stage_id": WON, "created_at": "2026-01-10 12:00", "closed_at": "2026-02-10 12:00"}] * 2,
        deal_line=[
            {"deal_id": 1, "product_id": 1, "quantity": "2", "unit_price": "9"},
            {"deal_id": 2, "product_id": 1, "quantity": "2", "unit_price": "9"},
            {"deal_id": 2, "product_id": 2, "quantity": "1", "unit_price": "9"},
        ],
        change=numbered(*(moved(deal, "2026-02-10 12:00", NEW, WON) for deal in (1, 2))),
    )
    assert facts.rows("deal_version", "deal_id, stage, list_amount", "deal_id, sequence") == [
        (1, "New", "160"),
        (1, "Won", "180"),
        (2, "New", None),
        (2, "Won", None),
    ]


def test_products_that_differ_are_several_and_the_list_amount_needs_every_price() -> None:
    facts = Facts(
        product=[
            {"name": "GTX", "family": "G", "price": "10"},
            {"name": "MG", "family": "G", "price": "7"},
            {"name": "X"},
        ],
        deal=[{}, {}, {}, {}],
        deal_line=[
            {"deal_id": 1, "product_id": 1, "quantity": "2", "unit_price": "9", "discount": "0.5"},
            {"deal_id": 1, "product_id": 1, "quantity": "1", "unit_price": "10"},
            {"deal_id": 2, "product_id": 1, "quantity": "1", "unit_price": "10"},
            {"deal_id": 2, "product_id": 2, "quantity": "1", "unit_price": "7"},
            {"deal_id": 3, "product_id": 3, "quantity": "1", "unit_price": "7"},
        ],
    )
    assert facts.rows("deal", "id, product, family, list_amount") == [
        (1, "GTX", "G", "30"),
        (2, "several", "G", "17"),
        (3, "X", None, None),
        (4, None, None, None),
    ]
    assert facts.rows("deal_line", "id, product, quantity, amount")[:2] == [(1, "GTX", "2", "9"), (2, "GTX", "1", "10")]


def test_each_amount_is_counted_at_the_rate_of_its_own_day_and_without_a_rate_not_at_all() -> None:
    facts = Facts(
        exchange_rate=[
            {"day": "2026-01-05", "currency": "USD", "rate": "0.9"},
            {"day": "2026-02-01", "currency": "USD", "rate": "0.8"},
        ],
        deal=[
            {"currency": "USD", "amount": "100", "created_at": "2026-01-31 12:00"},  # the last rate before
            {"currency": "USD", "amount": "100", "created_at": "2026-02-01 12:00"},
            {"currency": "USD", "amount": "100", "created_at": "2026-01-04 12:00"},  # before the first rate
            {"currency": "GBP", "amount": "100"},  # never a rate
            {"currency": "EUR", "amount": "100"},
            {
                "currency": "USD",
                "amount": "100",
                "created_at": "2026-01-10 12:00",
                "closed_at": "2026-02-10 12:00",
                "stage_id": WON,
            },
        ],
    )
    assert facts.rows("deal", "id, amount, amount_original, currency") == [
        (1, "90", "100", "USD"),
        (2, "80", "100", "USD"),
        (3, None, "100", "USD"),
        (4, None, "100", "GBP"),
        (5, "100", "100", "EUR"),
        (6, "80", "100", "USD"),
    ]


def test_stays_begin_with_the_deal_and_returning_is_another_stay() -> None:
    facts = Facts(
        deal=[{"created_at": "2026-01-01 12:00", "stage_id": WON, "closed_at": "2026-01-21 12:00"}],
        change=numbered(
            moved(1, "2026-01-03 12:00", NEW, TALK),
            moved(1, "2026-01-06 12:00", TALK, NEW),
            moved(1, "2026-01-11 00:00", NEW, OFFER),
            moved(1, "2026-01-21 12:00", OFFER, WON),
        ),
    )
    assert facts.rows("deal_stage", "sequence, stage, outcome, deal_outcome, entered_on, left_on, days") == [
        (1, "New", "open", "won", "2026-01-01", "2026-01-03", "2"),
        (2, "Talk", "open", "won", "2026-01-03", "2026-01-06", "3"),
        (3, "New", "open", "won", "2026-01-06", "2026-01-11", "4.5"),
        (4, "Offer", "open", "won", "2026-01-11", "2026-01-21", "10.5"),
        (5, "Won", "won", "won", "2026-01-21", None, None),
    ]
    assert facts.rows(
        "deal_progress", "stage, entered_on, passed_on, total_days, visited, visited_next", "stage_order"
    ) == [
        ("New", "2026-01-01", "2026-01-03", "6.5", True, True),
        ("Talk", "2026-01-03", "2026-01-11", "3", True, True),
        ("Offer", "2026-01-11", "2026-01-21", "10.5", True, True),
    ]


def test_changes_of_one_moment_follow_their_ids_and_a_stage_passed_in_it_is_a_stay_of_no_length() -> None:
    noon = "2026-01-03 12:00"
    facts = Facts(
        deal=[{"created_at": "2026-01-01 12:00", "stage_id": OFFER}],
        change=numbered(moved(1, noon, NEW, TALK), moved(1, noon, TALK, OFFER)),
    )
    stays = [(1, "New", "2026-01-03"), (2, "Talk", "2026-01-03"), (3, "Offer", None)]
    assert facts.rows("deal_stage", "sequence, stage, left_on") == stays
    assert facts.rows("deal_version", "sequence, stage") == [(1, "New"), (2, "Talk"), (3, "Offer")]
    assert facts.rows("deal_progress", "stage, visited, visited_next, total_days", "stage_order") == [
        ("New", True, True, "2"),
        ("Talk", True, True, "0"),
        ("Offer", True, False, None),
    ]


def test_skipped_stages_count_as_passed_on_the_day_of_the_further_one() -> None:
    facts = Facts(
        deal=[{"created_at": "2026-01-01 12:00", "stage_id": OFFER}],
        change=numbered(moved(1, "2026-01-04 12:00", NEW, OFFER)),
    )
    assert facts.rows(
        "deal_progress", "stage, entered_on, passed, passed_on, visited, visited_next", "stage_order"
    ) == [
        ("New", "2026-01-01", True, "2026-01-04", True, False),
        ("Talk", "2026-01-04", True, "2026-01-04", False, True),
        ("Offer", "2026-01-04", False, None, True, False),
    ]


def test_a_deal_known_only_as_lost_entered_no_open_stage_and_one_known_only_as_won_passed_them_all() -> None:
    closed = {"created_at": "2026-01-01 12:00", "closed_at": "2026-01-11 12:00", "amount": "5"}
    facts = Facts(deal=[{**closed, "stage_id": LOST}, {**closed, "stage_id": WON}])
    assert facts.rows("deal_progress", "deal_id, stage, entered_on, passed_on, visited", "deal_id, stage_order") == [
        (2, "New", "2026-01-11", "2026-01-11", False),
        (2, "Talk", "2026-01-11", "2026-01-11", False),
        (2, "Offer", "2026-01-11", "2026-01-11", False),
    ]
    assert facts.rows("deal_stage", "deal_id, stage, entered_on") == [
        (1, "Lost", "2026-01-11"),
        (2, "Won", "2026-01-11"),
    ]
    # It was open until then, in a stage that nobody wrote down.
    assert facts.rows("deal_version", "deal_id, sequence, stage, outcome, from_on, to_on") == [
        (1, 1, None, "open", "2026-01-01", "2026-01-11"),
        (1, 2, "Lost", "lost", "2026-01-11", None),
        (2, 1, None, "open", "2026-01-01", "2026-01-11"),
        (2, 2, "Won", "won", "2026-01-11", None),
    ]


def test_a_lost_deal_created_in_an_open_stage_entered_that_stage() -> None:
    facts = Facts(
        deal=[{"created_at": "2026-01-01 12:00", "stage_id": LOST, "closed_at": "2026-01-11 12:00"}],
        change=numbered(moved(1, "2026-01-11 12:00", TALK, LOST)),
    )
    assert facts.rows("deal_progress", "stage, entered_on, passed, visited, closed", "stage_order") == [
        ("New", "2026-01-01", True, False, True),
        ("Talk", "2026-01-01", False, True, True),
    ]


def test_a_state_is_what_the_deal_was_with_the_values_of_then() -> None:
    facts = Facts(
        member=[{"name": "Alice"}, {"name": "Bob"}],
        deal=[
            {
                "created_at": "2026-01-01 12:00",
                "stage_id": TALK,
                "amount": "300",
                "owner_id": 2,
                "expected_close_on": "2026-06-30",
                "forecast_category": "commit",
            }
        ],
        change=numbered(
            changed(1, "2026-01-02 12:00", "amount", "100", "200.5"),
            changed(1, "2026-01-03 12:00", "owner", 1, 2),
            changed(1, "2026-01-04 12:00", "amount", "200.5", None),
            moved(1, "2026-01-05 12:00", NEW, TALK),
            changed(1, "2026-01-05 12:00", "amount", None, "300"),
            changed(1, "2026-01-06 12:00", "expected_close_on", None, "2026-06-30"),
            changed(1, "2026-01-07 12:00", "forecast_category", "pipeline", "commit"),
            changed(1, "2026-01-08 12:00", "next_step_on", None, "2026-02-01"),
        ),
    )
    assert facts.rows(
        "deal_version", "sequence, owner, stage, amount, expected_close_on, forecast_category, from_on"
    ) == [
        (1, "Alice", "New", "100", None, "pipeline", "2026-01-01"),
        (2, "Alice", "New", "200.5", None, "pipeline", "2026-01-02"),
        (3, "Bob", "New", "200.5", None, "pipeline", "2026-01-03"),
        (4, "Bob", "New", None, None, "pipeline", "2026-01-04"),
        (5, "Bob", "Talk", "300", None, "pipeline", "2026-01-05"),
        (6, "Bob", "Talk", "300", "2026-06-30", "pipeline", "2026-01-06"),
        (7, "Bob", "Talk", "300", "2026-06-30", "commit", "2026-01-07"),
    ]
    assert facts.rows("deal_stage", "stage, owner, amount") == [("New", "Alice", "100"), ("Talk", "Bob", "300")]


def test_a_moment_that_an_imported_history_recorded_makes_a_state_though_nothing_followed_changed() -> None:
    snapshot = {**changed(1, "2026-01-03 12:00", "next_step_on", None, "2026-02-01"), "origin": "import"}
    same = {**changed(1, "2026-01-04 12:00", "amount", "5", "5"), "origin": "import"}
    facts = Facts(deal=[{"amount": "5", "created_at": "2026-01-01 12:00"}], change=numbered(snapshot, same))
    assert facts.rows("deal_version", "sequence, amount, from_on") == [
        (1, "5", "2026-01-01"),
        (2, "5", "2026-01-03"),
        (3, "5", "2026-01-04"),
    ]
    assert facts.rows("deal_stage", "sequence, stage") == [(1, "New")]


def test_a_stage_out_of_use_is_neither_expected_nor_next() -> None:
    stages = [
        {"id": 1, "pipeline_id": 1, "name": "New", "order": 1, "outcome": "open"},
        {"id": 2, "pipeline_id": 1, "name": "Old", "order": 2, "outcome": "open", "archived_at": "2026-02-01 00:00"},
        {"id": 3, "pipeline_id": 1, "name": "Offer", "order": 3, "outcome": "open"},
    ]
    facts = Facts(stage=stages, deal=[{"stage_id": 3}], change=numbered(moved(1, "2026-01-06 12:00", 1, 3)))
    assert facts.rows("deal_progress", "stage, visited_next", "stage_order") == [("New", True), ("Offer", False)]


@pytest.mark.parametrize("last", [TALK, None])
def test_where_the_record_is_holds_when_its_recorded_past_ends_elsewhere(last: int | None) -> None:
    changes = numbered(moved(1, "2026-01-03 12:00", NEW, last)) if last else []
    facts = Facts(
        deal=[{"created_at": "2026-01-01 12:00", "stage_id": WON, "closed_at": "2026-01-09 12:00"}], change=changes
    )
    assert facts.rows("deal_stage", "stage, entered_on")[-1] == ("Won", "2026-01-09")


def test_the_first_win_of_an_account_is_on_all_its_deals() -> None:
    facts = Facts(
        account=[{"name": "Acme"}],
        deal=[
            {"account_id": 1, "stage_id": WON, "closed_at": "2026-02-02 12:00", "amount": "2"},
            {"account_id": 1, "stage_id": WON, "closed_at": "2026-02-01 12:00", "amount": "1"},
            {"account_id": 1},
            {"stage_id": WON, "closed_at": "2026-01-01 12:00"},
        ],
    )
    assert [day for (day,) in facts.rows("deal", "first_won_on", "id")] == ["2026-02-01"] * 3 + [None]
    assert facts.rows("first_win", "account, deal_id, won_on, amount") == [("Acme", 2, "2026-02-01", "1")]
