from html import unescape

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client, RequestFactory
from django.utils import translation

from cadran.ui.views import locked

pytestmark = pytest.mark.django_db


def text(client: Client, path: str, language: str = "en") -> str:
    return unescape(client.get(path, headers={"accept-language": language}).content.decode())


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Sign in", "Password", "Stay signed in")),
        ("fr", ("Se connecter", "Mot de passe", "Rester connecté")),
    ],
)
def test_the_door_speaks_the_readers_language(client: Client, language: str, words: tuple[str, ...]) -> None:
    page = text(client, "/account/login/", language)
    assert f'<html lang="{language}"' in page
    for word in words:
        assert word in page


def test_the_theme_is_in_the_first_byte(client: Client) -> None:
    assert "data-theme" not in text(client, "/account/login/").split("<head>")[0]
    client.post("/theme/", {"theme": "dark"})
    assert 'data-theme="dark"' in text(client, "/account/login/").split("<head>")[0]
    client.post("/theme/", {"theme": "system"})
    assert "data-theme" not in text(client, "/account/login/").split("<head>")[0]


def test_a_theme_that_does_not_exist_changes_nothing(client: Client) -> None:
    assert "theme" not in client.post("/theme/", {"theme": '"><script>'}).cookies


@pytest.mark.parametrize("there", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_choosing_a_theme_never_leads_elsewhere(client: Client, there: str) -> None:
    assert client.post("/theme/", {"theme": "dark", "next": there}).headers["location"] == "/"


def test_no_page_has_a_script_or_a_style_of_its_own(client: Client) -> None:
    for path in ("/account/login/", "/account/password/reset/", "/nowhere"):
        page = text(client, path)
        assert "style=" not in page
        assert "<style" not in page
        assert "onclick" not in page


def test_a_page_that_does_not_exist_says_so_in_our_design(client: Client) -> None:
    response = client.get("/nowhere", headers={"accept-language": "fr"})
    assert response.status_code == 404
    assert "Cette page n’existe pas" in response.content.decode()


def test_whoever_tried_too_many_passwords_is_told_to_wait(rf: RequestFactory) -> None:
    request = rf.get("/account/login/")
    request.user = AnonymousUser()
    with translation.override("en"):
        response = locked(request, None, None)
    assert response.status_code == 429
    assert "Too many tries" in response.content.decode()


def test_a_form_without_its_token_is_refused_with_the_cure() -> None:
    response = Client(enforce_csrf_checks=True).post("/theme/", {"theme": "dark"}, headers={"accept-language": "en"})
    assert response.status_code == 403
    assert "reload the page and send the form again" in response.content.decode()
