"""Answers in a terminal: the same numbers, in the language of whoever reads."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from cadran.crm.save import change
from cadran.kpis.answer import answer
from cadran.kpis.reader import Reader, reader_of
from cadran.kpis.terminal import answer_text, compared_text, confidence_text, counted, footer, why_text
from cadran.kpis.tests.conftest import BY, Company
from cadran.metrics.compare import beside
from cadran.metrics.question import Comparison, Question
from cadran.metrics.result import Result

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def asked(metric: str, *by: str, compare: Comparison | None = None) -> Result:
    """The quarter's answer."""
    return answer(Question(metric, by=by, compare=compare, start=date(2026, 10, 1), end=date(2027, 1, 1)))


@pytest.fixture(autouse=True)
def _on_the_day_of_the_example() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def plain(text: str) -> str:
    """The text with each space a plain one."""
    return "".join(" " if sign.isspace() and sign != "\n" else sign for sign in text)


@pytest.fixture
def english(company: Company) -> Reader:
    return reader_of(None, "en")


@pytest.fixture
def french(company: Company) -> Reader:
    return reader_of(None, "fr")


def test_an_answer_is_a_table_in_the_readers_language(english: Reader, french: Reader) -> None:
    result = asked("win_rate", "owner", compare="previous")
    lines = [line.split() for line in plain(answer_text(result, english)).splitlines()]
    assert lines[0] == ["Win", "rate", "(win_rate)"]
    assert lines[1][:5] == ["Period", "Owner", "Value", "Before", "Change"]
    assert lines[2][:7] == ["2026-Q4", "Alice", "66.7%", "100.0%", "−33.3", "pts", "3"]
    lines = [line.split() for line in plain(answer_text(result, french)).splitlines()]
    assert lines[1][:5] == ["Période", "Commercial", "Valeur", "Avant", "Évolution"]
    assert lines[2][:8] == ["2026-Q4", "Alice", "66,7", "%", "100,0", "%", "−33,3", "pts"]


def test_what_cannot_be_computed_is_said_in_the_readers_language(english: Reader, french: Reader) -> None:
    result = asked("average_purchase_value")
    assert f"– ({result.total.why})" in answer_text(result, english)
    assert "– (Rien à mesurer dans cette période.)" in plain(answer_text(result, french))


def test_why_says_which_days_it_sets_side_by_side(english: Reader, french: Reader) -> None:
    result = asked("revenue", compare="previous")
    words = plain(why_text(result.why(("owner",)), result, english))
    assert "Jul 1 – Aug 21, 2026  €200.00\nOct 1 – Nov 21, 2026  €600.00  +€400.00\n" in words
    assert "By owner\n  Alice  +€200.00\n  Bob    +€200.00" in words
    assert "Par commercial\n  Alice  +200,00 €" in plain(why_text(result.why(("owner",)), result, french))


def test_why_says_in_either_language_what_it_cannot_tell(english: Reader, french: Reader) -> None:
    result = asked("average_purchase_value", compare="previous")
    assert result.why().note in why_text(result.why(), result, english)
    assert "L'une des deux valeurs ne peut pas être calculée" in why_text(result.why(), result, french)
    result = asked("sales_cycle.median", compare="previous")
    assert result.why().note in why_text(result.why(), result, english)


def test_a_grade_names_what_to_mend_in_the_readers_language(company: Company, english: Reader, french: Reader) -> None:
    change(company.deals["Roof"], {"amount": None}, by=BY)
    result = asked("revenue")
    found = result.confidence()
    assert "Revenue: D (66.7% of what" in confidence_text(found, result, english)
    assert "  1. no amount: 1 row of booked, +33.3% once mended" in confidence_text(found, result, english)
    assert "1. pas de amount : 1 ligne de booked, +33,3 % une fois corrigée" in plain(
        confidence_text(found, result, french)
    )


def test_a_metric_stands_beside_its_variants_in_the_readers_language(english: Reader, french: Reader) -> None:
    metric, variant = (asked(key) for key in ("win_rate", "win_rate.all"))
    words = compared_text(metric, [beside(metric, variant)], english)
    assert "the metric itself" in words
    assert words.endswith("1 more row (states of deals)")
    assert plain(compared_text(metric, [beside(metric, variant)], french)).endswith(
        "1 ligne en plus (états d’affaires)"
    )


def test_what_an_answer_rests_on_is_said_in_the_readers_language(french: Reader) -> None:
    result = asked("revenue")
    assert footer(result, french).startswith(f"version des données {result.data_version} · définition ")
    assert counted(3, result.rows("booked"), result, french).startswith("3 lignes sur 3 · version des données")
