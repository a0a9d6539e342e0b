"""The explorer: several measures at once, and the same question told to other tools."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from cadran.crm.save import By, create
from cadran.kpis.answer import answer, answer_all, engine
from cadran.kpis.tests.conftest import Company, words_of
from cadran.kpis.tests.test_twins import as_csv
from cadran.metrics.question import Question

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def _on_the_day_of_the_example() -> object:
    with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC), tick=False):
        yield


def page(client: Client, path: str, language: str = "en") -> str:
    return words_of(client.get(path, headers={"accept-language": language}).content)


def told(client: Client, path: str, name: str) -> str:
    """The question as another tool is told it."""
    found = re.search(rf'id="told-{name}"[^>]*>(.*?)</pre>', client.get(path).content.decode(), re.S)
    assert found
    return unescape(found[1])


def test_several_measures_stand_side_by_side_over_their_totals(ada: Client) -> None:
    words = page(ada, "/explore?metric=revenue&metric=win_rate&by=owner&compare=none")
    assert "Alice €400.00 66.7% Bob €200.00 50.0% Total Oct 1 – Nov 21, 2026 €600.00 60.0%" in words


def test_the_words_of_the_explorer_open_their_cards_and_its_choices_fold(ada: Client) -> None:
    shown = ada.get("/explore?metric=revenue&by=owner", headers={"accept-language": "en"}).content.decode()
    assert {"split", "comparison", "as_of"} <= set(re.findall(r'class="term" href="/glossary#(\w+)"', shown))
    (folded,) = re.findall(r'<details class="folded" id="filters"><summary class="button">(.*?)</summary>', shown, re.S)
    assert words_of(folded.encode()).split(" · ")[0:2] == ["Filters", "Owner"]


def test_time_and_groups_make_a_row_each(ada: Client) -> None:
    words = page(ada, "/explore?by=owner&step=month&compare=none")
    assert "Oct 2026 Alice €100.00 Oct 2026 Bob €200.00 Nov 2026 Alice €300.00 Nov 2026 Bob €0.00 Total" in words


def test_a_filter_just_added_comes_into_the_address(ada: Client) -> None:
    response = ada.get("/explore?metric=revenue&where=owner&is=Bob")
    assert response.status_code == 302
    assert response.headers["location"] == "/explore?metric=revenue&filter.owner=Bob"
    assert "Owner = Bob × remove this filter" in page(ada, response.headers["location"])


def test_a_split_that_the_measures_do_not_share_cannot_be_chosen(ada: Client) -> None:
    body = ada.get("/explore?metric=revenue&metric=tickets_opened").content.decode()
    assert "<option disabled>Stage</option>" in body
    assert ada.get("/explore?metric=revenue&metric=tickets_opened&by=stage").status_code == 400


@pytest.mark.parametrize("query", ["metric=a", "step=hour", "by=moon", "metric=revenue&where=moon&is=x"])
def test_a_question_that_makes_no_sense_is_answered_with_its_cure(ada: Client, query: str) -> None:
    assert ada.get(f"/explore?{query}").status_code in (400, 404)


def test_python_told_by_the_explorer_asks_the_same(ada: Client) -> None:
    asked: list[tuple[str, dict[str, Any]]] = []

    class Crm:
        def ask(self, metric: str, **given: Any) -> None:
            asked.append((metric, given))

    path = "/explore?metric=win_rate&by=owner&step=month&filter.owner=Alice&compare=year_ago"
    code = told(ada, path, "python").partition("cadran.open()\n")[2]
    exec(code, {"crm": Crm()})
    assert asked == [
        (
            "win_rate",
            {
                "by": ["owner"],
                "grain": "month",
                "start": "2026-10-01",
                "end": "2026-12-01",
                "where": {"owner": ["Alice"]},
                "compare": "year_ago",
                "interval": True,
            },
        )
    ]
    assert told(ada, path, "command") == (
        "cadran ask win_rate --by owner --grain month --from 2026-10-01 --to 2026-12-01 --where owner=Alice "
        "--compare year-ago --interval"
    )


def test_sql_told_by_the_explorer_runs_alone_and_yields_the_number(ada: Client) -> None:
    sql = told(ada, "/explore?metric=revenue&by=owner&compare=none&filter.owner=Alice&filter.owner=Bob", "sql")
    rows = engine().select(sql.partition("\n")[2].rstrip(";"), [])
    assert sum(Decimal(row[2]) for row in rows) == 600


def test_statements_keep_texts_as_texts(company: Company) -> None:
    where = {"owner": ("O'Hara $1",)}
    (sql,) = answer(Question("deals_won", where=where)).statements()
    assert "'O''Hara $1'" in sql
    assert [row[-1] for row in engine().select(sql, [])] == [0]


def test_the_files_of_the_explorer_hold_its_table(ada: Client) -> None:
    lines = as_csv(ada, "/explore.csv?metric=revenue&metric=deals_won&by=owner")
    assert {line["owner"]: (line["revenue value"], line["deals_won value"]) for line in lines} == {
        "Alice": ("400", "2"),
        "Bob": ("200", "1"),
    }
    hashes = [one.definition_hash for one in answer_all([Question("revenue"), Question("deals_won")])]
    assert lines[0]["definition_hashes"] == ", ".join(hashes)


def test_the_address_told_answers_the_same_in_json_to_whoever_has_the_session(ada: Client, company: Company) -> None:
    line = told(ada, "/explore?metric=revenue&by=owner&compare=none", "http")
    found = re.fullmatch(r"curl --cookie sessionid=YOUR_SESSION 'http://testserver(/explore\.json\?.*)'", line)
    assert found
    assert Client().get(found[1]).status_code == 302, "a stranger is sent to the door"
    told_to = Client()
    told_to.cookies["sessionid"] = ada.cookies["sessionid"].value
    (answered,) = told_to.get(found[1]).json()["answers"]
    assert {cell["split"]["owner"]: cell["value"] for cell in answered["cells"]} == {"Alice": 400, "Bob": 200}


def test_the_values_to_keep_are_offered_once_their_dimension_is_chosen(ada: Client) -> None:
    body = ada.get("/explore?metric=revenue&where=owner").content.decode()
    assert re.findall(r'<option value="(\w+)">', body.partition("<datalist")[2].partition("</datalist>")[0]) == [
        "Alice",
        "Bob",
    ]


def test_nobody_is_offered_a_value_that_he_may_not_see(company: Company, client: Client) -> None:
    client.force_login(company.bob, backend=BACKEND)
    offered = client.get("/explore?metric=revenue&where=owner").content.decode().partition("<datalist")[2]
    assert '<option value="Bob">' in offered
    assert "Alice" not in offered


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("kpi=nope", 400, "This page knows no choice “kpi”. It knows:"),
        ("metrics=win_rate", 400, "It knows: metric."),
        ("metric=win_rat", 404, "Did you mean: Win rate (win_rate)"),
        ("where=nope", 400, "cannot be split by"),
    ],
)
def test_what_the_explorer_does_not_know_is_said_not_passed_over(
    ada: Client, query: str, status: int, words: str
) -> None:
    response = ada.get(f"/explore?{query}")
    assert response.status_code == status
    assert words in words_of(response.content)


def test_a_representative_explores_his_own_alone(company: Company, client: Client) -> None:
    client.force_login(company.bob, backend=BACKEND)
    for path in ("/explore?by=owner", "/explore?by=owner&step=month", "/explore?filter.owner=Bob&by=stage"):
        assert "Alice" not in client.get(path).content.decode()
    assert [line["owner"] for line in as_csv(client, "/explore.csv?by=owner")] == ["Bob"]
    assert "owner=Bob" in told(client, "/explore", "command")


def test_whoever_does_not_see_amounts_begins_with_a_measure_that_he_sees(company: Company, client: Client) -> None:
    said = {"role": "representative", "record": "deal", "field": "amount", "access": "hidden"}
    create("field_right", said, by=By("member"))
    client.force_login(company.bob, backend=BACKEND)
    assert client.get("/explore?metric=revenue").status_code == 403
    assert client.get("/explore").status_code == 200


def test_the_explorer_speaks_french(ada: Client) -> None:
    assert "La même question ailleurs" in page(ada, "/explore?by=owner&step=week", "fr")
