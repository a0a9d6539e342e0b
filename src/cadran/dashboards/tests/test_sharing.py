"""A shared board shows each reader his own numbers; a link shows its owner's, for as long as it lasts."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client

from cadran.crm.save import By, change, create
from cadran.dashboards import edit, links
from cadran.dashboards.models import Board, Outside
from cadran.dashboards.spec import Spec
from cadran.dashboards.tests.test_edit import browser
from cadran.kpis.tests.conftest import Company
from cadran.members.models import Team

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def board(company: Company) -> Board:
    """Ada's board: what everyone sold, and how much of it by whom."""
    specs = [Spec("revenue"), Spec("revenue", "bars", "owner", width=2)]
    return edit.make(company.ada, "What we sold", specs, "en")


def link_to(board: Board, company: Company, query: str = "period=quarter", days: int = 30) -> str:
    return f"/s/{links.make(board, query, days, company.ada)}"


def test_a_board_shared_with_nobody_is_nowhere_for_others(company: Company, board: Board) -> None:
    bob = browser(company.bob)
    assert bob.get(f"/d/{board.slug}").status_code == 404
    assert "What we sold" not in bob.get("/d/").content.decode()
    assert bob.post("/d/", {"title": "Mine", "from": board.slug}).status_code == 404


def test_adas_board_gives_bob_his_own_numbers_and_charlie_nothing(company: Company, board: Board) -> None:
    edit.share(board, "everyone", None, company.ada)
    assert "€600" in browser(company.ada).get(f"/d/{board.slug}").content.decode()
    page = browser(company.bob).get(f"/d/{board.slug}").content.decode()
    assert "€200" in page
    for hers in ("€600", "€400", "Alice"):
        assert hers not in page
    assert "€400" in browser(company.alice).get(f"/d/{board.slug}").content.decode()
    assert browser(company.charlie).get(f"/d/{board.slug}").headers["location"].startswith("/account/login/")


def test_a_team_reads_what_is_shared_with_it_or_with_the_team_above(company: Company, board: Board) -> None:
    sales = create("team", {"name": "Sales"}, by=By("member"))
    north = create("team", {"name": "North", "parent": sales}, by=By("member"))
    south = create("team", {"name": "South", "parent": sales}, by=By("member"))
    assert isinstance(sales, Team)
    assert isinstance(north, Team)
    change(company.bob, {"team": north}, by=By("member"))
    change(company.alice, {"team": south}, by=By("member"))
    edit.share(board, "team", sales, company.ada)
    assert browser(company.bob).get(f"/d/{board.slug}").status_code == 200
    edit.share(board, "team", north, company.ada)
    assert browser(company.bob).get(f"/d/{board.slug}").status_code == 200
    assert browser(company.alice).get(f"/d/{board.slug}").status_code == 404


def test_a_representative_shares_with_his_team_only(company: Company) -> None:
    own = create("team", {"name": "North"}, by=By("member"))
    other = create("team", {"name": "South"}, by=By("member"))
    change(company.bob, {"team": own}, by=By("member"))
    company.bob.refresh_from_db()
    board, bob = edit.make(company.bob, "Mine", [Spec("revenue")], "en"), browser(company.bob)

    def shared(audience: str, team: object = "") -> str:
        form = {"do": "share", "audience": audience, "team": team}
        bob.post(f"/d/{board.slug}/edit", form)
        return str(Board.objects.get(pk=board.pk).audience)

    assert shared("everyone") == "nobody"
    assert shared("team", other.pk) == "nobody"
    assert shared("moon") == "nobody"
    assert shared("team", own.pk) == "team"
    assert shared("nobody") == "nobody"
    assert bob.post(f"/d/{board.slug}/links", {"days": "30", "period": "quarter"}).status_code == 403


def test_a_link_shows_the_owners_numbers_to_anyone_and_opens_no_other_page(company: Company, board: Board) -> None:
    address = link_to(board, company)
    response = Client(headers={"accept-language": "en"}).get(address)
    page = response.content.decode()
    assert response.status_code == 200
    assert "€600" in page
    assert "/kpi/" not in page
    assert "/d/" not in page
    assert response.headers["X-Robots-Tag"].startswith("noindex")
    assert response.headers["Referrer-Policy"] == "same-origin"  # to no other site; "no-referrer" would break its forms
    assert "no-store" in response.headers["Cache-Control"]


def test_the_filters_of_a_link_are_frozen(company: Company, board: Board) -> None:
    address = link_to(board, company, "period=quarter&filter.owner=Bob")
    page = Client().get(f"{address}?filter.owner=Alice&period=year").content.decode().partition('id="page"')[2]
    assert "€200" in page
    assert "€400" not in page
    assert "Alice" not in page


def test_a_link_follows_the_rights_of_its_owner(company: Company, board: Board) -> None:
    address = link_to(board, company)
    change(company.ada, {"role": "director"}, by=By("member"))
    assert "€600" in Client().get(address).content.decode()
    change(company.ada, {"role": "representative"}, by=By("member"))  # owns nothing, may share nothing
    response = Client().get(address)
    assert response.status_code == 410
    assert "€" not in response.content.decode()


@pytest.mark.parametrize("end", ["withdrawn", "expired", "owner left", "board thrown away"])
def test_a_link_that_ended_says_so_and_leaks_nothing(
    company: Company, board: Board, clock: time_machine.Traveller, end: str
) -> None:
    address = link_to(board, company, days=7)
    clock.move_to(NOW + timedelta(days=6))
    assert Client().get(address).status_code == 200
    match end:
        case "withdrawn":
            ada = browser(company.ada)
            assert ada.post(f"/d/{board.slug}/links/{Outside.objects.get().pk}").status_code == 302
        case "expired":
            clock.move_to(NOW + timedelta(days=7))
        case "owner left":
            change(company.ada, {"is_active": False}, by=By("member"))
        case _:
            edit.throw_away(board)
    response = Client(headers={"accept-language": "en"}).get(address)
    page = unescape(response.content.decode())
    assert response.status_code == 410
    assert "It has expired, or was withdrawn. Ask" in page.replace('</p>\n<p class="quiet">', " ")
    for leak in ("What we sold", "€", "Revenue", "Ada"):
        assert leak not in page


def test_a_token_is_shown_once_and_kept_nowhere(company: Company, board: Board) -> None:
    ada = browser(company.ada)
    page = ada.post(f"/d/{board.slug}/links", {"days": "30", "period": "year"}).content.decode()
    token = page.partition("/s/")[2].partition('"')[0]
    assert len(token) >= 43  # 256 bits
    assert Client().get(f"/s/{token}").status_code == 200
    link = Outside.objects.get()
    assert token not in str(vars(link))
    assert token not in ada.get(f"/d/{board.slug}/edit").content.decode()
    assert Client().get(f"/s/{link.digest}").status_code == 404


def test_a_link_is_made_for_the_periods_and_days_on_offer_only(company: Company, board: Board) -> None:
    ada = browser(company.ada)
    for form in ({"days": "3650", "period": "year"}, {"days": "30", "period": "custom"}):
        assert ada.post(f"/d/{board.slug}/links", form).status_code == 302
    assert ada.post(f"/d/{board.slug}/links", {"days": "30", "period": "decade"}).status_code == 400
    assert not Outside.objects.exists()


def test_a_link_to_the_board_of_another_ends_with_the_right_to_change_it(company: Company, board: Board) -> None:
    hers = edit.make(company.alice, "Mine", [Spec("revenue")], "en")
    address = f"/s/{links.make(hers, 'period=quarter', 30, company.ada)}"
    assert Client().get(address).status_code == 200
    change(company.ada, {"role": "director"}, by=By("member"))  # who shares boards, of his own
    assert Client().get(address).status_code == 410
