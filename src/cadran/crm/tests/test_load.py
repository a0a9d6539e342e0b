"""The door, many records at once."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cadran.crm.changes import history, state
from cadran.crm.errors import Refused
from cadran.crm.models import Account, Change, Deal, Stage
from cadran.crm.save import By, History, Loaded, create, load, load_history
from cadran.members.models import Member
from cadran.members.record import Record

pytestmark = pytest.mark.django_db

BY = By("import", batch="first")
SPRING = datetime(2026, 3, 1, 9, tzinfo=UTC)
COLUMNS = ["external_id", "name", "pipeline_id", "stage_id", "amount", "currency", "created_at", "expected_close_on"]
Company = dict[str, Record]


def rows(company: Company, *deals: tuple[str, str | None, Any]) -> list[tuple[Any, ...]]:
    pipeline, stage = company["pipeline"].pk, company["New"].pk
    return [(key, name, pipeline, stage, amount, "EUR", SPRING, date(2026, 6, 1)) for key, name, amount in deals]


def load_deals(company: Company, *deals: tuple[str, str | None, Any], believe: bool = False) -> Loaded:
    return load("deal", COLUMNS, rows(company, *deals), connection="old crm", by=BY, believe=believe)


def test_new_rows_become_records_with_one_change_each(company: Company) -> None:
    before = Change.objects.count()
    loaded = load_deals(company, ("a", "Engines", Decimal("1200.50")), ("b", "Wheels", None))
    assert loaded.states == ["created", "created"]
    first, second = (Deal.objects.get(pk=pk) for pk in loaded.ids)
    assert (first.name, first.amount, first.external_id, first.connection) == (
        "Engines",
        Decimal("1200.50"),
        "a",
        "old crm",
    )
    assert (second.name, second.amount, second.created_at) == ("Wheels", None, SPRING)
    assert first.expected_close_on == date(2026, 6, 1)
    assert first.custom == {}
    assert Change.objects.count() == before + 2
    (created,) = history(first)
    assert (created.field, created.at, created.origin, created.batch, created.member) == (
        "",
        SPRING,
        "import",
        "first",
        None,
    )
    assert created.known_at - SPRING > timedelta(days=1)


def test_the_first_import_is_believed_about_its_dates(company: Company) -> None:
    loaded = load_deals(company, ("a", "Engines", None), believe=True)
    (created,) = history(Deal.objects.get(pk=loaded.ids[0]))
    assert created.known_at == created.at == SPRING


def test_the_same_rows_again_change_nothing(company: Company) -> None:
    deals = [("a", "Engines", Decimal("1200.5")), ("b", "Wheels", Decimal(0)), ("c", "Doors", None)]
    first = load_deals(company, *deals)
    before = list(Change.objects.values_list("pk", flat=True)), list(Deal.objects.values_list())
    again = load_deals(company, *deals)
    assert again.ids == first.ids
    assert again.states == ["unchanged"] * 3
    assert (list(Change.objects.values_list("pk", flat=True)), list(Deal.objects.values_list())) == before


def test_a_row_with_another_value_updates_its_record_with_a_change_for_each(company: Company) -> None:
    load_deals(company, ("a", "Engines", Decimal("1200.50")), ("b", "Wheels", Decimal(5)))
    later = load_deals(company, ("b", "Wheels", Decimal(7)), ("c", "Doors", None), ("a", "Motors", None))
    assert later.states == ["updated", "created", "updated"]
    motors = Deal.objects.get(external_id="a")
    assert later.ids[2] == motors.pk
    assert (motors.name, motors.amount) == ("Motors", None)
    changes = {row.field: (row.from_value, row.to_value) for row in history(motors) if row.field}
    assert changes == {"name": ("Engines", "Motors"), "amount": ("1200.5", None)}
    at_first = state(motors, SPRING)
    assert at_first is not None
    assert (at_first["name"], at_first["amount"]) == ("Engines", "1200.5")


def test_records_of_another_connection_are_others(company: Company) -> None:
    create("account", {"name": "Acme", "connection": "elsewhere", "external_id": "1"}, by=BY)
    loaded = load("account", ["external_id", "name"], [("1", "Acme")], connection="here", by=BY)
    assert loaded.states == ["created"]


def test_rows_without_an_id_elsewhere_are_always_new(company: Company) -> None:
    both = [("Acme",), ("Acme",)]
    assert load("account", ["name"], both, connection="x", by=BY).states == ["created", "created"]
    assert load("account", ["external_id", "name"], [(None, "Acme")], connection="x", by=BY).states == ["created"]
    assert Account.objects.filter(name="Acme", connection="x").count() == 3


def test_what_the_door_made_a_load_recognises(company: Company) -> None:
    values = {"name": "Acme", "employees": 12, "connection": "here", "external_id": "1", "owner": company["alice"]}
    acme = create("account", values, by=BY)
    columns = ["external_id", "name", "employees", "owner_id", "created_at"]
    loaded = load("account", columns, [("1", "Acme", 12, company["alice"].pk, None)], connection="here", by=BY)
    assert (loaded.ids, loaded.states) == ([acme.pk], ["unchanged"])


def test_a_partial_row_updates_only_what_it_names(company: Company) -> None:
    load_deals(company, ("a", "Engines", Decimal(5)))
    done = load("deal", ["external_id", "stage_id"], [("a", company["Won"].pk)], connection="old crm", by=BY)
    assert done.states == ["updated"]
    deal = Deal.objects.get(external_id="a")
    assert (deal.stage, deal.amount, deal.currency) == (company["Won"], 5, "EUR")
    with pytest.raises(Refused, match="row 0, pipeline_id = None: is not given") as refused:
        load("deal", ["external_id", "stage_id"], [("z", company["Won"].pk)], connection="old crm", by=BY)
    assert refused.value.problems[0].column == "pipeline_id"


def test_own_fields_are_loaded_and_compared(company: Company) -> None:
    create("custom_field", {"record": "account", "key": "tier", "type": "choice", "choices": ["gold", "tin"]}, by=BY)
    create("custom_field", {"record": "account", "key": "fee", "type": "money"}, by=BY)
    columns = ["external_id", "name", "custom.tier", "custom.fee"]
    one = [("1", "Acme", "gold", Decimal("1.50")), ("2", "Umbrella", None, None)]
    first = load("account", columns, one, connection="x", by=BY)
    assert [Account.objects.get(pk=pk).custom for pk in first.ids] == [{"tier": "gold", "fee": "1.5"}, {}]
    assert load("account", columns, one, connection="x", by=BY).states == ["unchanged", "unchanged"]
    other = [("1", "Acme", "tin", Decimal("1.5")), ("2", "Umbrella", "gold", Decimal(2))]
    assert load("account", columns, other, connection="x", by=BY).states == ["updated", "updated"]
    changes = [(row.field, row.from_value, row.to_value) for row in history(Account.objects.get(pk=first.ids[0]))]
    assert changes[1:] == [("custom.tier", "gold", "tin")]
    with pytest.raises(Refused, match="none of gold, tin"):
        load("account", columns, [("3", "Hooli", "bronze", None)], connection="x", by=BY)


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"amount": Decimal("1e400")}, "amount", "not between"),
    ({"amount": Decimal("NaN")}, "amount", "not a finite number"),
    ({"amount": 12.5}, "amount", "a float"),
    ({"amount": True}, "amount", "a bool"),
    ({"name": "a\0b"}, "name", "NUL"),
    ({"name": "x" * 251}, "name", "longer than 250"),
    ({"name": "\udcff"}, "name", "surrogate"),
    ({"currency": "euro"}, "currency", "three capital letters"),
    ({"created_at": datetime(2026, 1, 1)}, "created_at", "no time zone"),  # noqa: DTZ001
    ({"expected_close_on": datetime(2026, 1, 1, tzinfo=UTC)}, "expected_close_on", "not a day"),
    ({"expected_close_on": date(20, 1, 1)}, "expected_close_on", "not between 1900"),
    ({"stage_id": None}, "stage_id", "blank"),
    ({"stage_id": 999_999}, "stage_id", "there is no stage with this id"),
    ({"stage_id": "New"}, "stage_id", "not a stage"),
    ({"external_id": "first"}, "external_id", "is already that of row 0"),
]


@pytest.mark.parametrize(("wrong", "column", "reason"), WRONG)
def test_a_value_that_cannot_be_accepted_is_named_with_its_row_and_nothing_is_written(
    company: Company, wrong: dict[str, Any], column: str, reason: str
) -> None:
    good = rows(company, ("first", "Engines", Decimal(5)), ("second", "Wheels", Decimal(6)))
    bad = tuple(wrong.get(name, value) for name, value in zip(COLUMNS, good[1], strict=True))
    before = Change.objects.count()
    with pytest.raises(Refused, match=reason) as refused:
        load("deal", COLUMNS, [good[0], bad], connection="old crm", by=BY)
    assert [(problem.row, problem.column) for problem in refused.value.problems] == [(1, column)]
    assert Deal.objects.count() == 0
    assert Change.objects.count() == before


def test_every_problem_is_named_so_that_the_other_rows_can_be_loaded(company: Company) -> None:
    deals = rows(company, ("a", "x\0", Decimal(1)), ("b", "Wheels", Decimal(2)), ("c", "Doors", Decimal("NaN")))
    with pytest.raises(Refused) as refused:
        load("deal", COLUMNS, deals, connection="old crm", by=BY)
    bad = {problem.row for problem in refused.value.problems}
    assert bad == {0, 2}
    left = [row for number, row in enumerate(deals) if number not in bad]
    assert load("deal", COLUMNS, left, connection="old crm", by=BY).states == ["created"]


@pytest.mark.parametrize(
    ("kind", "columns", "given", "reason"),
    [
        (
            "campaign",
            ["name", "starts_on", "ends_on"],
            [("A", date(2026, 2, 1), date(2026, 1, 1))],
            "starts_on is after ends_on",
        ),
        ("survey", ["name", "kind", "scale_min"], [("NPS", "nps", Decimal(10))], "scale_min is not before scale_max"),
        ("team", ["name"], [("A",), ("A",)], "row 1, name = 'A': is already that of row 0"),
        ("member", ["name"], [("Alice",)], "is taken by member"),
        ("member", ["name", "email"], [("Alicia", "ALICE@example.com")], "is taken by member"),
        ("exchange_rate", ["day", "currency", "rate"], [(date(2026, 1, 1), "USD", Decimal(0))], "not between"),
        ("deal", ["name", "owner"], [("A", 1)], "is no column"),
        ("deal", ["password"], [("A",)], "is no column"),
        ("member", ["name", "name"], [("A", "A")], "different columns"),
        ("member", ["name"], [("A", "A")], "every row must have"),
        ("member", ["name"], [("A",), ()], "every row must have"),
        ("deal", ["name"], [("A",)], "pipeline_id"),
        ("opportunity", ["name"], [("A",)], "no kind of record"),
    ],
)
def test_rules_of_several_values_are_named_too(
    company: Company, kind: str, columns: list[str], given: list[tuple[Any, ...]], reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        load(kind, columns, given, connection="x", by=BY)


def test_an_end_is_compared_with_the_beginning_that_is_here(company: Company) -> None:
    columns = ["external_id", "name", "starts_on"]
    load("campaign", columns, [("1", "Sale", date(2026, 2, 1))], connection="x", by=BY)
    with pytest.raises(Refused, match="starts_on is after ends_on"):
        load("campaign", ["external_id", "ends_on"], [("1", date(2026, 1, 1))], connection="x", by=BY)


def test_members_who_are_loaded_cannot_log_in(company: Company) -> None:
    load("member", ["external_id", "name"], [("7", "Grace")], connection="x", by=BY)
    grace = Member.objects.get(name="Grace")
    assert not grace.has_usable_password()
    assert grace.is_active
    assert grace.role == "representative"


def test_nothing_loaded_is_nothing() -> None:
    assert load("account", ["name"], [], connection="x", by=BY) == Loaded()


def test_ids_go_on_where_they_were(company: Company) -> None:
    loaded = load("account", ["name"], [("A",), ("B",)], connection="x", by=BY)
    after = create("account", {"name": "C"}, by=BY)
    assert loaded.ids == [company["account"].pk + 1, company["account"].pk + 2]
    assert after.pk == loaded.ids[-1] + 1


def moved(deal: Record, company: Company, day: int, old: str, new: str) -> History:
    at = datetime(2026, 3, day, tzinfo=UTC)
    return History(deal.pk, "stage", str(company[old].pk), str(company[new].pk), at, at)


def test_the_past_is_loaded_once_and_the_record_stays(company: Company) -> None:
    loaded = load_deals(company, ("a", "Engines", None), believe=True)
    deal = Deal.objects.get(pk=loaded.ids[0])
    entries = [moved(deal, company, 9, "Won", "New"), moved(deal, company, 5, "New", "Won")]
    assert load_history("deal", entries, by=BY) == 2
    assert load_history("deal", entries, by=BY) == 0
    assert [(row.at.day, row.to_value) for row in history(deal)[1:]] == [
        (5, str(company["Won"].pk)),
        (9, str(company["New"].pk)),
    ]
    on_the_sixth = state(deal, datetime(2026, 3, 6, tzinfo=UTC))
    assert on_the_sixth is not None
    assert on_the_sixth["stage"] == str(company["Won"].pk)
    assert Stage.objects.get(pk=company["New"].pk) == Deal.objects.get().stage


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"field": "phase"}, "no field"),
        ({"to_value": "Won"}, "not a value of type link"),
        ({"field": "amount", "from_value": None, "to_value": "12,5"}, "not a value of type money"),
        ({"field": "amount", "from_value": None, "to_value": "NaN"}, "not a finite number"),
        ({"at": datetime(2026, 1, 1)}, "no time zone"),  # noqa: DTZ001
        ({"record_id": 999_999}, "no deal with this id"),
    ],
)
def test_a_past_that_cannot_have_been_is_refused(company: Company, entry: dict[str, Any], reason: str) -> None:
    deal = Deal.objects.get(pk=load_deals(company, ("a", "Engines", None)).ids[0])
    good = moved(deal, company, 5, "New", "Won")._asdict()
    before = Change.objects.count()
    with pytest.raises(Refused, match=reason):
        load_history("deal", [History(**good), History(**{**good, **entry})], by=BY)
    assert Change.objects.count() == before


NAMES = st.none() | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
AMOUNTS = st.none() | st.decimals(min_value=-(10**9), max_value=10**9, places=4)
DEALS = st.dictionaries(st.sampled_from("abcdef"), st.tuples(NAMES, AMOUNTS), max_size=6)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(DEALS, min_size=1, max_size=4))
def test_whatever_is_loaded_is_what_is_here_and_its_changes_undone_is_what_was(
    company: Company, batches: list[dict[str, tuple[str | None, Decimal | None]]]
) -> None:
    Change.objects.filter(record="deal").delete()
    Deal.objects.all().delete()
    expected = dict[str, tuple[str | None, Decimal | None]]()
    seen = list[tuple[datetime, dict[int, Any]]]()
    for batch in batches:
        load_deals(company, *((key, name, amount) for key, (name, amount) in batch.items()))
        expected |= {key: (name if name and name.strip() else None, amount) for key, (name, amount) in batch.items()}
        here = {deal.external_id: (deal.name, deal.amount) for deal in Deal.objects.all()}
        assert here == expected
        seen.append((datetime.now(UTC), {deal.pk: state(deal) for deal in Deal.objects.all()}))
    for moment, states in seen:
        for deal in Deal.objects.all():
            assert state(deal, moment, clock="known_at") == states.get(deal.pk)
