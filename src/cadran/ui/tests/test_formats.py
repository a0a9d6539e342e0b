from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from cadran.ui.formats import Formats

FR, EN = Formats("fr", "EUR", "Europe/Paris"), Formats("en", "EUR", "Europe/Paris")
NNBSP, NBSP = "\u202f", "\xa0"


def test_money_is_written_as_each_language_writes_it() -> None:
    assert FR.money(Decimal("1234.56")) == f"1{NNBSP}234,56{NBSP}€"
    assert EN.money(Decimal("1234.56")) == "€1,234.56"


@pytest.mark.parametrize(
    ("amount", "french", "english"),
    [
        ("12870.4", f"12{NNBSP}870{NBSP}€", "€12,870"),
        ("459123", f"459{NBSP}k€", "€459K"),
        ("1240000", f"1,24{NBSP}M€", "€1.24M"),
        ("12400000", f"12,4{NBSP}M€", "€12.4M"),
        ("1240000000", f"1,24{NBSP}Md€", "€1.24B"),
    ],
)
def test_short_money_keeps_three_figures(amount: str, french: str, english: str) -> None:
    assert FR.money(Decimal(amount), short=True) == french
    assert EN.money(Decimal(amount), short=True) == english


def test_a_share_of_one_is_written_as_a_percentage() -> None:
    assert FR.value(Decimal("0.123"), "percent") == f"12,3{NBSP}%"
    assert EN.value(Decimal("0.123"), "percent") == "12.3%"


def test_a_value_that_cannot_be_computed_is_never_written_as_zero() -> None:
    assert EN.value(None, "percent") == "–"


def test_an_amount_a_day_says_so() -> None:
    assert EN.value(Decimal(100), "money_per_day", short=True) == "€100/day"
    assert FR.value(Decimal(100), "money_per_day", short=True) == f"100{NBSP}€/jour"


def test_a_net_score_has_its_sign() -> None:
    assert (EN.value(Decimal(41), "points"), EN.value(Decimal(-3), "points")) == ("+41", "−3")


def test_durations_are_written_in_their_unit() -> None:
    assert FR.value(Decimal("6.83"), "hours") == f"6,8{NNBSP}h"
    assert FR.value(Decimal(45), "days") == f"45{NNBSP}j"
    assert EN.value(Decimal(1), "days") == "1 day"


def test_every_negative_number_bears_the_same_sign() -> None:
    assert EN.value(Decimal("-0.178"), "percent") == "−17.8%"
    assert FR.value(Decimal("-1234.5"), "money") == f"−1{NNBSP}234,50{NBSP}€"
    assert EN.value(Decimal("-97.2"), "money", short=True) == "−€97"
    assert EN.value(Decimal(-459123), "money", short=True) == "−€459K"
    assert EN.value(Decimal(-459123), "count", short=True) == "−459K"
    assert EN.value(Decimal("-2.5"), "days") == "−2.5 days"
    assert EN.value(Decimal("-0.0001"), "percent") == "0.0%"


@pytest.mark.parametrize(
    ("now", "unit", "text"),
    [("0.2004", "percent", "0.0\xa0pts"), ("0.20001", "hours", "0.0 hr"), ("0.19998", "money", "0.0%")],
)
def test_a_change_too_small_for_the_digits_shown_is_none(now: str, unit: str, text: str) -> None:
    change = EN.change(Decimal(now), Decimal("0.2"), unit, "up")
    assert change is not None
    assert (change.text, change.direction, change.verdict) == (text, "flat", "neutral")


def test_amounts_change_by_per_cent() -> None:
    change = FR.change(Decimal(459), Decimal(391), "money", "up")
    assert change is not None
    assert (change.text, change.direction, change.verdict) == (f"+17,4{NBSP}%", "up", "good")


def test_rates_and_scores_change_by_points_never_by_per_cent() -> None:
    rate = EN.change(Decimal("0.267"), Decimal("0.241"), "percent", "up")
    score = EN.change(Decimal(41), Decimal("38.5"), "points", "up")
    assert rate is not None
    assert score is not None
    assert (rate.text, score.text) == (f"+2.6{NBSP}pts", f"+2.5{NBSP}pts")


def test_durations_change_by_their_own_unit_and_longer_may_be_worse() -> None:
    change = EN.change(Decimal("6.8"), Decimal("5.2"), "hours", "down")
    assert change is not None
    assert (change.text, change.verdict) == ("+1.6 hr", "bad")


def test_a_per_cent_of_zero_is_no_change() -> None:
    assert EN.change(Decimal(5), Decimal(0), "money", "up") is None


def test_a_change_that_chance_explains_is_neither_good_nor_bad() -> None:
    change = EN.change(Decimal("0.3"), Decimal("0.2"), "percent", "up", sure=False)
    assert change is not None
    assert (change.verdict, change.sure) == ("neutral", False)


def test_a_change_without_a_good_direction_is_neither_good_nor_bad() -> None:
    change = EN.change(Decimal(3), Decimal(2), "count", None)
    assert change is not None
    assert change.verdict == "neutral"


def test_periods_have_their_own_names() -> None:
    assert FR.period(date(2026, 10, 1), date(2027, 1, 1), "quarter") == "T4 2026"
    assert EN.period(date(2026, 11, 1), date(2026, 12, 1), "month") == "Nov 2026"
    assert FR.period(date(2026, 11, 16), date(2026, 11, 23), "week") == "S47 2026"
    assert EN.period(date(2026, 1, 1), date(2027, 1, 1), "year") == "2026"
    assert FR.period(date(2026, 10, 1), date(2026, 11, 22)) == "1 oct.\u2009–\u200921 nov. 2026"


def test_a_moment_is_told_in_the_organisations_time_zone() -> None:
    assert FR.moment(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == "2 juil. 2026, 00:30"
