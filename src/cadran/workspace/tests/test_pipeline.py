import re
from collections.abc import Callable
from datetime import date, datetime
from html import unescape

import pytest
import time_machine
from django.test import Client

from cadran.crm.models import Change, Deal
from cadran.crm.save import change, create
from cadran.kpis.answer import answer
from cadran.metrics.question import Question
from cadran.workspace import pipeline_columns
from cadran.workspace.pipeline_deals import OpenDeals
from cadran.workspace.tests.conftest import BY, Work, at

type SignIn = Callable[[str], Client]


def words(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<(script|style|select)\b.*?</\1>|<[^>]+>", " ", html, flags=re.S)))


def page(client: Client, path: str = "/pipeline/", status: int = 200, language: str = "en") -> str:
    response = client.get(path, headers={"accept-language": language})
    assert response.status_code == status
    return response.content.decode()


def column(html: str, stage: str) -> str:
    """One column in words."""
    sections = re.findall(r'<section class="stage.*?</section>', html, flags=re.S)
    return next(words(section) for section in sections if f">{stage}</h2>" in section)


def names(html: str) -> list[str]:
    return re.findall(r"<h3><a[^>]*>(.*?)</a></h3>", html)


def test_a_column_holds_its_deals_the_most_valuable_first_in_the_organisations_currency(sign_in: SignIn) -> None:
    html = page(sign_in("Ada"))
    assert names(html) == ["Gate", "Roof", "Door", "Pool"]
    new = column(html, "New")
    assert "Open deals 2" in new
    assert "Value €2,500" in new
    assert "Weighted €250" in new
    assert "Gate €1,500 Bob 33 days in this stage" in new
    assert "Roof Acme €1,000 Alice" in new


def test_a_card_says_in_words_what_is_wrong_with_its_deal(sign_in: SignIn) -> None:
    offer = column(page(sign_in("Ada")), "Offer")
    assert "Door €400 Alice 21 days in this stage Rotting: 10 days allowed here No next step At risk long in" in offer
    assert "Pool – Bob 2 days in this stage Next step: Nov 25, 2026 Likely to close" in offer
    assert "Gone cold nothing happened for 30 days" in column(page(sign_in("Ada")), "New")


def test_the_figures_of_a_column_are_those_of_the_pages_they_lead_to(sign_in: SignIn) -> None:
    client = sign_in("Ada")
    html = page(client, "/pipeline/?filter.owner=Bob")
    links = re.findall(r'<dd><a href="(/kpi/[^"]+)">([^<]+)</a>', html)
    assert len(links) >= 8
    for address, value in links:
        headline = re.search(r'class="value">([^<]+)<', page(client, unescape(address)))
        assert headline, address
        shown, whole = (re.sub(r"[^\d.]", "", text) for text in (value, headline[1]))
        assert float(shown) == float(whole), address


def test_the_figures_are_those_of_the_answers(sign_in: SignIn) -> None:
    where = {"pipeline": ("Sales",)}
    day = date(2026, 11, 22)
    total = answer(Question("pipeline_value", start=day, end=date(2026, 11, 23), where=where)).total
    assert total.value == 2900
    assert "Value €2,900" in words(page(sign_in("Ada")))


def test_a_representative_sees_his_own_deals_and_nothing_that_tells_of_others(sign_in: SignIn) -> None:
    html = page(sign_in("Alice"))
    assert names(html) == ["Roof", "Door"]
    assert "Value €1,400" in words(html)
    assert "Bob" not in html
    listed = page(sign_in("Alice"), "/pipeline/?view=list&sort=age")
    assert "2 open deals" in listed
    assert "Gate" not in listed
    forced = page(sign_in("Alice"), "/pipeline/?filter.owner=Bob")
    assert names(forced) == []
    assert "Gate" not in forced


def test_a_manager_sees_her_teams_deals(sign_in: SignIn) -> None:
    assert names(page(sign_in("Mona"))) == ["Roof", "Door"]


def test_a_viewer_and_an_analyst_are_offered_no_move(sign_in: SignIn) -> None:
    for name in ("Vera", "Anton"):
        html = page(sign_in(name))
        assert names(html) == ["Gate", "Roof", "Door", "Pool"]
        assert "/move" not in html
        assert "ui/pipeline." not in html


def test_a_stranger_is_led_to_the_door(client: Client, db: None) -> None:
    assert client.get("/pipeline/").headers["location"].startswith("/account/login/")


def test_another_pipeline_is_chosen_in_the_address(sign_in: SignIn) -> None:
    assert names(page(sign_in("Ada"), "/pipeline/?pipeline=Renewals")) == ["Lamp"]
    page(sign_in("Ada"), "/pipeline/?pipeline=Nowhere", status=404)


def test_filters_keep_some_of_the_deals_and_a_senseless_choice_is_refused(sign_in: SignIn) -> None:
    assert names(page(sign_in("Ada"), "/pipeline/?filter.channel=Web")) == ["Roof"]
    assert names(page(sign_in("Ada"), "/pipeline/?filter.channel=unknown")) == ["Gate", "Door", "Pool"]
    assert names(page(sign_in("Ada"), "/pipeline/?filter.region=North&filter.owner=Alice")) == ["Roof", "Door"]
    page(sign_in("Ada"), "/pipeline/?sort=colour", status=400)
    page(sign_in("Ada"), "/pipeline/?page=0&view=list", status=400)


def test_the_list_is_sorted_by_amount_expected_amount_or_age(work: Work, sign_in: SignIn) -> None:
    def listed(sort: str) -> list[str]:
        html = page(sign_in("Ada"), f"/pipeline/?view=list&sort={sort}")
        return re.findall(r'<th scope="row"><a[^>]*>(.*?)</a>', html)

    change(work.deals["Pool"], {"created_at": at(1, 2)}, by=BY)
    assert listed("amount") == ["Gate", "Roof", "Door", "Pool"]
    assert listed("expected") == ["Door", "Gate", "Roof", "Pool"]
    assert listed("age")[0] == "Pool"
    assert re.findall(
        r'<th scope="row"><a[^>]*>(.*?)</a>', page(sign_in("Ada"), "/pipeline/?view=list&stage=Offer")
    ) == [
        "Door",
        "Pool",
    ]


def test_a_full_column_leads_to_the_list_of_its_stage(sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cadran.workspace.pipeline_views.MOST_CARDS", 1)
    html = page(sign_in("Ada"))
    assert names(html) == ["Gate", "Door"]
    assert "1 more: show all" in column(html, "New")
    assert 'href="/pipeline/?pipeline=Sales&amp;view=list&amp;stage=New"' in html


def test_the_cards_are_the_very_deals_that_the_figures_count(work: Work) -> None:
    for name in ("Ada", "Alice", "Bob", "Mona"):
        member, day = work.people[name], date(2026, 11, 22)
        deals = OpenDeals("Sales", day, member).page("amount", "", 100, 0)
        question = Question("pipeline_value", start=day, end=date(2026, 11, 23), where={"pipeline": ("Sales",)})
        total = answer(question, member=member).total
        assert sum(deal.amount or 0 for deal in deals) == total.value


def test_the_page_speaks_french(sign_in: SignIn) -> None:
    offer = column(page(sign_in("Ada"), language="fr"), "Offer")
    assert "Affaires ouvertes 2" in offer
    assert "21 jours dans cette étape" in offer


def test_without_a_pipeline_the_page_says_how_to_begin(sign_in: SignIn, work: Work) -> None:
    Change.objects.all().delete()
    Deal.objects.all().delete()
    work.stages["New"].__class__.objects.all().delete()
    work.stages["New"].pipeline.__class__.objects.all().delete()
    assert 'href="/imports"' in page(sign_in("Ada"))
    assert "cadran import" in page(sign_in("Alice"))


def test_columns_ask_for_kpis_that_exist() -> None:
    assert {"open_deals", "stage_conversion"} < {*pipeline_columns.STANDING, *pipeline_columns.PASSING}


def test_the_list_says_what_came_of_each_mark(work: Work, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    with time_machine.travel(at(1, 8), tick=False):
        kept = [create_deal(f"Old {n}", work, at(1, 3)) for n in range(4)]
    for deal, day in zip(kept, (2, 20, 28), strict=False):
        change(deal, {"stage": work.stages["Won"], "closed_at": at(day, 6)}, by=BY, at=at(day, 6))
    monkeypatch.setattr("cadran.workspace.pipeline_past.FEWEST", 2)
    marks = words(page(sign_in("Ada"), "/pipeline/?view=list"))
    marks = marks.partition("What came of these marks")[2]
    # begun on 1 March and idle for a month by 1 April; three are won in June, within 90 days of the first of April, May
    # and June alike: nine of twelve; the fourth lies idle on 1 July and 1 August too
    assert "Under way 0.0%" in marks
    assert "Gone cold 64.3% 38.8% – 83.7% 14" in marks
    assert "Likely to close too few to say – 0" in marks
    mine = words(page(sign_in("Bob"), "/pipeline/?view=list")).partition("What came of these marks")[2]
    assert "Gone cold too few to say – 0" in mine


def create_deal(name: str, work: Work, begun: datetime) -> Deal:
    values = {"name": name, "pipeline": work.stages["New"].pipeline_id, "stage": work.stages["New"], "amount": 10}
    deal = create("deal", {**values, "owner": work.people["Alice"]}, by=BY, at=begun)
    assert isinstance(deal, Deal)
    return deal


def test_an_endless_page_number_is_answered(work: Work, sign_in: SignIn) -> None:
    assert sign_in("Alice").get("/pipeline/", {"view": "list", "page": "000000001" + "9" * 5000}).status_code == 200
