"""What one is told of doubles: of those among the records that one may see, and of no other."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client

from cadran.crm.models import Stage
from cadran.crm.save import change, create
from cadran.kpis.answer import answer
from cadran.kpis.tests.conftest import BY, Company, words_of
from cadran.members.models import Member, Team
from cadran.metrics.question import Question

ASKED = (
    "/quality?by=record&grade=A", "/quality?by=owner&trend=1", "/quality?grade=D",
    "/kpi/data_completeness", "/kpi/data_completeness.single?filter.record=account",
    "/kpi/data_completeness.single?part=single&rows=left-out",
    "/kpi/data_completeness.filled?filter.record=account&part=required", "/kpi/data_completeness.single.csv?what=rows",
    "/kpi/pipeline_value",
)  # fmt: skip
SHARE = "data_completeness.single"


@pytest.fixture(autouse=True)
def _on_the_day_of_the_example() -> object:
    with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC), tick=False):
        yield


def account(owner: Member, domain: str = "acme.example") -> None:
    create("account", {"name": f"Acme of {owner.name}", "domain": domain, "owner": owner}, by=BY)


def told(browser: Client, paths: Sequence[str] = ASKED) -> dict[str, str]:
    """What each page says, but for the marks of the data's version and how old it is."""
    found = {}
    for path in paths:
        reply = browser.get(path)
        assert reply.status_code == 200, path
        content = b"".join(reply.streaming_content) if reply.streaming else reply.content  # type: ignore[attr-defined]
        found[path] = re.sub(r"[0-9]+-[0-9a-f]{6,}", "", words_of(content))
    return found


def double_of_all_that_bob_has(company: Company) -> None:
    """What Alice holds twice of Bob's: an account of the same domain, an open deal of the same name."""
    account(company.alice)
    values = {"name": "Pool", "pipeline": company.deals["Pool"].pipeline, "stage": Stage.objects.get(name="New")}  # type: ignore[attr-defined]
    create("deal", {**values, "owner": company.alice, "currency": "EUR", "amount": 5}, by=BY)


def test_that_somebody_else_has_the_same_account_cannot_be_told_from_any_page(bob: Client, company: Company) -> None:
    account(company.bob)
    before = told(bob)
    double_of_all_that_bob_has(company)
    assert told(bob) == before


def test_nor_from_what_was_known_on_a_past_day(company: Company) -> None:
    account(company.bob)
    double_of_all_that_bob_has(company)
    for past in (None, date(2026, 11, 21)):
        question = Question(SHARE, where={"record": ("account",)}, as_of=past)
        assert answer(question, member=company.bob).total.value == 1
        assert answer(question, member=company.ada).total.value == 0


def test_ones_own_doubles_are_told(bob: Client, company: Company) -> None:
    account(company.bob)
    account(company.bob, "https://www.ACME.example/")
    account(company.bob, "other.example")
    section = re.search(r'aria-labelledby="doubles-title".*?</section>', bob.get("/quality").content.decode(), re.S)
    assert section is not None
    assert "Accounts: 2" in section[0]
    assert 'href="/duplicates"' in section[0]


def test_a_double_of_two_of_ones_team_is_told_and_one_of_another_team_is_not(company: Company, client: Client) -> None:
    north = Team.objects.create(name="North")
    head = create("member", {"name": "Mona", "email": "mona@example.com", "role": "manager", "team": north}, by=BY)
    assert isinstance(head, Member)
    account(company.alice)
    account(company.bob)
    question = Question(SHARE, where={"record": ("account",)})
    change(company.alice, {"team": north}, by=BY)
    assert answer(question, member=head).total.value == 1
    change(company.bob, {"team": north}, by=BY)
    assert answer(question, member=head).total.value == 0


def test_a_director_who_looks_at_one_owner_still_compares_with_everybody(company: Company) -> None:
    account(company.alice)
    account(company.bob)
    question = Question(SHARE, where={"record": ("account",), "owner": ("Bob",)})
    assert answer(question, member=company.bob).total.value == 1
    assert answer(question, member=company.ada).total.value == 0
    assert answer(question).total.value == 0


def test_whoever_is_no_longer_active_is_told_nothing(company: Company) -> None:
    account(company.charlie)
    assert answer(Question(SHARE), member=company.charlie).total.value is None


def test_an_archived_double_makes_no_other_one(company: Company) -> None:
    account(company.bob)
    account(company.bob)
    gone = create("account", {"name": "Acme", "domain": "zeta.example", "owner": company.bob}, by=BY)
    account(company.bob, "zeta.example")
    change(gone, {"archived_at": datetime(2026, 11, 20, tzinfo=UTC)}, by=BY)
    found = answer(Question(SHARE, where={"record": ("account",)}), member=company.bob).total
    assert {name: int(found.parts[name] or 0) for name in ("single", "records")} == {"single": 1, "records": 3}
    assert answer(Question(SHARE, where={"record": ("account",)}), member=company.ada).total.value == found.value


def test_the_grade_of_a_number_is_that_of_the_records_one_sees(company: Company) -> None:
    question = Question("pipeline_value")
    before = answer(question, member=company.bob).confidence().to_json()
    double_of_all_that_bob_has(company)
    assert answer(question, member=company.bob).confidence().to_json() == before
    lacks = [lack.kind for lack in answer(question, member=company.ada).confidence().lacks]
    assert "ambiguous" in lacks


def test_doubles_follow_each_change_of_what_they_are_known_by(company: Company) -> None:
    first = create("account", {"name": "Acme", "domain": "acme.example"}, by=BY)
    create("account", {"name": "Zeta", "domain": "www.zeta.example"}, by=BY)

    def single(record: str) -> int:
        return int(answer(Question(SHARE, where={"record": (record,)})).total.parts["single"] or 0)

    assert single("account") == 2
    change(first, {"domain": "https://zeta.example/"}, by=BY)
    assert single("account") == 0
    change(first, {"domain": None, "name": "zeta"}, by=BY)
    assert single("account") == 2
    eve, eva = (create("lead", {"name": name, "email": f"{name}@acme.example"}, by=BY) for name in ("eve", "eva"))
    assert single("lead") == 2
    change(eva, {"email": "Eve+fair@acme.example"}, by=BY)
    assert single("lead") == 0
    change(eve, {"archived_at": datetime(2026, 11, 20, tzinfo=UTC)}, by=BY)
    assert answer(Question(SHARE, where={"record": ("lead",)})).total.value == 1
