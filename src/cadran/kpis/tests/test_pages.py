import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import time_machine
from django.test import Client

from cadran.crm.save import By, change
from cadran.kpis.answer import catalogue
from cadran.kpis.tests.conftest import Company, words_of

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _on_the_day_of_the_example() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def page(client: Client, path: str, language: str = "en", status: int = 200) -> str:
    """The words of a page, each space a plain one."""
    response = client.get(path, headers={"accept-language": language})
    assert response.status_code == status
    return words_of(response.content)


def test_the_board_shows_the_quarter_against_the_same_days_of_the_one_before(ada: Client) -> None:
    words = page(ada, "/")
    assert "Revenue €600 no detectable change +200.0% vs Jul 1 – Aug 21, 2026 Oct 1 – Nov 21, 2026" in words
    assert "2026 · n = 3 No target yet" in words
    assert "data as of 1:00 PM" in words


def test_the_board_speaks_french(ada: Client) -> None:
    words = page(ada, "/", "fr")
    assert "Chiffre d'affaires 600 € pas de changement décelable +200,0 % vs 1 juil. – 21 août 2026 1 oct." in words


def test_a_change_of_chance_is_no_detectable_change_in_either_language(ada: Client) -> None:
    assert "Win rate 60.0% no detectable change +10.0 pts vs" in page(ada, "/")
    assert "60,0 % pas de changement décelable +10,0 pts vs" in page(ada, "/", "fr")


def test_a_kpi_says_what_change_could_have_been_found(ada: Client) -> None:
    assert "With so few, no change could have been found." in page(ada, "/kpi/win_rate")
    words = page(ada, "/kpi/deals_won")
    assert "A change of 626.5% would have been found four times in five." in words


def test_groups_that_chance_alone_may_order_are_not_ranked(ada: Client) -> None:
    words = page(ada, "/kpi/win_rate?by=owner")
    # Alice won two of three, Bob one of two
    assert words.count("not distinguishable from the first") >= 1
    assert "Bob not distinguishable from the first" in words
    assert "not distinguishable" not in page(ada, "/kpi/revenue?by=owner")


def test_a_stock_is_read_on_a_day(ada: Client) -> None:
    assert re.search(r"Pipeline value €400 .*? Nov 21, 2026 · n = 1 ", page(ada, "/"))


def test_what_cannot_be_computed_says_so_and_is_never_zero(ada: Client) -> None:
    words = page(ada, "/kpi/average_purchase_value")
    assert "Cannot be computed There is nothing to measure in this period." in words


def test_a_representative_sees_his_own(company: Company, client: Client) -> None:
    client.force_login(company.bob, backend="allauth.account.auth_backends.AuthenticationBackend")
    words = page(client, "/kpi/revenue")
    assert "€200.00" in words
    assert "Gate" in words
    assert "Roof" not in words


def test_a_kpi_shows_its_formula_with_its_values(ada: Client) -> None:
    words = page(ada, "/kpi/win_rate")
    assert "won / (won + lost) = 3 / (3 + 2) = 60.0%" in words
    assert catalogue()["win_rate"].hash in words
    assert "Win rate by value" in words


def test_a_kpi_says_what_it_is_not_and_works_an_example_in_either_language(ada: Client) -> None:
    is_not = {language: re.sub(r"\s+", " ", text) for language, text in catalogue()["win_rate"].is_not.items()}
    words = page(ada, "/kpi/win_rate")
    assert f"What it is not {is_not['en']} Worked example 39 / (39 + 61) = 39.0% " in words
    words = page(ada, "/kpi/win_rate", "fr")
    assert f"Ce que ce n'est pas {is_not['fr']} Exemple chiffré 39 / (39 + 61) = 39,0 % " in words
    assert "What it is not" not in page(ada, "/kpi/win_rate.by_value")


def test_a_kpi_that_is_one_measure_shows_that_measure_and_its_value_once(ada: Client) -> None:
    words = page(ada, "/kpi/revenue").partition("Definition")[2]
    assert "sum(amount) from deal where outcome = 'won' at closed_on = €600.00" in words
    assert "Part Measure" not in words


def test_the_rows_make_the_number(ada: Client) -> None:
    words = page(ada, "/kpi/revenue")
    amounts = [Decimal(text) for text in re.findall(r"Won €([\d.]+)", words)]
    assert sum(amounts) == 600
    assert "3 rows; sum of “Amount”: 600" in words


def test_what_is_left_out_says_why(ada: Client) -> None:
    words = page(ada, "/kpi/revenue?rows=left-out")
    assert "5 rows left out" in words
    assert "closed_on outside the period 1" in words


def test_a_group_leads_to_its_own_rows(ada: Client) -> None:
    words = page(ada, "/kpi/revenue?filter.owner=Alice")
    assert "Owner = Alice" in words
    assert "€400.00" in words


def test_the_breakdown_is_also_a_table(ada: Client) -> None:
    words = page(ada, "/kpi/revenue?by=owner&compare=none")
    assert re.search(r"Owner Value .*? Alice €400 .*? Bob €200", words)


def test_the_list_finds_a_metric_in_either_language(ada: Client) -> None:
    assert "Win rate" in page(ada, "/kpi/?q=reussite")
    assert "Revenue growth" not in page(ada, "/kpi/?q=reussite")
    assert "Nothing matches “zebra”" in page(ada, "/kpi/?q=zebra")


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/kpi/winrate", 404, "Did you mean: Win rate (win_rate)"),
        ("/kpi/win_rate?by=moon", 400, "“Win rate” cannot be split by Moon. Split it by: Owner"),
        ("/kpi/win_rate?filter.moon=full", 400, "cannot be split by Moon"),
        ("/kpi/win_rate?part=maybe", 400, "The parts are: won, lost."),
        ("/kpi/win_rate?mend=7", 400, "There is no fix “7” here."),
        ("/kpi/win_rate?page=0", 400, "Pages are numbered from 1."),
        ("/kpi/win_rate?page=9²", 400, "Pages are numbered from 1."),
        ("/kpi/win_rate?period=decade", 400, "is not one of the choices: month, quarter"),
        ("/?from=yesterday&through=today", 400, "as in 2026-03-31"),
    ],
)
def test_a_bad_address_is_answered_with_its_cure(ada: Client, path: str, status: int, words: str) -> None:
    assert words in page(ada, path, status=status)


def test_bad_addresses_are_answered_in_french_too(ada: Client) -> None:
    assert "ne peut être réparti par Moon. Répartissez-le par : Commercial" in page(
        ada, "/kpi/win_rate?by=moon", "fr", 400
    )


@pytest.mark.parametrize("path", ["/kpi/purchase_retention", "/explore?metric=purchase_retention"])
def test_what_is_nothing_without_cohorts_says_where_it_is_seen(ada: Client, path: str) -> None:
    assert "put it on a board as a grid of cohorts" in page(ada, path, "en", 400)
    assert "n'a de valeur que par cohorte" in page(ada, path, "fr", 400)


@pytest.mark.slow
def test_every_kpi_has_a_page_and_so_have_variants(ada: Client) -> None:
    asked = [metric for metric in catalogue() if not metric.needs_cohort]
    variants = [metric for metric in asked if metric.variant_of]
    for metric in [*(metric for metric in asked if not metric.variant_of), *variants[::5]]:
        assert metric.title["en"] in page(ada, f"/kpi/{metric.key}?period=year")


def test_values_of_records_are_text_never_markup(ada: Client, company: Company) -> None:
    response = ada.get("/kpi/revenue", {"filter.owner": "<script>alert(1)</script>"})
    assert b"<script>alert" not in response.content


def test_a_page_grades_its_number_and_opens_the_rows_to_mend(ada: Client, company: Company) -> None:
    change(company.deals["Roof"], {"amount": None}, by=By("member"))
    body = page(ada, "/kpi/revenue")
    assert "Grade D: 66.7% of the rows" in body
    assert 'href="/kpi/revenue?mend=1#rows"' in ada.get("/kpi/revenue").content.decode()
    to_mend = page(ada, "/kpi/revenue?mend=1")
    assert "Rows to mend: no amount" in to_mend
    assert "Roof" in to_mend.partition("Rows to mend: no amount")[2]
    assert "Note D" in page(ada, "/kpi/revenue", "fr")


def test_a_page_tells_which_rows_set_its_variants_apart(ada: Client) -> None:
    body = page(ada, "/kpi/win_rate")
    assert "1 more row (states of deals)" in body
    assert "the same rows, counted otherwise" in body


def test_a_number_that_cannot_be_computed_says_what_it_is_made_of_and_what_to_do(ada: Client) -> None:
    words = page(ada, "/kpi/nps")
    assert "There is nothing to show here yet. This number is made of:" in words
    assert "Last 12 months Import a file Definition" in words
    assert "There is nothing to show here yet." not in page(ada, "/kpi/revenue")
    assert 'href="?period=12_months"' in ada.get("/kpi/nps").content.decode()
