from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from cadran.ui.access import Policy, admins, every_url_has_a_policy, members, policy_of, public, refuse_silent_urls

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def fresh() -> Callable[[HttpRequest], HttpResponse]:
    """A view that has declared nothing yet."""
    return lambda _request: HttpResponse("open")


@pytest.fixture
def site(settings: Settings) -> ModuleType:
    """A site with a page of each policy, one declared by its name, and one that says nothing."""
    urls: Any = ModuleType("urls")
    urls.urlpatterns = [
        path("anyone", public(fresh())),
        path("member", members(fresh())),
        path("admin", admins(fresh())),
        path("goals", members(write="goals")(fresh())),
        path("imports", members(needs="imports")(fresh())),
        path("named", fresh(), name="named"),
        path("silent", fresh(), name="silent"),
    ]
    urls.policies = {"named": Policy.PUBLIC}
    settings.ROOT_URLCONF = urls
    return urls  # type: ignore[no-any-return]


def test_every_url_of_the_product_says_who_may_call_it() -> None:
    assert every_url_has_a_policy() == []


def test_a_url_that_says_nothing_keeps_the_server_from_starting(site: ModuleType) -> None:
    (error,) = every_url_has_a_policy()
    assert error.id == "ui.E001"
    assert "/silent does not say who may call it" in error.msg
    assert error.is_serious()
    with pytest.raises(ImproperlyConfigured, match="/silent does not say who may call it"):
        refuse_silent_urls()


def test_a_url_that_says_nothing_is_refused_even_so(site: ModuleType, client: Client, db: None) -> None:
    assert client.get("/silent").status_code == 403


def test_a_public_url_is_open_and_others_lead_to_the_door(site: ModuleType, client: Client, db: None) -> None:
    assert client.get("/anyone").content == b"open"
    assert client.get("/named").content == b"open"


def test_a_view_keeps_its_own_policy_whatever_its_name() -> None:
    assert policy_of(admins(fresh()), "account_login") is Policy.ADMIN
    assert policy_of(fresh(), None) is None


@pytest.mark.parametrize(
    ("role", "reads", "writes", "imports"),
    [("director", 200, 200, 200), ("manager", 200, 200, 403), ("viewer", 200, 403, 403)],
)
def test_a_url_may_take_a_right_to_be_written_or_called_at_all(
    site: ModuleType, client: Client, db: None, role: str, reads: int, writes: int, imports: int
) -> None:
    client.force_login(get_user_model()._default_manager.create(name="Alice", role=role), backend=BACKEND)
    assert client.get("/goals").status_code == reads
    assert client.head("/goals").status_code == reads
    assert client.post("/goals").status_code == writes
    assert client.delete("/goals").status_code == writes
    assert client.get("/imports").status_code == client.post("/imports").status_code == imports


def test_a_stranger_is_led_to_the_door_whatever_right_a_url_takes(
    site: ModuleType, client: Client, db: None, settings: Settings
) -> None:
    settings.LOGIN_URL = "/door"
    assert client.post("/goals").headers["location"] == "/door?next=%2Fgoals"
    assert client.get("/imports").headers["location"] == "/door?next=%2Fimports"


def test_what_a_member_is_answered_is_kept_by_no_cache_between(site: ModuleType, client: Client, db: None) -> None:
    assert "Cache-Control" not in client.get("/anyone").headers
    client.force_login(get_user_model().objects.create(name="Alice"), backend=BACKEND)
    for path_ in ("/member", "/admin", "/nowhere"):
        assert client.get(path_).headers["Cache-Control"] == "private, no-cache"
