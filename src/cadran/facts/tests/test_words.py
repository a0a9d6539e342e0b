"""Dimensions of few values are stored as places in a list, and nobody notices but the clock."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from cadran.crm import save
from cadran.crm.save import By, create
from cadran.facts import words
from cadran.facts.publish import publish
from cadran.facts.state import State
from cadran.facts.store import Store
from cadran.metrics import Question, ask, shipped_catalogue
from cadran.metrics.tables import Table, Tables

BY = By("member")
SPRING = datetime(2026, 3, 1, 9, tzinfo=UTC)
DEAL = Table("deal", {"id": "id", "region": "dim", "account": "dim", "kind": "dim"}, ("id",))
LEAD = Table("lead", {"id": "id", "region": "dim"}, ("id",))


@pytest.fixture(autouse=True)
def _also_in_small_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "FEWEST", 0)


@pytest.fixture
def facts() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(
            "create table deal as select i as id, 'R' || i % 3 as region, 'A' || i as account, null::varchar as kind "
            "from range(5000) r(i)"
        )
        connection.execute("create table lead as select * from (values (1, 'Élan'), (2, 'a'), (3, null)) r(id, region)")
        words.encode(connection, Tables({"deal": DEAL, "lead": LEAD}))
        yield connection


def test_only_dimensions_of_few_values_are_stored_as_places(facts: duckdb.DuckDBPyConnection) -> None:
    assert words.encoded(facts, "memory") == {"deal": ("region",), "lead": ("region",)}


def test_small_tables_are_left_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "FEWEST", 3)
    with duckdb.connect() as connection:
        connection.execute("create table deal as select 1 as id, 'R' as region, 'A' as account, 'K' as kind")
        connection.execute("create table lead as select i as id, 'R' as region from range(3) r(i)")
        words.encode(connection, Tables({"deal": DEAL, "lead": LEAD}))
        assert words.encoded(connection, "memory") == {"lead": ("region",)}


def test_one_list_serves_all_tables_and_is_in_the_order_of_texts(facts: duckdb.DuckDBPyConnection) -> None:
    listed = [region for (region,) in facts.execute("select region from lead order by region nulls last").fetchall()]
    assert listed == ["a", "Élan", None]
    assert facts.execute("select unnest(enum_range(null::words_of_region))").fetchall() == [
        ("R0",), ("R1",), ("R2",), ("a",), ("Élan",)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "test", ["= $1", "in ($1, 'nor this')", "< $1", "= 'nobody''s'", "in ('nobody''s', 'nor this')"]
)
def test_a_text_that_is_in_no_list_can_be_asked_for(facts: duckdb.DuckDBPyConnection, test: str) -> None:
    given = ["nobody's"] if "$1" in test else []
    as_text = facts.execute(f"select count(*) from deal where region::varchar {test}", given).fetchall()
    assert facts.execute(f"select count(*) from deal where region {test}", given).fetchall() == as_text


def test_the_texts_in_the_lists_are_known(facts: duckdb.DuckDBPyConnection) -> None:
    known = words.known(facts, "memory")["region"]
    assert known == {"R0", "R1", "R2", "a", "Élan"}


def _company() -> dict[str, object]:
    create("organisation", {"currency": "EUR", "time_zone": "Europe/Paris"}, by=BY, at=SPRING)
    pipeline = create("pipeline", {"name": "Sales"}, by=BY, at=SPRING)
    stage = create("stage", {"pipeline": pipeline, "name": "Won", "order": 1, "outcome": "won"}, by=BY, at=SPRING)
    alice = create("member", {"name": "Alice"}, by=BY, at=SPRING)
    return {"pipeline": pipeline, "stage": stage, "owner": alice, "closed_at": SPRING, "currency": "EUR"}


@pytest.mark.django_db
def test_a_word_that_the_base_never_heard_of_is_followed_like_any_other(tmp_path: Path) -> None:
    given = _company()
    deal = create("deal", {**given, "name": "Roof", "amount": 100, "channel": "web"}, by=BY, at=SPRING)
    create("deal", {**given, "name": "Door", "amount": 10, "channel": "fair"}, by=BY, at=SPRING)
    store = Store.open(tmp_path)
    question = Question("revenue", by=("channel",), start=date(2026, 1, 1), end=date(2027, 1, 1))

    def revenue(where: str | None = None) -> dict[object, object]:
        asked = (
            Question("revenue", by=("channel",), start=question.start, end=question.end, where={"channel": (where,)})
            if where
            else question
        )
        cells = ask(store.engine(), shipped_catalogue(), asked, today=date(2026, 6, 1)).cells
        return {cell.split["channel"]: cell.value for cell in cells}

    assert revenue() == {"web": 100, "fair": 10}
    save.change(deal, {"channel": "fair"}, by=BY)
    assert store.refresh()
    assert revenue() == {"fair": 110}
    save.change(deal, {"channel": "word of mouth"}, by=BY)
    assert store.refresh()
    assert revenue() == {"fair": 10, "word of mouth": 100}
    assert revenue("word of mouth") == {"word of mouth": 100}
    assert revenue("fair") == {"fair": 10}
    save.change(deal, {"channel": None}, by=BY)
    assert store.refresh()
    assert revenue() == {"fair": 10, None: 100}
    (tmp_path / "anew").mkdir()
    built = State(publish(tmp_path / "anew"))
    rows = "select name, channel, owner, outcome, amount from deal order by name"
    assert store.engine().select(rows, []) == built.connection.execute(rows).fetchall()


@pytest.mark.django_db
def test_dimensions_stay_places_while_their_words_are_known(tmp_path: Path) -> None:
    given = _company()
    deals = [
        create("deal", {**given, "name": n, "amount": 100, "channel": n}, by=BY, at=SPRING) for n in ("web", "fair")
    ]
    store = Store.open(tmp_path)
    kind = "select distinct typeof(channel), typeof(owner) from deal"
    save.change(deals[0], {"channel": "fair"}, by=BY)
    store.refresh()
    ((channel, owner),) = store.engine().select(kind, [])
    assert channel.startswith("ENUM")
    assert owner.startswith("ENUM")
    save.change(deals[0], {"channel": "word of mouth"}, by=BY)
    store.refresh()
    ((channel, owner),) = store.engine().select(kind, [])
    assert channel == "VARCHAR"
    assert owner.startswith("ENUM")
