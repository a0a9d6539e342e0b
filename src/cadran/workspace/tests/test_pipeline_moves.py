import re
from collections.abc import Callable
from html import unescape
from typing import cast

from django.http import HttpResponse, HttpResponseBase
from django.test import Client

from cadran.crm.models import Change, Deal
from cadran.crm.save import change, create
from cadran.kpis.answer import engine
from cadran.workspace.tests.conftest import BY, NOW, Work

type SignIn = Callable[[str], Client]


def move(client: Client, work: Work, name: str, to: str, seen: str = "New", **more: str) -> HttpResponseBase:
    deal = work.deals[name]
    form = {f"to.{deal.pk}": str(work.stages[to].pk), "seen": str(work.stages[seen].pk), **more}
    return client.post(f"/pipeline/{deal.pk}/move", form)


def now(work: Work, name: str) -> Deal:
    return Deal.objects.select_related("stage").get(pk=work.deals[name].pk)


def followed(client: Client, response: HttpResponseBase) -> str:
    assert response.status_code == 302
    return client.get(response.headers["location"]).content.decode()


def undo_of(html: str) -> dict[str, str]:
    found = re.search(r'name="undo" value="([^"]+)"', html)
    assert found
    return {"undo": found[1]}


def test_a_representative_moves_his_deal_and_the_change_is_his(work: Work, sign_in: SignIn) -> None:
    client = sign_in("Alice")
    html = followed(client, move(client, work, "Roof", "Offer", back="pipeline=Sales&filter.channel=Web"))
    assert now(work, "Roof").stage == work.stages["Offer"]
    written = Change.objects.filter(record="deal", record_id=work.deals["Roof"].pk).latest("pk")
    assert (written.field, written.member, written.origin) == ("stage", work.people["Alice"], "member")
    assert "“Roof” moved from “New” to “Offer”." in unescape(html)
    assert 'name="filter.channel"' in html
    assert "Door" not in html


def test_a_deal_that_is_won_is_closed_now_and_leaves_the_board(work: Work, sign_in: SignIn) -> None:
    client = sign_in("Alice")
    html = followed(client, move(client, work, "Door", "Won", "Offer"))
    assert now(work, "Door").closed_at == NOW
    assert f'id="deal-{work.deals["Door"].pk}"' not in html
    assert engine().select('SELECT "outcome" FROM "deal" WHERE "name" = $1', ["Door"])[0][0] == "won"


def test_a_deal_is_not_lost_without_a_reason(work: Work, sign_in: SignIn) -> None:
    client = sign_in("Alice")
    asked = move(client, work, "Roof", "Lost")
    assert asked.status_code == 200
    assert "Why is this deal lost?" in cast("HttpResponse", asked).content.decode()
    assert now(work, "Roof").stage == work.stages["New"]
    move(client, work, "Roof", "Lost", reason=" Price ")
    assert (now(work, "Roof").stage.name, now(work, "Roof").lost_reason) == ("Lost", "Price")


def test_a_move_is_taken_back_whole(work: Work, sign_in: SignIn) -> None:
    client = sign_in("Alice")
    html = followed(client, move(client, work, "Roof", "Lost", reason="Price"))
    back = client.post(f"/pipeline/{work.deals['Roof'].pk}/move", undo_of(html))
    assert "“Roof” is back in “New”." in unescape(followed(client, back))
    deal = now(work, "Roof")
    assert (deal.stage, deal.closed_at, deal.lost_reason) == (work.stages["New"], None, None)


def test_a_move_of_someone_else_or_an_overtaken_one_is_not_taken_back(work: Work, sign_in: SignIn) -> None:
    alice, ada = sign_in("Alice"), sign_in("Ada")
    html = followed(alice, move(alice, work, "Roof", "Offer"))
    address = f"/pipeline/{work.deals['Roof'].pk}/move"
    followed(ada, ada.post(address, undo_of(html)))
    assert now(work, "Roof").stage.name == "Offer"
    change(work.deals["Roof"], {"stage": work.stages["Won"]}, by=BY)
    assert "can no longer be undone" in followed(alice, alice.post(address, undo_of(html)))
    assert now(work, "Roof").stage.name == "Won"


def test_a_move_from_where_the_deal_no_longer_is_changes_nothing_and_says_who_moved_it(
    work: Work, sign_in: SignIn
) -> None:
    ada, alice = sign_in("Ada"), sign_in("Alice")
    move(ada, work, "Roof", "Offer")
    html = unescape(followed(alice, move(alice, work, "Roof", "Won")))
    assert "Ada moved this deal to “Offer” meanwhile (Nov 22, 2026, 1:00" in html
    assert now(work, "Roof").stage.name == "Offer"


def test_a_move_to_where_the_deal_is_already_writes_nothing(work: Work, sign_in: SignIn) -> None:
    before = Change.objects.count()
    alice = sign_in("Alice")
    assert 'name="undo"' not in followed(alice, move(alice, work, "Roof", "New"))
    assert Change.objects.count() == before


def test_a_stage_of_another_pipeline_is_no_stage_of_the_deal(work: Work, sign_in: SignIn) -> None:
    ada, deal = sign_in("Ada"), work.deals["Roof"]
    strange = work.deals["Lamp"].stage_id
    html = followed(ada, ada.post(f"/pipeline/{deal.pk}/move", {"to": strange, "seen": deal.stage_id}))
    assert "Choose the stage" in html
    assert now(work, "Roof").stage == work.stages["New"]


def test_nobody_moves_what_is_not_his(work: Work, sign_in: SignIn, client: Client) -> None:
    for name, status in [("Bob", 404), ("Vera", 403), ("Anton", 403)]:
        assert move(sign_in(name), work, "Roof", "Offer").status_code == status
        assert sign_in(name).get(f"/pipeline/{work.deals['Roof'].pk}/move").status_code == status
    assert move(client, work, "Roof", "Offer").headers["location"].startswith("/account/login/")
    assert move(sign_in("Mona"), work, "Gate", "Offer").status_code == 404
    assert now(work, "Roof").stage == now(work, "Gate").stage == work.stages["New"]


def test_a_form_without_its_token_moves_nothing(work: Work) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(work.people["Alice"], backend="allauth.account.auth_backends.AuthenticationBackend")
    assert move(strict, work, "Roof", "Offer").status_code == 403


def test_a_link_to_someone_elses_move_says_nothing_of_it(work: Work, sign_in: SignIn) -> None:
    ada, bob = sign_in("Ada"), sign_in("Bob")
    address = move(ada, work, "Roof", "Offer").headers["location"]
    assert "Roof" not in bob.get(address).content.decode()
    assert bob.get("/pipeline/?moved=x.y").status_code == bob.get("/pipeline/?moved=9999999.y").status_code == 200


def test_after_a_move_nobody_is_led_out_of_the_house(work: Work, sign_in: SignIn) -> None:
    address = move(sign_in("Ada"), work, "Roof", "Offer", back="//evil.example/?a=1&pipeline=Sales").headers["location"]
    assert address.startswith("/pipeline/?")
    assert "evil" not in address


def test_a_deal_that_is_won_is_not_given_a_reason_of_its_loss(work: Work, sign_in: SignIn) -> None:
    move(sign_in("Alice"), work, "Roof", "Won", reason="Price")
    assert (now(work, "Roof").stage.name, now(work, "Roof").lost_reason) == ("Won", None)


def only_read(field: str) -> None:
    create("field_right", {"role": "representative", "record": "deal", "field": field, "access": "read"}, by=BY)


def test_who_only_reads_the_stage_moves_no_deal(work: Work, sign_in: SignIn) -> None:
    only_read("stage")
    client, path = sign_in("Alice"), f"/pipeline/{work.deals['Roof'].pk}/move"
    assert path not in client.get("/pipeline/?pipeline=Sales").content.decode()
    assert path not in client.get(f"/deals/{work.deals['Roof'].pk}").content.decode()
    assert client.get(path).status_code == 403
    html = followed(client, move(client, work, "Roof", "Offer"))
    assert "Your role may not move deals to another stage." in html
    assert now(work, "Roof").stage == work.stages["New"]
    assert path in sign_in("Mona").get("/pipeline/?pipeline=Sales").content.decode()


def test_who_may_not_say_why_a_deal_is_lost_loses_none_and_wins_some(work: Work, sign_in: SignIn) -> None:
    only_read("lost_reason")
    client = sign_in("Alice")
    html = followed(client, move(client, work, "Roof", "Lost", reason="price"))
    assert "Your role may not say why a deal is lost" in html
    assert now(work, "Roof").stage == work.stages["New"]
    followed(client, move(client, work, "Roof", "Won"))
    assert now(work, "Roof").closed_at == NOW


def test_a_lost_deal_is_opened_again_by_who_does_not_say_reasons(work: Work, sign_in: SignIn) -> None:
    change(work.deals["Roof"], {"stage": work.stages["Lost"], "closed_at": NOW, "lost_reason": "price"}, by=BY)
    only_read("lost_reason")
    client = sign_in("Alice")
    followed(client, move(client, work, "Roof", "New", "Lost"))
    assert (now(work, "Roof").stage, now(work, "Roof").lost_reason) == (work.stages["New"], None)
