"""Adoption of the product by person and by team, and where help would pay: never a ranking."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from cadran.crm.models import Pipeline, Stage
from cadran.crm.save import By, change, create
from cadran.kpis.tests.conftest import BY, Company, words_of
from cadran.upkeep.tests.conftest import BACKEND
from cadran.upkeep.tests.test_quality import page, part


@pytest.fixture(autouse=True)
def _on_the_day_of_the_example() -> object:
    with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC), tick=False):
        yield


def sell(company: Company, owner: str, won: int, lost: int) -> None:
    """Deals that someone won and lost in September."""
    pipeline = Pipeline.objects.get()
    stages = {outcome: Stage.objects.get(outcome=outcome) for outcome in ("won", "lost")}
    at = datetime(2026, 9, 7, 9, tzinfo=UTC)
    for number in range(won + lost):
        values = {
            "name": f"{owner} {number}",
            "pipeline": pipeline,
            "stage": stages["won" if number < won else "lost"],
            "owner": getattr(company, owner),
            "amount": 10,
            "currency": "EUR",
            "closed_at": at + timedelta(days=1),
        }
        create("deal", values, by=BY, at=at)


def team_of(company: Company, *names: str) -> None:
    """A team of these people."""
    team = create("team", {"name": "North"}, by=BY)
    for name in names:
        change(getattr(company, name), {"team": team}, by=BY)


def test_sign_ins_and_records_made_are_told_by_person(ada: Client, company: Company) -> None:
    day = datetime(2026, 11, 20, 9, tzinfo=UTC)
    create("session", {"member": company.alice, "logged_in_at": day, "last_seen_at": day}, by=BY)
    create("lead", {"name": "Eve", "owner": company.alice}, by=By("member", company.alice))
    people = part(page(ada, "/adoption?period=month"), "people-title")
    # One session in the 21 days of November that Alice had a licence is a third of one a week.
    assert re.search(r"Alice 0\.33 0\.3 days 1 ", people)
    assert re.search(r"Bob 0 0 days 0 ", people)


def test_a_sign_in_in_the_browser_is_what_the_page_tells(ada: Client, company: Company) -> None:
    company.bob.set_password("a sentence is easy to remember")
    company.bob.save()
    Client().post("/account/login/", {"login": "bob@example.com", "password": "a sentence is easy to remember"})
    people = part(page(ada, "/adoption?period=month"), "people-title")
    assert re.search(r"Bob 0\.33 ", people)


def test_a_rate_below_that_of_the_team_by_more_than_chance_is_told_with_both_and_their_gap(
    ada: Client, company: Company
) -> None:
    team_of(company, "alice", "bob")
    sell(company, "alice", won=40, lost=10)
    sell(company, "bob", won=10, lost=40)
    body = page(ada, "/adoption")
    coaching = part(body, "coaching-title")
    assert "Bob Win rate 20.8% n = 53 79.6% n = 54" in coaching
    assert "Alice" not in coaching
    assert re.search(r"−\d+(\.\d)? to −\d+(\.\d)? points", coaching)
    url = re.search(r'href="(/kpi/win_rate[^"]*)">Win rate', body.decode().partition('id="coaching"')[2])
    assert url is not None
    assert "20.8%" in words_of(ada.get(url[1].replace("&amp;", "&")).content)


def test_a_rate_that_chance_explains_is_not_told(ada: Client, company: Company) -> None:
    team_of(company, "alice", "bob")
    sell(company, "alice", won=6, lost=4)
    sell(company, "bob", won=5, lost=5)
    assert "chance alone explains" in part(page(ada, "/adoption"), "coaching-title")


def test_nobody_is_held_against_another_team(ada: Client, company: Company) -> None:
    team_of(company, "alice")
    sell(company, "alice", won=40, lost=10)
    sell(company, "bob", won=10, lost=40)
    assert "Nothing to compare yet" in part(page(ada, "/adoption"), "coaching-title")


def test_a_representative_sees_himself_alone(bob: Client, company: Company) -> None:
    team_of(company, "alice", "bob")
    sell(company, "alice", won=40, lost=10)
    sell(company, "bob", won=10, lost=40)
    body = page(bob, "/adoption")
    assert "These are your own numbers." in words_of(body)
    assert "Alice" not in words_of(body)
    assert "79" not in part(body, "coaching-title")


def test_a_manager_sees_her_team_alone(company: Company) -> None:
    day = datetime(2026, 11, 20, 9, tzinfo=UTC)
    manager = create("member", {"name": "Maud", "email": "maud@example.com", "role": "manager"}, by=BY)
    create("session", {"member": company.alice, "logged_in_at": day, "last_seen_at": day}, by=BY)
    team = create("team", {"name": "North"}, by=BY)
    for member in (manager, company.bob):
        change(member, {"team": team}, by=BY)
    browser = Client()
    browser.force_login(manager, backend=BACKEND)  # type: ignore[arg-type]
    people = part(page(browser, "/adoption"), "people-title")
    assert "Bob" in people
    assert "Alice" not in people
    assert "North" in part(page(browser, "/adoption?by=team"), "people-title")


def test_teams_are_told_in_the_order_of_the_alphabet(ada: Client, company: Company) -> None:
    for name, member in (("Zenith", company.alice), ("Étoile", company.bob)):
        change(member, {"team": create("team", {"name": name}, by=BY)}, by=BY)
    people = part(page(ada, "/adoption?by=team"), "people-title")
    assert people.index("Étoile") < people.index("Zenith") < people.index("no team")


def test_a_choice_that_is_none_is_refused(ada: Client, company: Company) -> None:
    assert ada.get("/adoption?by=region").status_code == 400
