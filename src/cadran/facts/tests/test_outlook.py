"""What happens on open deals and what is to be expected of them, with goals and forecasts, worked out by hand."""

from __future__ import annotations

from cadran.facts.tests.hand import NEW, SALES, TALK, WON, Facts, changed, moved, numbered

ALICE = {"name": "Alice", "team_id": 1}
NORTH = {"name": "North", "region": "Europe"}
DEAL = {"name": "Mill", "owner_id": 1, "amount": "80"}  # created on 5 January 2026
CALLED = {"kind": "call"}


def outlook(facts: Facts, *columns: str) -> list[tuple[object, ...]]:
    return facts.rows("deal_outlook", ", ".join([*columns, "from_on", "to_on"]), "deal_id, sequence")


def test_a_deal_on_which_nothing_happens_falls_silent_then_cold() -> None:
    facts = Facts(deal=[DEAL], activity=[{**CALLED, "deal_id": 1, "at": "2026-02-10 10:00"}])
    # The last 14 days, and 30, end without anything from 19 January, 4 February, 24 February and 12 March on.
    assert outlook(facts, "silent", "cold", "risk") == [
        (False, False, "none", "2026-01-05", "2026-01-19"),
        (True, False, "none", "2026-01-19", "2026-02-04"),
        (True, True, "cold", "2026-02-04", "2026-02-10"),
        (False, False, "none", "2026-02-10", "2026-02-24"),
        (True, False, "none", "2026-02-24", "2026-03-12"),
        (True, True, "cold", "2026-03-12", None),
    ]


def test_what_a_machine_sent_does_not_wake_a_deal() -> None:
    sent = {**CALLED, "deal_id": 1, "at": "2026-01-25 10:00", "automated": True}
    facts = Facts(deal=[DEAL], activity=[sent])
    assert [row[0] for row in outlook(facts, "silent")] == [False, True, True]


def test_an_expected_close_that_passes_makes_a_deal_late_and_put_off_twice_it_is_pushed() -> None:
    facts = Facts(
        deal=[{**DEAL, "expected_close_on": "2026-01-14"}],
        change=numbered(
            changed(1, "2026-01-09 10:00", "expected_close_on", "2026-01-07", "2026-01-11"),
            changed(1, "2026-01-10 10:00", "expected_close_on", "2026-01-11", "2026-01-10"),
            changed(1, "2026-01-12 10:00", "expected_close_on", "2026-01-10", "2026-01-14"),
        ),
    )
    assert outlook(facts, "late", "pushed", "risk")[:6] == [
        (False, False, "none", "2026-01-05", "2026-01-08"),
        (True, False, "late", "2026-01-08", "2026-01-09"),
        (False, False, "none", "2026-01-09", "2026-01-10"),
        (False, False, "none", "2026-01-10", "2026-01-11"),
        (True, False, "late", "2026-01-11", "2026-01-12"),
        (False, True, "pushed", "2026-01-12", "2026-01-15"),
    ]


def test_a_deal_is_cut_while_it_is_worth_less_than_before() -> None:
    facts = Facts(
        deal=[{**DEAL, "amount": "100"}],
        change=numbered(
            changed(1, "2026-01-06 10:00", "amount", "100", "80"), changed(1, "2026-01-08 10:00", "amount", "80", "100")
        ),
    )
    assert [row[:2] for row in outlook(facts, "amount", "cut")][:3] == [("100", False), ("80", True), ("100", False)]


def test_a_deal_is_stuck_past_what_its_stage_allows_or_twice_the_median_noted_before_it_came() -> None:
    stages = [{**stage, "rotten_after_days": 5 if stage["name"] == "New" else None} for stage in SALES]
    noted = {"record": "stage", "record_id": TALK, "kind": "median_days"}
    facts = Facts(
        stage=stages,
        deal=[{**DEAL, "stage_id": TALK}],
        change=numbered(moved(1, "2026-01-12 10:00", NEW, TALK)),
        score=[{**noted, "value": "1.5", "at": "2026-01-11 10:00"}, {**noted, "value": "30", "at": "2026-01-13 10:00"}],
    )
    assert outlook(facts, "stage", "stuck")[:4] == [
        ("New", False, "2026-01-05", "2026-01-10"),
        ("New", True, "2026-01-10", "2026-01-12"),
        ("Talk", False, "2026-01-12", "2026-01-15"),
        ("Talk", True, "2026-01-15", "2026-01-26"),
    ]


def test_a_next_step_counts_until_its_day_is_over_and_a_score_until_the_next() -> None:
    given = {"record": "deal", "record_id": 1, "kind": "win"}
    facts = Facts(
        deal=[{**DEAL, "next_step_on": "2026-01-12"}],
        change=numbered(changed(1, "2026-01-07 10:00", "next_step_on", None, "2026-01-12")),
        score=[
            {**given, "value": "0.4", "at": "2026-01-08 10:00"},
            {**given, "value": "0.6", "at": "2026-01-08 11:00"},
        ],
    )
    assert outlook(facts, "planned", "score")[:4] == [
        (False, None, "2026-01-05", "2026-01-07"),
        (True, None, "2026-01-07", "2026-01-08"),
        (True, "0.6", "2026-01-08", "2026-01-13"),
        (False, "0.6", "2026-01-13", "2026-01-19"),
    ]


def test_a_next_step_set_and_taken_away_on_one_day_is_none() -> None:
    facts = Facts(
        deal=[DEAL],
        change=numbered(
            changed(1, "2026-01-07 10:00", "next_step_on", None, "2026-01-12"),
            changed(1, "2026-01-07 11:00", "next_step_on", "2026-01-12", None),
        ),
    )
    assert not any(planned for planned, *_ in outlook(facts, "planned"))


def test_a_deal_reopened_at_another_rate_is_not_cut() -> None:
    facts = Facts(
        exchange_rate=[
            {"day": "2026-01-01", "currency": "USD", "rate": "0.9"},
            {"day": "2026-01-06", "currency": "USD", "rate": "1.1"},
        ],
        deal=[{**DEAL, "currency": "USD", "stage_id": TALK}],
        change=numbered(moved(1, "2026-01-06 10:00", NEW, WON), moved(1, "2026-01-08 10:00", WON, TALK)),
    )
    assert [(cut, amount) for cut, amount, *_ in outlook(facts, "cut", "amount")][-1] == (False, "72")


def test_an_activity_after_a_deal_was_won_and_reopened_in_one_moment_touches_it() -> None:
    facts = Facts(
        deal=[{**DEAL, "stage_id": TALK}],
        change=numbered(moved(1, "2026-01-06 10:00", NEW, WON), moved(1, "2026-01-06 10:00", WON, TALK)),
        activity=[{**CALLED, "deal_id": 1, "at": "2026-01-06 11:00"}],
    )
    assert facts.rows("deal_touch", "touch, stage", "sequence") == [("move", "New"), ("activity", "Talk")]


def test_an_outlook_ends_when_the_deal_does() -> None:
    facts = Facts(deal=[{**DEAL, "stage_id": WON, "closed_at": "2026-01-09 10:00"}])
    assert [row[-1] for row in outlook(facts)] == ["2026-01-09"]


def test_moves_edits_and_activities_touch_an_open_deal_where_it_stood() -> None:
    facts = Facts(
        deal=[{**DEAL, "stage_id": WON, "closed_at": "2026-01-20 10:00"}],
        activity=[
            {**CALLED, "deal_id": 1, "at": "2026-01-08 10:00"},
            {**CALLED, "deal_id": 1, "at": "2026-01-09 10:00", "automated": True},
            {**CALLED, "deal_id": 1, "at": "2026-01-25 10:00"},
        ],
        change=numbered(
            changed(1, "2026-01-06 10:00", "amount", "70", "80"),
            moved(1, "2026-01-10 10:00", NEW, TALK),
            moved(1, "2026-01-20 10:00", TALK, WON),
            changed(1, "2026-01-22 10:00", "amount", "80", "90"),
        ),
    )
    assert facts.rows("deal_touch", "touch, stage, touched_on", "sequence") == [
        ("edit", "New", "2026-01-06"),
        ("activity", "New", "2026-01-08"),
        ("move", "New", "2026-01-10"),
        ("move", "Talk", "2026-01-20"),
    ]


def test_a_goal_is_spread_over_its_days_without_losing_a_millionth() -> None:
    quarter = {"kpi": "revenue", "starts_on": "2026-01-01", "ends_on": "2026-04-01"}
    facts = Facts(
        team=[NORTH],
        member=[ALICE],
        goal=[
            {**quarter, "target": "100"},
            {**quarter, "target": "60", "parent_id": 1, "slice": '{"team": "North"}'},
            {**quarter, "target": "50", "parent_id": 2, "owner_id": 1},
        ],
    )
    assert facts.rows("goal", "level, owner, team, region, whole, undivided, days", "id") == [
        ("company", None, None, None, True, False, 90),
        ("team", None, "North", "Europe", False, False, 90),
        ("member", "Alice", "North", "Europe", False, True, 90),
    ]
    for goal, target in ((1, "100"), (2, "60"), (3, "50")):
        spread = f"sum(target) filter (goal_id = {goal}), count(*) filter (goal_id = {goal})"
        assert facts.rows("goal_day", spread) == [(target, 90)]
    assert facts.rows("goal_day", "max(target), min(target), min(on_day), max(on_day)") == [
        ("1.111112", "0.555555", "2026-01-01", "2026-03-31")
    ]


def test_a_forecast_stands_beside_what_came_of_it() -> None:
    said = {"owner_id": 1, "currency": "EUR", "category": "commit", "starts_on": "2026-01-01", "ends_on": "2026-02-01"}
    won = {"owner_id": 1, "stage_id": WON}
    facts = Facts(
        team=[NORTH],
        member=[ALICE],
        exchange_rate=[{"day": "2026-01-01", "currency": "USD", "rate": "0.5"}],
        deal=[
            {**won, "amount": "80", "closed_at": "2026-01-31 10:00"},
            {**won, "amount": "70", "closed_at": "2026-01-31 23:30"},
        ],
        forecast_submission=[
            {**said, "amount": "100", "at": "2026-01-02 10:00"},
            {**said, "amount": "120", "at": "2026-01-20 10:00", "currency": "USD"},
        ],
    )
    assert facts.rows("forecast", "owner, team, first, latest, amount, actual, error, miss, last_on", "id") == [
        ("Alice", "North", True, False, "100", "80", "20", "20", "2026-01-31"),
        ("Alice", "North", False, True, "60", "80", "-20", "20", "2026-01-31"),
    ]


def test_a_past_pipeline_is_weighted_by_the_probability_that_its_stage_had_then() -> None:
    set_anew = {"record": "stage", "record_id": TALK, "field": "probability"}
    facts = Facts(
        deal=[{**DEAL, "stage_id": TALK}],
        change=[
            {**set_anew, "id": 1, "at": "2026-01-07 10:00", "from_value": "0.2", "to_value": "0.3"},
            {**set_anew, "id": 2, "at": "2026-01-09 10:00", "from_value": "0.3", "to_value": "0.4"},
        ],
    )
    assert outlook(facts, "weighted_amount")[:3] == [
        ("16", "2026-01-05", "2026-01-07"),
        ("24", "2026-01-07", "2026-01-09"),
        ("32", "2026-01-09", "2026-01-19"),
    ]
    assert facts.rows("deal", "weighted_amount") == [("32",)]
