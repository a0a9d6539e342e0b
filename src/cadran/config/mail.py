"""Where e-mails leave: the server that CADRAN_MAIL names; nowhere without one."""

from email.utils import parseaddr
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

BACKEND = "django.core.mail.backends.smtp.EmailBackend"
NOWHERE = "django.core.mail.backends.dummy.EmailBackend"
WAITS = 10  # seconds for the server to answer: somebody waits for the page
SCHEMES = {"smtp": {}, "smtp+tls": {"use_tls": True}, "smtps": {"use_ssl": True}}
SPELLED = (
    "Write it as smtp+tls://user:password@host:587 (or smtps:// for port 465, smtp:// for a server on this machine)"
)


def mailers(url: str | None) -> dict[str, Any]:
    """Django's settings of the one server; without an address, of none.

    Raises ImproperlyConfigured when the address is not one of a server for e-mails. It does not repeat the password.
    """
    if not url:
        return {"default": {"BACKEND": NOWHERE}}
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme, parts.hostname, parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"CADRAN_MAIL cannot be read ({error}). {SPELLED}.") from None
    if scheme not in SCHEMES or not host or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ImproperlyConfigured(
            f"CADRAN_MAIL is not the address of a server for e-mails. {SPELLED}, with %40 for @ and %2F for / in the "
            "password, or unset it to send no e-mails."
        )
    options: dict[str, Any] = {"host": host, "timeout": WAITS, **SCHEMES[scheme]}
    if port:
        options["port"] = port
    if parts.username:
        options |= {"username": unquote(parts.username), "password": unquote(parts.password or "")}
    return {"default": {"BACKEND": BACKEND, "OPTIONS": options}}


def sender(url: str | None, given: str | None) -> str:
    """From whom e-mails come: as told, else the user of the server where that is an address; "" without a server.

    Raises ImproperlyConfigured when neither is an address.
    """
    if not url:
        return ""
    said = (given or unquote(urlsplit(url).username or "")).strip()
    try:
        validate_email(parseaddr(said)[1])
    except ValidationError:
        raise ImproperlyConfigured(
            "CADRAN_MAIL_FROM says from whom e-mails come: an address, as in crm@example.com or "
            f"“Example Ltd <crm@example.com>”. It is {f'“{said}”' if given else 'not set'}."
        ) from None
    return said
