"""Somebody who has signed in and loads pages, without the network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.test import Client

from cadran.members.models import Member, Role

LANGUAGE = "en"


@contextmanager
def director() -> Iterator[Member]:
    """Someone who directs, for as long as it takes."""
    member = Member.objects.create(name="Someone who directs", role=Role.DIRECTOR, is_active=True)
    try:
        yield member
    finally:
        member.delete()


def loading(member: Member, address: str) -> Callable[[], object]:
    """A way to load a page as this member. It raises ValueError where there is no such page."""
    browser = Client(SERVER_NAME="localhost", headers={"accept-language": LANGUAGE})
    browser.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")

    def load() -> object:
        response = browser.get(address)
        if response.status_code != 200:
            raise ValueError(f"{address} answers {response.status_code}.")
        return response

    return load
