"""Every URL × every role and nobody × reading and writing × one's own and a stranger's record.

A URL without a row in the table fails; so does an allowed call that does not succeed, and a refused one that does.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from pytest_django import Settings

from cadran.crm.models import Pipeline, Product
from cadran.crm.save import By, create
from cadran.imports.models import Run
from cadran.members.models import Member, Team
from cadran.members.rights import GRANTS, Role, Sight
from cadran.ui.access import patterns
from tests.permissions.table import ALL, ANYONE, NONE, ROWS, Row
from tests.standing import Stand

BY = By("member")
BEGIN = datetime(2026, 7, 1, 9, tzinfo=UTC)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HASH = "argon2$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$c29tZWhhc2g"  # of no password
OWNED = ("account", "contact", "lead", "deal", "activity", "ticket")


@pytest.fixture
def people(db: None, settings: Settings, tmp_path: Path, stand: Stand) -> dict[str, Member]:
    """One member of each role, and Charlie, a representative of no team of theirs."""
    settings.HOME = tmp_path
    return stand(write, tmp_path)


def write() -> dict[str, Member]:
    """The people and an account, written into empty records."""
    mail = "{}@example.com".format
    made = {
        role.value: Member.objects.create(name=role.value, email=mail(role.value), role=role, password=HASH)
        for role in Role
    }
    create("account", {"name": "An account of nobody"}, by=BY)
    create("product", {"name": "Nut"}, by=BY)
    return {**made, "charlie": Member.objects.create(name="Charlie", role=Role.REPRESENTATIVE)}


def records_of(owner: Member) -> dict[str, Any]:
    """A record of each kind that belongs to this member, and one of each that belongs to nobody in particular."""
    pipeline = create("pipeline", {"name": f"Sales {Pipeline.objects.count()} of {owner.name}"}, by=BY)
    stage = create("stage", {"pipeline": pipeline, "name": "New"}, by=BY)
    team = create("team", {"name": f"Team {Team.objects.count()} of {owner.name}"}, by=BY)
    called = {"contact": "last_name", "activity": "subject", "ticket": "subject"}
    more: dict[str, dict[str, object]] = {
        "deal": {"pipeline": pipeline, "stage": stage},
        "activity": {"kind": "call", "at": BEGIN},
        "ticket": {"opened_at": BEGIN},
    }
    run = Run.objects.create(connection="files", mapping="", files="", believes=True, started_at=BEGIN)
    own = {}
    for kind in OWNED:
        name = {called.get(kind, "name"): f"{kind} of {owner.name}"}
        own[kind] = create(kind, {**name, "owner": owner, **more.get(kind, {})}, by=BY)
    own["twin"] = create("account", {"name": f"account of {owner.name}", "owner": owner}, by=BY)
    product = create("product", {"name": f"Product {Product.objects.count()} of {owner.name}"}, by=BY)
    return {"pipeline": pipeline, "stage": stage, "product": product, "team": team, "member": owner, "run": run, **own}


def call(who: str, people: dict[str, Member], method: str, path: str, row: Row) -> HttpResponseBase:
    """A call by someone of this role, whose every write is undone."""
    client = Client(raise_request_exception=True)
    if who in people:
        client.force_login(people[who], backend=BACKEND)
    with transaction.atomic():
        response = client.post(path, row.form) if method == "POST" else client.get(path)
        transaction.set_rollback(True)
    return response


def answered(response: HttpResponseBase) -> int | str:
    """Its status; "door" when the caller is led to the sign-in page."""
    led = response.status_code == 302 and response.headers["location"].startswith("/account/login/?next=")
    return "door" if led else response.status_code


def expected(who: str, method: str, row: Row, *, strange: bool) -> int | str:
    """What the table says that this call answers."""
    if who == "nobody" and who not in row.reads | row.writes:
        return "door"
    if who == "nobody" and row.nobody is not None:
        return row.nobody
    if method == "POST" and row.writes == NONE:
        return 405 if who in row.reads else 403
    if who not in (row.writes if method == "POST" else row.reads):
        return 403
    answer = row.written if method == "POST" else row.read
    hidden = strange and GRANTS[Role(who)].sees is not Sight.ALL
    return 404 if hidden and answer != 405 else answer


def cells(row: Row, people: dict[str, Member]) -> Iterator[tuple[str, str, str, bool]]:
    """Who, method, path and whether the record named is a stranger's: every cell of a row."""
    for who in sorted(ANYONE):
        for strange in (False, True) if "{" in row.path and row.owned else (False,):
            owner = people["charlie"] if strange or who == "nobody" else people[who]
            named = {kind: record.pk for kind, record in records_of(owner).items()} if "{" in row.path else {}
            for method in ("GET", "POST"):
                yield who, method, row.path.format(**named), strange


@pytest.mark.parametrize("name", ROWS)
def test_a_url_answers_each_role_as_the_table_says(name: str, people: dict[str, Member]) -> None:
    row, wrong = ROWS[name], []
    with transaction.atomic():
        for who, method, path, strange in cells(row, people):
            got, wanted = answered(call(who, people, method, path, row)), expected(who, method, row, strange=strange)
            if got != wanted:
                wrong.append(f"{method} {path} by {who}: {got}, not {wanted}")
    assert wrong == []


def test_every_url_has_a_row_and_every_row_a_url() -> None:
    names = {name or route for route, name, _ in patterns()}
    assert names - ROWS.keys() == set(), "add a row to tests/permissions/table.py: who may read it, who may write"
    assert ROWS.keys() - names == set()


def test_the_table_speaks_of_every_role() -> None:
    assert set(ALL) == set(Role.values)
