"""Who is a customer from when to when, what they come back for, how they fare: worked out by hand."""

from __future__ import annotations

from cadran.facts.tests.hand import Facts

SPAN = "account_id, basis, sequence, started_on::varchar, ended_on::varchar, reason"


def test_a_customer_is_one_while_any_contract_runs_and_a_day_between_two_breaks_nothing() -> None:
    facts = Facts(
        account=[{"name": "Alba"}, {"name": "Borel"}],
        subscription=[
            {"account_id": 1, "started_on": "2025-01-01", "ended_on": "2025-03-31", "end_reason": "price"},
            {"account_id": 1, "started_on": "2025-04-01", "ended_on": "2025-06-30", "end_reason": "moved"},
            {"account_id": 1, "started_on": "2025-02-01", "ended_on": "2025-05-15", "end_reason": "merged"},
            {"account_id": 1, "started_on": "2025-09-01", "ended_on": None},
            {"account_id": 2, "started_on": "2025-05-01", "ended_on": "2025-04-01"},  # cannot be: it is no contract
            {"account_id": 2, "started_on": "2025-05-02", "ended_on": "2025-08-01", "end_reason": None},
        ],
    )
    assert facts.rows("customer_span", SPAN, "account_id, basis, sequence") == [
        (1, "any", 1, "2025-01-01", "2025-06-30", "moved"),
        (1, "any", 2, "2025-09-01", None, None),
        (1, "contract", 1, "2025-01-01", "2025-06-30", "moved"),
        (1, "contract", 2, "2025-09-01", None, None),
        (2, "any", 1, "2025-05-02", "2025-08-01", None),
        (2, "contract", 1, "2025-05-02", "2025-08-01", None),
    ]


def test_without_contracts_a_year_of_silence_ends_it() -> None:
    days = ["2023-01-10", "2023-12-01", "2025-06-01", "2025-07-01"]
    orders = [{"account_id": 1, "placed_at": f"{day} 10:00", "amount": 10} for day in days]
    refund = {"account_id": 1, "placed_at": "2024-11-20 10:00", "amount": -5, "refund_of_id": 2}
    facts = Facts(account=[{"name": "Alba"}], order=[*orders, refund])
    assert [row[2:5] for row in facts.rows("customer_span", SPAN, "basis, sequence") if row[1] == "purchases"] == [
        (1, "2023-01-10", "2024-11-30"),
        (2, "2025-06-01", "2026-07-01"),
    ]
    assert facts.rows("order", "sequence, active_since::varchar, week_of_month", "placed_at") == [
        (1, "2023-01-10", "2"),
        (2, "2023-01-10", "1"),
        (None, None, "3"),
        (3, "2025-06-01", "1"),
        (4, "2025-06-01", "1"),
    ]


def test_a_line_is_new_or_dearer_by_what_was_bought_in_earlier_orders() -> None:
    products = [
        {"name": "Lamp S", "family": "Lamps", "tier": "Basic", "price": 10},
        {"name": "Lamp L", "family": "Lamps", "tier": "Premium", "price": 30},
        {"name": "Lamp M", "family": "Lamps", "tier": "Middle", "price": 20},
        {"name": "Desk", "family": "Desks", "tier": "Basic", "price": 200},
        {"name": "Lamp S2", "family": "Lamps", "tier": "Basic", "price": 40},
    ]
    bought = [[1, 1], [2, 4], [3, 2, 5], [4]]
    orders = [{"account_id": 1, "placed_at": f"2025-0{n}-01 10:00", "amount": 1} for n in range(1, 5)]
    lines = [{"order_id": n, "product_id": p, "amount": 1} for n, listed in enumerate(bought, 1) for p in listed]
    facts = Facts(account=[{"name": "Alba"}], product=products, order=orders, order_line=lines)
    found = facts.rows("order_line", "order_id, product, new_product, new_family, upgraded", "id")
    assert found == [
        (1, "Lamp S", True, False, False),  # nothing is new to who buys for the first time
        (1, "Lamp S", False, False, False),
        (2, "Lamp L", True, False, True),
        (2, "Desk", True, True, False),
        (3, "Lamp M", True, False, False),  # another tier, but cheaper than what it had
        (3, "Lamp L", False, False, False),
        (3, "Lamp S2", True, False, False),  # dearer, but of a tier it had
        (4, "Desk", False, False, False),
    ]


def test_products_without_a_family_are_no_tiers_of_one_another() -> None:
    products = [{"name": "Hook", "tier": "Basic", "price": 10}, {"name": "Rug", "tier": "Premium", "price": 90}]
    facts = Facts(
        account=[{"name": "Alba"}],
        product=products,
        order=[{"account_id": 1, "placed_at": f"2025-0{n}-01 10:00", "amount": 1} for n in (1, 2)],
        order_line=[{"order_id": n, "product_id": n, "amount": 1} for n in (1, 2)],
    )
    assert facts.rows("order_line", "product, new_product, upgraded", "id") == [
        ("Hook", True, False),
        ("Rug", True, False),
    ]


def test_recurring_revenue_knows_since_when_the_account_pays() -> None:
    facts = Facts(
        account=[{"name": "Alba"}],
        subscription=[
            {"account_id": 1, "monthly_amount": 100, "started_on": "2025-01-01", "ended_on": "2025-03-01"},
            {"account_id": 1, "monthly_amount": 50, "started_on": "2025-02-01", "ended_on": "2025-04-01"},
            {"account_id": 1, "monthly_amount": 70, "started_on": "2025-08-01", "ended_on": None},
        ],
    )
    found = facts.rows("mrr_move", "moved_on::varchar, move, amount::int, since_on::varchar", "moved_on")
    assert found == [
        ("2025-01-01", "new", 100, "2025-01-01"),
        ("2025-02-01", "expansion", 50, "2025-01-01"),
        ("2025-03-01", "contraction", -100, "2025-01-01"),
        ("2025-04-01", "churn", -50, "2025-01-01"),
        ("2025-08-01", "reactivation", 70, "2025-08-01"),
    ]


def test_a_contract_followed_by_another_the_day_after_moves_no_recurring_revenue() -> None:
    facts = Facts(
        account=[{"name": "Alba"}],
        subscription=[
            {"account_id": 1, "monthly_amount": 100, "started_on": "2025-01-01", "ended_on": "2025-04-30"},
            {"account_id": 1, "monthly_amount": 120, "started_on": "2025-05-01", "ended_on": "2025-06-30"},
        ],
    )
    found = facts.rows("mrr_move", "moved_on::varchar, move, amount::int, since_on::varchar", "moved_on")
    assert found == [
        ("2025-01-01", "new", 100, "2025-01-01"),
        ("2025-05-01", "expansion", 20, "2025-01-01"),
        ("2025-06-30", "churn", -120, "2025-01-01"),
    ]


def test_a_renewal_is_late_by_days_and_open_until_it_is_told() -> None:
    facts = Facts(
        account=[{"name": "Alba", "segment": "Labs"}],
        subscription=[{"account_id": 1, "plan": "Gold", "started_on": "2024-01-01"}],
        renewal=[
            {
                "subscription_id": 1,
                "due_on": "2025-01-01",
                "outcome": "renewed",
                "renewed_on": "2025-01-11",
                "amount": 90,
            },
            {"subscription_id": 1, "due_on": "2026-01-01", "outcome": "lost", "amount": 90},
            {"subscription_id": 1, "due_on": "2027-01-01", "amount": 95},
        ],
    )
    columns = "segment, plan, outcome, renewed, days_late, amount::int, due_on::varchar"
    assert facts.rows("renewal", columns, "due_on") == [
        ("Labs", "Gold", "renewed", True, 10, 90, "2025-01-01"),
        ("Labs", "Gold", "lost", False, None, 90, "2026-01-01"),
        ("Labs", "Gold", None, False, None, 95, "2027-01-01"),
    ]


def test_signs_of_interest_count_while_the_account_is_a_customer() -> None:
    facts = Facts(
        account=[{"name": "Alba"}],
        contact=[{"account_id": 1}],
        lead=[{"name": "Zoe", "account_id": 1}],
        subscription=[{"account_id": 1, "started_on": "2025-02-01", "ended_on": "2025-06-30"}],
        usage=[{"account_id": 1, "day": "2025-01-31"}, {"account_id": 1, "day": "2025-02-01"}],
        loyalty_event=[{"contact_id": 1, "day": "2025-06-30"}, {"account_id": 1, "day": "2025-07-01"}],
        visit=[{"lead_id": 1, "started_at": "2025-03-01 09:00"}, {"started_at": "2025-03-01 09:00"}],
        activity=[
            {"kind": "email", "account_id": 1, "at": "2025-03-01 09:00", "opened_at": "2025-03-02 09:00"},
            {"kind": "email", "account_id": 1, "at": "2025-03-01 09:00"},
        ],
    )
    found = facts.rows(
        "interaction", "kind, on_day::varchar, customer_since::varchar, customer_until::varchar", "on_day"
    )
    assert found == [
        ("use", "2025-02-01", "2025-02-01", "2025-06-30"),
        ("visit", "2025-03-01", "2025-02-01", "2025-06-30"),
        ("e-mail", "2025-03-02", "2025-02-01", "2025-06-30"),
        ("loyalty", "2025-06-30", "2025-02-01", "2025-06-30"),
    ]


def test_an_e_mail_is_a_sign_on_each_day_on_which_a_person_did_something_with_it() -> None:
    sent = {"kind": "email", "account_id": 1, "sent_at": "2025-03-31 08:00", "at": "2025-03-31 08:00"}
    facts = Facts(
        account=[{"name": "Alba"}],
        subscription=[{"account_id": 1, "started_on": "2025-02-01"}],
        activity=[
            {
                **sent,
                "opened_at": "2025-03-31 09:00",
                "clicked_at": "2025-04-01 09:00",
                "replied_at": "2025-04-01 10:00",
            },
            {**sent, "opened_at": "2025-03-31 08:00:05"},  # by a machine, five seconds after it was sent
            {**sent, "opened_at": "2025-03-31 08:00:05", "replied_at": "2025-03-31 17:00"},
        ],
    )
    found = facts.rows("interaction", "id // 8, on_day::varchar", "id")
    assert found == [(1, "2025-03-31"), (1, "2025-04-01"), (3, "2025-03-31")]


def test_health_weighs_what_is_known_and_says_how_much_that_is() -> None:
    facts = Facts(
        account=[{"name": "Alba"}],
        subscription=[{"account_id": 1, "started_on": "2025-01-15", "ended_on": "2025-07-20"}],
        usage=[
            {"account_id": 1, "day": "2025-01-20", "count": 4},
            {"account_id": 1, "day": "2025-02-20", "count": 4},
            {"account_id": 1, "day": "2025-05-20", "count": 2},
        ],
        ticket=[{"account_id": 1, "opened_at": "2025-03-10 09:00"}],
        survey=[{"name": "Effort", "kind": "ces", "scale_min": 1, "scale_max": 5, "direction": "lower"}],
        answer=[{"survey_id": 1, "account_id": 1, "score": 2, "at": "2025-02-10 09:00"}],
    )
    columns = "from_on::varchar, to_on::varchar, usage::int, feedback::int, support::int, purchases, coverage, level"
    assert facts.rows("health", columns, "from_on") == [
        ("2025-01-31", "2025-02-28", 100, None, None, None, "0.3", "good"),
        ("2025-02-28", "2025-03-31", 100, 75, None, None, "0.55", "good"),
        ("2025-03-31", "2025-04-30", 100, 75, 75, None, "0.75", "good"),
        ("2025-04-30", "2025-05-31", 100, 75, 75, None, "0.75", "good"),
        ("2025-05-31", "2025-06-30", 25, 75, 75, None, "0.75", "fair"),  # 2 uses since March, 8 in the months before
        ("2025-06-30", "2025-07-20", 25, 75, 100, None, "0.75", "fair"),
    ]
    # On the first of March: (30 × 100 + 25 × 75) / 55.
    points = "usage_points, feedback_points, support_points, purchase_points, score"
    assert facts.rows("health", points, "from_on")[1] == ("54.545455", "34.090909", "0", "0", "88.636364")
