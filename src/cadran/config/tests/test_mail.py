"""The server for e-mails: its address read, a wrong one refused with the cure, one that does not answer said."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from cadran.administration.tests.post import FROM, post
from cadran.config.check import checks
from cadran.config.mail import mailers, sender

__all__ = ["post"]


def mail_check() -> tuple[bool, str]:
    (found,) = [one for one in checks() if one.name == "e-mail"]
    assert not found.stops or found.ok, "pages are served without e-mails too"
    return found.ok, found.what


@pytest.mark.django_db
@pytest.mark.usefixtures("post")
def test_the_check_says_whether_the_server_answers(settings: Settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    assert mail_check() == (True, f"127.0.0.1 answers; e-mails come from {FROM}")
    settings.MAILERS = mailers("smtp://127.0.0.1:1")
    ok, what = mail_check()
    assert not ok
    assert what.startswith("127.0.0.1 takes no e-mail")
    settings.SENDS_MAIL = False
    assert mail_check() == (True, "none is sent: invitations are letters to send by hand")


@pytest.mark.parametrize(
    ("url", "options"),
    [
        ("smtp://localhost", {"host": "localhost"}),
        (
            "smtp+tls://crm%40x.example:s%2Fcret@mail.example:587",
            {"host": "mail.example", "port": 587, "use_tls": True, "username": "crm@x.example", "password": "s/cret"},
        ),
        ("smtps://crm:secret@[::1]", {"host": "::1", "use_ssl": True, "username": "crm", "password": "secret"}),
    ],
)
def test_an_address_gives_the_settings_of_the_server(url: str, options: dict[str, object]) -> None:
    assert mailers(url)["default"]["OPTIONS"] == {"timeout": 10, **options}


@pytest.mark.parametrize("url", ["mail.example:587", "imap://mail.example", "smtp://", "smtp://x:hidden@y:port"])
def test_an_address_of_no_server_is_refused_with_the_cure_and_without_the_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"CADRAN_MAIL .*Write it as smtp\+tls://user:") as refused:
        mailers(url)
    assert "hidden" not in str(refused.value)


def test_e_mails_come_from_an_address() -> None:
    assert sender(None, None) == ""
    assert sender("smtp://crm%40house.example:x@mail.example", None) == "crm@house.example"
    assert sender("smtp://mail.example", FROM) == FROM
    for given in (None, "Example Ltd"):
        with pytest.raises(ImproperlyConfigured, match="CADRAN_MAIL_FROM says from whom"):
            sender("smtp://crm:secret@mail.example", given)
