"""A server for e-mails that keeps what comes to it."""

import re
import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings

LINK = re.compile(r"http://testserver(/\S+)")
FROM = "Example Ltd <crm@house.example>"


class Post:
    """What came to the server, which refuses letters to whoever's address begins with `nobody`."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return "550 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        self.letters.append(letter)
        return "250 OK"

    def words(self) -> str:
        """The words of the one letter that came."""
        (letter,) = self.letters
        assert letter.get_content_type() == "text/plain"
        return str(letter.get_content())

    def link(self) -> str:
        """Where the one link of the one letter leads."""
        (found,) = LINK.findall(self.words())
        return str(found)


def through(port: int) -> dict[str, Any]:
    """The settings of a server on this machine."""
    options = {"host": "127.0.0.1", "port": port, "timeout": 10}
    return {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}


@pytest.fixture
def post(settings: Settings) -> Iterator[Post]:
    """A server for e-mails that this installation uses."""
    came = Post()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Controller(came, hostname="127.0.0.1", port=port)
    server.start()
    settings.SENDS_MAIL, settings.MAILERS, settings.DEFAULT_FROM_EMAIL = True, through(port), FROM
    yield came
    server.stop()
