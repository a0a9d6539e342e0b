"""A member chooses which board he meets first."""

from html import unescape

from django.test import Client

from cadran.dashboards import edit
from cadran.dashboards.models import Audience
from cadran.dashboards.spec import Spec
from cadran.kpis.tests.conftest import Company
from cadran.members.models import Member

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def browser(member: Member) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(member, backend=BACKEND)
    return client


def heading(client: Client, path: str = "/") -> str:
    """What a page is called."""
    page = unescape(client.get(path).content.decode())
    return page.partition("<h1>")[2].partition("</h1>")[0]


def test_alice_meets_her_own_board_first_and_that_of_her_role_again(company: Company) -> None:
    alice, bob = browser(company.alice), browser(company.bob)
    usual = heading(alice)
    board = edit.make(company.alice, "My week", [Spec("revenue")], "en")
    for _again in range(2):
        response = alice.post(f"/d/{board.slug}/home", {"home": "yes"}, follow=True)
        assert "“My week” is your home page now." in unescape(response.content.decode())
    assert heading(alice) == "My week"
    assert heading(bob) == usual
    assert "No longer my home page" in alice.get("/").content.decode()
    assert 'name="home" value="no"' in alice.get("/").content.decode()
    for _again in range(2):
        alice.post(f"/d/{board.slug}/home", {"home": "no"})
        assert heading(alice) == usual


def test_a_home_that_is_thrown_away_or_no_longer_shared_gives_way_to_that_of_the_role(company: Company) -> None:
    alice, bob = browser(company.alice), browser(company.bob)
    usual = heading(bob)
    board = edit.make(company.alice, "For all", [Spec("revenue")], "en")
    assert bob.post(f"/d/{board.slug}/home").status_code == 404
    board.audience = Audience.EVERYONE
    board.save()
    for member in (alice, bob):
        member.post(f"/d/{board.slug}/home")
    assert heading(bob) == heading(alice) == "For all"
    board.audience = Audience.NOBODY
    board.save()
    assert heading(bob) == usual
    assert heading(alice) == "For all"
    edit.throw_away(board)
    assert heading(alice) == usual


def test_a_board_that_ships_can_be_home_for_those_who_may_open_it(company: Company) -> None:
    ada = browser(company.ada)
    there = heading(ada, "/d/sales")
    ada.post("/d/sales/home")
    assert heading(ada) == there
    assert ada.post("/d/none/home").status_code == 404
