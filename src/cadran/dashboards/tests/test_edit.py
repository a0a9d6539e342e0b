"""People make boards of their own: tiles come, go, move and widen without code, and only their owner does it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape

import pytest
import time_machine
from django.test import Client

from cadran.crm.save import By, change
from cadran.dashboards import edit
from cadran.dashboards.models import Board, Tile
from cadran.dashboards.spec import Spec
from cadran.kpis.tests.conftest import Company
from cadran.members.models import Member

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def _on_the_day_of_the_example() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC), tick=False):
        yield


def browser(member: Member) -> Client:
    """A browser in which someone has signed in."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(member, backend=BACKEND)
    return client


def board_of(member: Member, *kpis: str) -> Board:
    return edit.make(member, "My week", [Spec(kpi) for kpi in kpis], "en")


def order(board: Board) -> list[str]:
    return [tile.kpi for tile in board.tiles.filter(removed_at=None)]


def said(client: Client, path: str, form: dict[str, str]) -> str:
    """What the page says after a form was sent."""
    return unescape(client.post(path, form, follow=True).content.decode())


def test_alice_makes_a_board_from_a_template_and_its_tiles_stay(company: Company) -> None:
    alice = browser(company.alice)
    response = alice.post("/d/", {"title": "Keep them", "from": "keep-customers"})
    board = Board.objects.get()
    assert response.headers["location"] == f"/d/{board.slug}/edit"
    assert board.slug.startswith("keep-them-")
    assert (board.owner, len(order(board))) == (company.alice, 7)
    words = alice.get(f"/d/{board.slug}").content.decode()
    assert "Keep them" in words
    assert "Customer retention rate" in words
    assert "Keep them" in alice.get("/").content.decode()


def test_a_tile_is_added_for_any_kpi_split_and_filter_and_shows_its_number(company: Company) -> None:
    alice, board = browser(company.alice), board_of(company.alice)
    form = {"kpi": "revenue", "kind": "bars", "split": "stage", "on": "owner", "value": "Alice", "width": "2"}
    assert "“Revenue” is the last tile of the board." in said(alice, f"/d/{board.slug}/tiles", form)
    assert board.tiles.get().spec == Spec("revenue", "bars", "stage", {"owner": ["Alice"]}, 2)
    words = alice.get(f"/d/{board.slug}").content.decode()
    assert "Revenue · Stage · Owner = Alice" in words
    assert "€400" in words


def test_the_form_offers_what_goes_with_each_choice_and_shows_how_it_will_look(company: Company) -> None:
    alice, board = browser(company.alice), board_of(company.alice)
    page = unescape(alice.get(f"/d/{board.slug}/edit?kpi=win_rate&kind=donut&split=moon&on=owner").content.decode())
    assert 'value="donut"' not in page  # a rate has no shares
    assert '<option value="Alice">' in page
    assert '<option value="Bob">' not in page
    assert "66.7%" in page
    assert '<option value="traffic_to_lead"' not in page  # cannot be limited to what she may see
    funnel = alice.get(f"/d/{board.slug}/edit?kpi=open_deals&kind=funnel").content.decode()
    assert '<option value="stage" selected>' in funnel
    assert alice.get(f"/d/{board.slug}/edit?kpi=moon").status_code == 200


def test_what_a_page_shows_is_put_on_a_board(company: Company) -> None:
    alice, board = browser(company.alice), board_of(company.alice)
    page = unescape(alice.get("/kpi/revenue?by=stage&filter.owner=Alice").content.decode())
    query = "?kpi=revenue&kind=bars&split=stage&on=owner&value=Alice"
    assert f'href="/d/{query}"' in page
    choice = unescape(alice.get(f"/d/{query}").content.decode())
    assert "“Revenue” is to be put on a board." in choice
    assert f'href="/d/{board.slug}/edit{query}#add"' in choice
    made = alice.post("/d/", {"title": "New", "kpi": "revenue", "split": "stage"})
    assert made.headers["location"].endswith("/edit?kpi=revenue&split=stage#add")


def test_tiles_move_widen_go_and_come_back(company: Company) -> None:
    alice, board = browser(company.alice), board_of(company.alice, "revenue", "win_rate", "deals_won")
    first, second, third = board.tiles.all()

    def do(tile: Tile, verb: str, to: str = "") -> int:
        return alice.post(f"/d/{board.slug}/tiles/{tile.pk}", {"do": verb, "to": to}).status_code

    assert do(first, "later") == 302
    assert order(board) == ["win_rate", "revenue", "deals_won"]
    do(third, "earlier")
    do(second, "earlier")  # already the first
    assert order(board) == ["win_rate", "deals_won", "revenue"]
    do(first, "narrower", "0")
    assert order(board) == ["revenue", "win_rate", "deals_won"]
    for _ in range(4):
        do(first, "wider")
    assert board.tiles.get(pk=first.pk).width == 3
    do(first, "narrower")
    assert board.tiles.get(pk=first.pk).width == 2
    page = said(alice, f"/d/{board.slug}/tiles/{second.pk}", {"do": "remove"})
    assert "“Win rate” was taken away." in page
    assert order(board) == ["revenue", "deals_won"]
    do(second, "back")
    assert order(board) == ["revenue", "win_rate", "deals_won"]
    assert do(second, "back") == 302  # it is there
    assert "Reload the page" in said(alice, f"/d/{board.slug}/tiles/{second.pk}", {"do": "explode"})


def test_the_thirteenth_tile_and_what_cannot_be_drawn_are_refused_with_the_cure(company: Company) -> None:
    alice, board = browser(company.alice), board_of(company.alice, *["revenue"] * 11)
    add = f"/d/{board.slug}/tiles"
    assert "There is no indicator “moon”." in said(alice, add, {"kpi": "moon"})
    assert "cannot be split by Moon. Split it by" in said(alice, add, {"kpi": "revenue", "split": "moon"})
    assert "needs something to split by" in said(alice, add, {"kpi": "revenue", "kind": "bars"})
    assert "one, two or three columns" in said(alice, add, {"kpi": "revenue", "width": "9"})
    gone = board.tiles.first()
    assert gone is not None
    edit.remove(board, gone)
    for _ in range(2):
        said(alice, add, {"kpi": "win_rate"})
    assert "at most twelve tiles" in said(alice, add, {"kpi": "win_rate"})
    assert "There are twelve tiles again." in said(alice, f"{add}/{gone.pk}", {"do": "back"})
    assert len(order(board)) == 12
    assert "Give it a title" in said(alice, "/d/", {"title": "  "})
    assert "Give it a title" in said(alice, f"/d/{board.slug}/edit", {"do": "rename", "title": "x" * 101})


def test_a_board_is_renamed_thrown_away_and_put_back(company: Company) -> None:
    alice, board = browser(company.alice), board_of(company.alice, "revenue")
    edit_page = f"/d/{board.slug}/edit"
    assert "Our week" in said(alice, edit_page, {"do": "rename", "title": "Our week"})
    assert "“Our week” was thrown away." in said(alice, edit_page, {"do": "throw"})
    assert alice.get(f"/d/{board.slug}").status_code == 404
    said(alice, edit_page, {"do": "back"})
    assert alice.get(f"/d/{board.slug}").status_code == 200


def test_only_the_owner_and_administrators_change_a_board(company: Company) -> None:
    board = board_of(company.alice, "revenue", "win_rate")
    edit.share(board, "everyone", None, company.ada)
    tile, bob, ada = board.tiles.all()[0], browser(company.bob), browser(company.ada)
    change(company.ada, {"role": "director"}, by=By("member"))
    company.ada.refresh_from_db()
    for other in (bob, ada):
        assert other.get(f"/d/{board.slug}").status_code == 200
        assert "Arrange and share" not in other.get(f"/d/{board.slug}").content.decode()
        assert other.get(f"/d/{board.slug}/edit").status_code == 404
        assert other.post(f"/d/{board.slug}/edit", {"do": "throw"}).status_code == 404
        assert other.post(f"/d/{board.slug}/tiles", {"kpi": "revenue"}).status_code == 404
        assert other.post(f"/d/{board.slug}/tiles/{tile.pk}", {"do": "remove"}).status_code == 404
    change(company.ada, {"role": "administrator"}, by=By("member"))
    assert ada.post(f"/d/{board.slug}/tiles/{tile.pk}", {"do": "remove"}).status_code == 302
    assert order(board) == ["win_rate"]


def test_a_tile_of_another_board_cannot_be_reached_through_ones_own(company: Company) -> None:
    hers, his = board_of(company.alice, "revenue"), board_of(company.bob, "win_rate")
    tile = hers.tiles.get()
    assert browser(company.bob).post(f"/d/{his.slug}/tiles/{tile.pk}", {"do": "remove"}).status_code == 404
    assert order(hers) == ["revenue"]


def test_a_kpi_that_went_away_leaves_a_tile_that_says_so_and_can_be_taken_away(company: Company) -> None:
    board = board_of(company.alice, "revenue")
    board.tiles.update(kpi="our_own")
    alice = browser(company.alice)
    assert "There is no indicator “our_own”." in unescape(alice.get(f"/d/{board.slug}").content.decode())
    assert "our_own" in alice.get(f"/d/{board.slug}/edit").content.decode()


def test_titles_are_text_never_markup(company: Company) -> None:
    board = edit.make(company.alice, "<script>alert(1)</script>", [Spec("revenue", title={"en": "<b>x</b>"})], "en")
    alice = browser(company.alice)
    for path in (f"/d/{board.slug}", f"/d/{board.slug}/edit", "/d/"):
        page = alice.get(path).content
        assert b"<script>alert" not in page
        assert b"<b>x" not in page
