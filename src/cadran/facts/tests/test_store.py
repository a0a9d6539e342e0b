"""The facts follow the records."""

import time
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from cadran.crm import save
from cadran.crm.save import By, History, create, load_history
from cadran.facts.publish import newest_base
from cadran.facts.refresh import Refresher
from cadran.facts.store import Store
from cadran.members.record import Record
from cadran.metrics.errors import FactsError

BY = By("member")
SPRING = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def company(db: None) -> dict[str, Record]:
    organisation = create("organisation", {"currency": "EUR", "time_zone": "Europe/Paris"}, by=BY, at=SPRING)
    pipeline = create("pipeline", {"name": "Sales"}, by=BY, at=SPRING)
    stages = {
        name: create(
            "stage", {"pipeline": pipeline, "name": name, "order": order, "outcome": outcome}, by=BY, at=SPRING
        )
        for order, (name, outcome) in enumerate([("New", "open"), ("Won", "won"), ("Lost", "lost")])
    }
    return {
        "organisation": organisation,
        "pipeline": pipeline,
        **stages,
        "alice": create("member", {"name": "Alice", "email": "Alice@Example.com"}, by=BY, at=SPRING),
        "bob": create("member", {"name": "Bob"}, by=BY, at=SPRING),
        "account": create("account", {"name": "Acme"}, by=BY, at=SPRING),
    }


def test_a_changed_deal_is_in_the_next_answer(company: dict[str, Record], tmp_path: Path) -> None:
    values = {"name": "Roof", "account": company["account"], "pipeline": company["pipeline"], "stage": company["New"]}
    deal = create("deal", {**values, "amount": 100, "currency": "EUR", "owner": company["alice"]}, by=BY, at=SPRING)
    store = Store.open(tmp_path)
    before = store.engine()
    sum_by_owner = "select owner, outcome, sum(amount) from deal group by all"
    assert before.select(sum_by_owner, []) == [("Alice", "open", 100)]

    save.change(deal, {"amount": 150, "owner": company["bob"], "stage": company["Won"], "closed_at": SPRING}, by=BY)
    assert store.refresh()
    assert store.engine().select(sum_by_owner, []) == [("Bob", "won", 150)]
    assert before.select(sum_by_owner, []) == [("Alice", "open", 100)]
    assert not store.refresh()


def test_as_of_a_past_moment_is_what_was_known_then(company: dict[str, Record], tmp_path: Path) -> None:
    values = {"name": "Roof", "account": company["account"], "pipeline": company["pipeline"], "stage": company["New"]}
    deal = create("deal", {**values, "amount": 100, "currency": "EUR", "owner": company["alice"]}, by=BY, at=SPRING)
    store = Store.open(tmp_path)
    first = datetime.now(UTC)
    save.change(deal, {"amount": 150, "owner": company["bob"]}, by=BY)
    store.refresh()
    second = datetime.now(UTC)
    save.change(deal, {"stage": company["Won"], "closed_at": SPRING}, by=BY)
    create("deal", {**values, "amount": 7, "currency": "EUR", "owner": company["alice"]}, by=BY, at=SPRING)
    store.refresh()
    asked = "select owner, outcome, sum(amount) from deal group by all order by all"
    assert store.engine(as_of=first).select(asked, []) == [("Alice", "open", 100)]
    assert store.engine(as_of=second).select(asked, []) == [("Bob", "open", 150)]
    assert store.engine().select(asked, []) == [("Alice", "open", 7), ("Bob", "won", 150)]
    assert store.engine(as_of=datetime(2020, 1, 1, tzinfo=UTC)).select(asked, []) == []


def test_the_facts_of_a_past_moment_are_kept_while_nothing_alters_them(
    company: dict[str, Record], tmp_path: Path
) -> None:
    values = {"name": "Roof", "account": company["account"], "pipeline": company["pipeline"], "stage": company["New"]}
    deal = create("deal", {**values, "amount": 100, "currency": "EUR"}, by=BY, at=SPRING)
    store = Store.open(tmp_path)
    moment = datetime.now(UTC)
    first = store.engine(as_of=moment).data_version
    save.change(deal, {"amount": 150}, by=BY)
    store.refresh()
    assert store.engine(as_of=moment).data_version == first
    assert store.engine(as_of=moment).select("select amount, stage from deal", []) == [(100, "New")]
    between = {"pipeline": company["pipeline"], "name": "Talk", "order": 0, "outcome": "open"}
    create("stage", between, by=BY)
    store.refresh()
    assert store.engine(as_of=moment).data_version != first
    assert store.engine(as_of=moment).select("select amount, stage from deal", []) == [(100, "New")]


def test_only_what_a_question_about_the_past_reads_is_worked_out(company: dict[str, Record], tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    moment = datetime.now(UTC)
    engine = store.engine(as_of=moment)
    assert engine.select('select count(*) from "account" as a, (select 1) as deal', []) == [(1,)]
    past = store._past[store._state.path, moment][1]
    assert past._made == {"account"}
    engine.select("select 1 from first_win", [])
    assert past._made == {"account", "deal", "first_win"}


def test_a_history_imported_after_its_record_does_not_change_what_was_known_before(
    company: dict[str, Record], tmp_path: Path
) -> None:
    values = {"name": "Roof", "account": company["account"], "pipeline": company["pipeline"], "stage": company["Won"]}
    deal = create("deal", {**values, "closed_at": SPRING}, by=By("import"), at=SPRING)
    before = datetime.now(UTC)
    later = datetime.now(UTC)
    entry = History(deal.pk, "stage", str(company["New"].pk), str(company["Won"].pk), SPRING, later)
    assert load_history("deal", [entry], by=By("import")) == 1
    store = Store.open(tmp_path)
    assert store.engine(as_of=before).select("select stage from deal", []) == [("Won",)]
    stages = "select stage from deal_stage order by sequence"
    assert store.engine(as_of=before).select(stages, []) == [("Won",)]


def test_another_currency_makes_another_base(company: dict[str, Record], tmp_path: Path) -> None:
    values = {"pipeline": company["pipeline"], "stage": company["New"], "currency": "EUR", "amount": 100}
    create("deal", values, by=BY, at=SPRING)
    store = Store.open(tmp_path)
    save.change(company["organisation"], {"currency": "USD"}, by=BY)
    create("exchange_rate", {"day": date(2026, 1, 1), "currency": "EUR", "rate": Decimal("1.1")}, by=BY)
    assert store.refresh()
    assert store.engine().select("select amount from deal", []) == [(110,)]


def test_what_shows_one_moment_shows_it_after_a_mistake_too(company: dict[str, Record], tmp_path: Path) -> None:
    engine = Store.open(tmp_path).engine()
    with pytest.raises(FactsError):
        engine.select("select nothing from deal", [])
    with pytest.raises(duckdb.Error):
        engine.select("select cast(name as integer) from account", [])
    assert engine.select("select name from account", []) == [("Acme",)]


@pytest.mark.django_db(transaction=True)
def test_a_commit_is_in_the_answers_within_a_second(tmp_path: Path) -> None:
    create("organisation", {"currency": "EUR", "time_zone": "Europe/Paris"}, by=BY, at=SPRING)
    store = Store.open(tmp_path)
    refresher = Refresher(store)
    refresher.start()
    try:
        waited = []
        for number in range(1, 6):
            create("account", {"name": f"Account {number}"}, by=BY)
            committed = time.monotonic()
            while store.engine().select("select count(*) from account", []) != [(number,)]:
                assert time.monotonic() - committed < 20
                time.sleep(0.01)
            waited.append(time.monotonic() - committed)
        assert sorted(waited)[2] < 1
    finally:
        refresher.stop()


@pytest.mark.django_db(transaction=True)
def test_many_changes_make_a_new_base_behind_the_readers_backs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cadran.facts.store.GROWN", 2)
    monkeypatch.setattr("cadran.facts.store.SHARE", 0)  # however many changes the tests before this one made
    create("organisation", {"currency": "EUR", "time_zone": "Europe/Paris"}, by=BY, at=SPRING)
    store = Store.open(tmp_path)
    first = newest_base(tmp_path)
    for number in range(5):
        create("account", {"name": f"Account {number}"}, by=BY)
    store.refresh()
    store.close()
    assert newest_base(tmp_path) != first
    version = store.version
    store.refresh()
    assert store.version == version
    assert store.engine().select("select count(*) from account", []) == [(5,)]
