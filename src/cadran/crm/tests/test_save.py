"""The door, one record at a time."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from cadran.crm.changes import history, state
from cadran.crm.errors import Refused
from cadran.crm.models import Change, Deal, Organisation
from cadran.crm.save import By, archive, change, create, restore
from cadran.members.models import Member
from cadran.members.record import Record

pytestmark = pytest.mark.django_db

BY = By("member")
SPRING = datetime(2026, 3, 1, 9, tzinfo=UTC)
Company = dict[str, Record]


def new_deal(company: Company, **values: Any) -> Deal:
    basics = {"name": "Engines", "pipeline": company["pipeline"], "stage": company["New"], "amount": Decimal("1200.50")}
    deal = create("deal", basics | values, by=BY, at=SPRING)
    assert isinstance(deal, Deal)
    return deal


def test_a_creation_is_one_change_at_the_moment_it_began(company: Company) -> None:
    deal = new_deal(company, owner=company["alice"])
    (created,) = history(deal)
    assert (created.record, created.record_id, created.field) == ("deal", deal.pk, "")
    assert (created.from_value, created.to_value) == (None, None)
    assert created.at == deal.created_at == SPRING
    assert created.known_at > SPRING
    assert Deal.objects.get().amount == Decimal("1200.50")


def test_a_change_says_what_was_and_what_is_as_text(company: Company) -> None:
    deal = new_deal(company)
    values = {
        "stage_id": company["Won"].pk,
        "amount": Decimal("1500.00"),
        "owner": company["bob"],
        "closed_at": datetime(2026, 5, 1, 12, 30, tzinfo=UTC),
        "expected_close_on": date(2026, 5, 2),
        "name": "Engines",
    }
    written = {row.field: (row.from_value, row.to_value) for row in change(deal, values, by=BY)}
    assert written == {
        "stage": (str(company["New"].pk), str(company["Won"].pk)),
        "amount": ("1200.5", "1500"),
        "owner": (None, str(company["bob"].pk)),
        "closed_at": (None, "2026-05-01T12:30:00Z"),
        "expected_close_on": (None, "2026-05-02"),
    }
    assert deal.stage == company["Won"]
    assert Deal.objects.get().owner == company["bob"]


def test_a_change_to_the_same_value_is_none(company: Company) -> None:
    deal = new_deal(company)
    before = Deal.objects.get().updated_at
    assert change(deal, {"amount": Decimal("1200.5000"), "name": "Engines"}, by=BY) == []
    assert Deal.objects.get().updated_at == before


def test_a_change_is_compared_with_the_database_not_with_the_copy_in_hand(company: Company) -> None:
    deal = new_deal(company)
    change(Deal.objects.get(), {"name": "Motors"}, by=BY)
    (renamed,) = change(deal, {"name": "Turbines"}, by=BY)
    assert renamed.from_value == "Motors"


def test_many_to_many_links_are_changes_too(company: Company) -> None:
    ann = create("contact", {"first_name": "Ann", "account": company["account"]}, by=BY)
    deal = new_deal(company, contacts=[ann])
    assert [contact.pk for contact in deal.contacts.all()] == [ann.pk]
    (gone,) = change(deal, {"contacts": []}, by=BY)
    assert (gone.field, gone.from_value, gone.to_value) == ("contacts", f"[{ann.pk}]", "[]")


def test_archiving_and_restoring_are_changes(company: Company) -> None:
    deal = new_deal(company)
    assert [row.field for row in archive(deal, by=BY)] == ["archived_at"]
    assert archive(deal, by=BY) == []
    assert Deal.objects.get().archived_at is not None
    restore(deal, by=BY)
    assert Deal.objects.get().archived_at is None


def test_who_did_it_and_within_what_is_kept(company: Company) -> None:
    alice = Member.objects.get(name="Alice")
    deal = create("account", {"name": "Umbrella"}, by=By("api", alice, "nightly"))
    (created,) = history(deal)
    assert (created.origin, created.member, created.batch) == ("api", alice, "nightly")


def test_money_without_a_currency_is_in_the_organisations(company: Company) -> None:
    organisation = Organisation.current()
    change(organisation, {"currency": "CHF"}, by=BY)
    assert new_deal(company).currency == "CHF"
    assert new_deal(company, currency="USD").currency == "USD"


def test_an_email_to_log_in_with_is_kept_in_small_letters(company: Company) -> None:
    assert Member.objects.get(name="Alice").email == "alice@example.com"


def test_blank_text_is_none_at_all(company: Company) -> None:
    assert new_deal(company, channel="  ", kind="").channel is None


WRONG: list[tuple[str, Any, str]] = [
    ("amount", Decimal("1e400"), "not between"),
    ("amount", Decimal("NaN"), "not a finite number"),
    ("amount", Decimal("Infinity"), "not a finite number"),
    ("amount", Decimal("1234567890123.4567"), "more than 15 significant digits"),
    ("amount", Decimal("0.00001"), "more than 4 places"),
    ("amount", 12.5, "a float, not a Decimal"),
    ("amount", "12.5", "a str, not a Decimal"),
    ("amount", True, "a bool"),
    ("name", "a\0b", "NUL"),
    ("name", "x" * 251, "longer than 250"),
    ("name", "\ud800", "surrogate"),
    ("name", 5, "an int, not text"),
    ("currency", "eur", "three capital letters"),
    ("currency", "ÉÉÉ", "three capital letters"),
    ("closed_at", datetime(2026, 1, 1), "no time zone"),  # noqa: DTZ001
    ("closed_at", datetime(202, 1, 1, tzinfo=UTC), "not between 1900"),
    ("closed_at", "2026-01-01", "not a moment"),
    ("expected_close_on", datetime(2026, 1, 1, tzinfo=UTC), "not a day"),
    ("stage", None, "blank"),
    ("stage", 999_999, "there is no stage with this id"),
    ("contacts", [999_999], "there is no contact with this id"),
    ("stage", "New", "not a stage"),
    ("stage", True, "not a stage"),
    ("owner_id", -1, "not a member"),
    ("password", "x", "no field"),
    ("id", 5, "no field"),
    ("owner__password", "x", "no field"),
    ("custom.secret", "x", "no field"),
    ("custom", "x", "no"),
    ("created_at", None, "blank"),
]


@pytest.mark.parametrize(("name", "value", "reason"), [row for row in WRONG if row[0] != "created_at"])
def test_what_cannot_be_accepted_is_refused_with_the_reason_and_nothing_is_written(
    company: Company, name: str, value: Any, reason: str
) -> None:
    deal = new_deal(company)
    rows, before = Change.objects.count(), state(deal)
    with pytest.raises(Refused, match=reason):
        change(deal, {"channel": "web", name: value}, by=BY)
    with pytest.raises(Refused, match=reason):
        new_deal(company, **{name: value})
    assert Change.objects.count() == rows
    assert Deal.objects.count() == 1
    assert state(deal) == before


def test_every_wrong_value_is_named(company: Company) -> None:
    with pytest.raises(Refused) as refused:
        new_deal(company, name="a\0b", amount=12.5)
    assert {problem.column for problem in refused.value.problems} == {"name", "amount"}


def test_an_end_before_its_beginning_is_refused(company: Company) -> None:
    with pytest.raises(Refused, match="starts_on is after ends_on"):
        create("campaign", {"name": "Sale", "starts_on": date(2026, 2, 1), "ends_on": date(2026, 1, 1)}, by=BY)


def test_a_name_that_is_taken_is_refused(company: Company) -> None:
    with pytest.raises(Refused, match="name"):
        create("member", {"name": "Alice"}, by=BY)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(Refused, match="no kind of record"):
        create("opportunity", {}, by=BY)


def test_what_was_so_and_what_was_known_are_two_questions(company: Company) -> None:
    deal = new_deal(company)
    april = datetime(2026, 4, 1, tzinfo=UTC)
    (moved,) = change(deal, {"stage": company["Won"]}, by=BY, at=april)
    before_it_was_known = moved.known_at - timedelta(microseconds=1)
    new, won = str(company["New"].pk), str(company["Won"].pk)
    in_march, in_april = state(deal, datetime(2026, 3, 15, tzinfo=UTC)), state(deal, april)
    as_reported = state(deal, before_it_was_known, clock="known_at")
    assert in_march is not None
    assert in_april is not None
    assert as_reported is not None
    assert (in_march["stage"], in_april["stage"], as_reported["stage"]) == (new, won, new)
    assert state(deal, SPRING - timedelta(seconds=1)) is None
