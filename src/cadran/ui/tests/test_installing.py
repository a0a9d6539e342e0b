"""The product as an installed app: what browsers ask for, and that nothing of anyone is kept."""

import json
import struct

import pytest
from django.contrib.auth import get_user_model
from django.contrib.staticfiles import finders
from django.test import Client

from cadran.ui.icons import PICTURES
from cadran.ui.installing import SHELL

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.mark.parametrize(("language", "name"), [("en", "the CRM that measures itself"), ("fr", "qui se mesure")])
def test_the_manifest_speaks_the_language_asked_for(client: Client, db: None, language: str, name: str) -> None:
    response = client.get(f"/manifest.webmanifest?lang={language}")
    assert response.headers["content-type"] == "application/manifest+json"
    said = json.loads(response.content)
    assert name in said["name"]
    assert said["lang"] == language
    assert (said["start_url"], said["scope"], said["display"]) == ("/", "/", "standalone")
    assert {icon["src"].rpartition("/")[2] for icon in said["icons"]} == {*PICTURES, "icon.svg"}
    assert [icon["purpose"] for icon in said["icons"] if "purpose" in icon] == ["maskable"]


def test_another_language_is_answered_in_the_first(client: Client, db: None) -> None:
    assert json.loads(client.get("/manifest.webmanifest?lang=xx").content)["lang"] == "en"


@pytest.mark.parametrize("name", PICTURES)
def test_each_picture_has_the_size_that_the_manifest_says(name: str) -> None:
    found = finders.find(f"ui/{name}")
    assert isinstance(found, str)
    with open(found, "rb") as file:  # noqa: PTH123
        head = file.read(24)
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", head[16:24]) == (PICTURES[name][0],) * 2


def test_the_worker_keeps_the_offline_page_and_its_files_alone(client: Client, db: None) -> None:
    response = client.get("/service-worker.js")
    assert response.headers["content-type"].startswith("text/javascript")
    assert response.headers["cache-control"] == "no-cache"
    script = response.content.decode().replace("\\u002D", "-")
    assert '= ["/offline", "/static/ui/cadran.css", "/static/ui/icon.svg"];' in script
    assert all(finders.find(name) for name in SHELL)
    assert ".put(" not in script
    assert ".add(" not in script


def test_the_offline_page_is_the_same_for_everyone_in_both_languages(client: Client, db: None) -> None:
    nobody = client.get("/offline").content
    client.force_login(get_user_model()._default_manager.create(name="Alice Secret", role="viewer"), backend=BACKEND)
    assert client.get("/offline", headers={"accept-language": "fr"}).content == nobody
    assert b"No network" in nobody
    assert "Pas de réseau" in nobody.decode()
    assert b"csrf" not in nobody


def test_signing_out_has_the_browser_forget_the_site(client: Client, db: None) -> None:
    client.force_login(get_user_model()._default_manager.create(name="Alice", role="viewer"), backend=BACKEND)
    assert "clear-site-data" not in client.get("/account/logout/").headers
    assert client.post("/account/logout/").headers["clear-site-data"] == '"cache", "storage"'


def test_pages_offer_to_be_installed_in_their_language(client: Client, db: None) -> None:
    page = client.get("/account/login/", headers={"accept-language": "fr"}).content.decode()
    assert '<link rel="manifest" href="/manifest.webmanifest?lang=fr">' in page
