"""The made-up company among the records: written through the door, answered from the facts."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from django.contrib.auth import authenticate
from django.db import transaction
from duckdb import DuckDBPyConnection
from pytest_django import DjangoDbBlocker

from cadran.crm.models import Account, BusinessHours, Change, Deal, Lead, Organisation, Product, Ticket
from cadran.crm.records import KINDS as RECORDS
from cadran.demo.build import PASSWORD, AlreadyThere, build
from cadran.demo.generate import KINDS, generate
from cadran.demo.rows import CONNECTION
from cadran.demo.sizes import SMALL
from cadran.demo.truth import Truth, truth
from cadran.facts.publish import publish
from cadran.members.models import Member, Role

TODAY = date(2026, 11, 21)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def company(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        build(SMALL, seed=7, today=TODAY)
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def drawn() -> Iterator[DuckDBPyConnection]:
    with duckdb.connect() as connection:
        generate(connection, SMALL, seed=7, today=TODAY)
        yield connection


@pytest.fixture(scope="module")
def known(drawn: DuckDBPyConnection) -> Truth:
    return truth(drawn)


@pytest.fixture(scope="module")
def facts(company: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBPyConnection]:
    path = publish(Path(tmp_path_factory.mktemp("home")))
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection


def test_every_kind_of_record_is_made() -> None:
    assert set(KINDS) == set(RECORDS)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "organisation"])
def test_every_row_drawn_is_a_record_with_its_creation(drawn: DuckDBPyConnection, kind: str) -> None:
    ((many,),) = drawn.execute(f'SELECT count(*) FROM made."{kind}"').fetchall()
    assert RECORDS[kind]._default_manager.filter(connection=CONNECTION).count() == many
    assert Change.objects.filter(record=kind, field="").count() == many


def test_the_organisation_takes_its_settings() -> None:
    organisation = Organisation.current()
    assert (organisation.name, organisation.currency, organisation.time_zone) == (
        "Confluence Instruments",
        "EUR",
        "Europe/Paris",
    )
    assert organisation.fiscal_year_start_month == 9
    assert BusinessHours.objects.count() == 5


def test_links_lead_to_the_same_records_as_where_they_were_drawn(drawn: DuckDBPyConnection) -> None:
    ((number, account, owner, stage),) = drawn.execute(
        "SELECT deal.id, account.name, member.name, stage.name FROM made.deal "
        "JOIN made.account ON account.id = account_id JOIN made.member ON member.id = deal.owner_id "
        "JOIN made.stage ON stage.id = stage_id ORDER BY deal.id LIMIT 1 OFFSET 1234"
    ).fetchall()
    deal = Deal.objects.select_related("account", "owner", "stage").get(external_id=str(number))
    assert (deal.account and deal.account.name, deal.owner and deal.owner.name) == (account, owner)
    assert deal.stage.name == stage
    lead = Lead.objects.select_related("deal").exclude(deal=None).earliest("pk")
    assert lead.deal is not None
    assert lead.deal.account_id == lead.account_id


def test_history_is_believed_and_ends_at_what_the_records_say() -> None:
    last = {
        change.record_id: change.to_value
        for change in Change.objects.filter(record="deal", field="stage").order_by("at", "pk")
    }
    assert len(last) > 2_500
    assert {pk: str(stage) for pk, stage in Deal.objects.values_list("pk", "stage_id") if pk in last} == last
    late = Change.objects.exclude(record__in=["organisation", "product"]).filter(known_at__date__gt=TODAY)
    assert not late.exists()


def test_custom_fields_and_complements_are_there() -> None:
    kinds = {account.custom.get("lab_type") for account in Account.objects.all()[:200]}
    assert kinds >= {"research", "teaching"}
    assert {other.name for other in Product.objects.get(name="Lumen 400").complements.all()} == {
        "Installation",
        "On-site training",
    }


def test_members_of_different_roles_log_in_with_the_demo_password() -> None:
    roles = set()
    for email in ("alice@example.com", "bob@example.com", "diane@example.com", "manon@example.com"):
        member = authenticate(None, username=email, password=PASSWORD)
        assert isinstance(member, Member), email
        assert member.password.startswith("argon2")
        roles.add(member.role)
    assert roles == {Role.ADMINISTRATOR, Role.REPRESENTATIVE, Role.DIRECTOR, Role.MARKETING}
    assert authenticate(None, username="sophie@example.com", password=PASSWORD) is None


def test_it_is_not_built_twice() -> None:
    before = Ticket.objects.count()
    with pytest.raises(AlreadyThere, match="CADRAN_HOME"):
        build(SMALL, seed=7, today=TODAY)
    assert Ticket.objects.count() == before


def test_facts_published_from_the_records_say_what_is_true(known: Truth, facts: DuckDBPyConnection) -> None:
    def by_month(value: str, table: str, day: str, where: str = "true") -> dict[date, object]:
        select = f"SELECT date_trunc('month', {day})::DATE, {value} FROM main.\"{table}\" WHERE {where} GROUP BY 1"
        return dict(facts.execute(select).fetchall())

    assert by_month("count(*)", "deal", "closed_on", "outcome = 'won'") == known.won_deals
    assert by_month("sum(amount)", "deal", "closed_on", "outcome = 'won'") == known.won_revenue
    assert by_month("count(*)", "deal", "closed_on", "outcome = 'lost'") == known.lost_deals
    assert by_month("count(*)", "lead", "created_on") == known.leads
    assert by_month("sum(amount)", "order", "placed_on") == known.ordered
    assert facts.execute("SELECT sum(amount) FROM main.mrr_move").fetchall() == [(known.monthly_recurring,)]
    assert facts.execute(
        "SELECT count(*) FROM main.deal_stage WHERE left_at IS NULL AND outcome = 'open'"
    ).fetchall() == [(known.open_deals,)]
