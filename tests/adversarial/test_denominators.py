# ruff: noqa: E501 (lines of data)
"""Unlabelled denominators: the same file has a win rate of 48 % and of 63 %; each definition says which it is.

25 deals of March: 12 won for 100 each, 7 lost for 200 each, 6 still open, 4 of them expected in March. 20 answers about
satisfaction from 1 to 5: 13 of 4 or 5, 2 of 3, 5 of 1 or 2. As many about recommendation: 10 of 9, 6 of 7, 4 of 3.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.adversarial.ledger import Books, Ledger, catalogue, number

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 30)
MARCH = ("2026-03-01", "2026-04-01")
SCORES = {"csat": (1, 5, [5] * 8 + [4] * 5 + [3] * 2 + [2] * 3 + [1] * 2), "nps": (0, 10, [9] * 10 + [7] * 6 + [3] * 4), "ces": (1, 7, [7] * 8 + [5] * 4 + [4] * 4 + [1] * 4)}  # fmt: skip


def write(ledger: Ledger) -> None:
    alice = ledger.add("member", "2026-01-02", name="Alice")
    for place in range(25):
        outcome = "Won" if place < 12 else "Lost" if place < 19 else ""
        values = {
            "amount": 200 if outcome == "Lost" else 100,
            "owner": alice,
            "expected_close_on": "2026-04-15" if place > 22 else "2026-03-25",
        }
        deal = ledger.deal("2026-03-02", "Talk", **values)
        if outcome:
            ledger.move(deal, "2026-03-12", outcome)
    for kind, (low, high, scores) in SCORES.items():
        survey = ledger.add("survey", "2026-03-01", name=kind, kind=kind, scale_min=low, scale_max=high)
        for score in scores:
            ledger.add(
                "answer",
                "2026-03-10",
                survey=survey,
                score=score,
                at="2026-03-10",
                comment="fine" if score == high else None,
            )
    for place in range(10):  # leads: 4 customers, 3 disqualified (1 spam), 3 in between; 6 qualified
        begun = ledger.add(
            "lead", "2026-03-01", name=f"lead {place}", owner=alice,
            qualified_at="2026-03-05" if place < 6 else None, converted_at="2026-03-08" if place < 4 else None,
            disqualified_at="2026-03-08" if place > 6 else None, disqualified_reason="spam" if place == 9 else None,
        )  # fmt: skip
        if place < 5:
            ledger.add(
                "activity",
                "2026-03-01",
                kind="call",
                at=f"2026-03-01 {13 + place}:00",
                lead=begun,
                owner=alice,
                outcome="connected" if place < 2 else "no answer",
            )
    for place in range(8):  # tickets: 6 answered, 5 resolved, 4 of them within a day
        ledger.add(
            "ticket", "2026-03-03", opened_at="2026-03-03 12:00", first_response_at="2026-03-03 12:30" if place < 6 else None,
            resolved_at="2026-03-03 18:00" if place < 4 else "2026-03-06 12:00" if place == 4 else None,
        )  # fmt: skip
    for place in range(10):  # e-mails: 8 delivered, 4 opened, 2 of these clicked, 1 answered
        sent, done = "2026-03-04 12:00", "2026-03-04 15:00"
        ledger.add(
            "activity", "2026-03-04", kind="email", at=sent, direction="outbound", owner=alice, thread=f"t{place}", sent_at=sent,
            delivered_at="2026-03-04 12:01" if place < 8 else None, bounced_at=None if place < 8 else "2026-03-04 12:01",
            opened_at=done if place < 4 else None, clicked_at=done if place < 2 else None, replied_at=done if place < 1 else None,
        )  # fmt: skip


# (right, with the denominator or the sign that it is taken for)
OVER = {
    "win_rate": ("12/19", "12/25"), "win_rate.all": ("12/25", "12/19"), "win_rate.by_value": ("1200/2600", "12/19"),
    "win_rate.overdue_lost": ("12/23", "12/19"), "win_rate.cohort": ("12/25", "12/19"), "close_rate": ("12/25", "12/19"),
    "close_rate.worked": ("12/25", "12/19"), "average_deal_size": ("100", "2600/19"), "stage_conversion": ("49/62", "12/19"),  # entered: New 25, Talk 25, Offer 12 on the way to won; passed: 25, 12, 12

    "stage_conversion.closed": ("50/62", "12/19"), "stage_conversion.to_won": ("12/19", "12/25"),
    "csat": ("13/20", "8/20"), "csat.net": ("40", "65"), "csat.dissatisfied": ("5/20", "2/20"), "csat.mean": ("74/20", "13/20"),
    "nps": ("30", "50"), "nps.promoters": ("10/20", "3/10"), "nps.passives": ("6/20", "7/20"), "nps.detractors": ("4/20", "3/10"),
    "nps.mean_score": ("7.2", "30"),  # (90 + 42 + 12) / 20
    "ces.easy_share": ("12/20", "8/20"), "ces": ("4.8", "12/20"),  # (56 + 20 + 16 + 4) / 20
    "survey_answers.commented": ("16/60", "1"),
    "lead_conversion": ("4/10", "4/6"), "lead_conversion.converted": ("4/10", "4/7"), "lead_qualification": ("6/10", "6/9"),
    "lead_qualification.genuine": ("6/9", "6/10"), "lead_qualification.decided": ("6/9", "6/10"), "mql_conversion": ("4/6", "4/10"),
    "lead_sla": ("5/10", "1"), "lead_sla.one_hour": ("0", "1"), "lead_dropoff.funnel": ("3/10", "6/10"),
    "answered_share": ("6/8", "1"), "response_sla": ("6/8", "1"), "response_sla.half_hour": ("6/8", "1"),
    "resolution_sla": ("4/8", "4/5"), "resolution_sla.of_resolved": ("4/5", "4/8"),
    "open_rate": ("4/8", "4/10"), "click_rate": ("2/8", "2/4"), "click_rate.to_open": ("2/4", "2/8"), "reply_rate": ("1/8", "1/10"),
    "emails_sent.bounce_rate": ("2/10", "2/8"), "calls_made.connect_rate": ("2/5", "1"), "call_to_meeting": ("0", "1"),
}  # fmt: skip


@pytest.mark.parametrize("key", OVER)
def test_each_is_divided_by_what_its_definition_says(key: str, books: Books) -> None:
    right, taken_for = (number(one) for one in OVER[key])
    assert right != taken_for
    assert books.value(key, *MARCH) == right


def test_one_file_has_two_win_rates_and_each_names_its_own(books: Books) -> None:
    percents = {key: round(100 * (books.value(key, *MARCH) or 0)) for key in ("win_rate", "win_rate.all")}
    assert percents == {"win_rate": 63, "win_rate.all": 48}
    assert catalogue()["win_rate"].title["en"] != catalogue()["win_rate.all"].title["en"]


@pytest.mark.parametrize("key", [key for key in OVER if catalogue()[key].unit == "percent"])
def test_every_share_shows_what_it_is_a_share_of(key: str, books: Books) -> None:
    cell = books.cell(key, *MARCH)
    assert len(cell.parts) >= 2
    assert cell.value is not None
    assert 0 <= cell.value <= 1
