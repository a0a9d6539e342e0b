from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from cadran.ui.access import Policy, admins, every_url_has_a_policy, members, policy_of, public, refuse_silent_urls


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
