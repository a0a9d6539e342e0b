"""The board of each role, and what someone sees of it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
import time_machine
from django.test import Client

from cadran.crm.save import By, change, create
from cadran.dashboards.board import Shown, ask_board, told
from cadran.dashboards.charts import Told
from cadran.dashboards.kinds import KINDS
from cadran.dashboards.shelf import Face
from cadran.dashboards.shipped import home_of, shipped, templates
from cadran.dashboards.spec import MOST_TILES, Spec, TileError, check
from cadran.dashboards.views import shown_board
from cadran.kpis.answer import answer, organisation_calendar
from cadran.kpis.reader import reader_of
from cadran.kpis.selection import Selection
from cadran.kpis.tests.conftest import Company
from cadran.kpis.tile import Tile
from cadran.members.models import Member, Role
from cadran.metrics.period import advance, floor
from cadran.metrics.question import Question
from cadran.ui.formats import Change

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TODAY = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _on_the_day_of_the_example() -> Iterator[None]:
    with time_machine.travel(TODAY, tick=False):
        yield


def this_quarter() -> Selection:
    day, calendar = TODAY.date(), organisation_calendar()
    start = floor(day, "quarter", calendar)
    return Selection(today=day, start=start, end=advance(start, "quarter"), calendar=calendar)


def asked(member: Member, *specs: Spec) -> list[Shown]:
    return ask_board(specs, this_quarter(), reader_of(member, "en"))


def shown(title: str, verdict: str | None) -> Shown:
    change = Change("+1", "up", verdict) if verdict else None  # type: ignore[arg-type]
    return Shown(0, 1, Tile(title, title, "/", "1", "", "", "1", change, "", [], ""))


def test_every_role_has_a_board_of_at_most_twelve_tiles_each_of_which_can_be_drawn(company: Company) -> None:
    assert {home_of(role).slug for role in Role} <= set(shipped())
    for board in shipped().values():
        assert 0 < len(board.tiles) <= MOST_TILES, board.slug
        assert set(board.title) == set(board.about) == {"en", "fr"}
        for spec in board.tiles:
            check(spec, "en", None)


def test_an_objective_is_watched_by_seven_indicators_at_most() -> None:
    assert len(templates()) >= 4
    for board in templates():
        assert len({spec.kpi for spec in board.tiles}) <= 7, board.slug


def test_the_articles_charts_are_on_the_directors_board() -> None:
    drawn = {(spec.kpi, spec.kind) for spec in home_of("director").tiles}
    assert {("deals_won", "columns"), ("survey_answers", "donut"), ("pipeline_value", "funnel")} <= drawn


def test_the_news_are_the_first_three_of_each_kind() -> None:
    tiles = [shown("a", "good"), shown("b", "bad"), shown("c", None), *(shown(f"g{n}", "good") for n in range(4))]
    assert [tile.title for tile in told(tiles, "good")] == ["a", "g0", "g1"]
    assert [tile.title for tile in told([*tiles, shown("b", "bad")], "bad")] == ["b"]


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_a_representative_meets_his_own_deals_and_no_other_board(company: Company, client: Client, who: str) -> None:
    client.force_login(getattr(company, who), backend=BACKEND)
    words = client.get("/").content.decode()
    assert {"alice": "€400", "bob": "€200"}[who] in words
    assert "€600" not in words
    assert client.get("/d/mine").status_code == 200
    for slug in ("company", "sales", "revops", "nothing"):
        assert client.get(f"/d/{slug}").status_code == 404, slug


def test_what_cannot_be_limited_to_a_representative_is_not_shown_and_says_so(company: Company) -> None:
    (tile,) = asked(company.bob, Spec("traffic_to_lead"))
    assert (tile.head, tile.chart, tile.why) == (None, None, "It cannot be limited to what you may see.")


def test_a_board_of_hidden_numbers_is_not_said_to_be_without_data(company: Company) -> None:
    said = {"role": "representative", "record": "deal", "field": "amount", "access": "hidden"}
    create("field_right", said, by=By("member"))
    bob = Member.objects.get(pk=company.bob.pk)
    page = shown_board(Face("mine", "", "", [Spec("revenue")]), this_quarter(), reader_of(bob, "en"))
    assert page["tiles"][0].why == "It rests on fields that your role does not see."
    assert not page["empty"]


def test_the_twelve_columns_sum_to_the_deals_won_of_the_twelve_months_and_lead_to_them(
    company: Company, ada: Client
) -> None:
    (tile,) = asked(company.ada, Spec("deals_won", "columns"))
    assert tile.head is not None
    assert tile.chart is not None
    lines = tile.chart.lines
    assert len(lines) == 12
    assert sum(int(line.value) for line in lines) == int(tile.head.value) == 4
    november, october = lines[0], lines[1]
    assert (november.value, november.note, october.value) == ("1", "in progress", "2")
    assert "Gate" in ada.get(october.url).content.decode()
    assert "Door" not in ada.get(october.url).content.decode()


def test_team_and_people_sum_to_the_company(company: Company) -> None:
    whole, *parts = (
        answer(Question("revenue", start=this_quarter().start, end=this_quarter().end), member=member).total.value
        for member in (company.ada, company.alice, company.bob)
    )
    assert whole == sum(part or Decimal(0) for part in parts) == 600


def test_the_levels_are_those_of_the_reader(company: Company, ada: Client, client: Client) -> None:
    assert 'name="filter.owner"' in ada.get("/").content.decode()
    words = ada.get("/?filter.owner=Bob").content.decode()
    assert "€200" in words
    assert "€600" not in words
    client.force_login(company.bob, backend=BACKEND)
    assert 'name="filter.owner"' not in client.get("/").content.decode()
    assert "€400" not in client.get("/?filter.owner=Alice").content.decode()


def test_a_tile_shows_the_number_of_the_page_it_leads_to(company: Company, ada: Client) -> None:
    specs = [
        Spec("revenue", where={"owner": ["Alice"]}),
        Spec("revenue", "bars", "owner"),
        Spec("win_rate", "trend"),
        Spec("deals_won", "donut", "owner"),
    ]
    for tile in asked(company.ada, *specs):
        assert tile.head is not None
        page = ada.get(tile.head.url).content.decode()
        found = re.search(r'<p class="value">([^<]+)</p>', page)
        assert found is not None
        assert found[1].replace(".00", "") == tile.head.value


def test_the_shares_of_a_donut_sum_to_the_whole_in_words(company: Company) -> None:
    change(company.deals["Gate"], {"owner": company.ada}, by=By("member"))
    (tile,) = asked(company.ada, Spec("deals_won", "donut", "owner"))
    assert isinstance(tile.chart, Told)
    assert tile.chart.words == "Alice 66.7%, Ada 33.3%."
    assert sum(Decimal(line.note.rstrip("%")) for line in tile.chart.lines) == 100


REFUSED = (
    (Spec("moon"), "There is no indicator “moon”. Choose one of the list."),
    (Spec("revenue", "pie"), "There is no chart “pie”."),
    (Spec("revenue", "bars"), "“Bars by group” needs something to split by. Choose it."),
    (Spec("win_rate", "donut", "owner"), "cannot be drawn as “Donut of shares”. Choose one of: Number,"),
    (Spec("revenue", by="moon"), "“Revenue” cannot be split by Moon. Split it by: Owner"),
    (Spec("revenue", where={"moon": ["full"]}), "“Revenue” cannot be split by Moon."),
    (Spec("revenue", width=4), "one, two or three columns"),
    (Spec("revenue", "cohorts"), "cannot be drawn as “Grid of cohorts”"),
)


def test_a_tile_that_cannot_be_says_why_and_what_to_do(company: Company) -> None:
    tiles = asked(company.ada, *(spec for spec, _words in REFUSED))
    for (spec, words), tile in zip(REFUSED, tiles, strict=True):
        assert words in tile.why
        with pytest.raises(TileError):
            check(spec, "en", None)


def test_every_kind_draws_something_and_its_table_of_a_company_with_deals(company: Company) -> None:
    specs = [
        Spec("deals_won", kind, "owner" if KINDS[kind].splits else "")
        for kind in KINDS
        if kind not in ("cohorts", "number")
    ]
    for spec, tile in zip(specs, asked(company.ada, *specs), strict=True):
        assert tile.why == ""
        assert tile.chart is not None
        assert tile.chart.spec is not None, spec.kind
        assert tile.chart.lines, spec.kind
