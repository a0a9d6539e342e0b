"""Letters that the installation sends through a real server; where that refuses them, and where there is none."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from pytest_django import Settings

from cadran.administration.models import Invitation
from cadran.administration.tests.conftest import PASSWORD
from cadran.administration.tests.post import FROM, LINK, Post, through
from cadran.members.models import Member


def invite(page: Client, **form: str) -> str:
    return page.post("/settings/members", {"role": "manager", **form}).content.decode()


def test_an_invitation_goes_to_whom_it_invites_in_his_language(page: Client, post: Post) -> None:
    shown = invite(page, email="charlie@house.example", language="fr")
    assert "The invitation was sent to charlie@house.example" in shown
    assert "/join/" not in shown, "the link is in the letter alone"
    assert "sent by e-mail" in shown
    (letter,) = post.letters
    assert (letter["To"], letter["From"]) == ("charlie@house.example", FROM)
    assert letter["Subject"].startswith("Votre invitation")
    assert "Alice vous invite" in post.words()
    Client().post(post.link(), {"name": "Charlie", "password": PASSWORD})
    charlie = Member.objects.get(name="Charlie")
    assert EmailAddress.objects.get(user=charlie).verified, "he read what came to his address"


def test_the_language_is_that_of_the_organisation_unless_told(page: Client, post: Post) -> None:
    invite(page, email="charlie@house.example")
    assert "Alice invites you to" in post.words()


def test_a_letter_that_is_refused_loses_no_invitation(page: Client, post: Post) -> None:
    shown = invite(page, email="nobody@house.example")
    assert post.letters == []
    assert "could not be sent; the invitation is made all the same" in shown
    assert "mailto:nobody%40house.example?subject=" in shown
    found = re.search(r'value="http://testserver(/join/[^"]+)"', shown)
    assert found
    assert Invitation.objects.get().sent_at is None
    assert Client().get(found[1]).status_code == 200


def test_a_server_that_does_not_answer_loses_no_invitation(page: Client, settings: Settings) -> None:
    settings.SENDS_MAIL, settings.MAILERS = True, through(1)
    assert "could not be sent; the invitation is made all the same" in invite(page, email="charlie@house.example")
    assert Invitation.objects.get().open


def test_without_an_address_the_link_is_given_by_hand_and_the_address_confirmed_by_a_letter(
    page: Client, post: Post
) -> None:
    found = re.search(r'value="http://testserver(/join/[^"]+)"', invite(page))
    assert found
    assert post.letters == []
    guest = Client(headers={"accept-language": "fr"})
    guest.post(found[1], {"name": "Charlie", "email": "charlie@house.example", "password": PASSWORD})
    address = EmailAddress.objects.get(user__name="Charlie")
    assert not address.verified
    assert "confirmer que Charlie" in post.words()
    guest.post(post.link())
    address.refresh_from_db()
    assert address.verified


def test_a_forgotten_password_is_chosen_anew_by_a_letter(bob: Member, post: Post) -> None:
    browser = Client(headers={"accept-language": "en"})
    assert browser.post("/account/password/reset/", {"email": "BOB@house.example"}).status_code == 302
    there = browser.get(post.link(), follow=True)
    browser.post(there.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD})
    bob.refresh_from_db()
    assert bob.check_password(PASSWORD)


def test_a_stranger_who_forgot_a_password_is_answered_like_a_member(bob: Member, post: Post) -> None:
    browser = Client(headers={"accept-language": "en"})
    assert browser.post("/account/password/reset/", {"email": "charlie@house.example"}).status_code == 302
    assert "nobody signs in with this address" in post.words()
    assert LINK.findall(post.words()) == []


@pytest.mark.parametrize("who", ["bob", "charlie"])
def test_a_letter_about_a_password_that_cannot_leave_is_not_promised(bob: Member, settings: Settings, who: str) -> None:
    settings.SENDS_MAIL, settings.MAILERS = True, through(1)
    answer = Client(headers={"accept-language": "en"}).post(
        "/account/password/reset/", {"email": f"{who}@house.example"}
    )
    assert answer.status_code == 503
    assert "The e-mail could not be sent." in answer.content.decode()


def test_an_installation_without_a_server_says_so(page: Client, bob: Member) -> None:
    assert "This installation sends no e-mails" in page.get("/settings/members").content.decode()
    browser = Client(headers={"accept-language": "en"})
    assert "This installation sends no e-mails" in browser.get("/account/password/reset/").content.decode()
    answer = browser.post("/account/password/reset/", {"email": "bob@house.example"})
    assert "This installation sends no e-mails" in answer.content.decode()


def test_no_letter_is_promised_where_none_is_sent(page: Client, alice: Member) -> None:
    EmailAddress.objects.create(user=alice, email=alice.email, primary=True)
    answer = page.post("/account/email/", {"action_send": "", "email": str(alice.email)})
    assert answer.status_code == 503
    assert "This installation sends none." in answer.content.decode()


def test_a_letter_by_hand_is_in_the_language_that_was_chosen(page: Client) -> None:
    assert "subject=Votre%20invitation" in invite(page, email="charlie@house.example", language="fr")
