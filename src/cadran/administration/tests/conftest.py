"""Alice administers, Bob represents; Charlie is nobody here yet."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from cadran.administration.tests.post import post
from cadran.members.models import Member, Role
from tests.standing import Stand

__all__ = ["post"]

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PASSWORD = "nine green bottles standing"


@pytest.fixture
def alice(db: None, settings: Settings, tmp_path: Path, stand: Stand) -> Member:
    settings.HOME = tmp_path
    return stand(write, tmp_path)


def write() -> Member:
    """Alice alone, written into empty records."""
    return Member.objects.create(name="Alice", email="alice@house.example", role=Role.ADMINISTRATOR)


@pytest.fixture
def bob(db: None) -> Member:
    return Member.objects.create(name="Bob", email="bob@house.example", role=Role.REPRESENTATIVE)


@pytest.fixture
def page(client: Client, alice: Member) -> Client:
    """A browser in which Alice has signed in and reads English."""
    client.force_login(alice, backend=BACKEND)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client
