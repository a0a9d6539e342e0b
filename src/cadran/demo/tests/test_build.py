"""The made-up company among the records: written through the door, answered from the facts."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

import duckdb
import pytest
from django.db.models import F
from django.test import TestCase
from duckdb import DuckDBPyConnection
from pytest_django import Settings

from cadran.crm import save
from cadran.crm.models import Account, BusinessHours, Change, Deal, Lead, Organisation, Product, Ticket
from cadran.crm.records import KINDS as RECORDS
from cadran.demo.build import PASSWORD, AlreadyThere, build, sign_ins
from cadran.demo.generate import KINDS, generate
from cadran.demo.make import ROOM, CannotMake, make
from cadran.demo.rows import CONNECTION
from cadran.demo.sizes import SIZES, SMALL
from cadran.demo.truth import truth
from cadran.facts.publish import newest_base, publish
from cadran.facts.store import Store
from cadran.members.models import Member, Role

TODAY = date(2026, 11, 21)


@pytest.mark.slow
class TestCompany(TestCase):
    """The small company, built once for all these tests."""

    drawn: ClassVar[DuckDBPyConnection]

    @classmethod
    def setUpClass(cls) -> None:
        cls.drawn = duckdb.connect()
        cls.addClassCleanup(cls.drawn.close)
        generate(cls.drawn, SMALL, seed=7, today=TODAY)
        super().setUpClass()

    @classmethod
    def setUpTestData(cls) -> None:
        build(SMALL, seed=7, today=TODAY)

    def test_every_row_drawn_is_a_record_with_its_creation(self) -> None:
        assert set(KINDS) == set(RECORDS) - {"field_right"}  # a house that has taken no right away has none
        for kind in KINDS:
            if kind != "organisation":
                ((many,),) = self.drawn.execute(f'SELECT count(*) FROM made."{kind}"').fetchall()
                assert RECORDS[kind]._default_manager.filter(connection=CONNECTION).count() == many, kind
                assert Change.objects.filter(record=kind, field="").count() == many, kind

    def test_the_organisation_takes_its_settings(self) -> None:
        organisation = Organisation.current()
        assert (organisation.name, organisation.currency) == ("Confluence Instruments", "EUR")
        assert (organisation.time_zone, organisation.fiscal_year_start_month) == ("Europe/Paris", 9)
        assert BusinessHours.objects.count() == 5

    def test_links_lead_to_the_same_records_as_where_they_were_drawn(self) -> None:
        drawn = self.drawn.execute(
            "SELECT deal.id::VARCHAR, account.name, member.name, stage.name FROM made.deal "
            "JOIN made.account ON account.id = account_id JOIN made.member ON member.id = deal.owner_id "
            "JOIN made.stage ON stage.id = stage_id ORDER BY ALL"
        ).fetchall()
        deals = Deal.objects.filter(connection=CONNECTION)
        assert sorted(deals.values_list("external_id", "account__name", "owner__name", "stage__name")) == sorted(drawn)
        for lead in Lead.objects.select_related("deal").exclude(deal=None)[:50]:
            assert lead.deal is not None
            assert lead.deal.account_id == lead.account_id

    def test_history_is_believed_and_ends_at_what_the_records_say(self) -> None:
        moves = Change.objects.filter(record="deal", field="stage").order_by("at", "pk")
        last = dict(moves.values_list("record_id", "to_value"))
        assert len(last) > 2_500
        assert {pk: str(stage) for pk, stage in Deal.objects.values_list("pk", "stage_id") if pk in last} == last
        known_later = Change.objects.exclude(known_at=F("at"))
        assert set(known_later.values_list("record", flat=True)) <= {"organisation", "product"}

    def test_own_fields_and_complements_are_there(self) -> None:
        kinds = {account.custom.get("lab_type") for account in Account.objects.all()[:200]}
        assert kinds >= {"research", "teaching"}
        with_it = {other.name for other in Product.objects.get(name="Lumen 400").complements.all()}
        assert with_it == {"Installation", "On-site training"}

    def test_members_of_different_roles_log_in_with_the_demo_password(self) -> None:
        roles = set()
        for member in sign_ins():
            assert member.email is not None
            assert member.email.endswith("@example.com")
            assert member.check_password(PASSWORD)
            assert member.password.startswith("argon2")
            roles.add(member.role)
        assert roles == {Role.ADMINISTRATOR, Role.REPRESENTATIVE, Role.DIRECTOR, Role.MANAGER, Role.MARKETING}
        assert not Member.objects.get(email="sophie@example.com").has_usable_password()

    def test_it_is_not_built_twice(self) -> None:
        before = Ticket.objects.count()
        with pytest.raises(AlreadyThere, match="CADRAN_HOME"):
            build(SMALL, seed=7, today=TODAY)
        assert Ticket.objects.count() == before

    def test_facts_published_from_the_records_say_what_is_true(self) -> None:
        known = truth(self.drawn)
        with TemporaryDirectory() as home, duckdb.connect(str(publish(Path(home))), read_only=True) as facts:

            def by_month(value: str, table: str, day: str, where: str = "true") -> dict[date, object]:
                select = (
                    f"SELECT date_trunc('month', {day})::DATE, {value} FROM main.\"{table}\" WHERE {where} GROUP BY 1"
                )
                return dict(facts.execute(select).fetchall())

            assert by_month("count(*)", "deal", "closed_on", "outcome = 'won'") == known.won_deals
            assert by_month("sum(amount)", "deal", "closed_on", "outcome = 'won'") == known.won_revenue
            assert by_month("count(*)", "deal", "closed_on", "outcome = 'lost'") == known.lost_deals
            assert by_month("count(*)", "lead", "created_on") == known.leads
            assert by_month("sum(amount)", "order", "placed_on") == known.ordered
            ((recurring,),) = facts.execute("SELECT sum(amount) FROM main.mrr_move").fetchall()
            assert recurring == known.monthly_recurring
            open_stays = "SELECT count(*) FROM main.deal_stage WHERE left_at IS NULL AND outcome = 'open'"
            assert facts.execute(open_stays).fetchall() == [(known.open_deals,)]


@pytest.mark.django_db
def test_records_of_ones_own_are_never_mixed_with_it() -> None:
    save.create("account", {"name": "Alice's customer"}, by=save.By("member"))
    with pytest.raises(CannotMake, match="records of your own"):
        make("small")
    assert Account.objects.count() == 1


@pytest.mark.django_db
def test_a_size_that_does_not_fit_on_the_disk_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ROOM, "large", 10**9)
    with pytest.raises(CannotMake, match="Make room"):
        make("large")


@pytest.mark.django_db
def test_a_company_of_facts_alone_answers_and_stays(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HOME = tmp_path
    monkeypatch.setitem(SIZES, "medium", replace(SMALL, name="medium"))
    make("medium")
    store = Store.open(tmp_path)
    base = newest_base(tmp_path)
    ((deals,),) = store.engine().select("SELECT count(*) FROM deal", [])
    assert deals > 2_000
    make("medium")
    assert newest_base(tmp_path) == base
    save.create("account", {"name": "Acme"}, by=save.By("member"))
    assert store.refresh()
    assert store.engine().select("SELECT count(*) FROM account WHERE name = 'Acme'", []) == [(1,)]
    assert store.engine().select("SELECT count(*) FROM deal", []) == [(deals,)]


@pytest.mark.django_db
def test_records_of_ones_own_are_never_mixed_with_facts_alone() -> None:
    save.create("account", {"name": "Alice's customer"}, by=save.By("member"))
    with pytest.raises(CannotMake, match="records of your own"):
        make("large")
