"""What is hidden from a role is nowhere for it: every URL is called, and nothing that it answers holds the secret.

Bob represents and owns every record that holds one; Dora directs, and sees them.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from cadran.crm.models import Contact
from cadran.crm.save import change, create
from cadran.dashboards.shipped import shipped
from cadran.kpis.answer import catalogue
from cadran.members.field_rights import hidden_from
from cadran.members.models import Member
from cadran.workspace.kinds import BY_SLUG
from tests.permissions.table import ROWS
from tests.permissions.test_matrix import BACKEND, BEGIN, BY, people, records_of

__all__ = ["people"]

HIDDEN = {
    "account": ("domain", "custom.margin"),
    "contact": ("email", "phone"),
    "deal": ("amount", "lost_reason", "next_step_on"),
    "lead": ("company",),
    "ticket": ("category",),
    "activity": ("outcome",),
    "order": ("amount",),
}
SECRETS = {
    "domain": "xq7domain.example",
    "margin": "xq7margin",
    "email": "xq7mail@example.com",
    "phone": "+33 777 1239 881",
    "lost_reason": "xq7reason",
    "company": "xq7company",
    "category": "xq7category",
    "outcome": "xq7outcome",
}
AMOUNT = "7654321"
SUMS = re.compile(r"7654321|7654\s?[kK]|\b7[.,]?[67]5?\d?\s?M\b|15308642|\b15[.,]?31?\s?M\b")
"""The digits of every amount, and of two of them added up, however they are grouped and rounded."""


@pytest.fixture
def bobs(people: dict[str, Member]) -> dict[str, Any]:
    """Bob's records, each with a secret that representatives do not see; amounts were changed, and closed deals won."""
    bob = people["representative"]
    create("custom_field", {"record": "account", "key": "margin", "label_en": "Margin", "type": "text"}, by=BY)
    for kind, fields in HIDDEN.items():
        for field in fields:
            said = {"role": "representative", "record": kind, "field": field, "access": "hidden"}
            create("field_right", said, by=BY)
    own = records_of(bob)
    change(own["account"], {"domain": SECRETS["domain"], "custom.margin": SECRETS["margin"]}, by=BY)
    change(own["contact"], {"email": SECRETS["email"], "phone": SECRETS["phone"], "account": own["account"]}, by=BY)
    change(own["lead"], {"company": SECRETS["company"]}, by=BY)
    hung = {"account": own["account"]}
    change(own["ticket"], {"category": SECRETS["category"], "contact": own["contact"], **hung}, by=BY)
    change(own["activity"], {"outcome": SECRETS["outcome"], "deal": own["deal"], **hung}, by=BY)
    change(own["deal"], {"amount": Decimal(AMOUNT), **hung, "contacts": [own["contact"]]}, by=BY)
    lost = create("stage", {"pipeline": own["pipeline"], "name": "Lost", "outcome": "lost"}, by=BY)
    own["gone"] = create(
        "deal",
        {
            "name": "A deal that is lost", "pipeline": own["pipeline"], "stage": lost, "owner": bob, **hung,
            "amount": Decimal(AMOUNT), "closed_at": datetime.now(UTC), "lost_reason": SECRETS["lost_reason"],
        },
        by=BY,
        at=BEGIN,
    )  # fmt: skip
    values = {"number": "B-1", **hung, "placed_at": datetime.now(UTC), "amount": Decimal(AMOUNT)}
    own["order"] = create("order", {**values, "owner": bob}, by=BY)
    change(own["twin"], {"domain": SECRETS["domain"]}, by=BY)
    own["double"] = create("contact", {"last_name": "Double", "email": SECRETS["email"], "owner": bob}, by=BY)
    return own


def texts(content: bytes) -> Iterator[str]:
    """What an answer says: the texts of a workbook and of a document too."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield from (packed.read(name).decode(errors="replace") for name in packed.namelist())
    elif content.startswith(b"%PDF"):
        yield from (page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    else:
        yield unescape(content.decode(errors="replace"))


def betrayed(content: bytes) -> set[str]:
    """The secrets that an answer holds."""
    found = set()
    for text in texts(content):
        found |= {name for name, secret in SECRETS.items() if secret in text}
        digits = re.sub(r"(?<=\d)[\s\u202f\xa0,.’](?=\d)", "", text)
        if SUMS.search(digits):
            found.add("amount")
    return found


def paths(own: dict[str, Any]) -> Iterator[str]:
    """Every URL of the matrix, for Bob's records, and those by which a secret might be asked for."""
    for row in ROWS.values():
        yield row.path.format(**{name: record.pk for name, record in own.items()})
    for slug, listing in BY_SLUG.items():
        yield from (f"/{slug}", f"/{slug}?q=xq7", f"/{slug}?archived=1", f"/{slug}/new")
        yield from (f"/{slug}.{form}" for form in ("csv", "json", "xlsx", "pdf"))
        yield from (f"/{slug}/{own[one].pk}" for one in own if own[one]._meta.db_table == listing.kind)
        yield from (f"/{slug}/{own[one].pk}/edit" for one in own if own[one]._meta.db_table == listing.kind)
    pipeline = f"pipeline={own['pipeline'].name}"
    yield from (f"/pipeline/?{pipeline}", f"/pipeline/?{pipeline}&view=list&sort=amount")
    yield from (f"/pipeline.{form}?{pipeline}" for form in ("csv", "json", "xlsx", "pdf"))
    for kpi in ("revenue", "pipeline_value", "open_deals", "win_rate", "deals_lost", "average_order_value"):
        if kpi in catalogue():
            yield from (f"/kpi/{kpi}", f"/kpi/{kpi}.json?what=rows", f"/kpi/{kpi}.csv", f"/kpi/{kpi}/filter")
    yield from ("/search?q=xq7", "/find?q=xq7", "/find?q=776543", "/duplicates?of=accounts", "/duplicates?of=contacts")
    yield from (f"/d/{board}{form}" for board in shipped() for form in ("", ".json", ".pdf"))
    yield from ("/contacts/alike?email=" + SECRETS["email"][:3], "/tickets?category=-", "/deals?sort=name")


def signed_in(member: Member) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(member, backend=BACKEND)
    return client


def crawl(member: Member, own: dict[str, Any]) -> dict[str, set[str]]:
    """What each URL betrays to a member, by path."""
    client, found = signed_in(member), dict[str, set[str]]()
    for path in dict.fromkeys(paths(own)):
        response = client.get(path)
        assert response.status_code < 500, path
        if told := betrayed(response.getvalue()):
            found[path] = told
    return found


def test_no_url_betrays_a_secret_to_whoever_does_not_see_it(people: dict[str, Member], bobs: dict[str, Any]) -> None:
    assert crawl(people["representative"], bobs) == {}


def test_whoever_may_see_them_sees_them_all(people: dict[str, Member], bobs: dict[str, Any]) -> None:
    seen = crawl(people["director"], bobs)
    assert set().union(*seen.values()) == {*SECRETS, "amount"}
    assert {"/deals.csv", "/deals.xlsx", "/deals.pdf", "/contacts.json", "/kpi/revenue"} <= seen.keys()
    assert hidden_from(people["director"], "deal") == frozenset()


def test_nothing_is_found_by_a_secret(people: dict[str, Member], bobs: dict[str, Any]) -> None:
    bob, dora = signed_in(people["representative"]), signed_in(people["director"])
    for path in ("/search?q=xq7mail", "/find?q=xq7mail", "/contacts?q=xq7mail", "/contacts.csv?q=xq7mail"):
        assert b"contact of representative" not in bob.get(path).getvalue()
        assert b"contact of representative" in dora.get(path).getvalue()
    offered = f"/tickets/options?field=contact&contact={SECRETS['email']}"
    assert b"representative" not in bob.get(offered).getvalue()
    alike = f"/contacts/alike?last_name=Other&email={SECRETS['email']}"
    assert b"the same e-mail" not in bob.get(alike).getvalue()
    assert b"the same e-mail" in dora.get(alike).getvalue()


def test_nothing_is_filtered_sorted_or_split_by_a_secret(people: dict[str, Member], bobs: dict[str, Any]) -> None:
    bob, dora = signed_in(people["representative"]), signed_in(people["director"])
    asked = ("/tickets?category=xq7category", "/deals?sort=-amount", "/deals?lost_reason=xq7reason")
    for path in (*asked, "/deals?date=next_step_on&from=2026-01-01"):
        assert bob.get(path).status_code == 400
        assert dora.get(path).status_code == 200
    for path in ("/kpi/revenue", "/kpi/revenue.json", "/explore?metric=revenue", "/kpi/pipeline_value.csv"):
        assert bob.get(path).status_code == 403
        assert dora.get(path).status_code == 200
    assert bob.get("/kpi/win_rate").status_code == 200
    assert bob.get("/kpi/win_rate?by=reason").status_code == 400
    assert "rests on fields that your role does not see" in bob.get("/kpi/revenue").content.decode()
    assert b'"/kpi/revenue"' not in bob.get("/find?q=revenue").content
    assert b'"/kpi/revenue"' in dora.get("/find?q=revenue").content


def test_what_is_hidden_is_not_written_by_form_or_address(people: dict[str, Member], bobs: dict[str, Any]) -> None:
    bob, contact = signed_in(people["representative"]), bobs["contact"]
    assert bob.post(f"/contacts/{contact.pk}/edit/email", {"email": "a@b.example"}).status_code == 404
    bob.post(f"/contacts/{contact.pk}/edit", {"email": "a@b.example", "was.email": SECRETS["email"]})
    assert Contact.objects.get(pk=contact.pk).email == SECRETS["email"]
    bob.post("/contacts/new", {"last_name": "New", "email": "a@b.example"})
    assert Contact.objects.get(last_name="New").email is None


@pytest.mark.slow
def test_no_indicator_and_no_row_behind_one_betrays_a_secret(people: dict[str, Member], bobs: dict[str, Any]) -> None:
    bob, dora, seen = signed_in(people["representative"]), signed_in(people["director"]), set[str]()
    for metric in catalogue():
        path = f"/kpi/{metric.key}.json?what=rows"
        answer = bob.get(path)
        assert answer.status_code in (200, 400, 403), path
        assert betrayed(answer.getvalue()) == set(), path
        if answer.status_code == 403:
            seen |= betrayed(dora.get(path).getvalue())
    assert "amount" in seen
