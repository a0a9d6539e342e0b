"""Alice sets the house up: each change is at its field, in the change log, and can be taken back."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.http import HttpResponseBase
from django.test import Client

from cadran.administration.holidays import of_country
from cadran.crm.models import (
    BusinessHours,
    Change,
    CustomField,
    Deal,
    ExchangeRate,
    Holiday,
    Organisation,
    Pipeline,
    Product,
    Stage,
)
from cadran.crm.save import By, archive, change, create
from cadran.members.models import Member, Team
from cadran.members.record import Record

BY = By("member")
HOUSE = {
    "name": "Ours",
    "currency": "USD",
    "language": "fr",
    "time_zone": "Europe/Paris",
    "fiscal_year_start_month": "4",
}


def words(response: HttpResponseBase) -> str:
    return bytes(getattr(response, "content", b"")).decode()


def test_the_organisation_is_what_she_says_and_the_log_says_who_said_it(page: Client, alice: Member) -> None:
    assert page.post("/settings", HOUSE).status_code == 302
    house = Organisation.current()
    assert (house.name, house.currency, house.time_zone, house.fiscal_year_start_month) == (
        "Ours",
        "USD",
        "Europe/Paris",
        4,
    )
    change = Change.objects.get(record="organisation", field="currency")
    assert (change.from_value, change.to_value, change.member) == ("EUR", "USD", alice)


def test_what_a_currency_and_a_time_zone_do_to_numbers_is_said_before_they_are_changed(page: Client) -> None:
    shown = words(page.get("/settings"))
    assert "give the exchange rates anew" in shown
    assert "may count on another day" in shown


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"currency": "XXZ"}, "currency"), ({"time_zone": "Mars/Olympus"}, "time_zone"), ({"language": "de"}, "language")],
)
def test_a_fault_is_told_at_its_field_and_nothing_is_written(page: Client, wrong: dict[str, str], field: str) -> None:
    refused = page.post("/settings", HOUSE | wrong)
    assert refused.status_code == 422
    assert f'id="organisation-{field}_error"' in words(refused)
    assert f'aria-describedby="organisation-{field}_' in words(refused) or 'aria-invalid="true"' in words(refused)
    assert Organisation.current().name == ""


def test_faults_are_told_in_french_too(page: Client) -> None:
    refused = page.post("/settings", HOUSE | {"currency": "XXZ"}, headers={"accept-language": "fr"})
    assert "XXZ n’est pas une devise" in words(refused)


ROWS = [
    ("hours", {"weekday": "1", "opens": "09:00", "closes": "17:30"}, BusinessHours),
    ("holidays", {"day": "2026-12-25", "name": "Christmas"}, Holiday),
    ("rates", {"day": "2026-01-01", "currency": "usd", "rate": "0.91"}, ExchangeRate),
    ("teams", {"name": "North", "region": "EMEA"}, Team),
    ("products", {"name": "Roof", "price": "1200.50", "currency": "EUR"}, Product),
    ("fields", {"record": "deal", "key": "colour", "type": "choice", "choices": "red\nblue\n\nred"}, CustomField),
]


@pytest.mark.parametrize(("key", "form", "model"), ROWS, ids=[row[0] for row in ROWS])
def test_each_list_takes_a_row_shows_it_puts_it_away_and_takes_it_back(
    page: Client, alice: Member, key: str, form: dict[str, str], model: type[Record]
) -> None:
    assert page.post(f"/settings/{key}", form).status_code == 302
    (row,) = model._default_manager.all()
    assert Change.objects.get(record=row._meta.db_table, record_id=row.pk, field="").member == alice
    assert f"/settings/{key}/{row.pk}" in words(page.get(f"/settings/{key}"))
    assert page.get(f"/settings/{key}/{row.pk}").status_code == 200
    assert page.post(f"/settings/{key}/{row.pk}", form).status_code == 302, "saved as it is, it changes nothing"
    assert not Change.objects.filter(record=row._meta.db_table, record_id=row.pk).exclude(field="").exists()
    for wish in ("yes", "no"):
        for _again in range(2):
            page.post(f"/settings/{key}/{row.pk}/away", {"away": wish})
            row.refresh_from_db()
            assert (row.archived_at is not None) == (wish == "yes"), "sent twice it does what it does once"
        assert f'name="away" value="{"no" if wish == "yes" else "yes"}"' in words(page.get(f"/settings/{key}"))


@pytest.mark.parametrize(("key", "form", "model"), ROWS[1:], ids=[row[0] for row in ROWS[1:]])
def test_a_row_that_was_put_away_and_is_added_again_comes_back(
    page: Client, key: str, form: dict[str, str], model: type[Record]
) -> None:
    page.post(f"/settings/{key}", form)
    archive(model._default_manager.get(), by=BY)
    assert page.post(f"/settings/{key}", form).status_code == 302
    assert model._default_manager.get().archived_at is None


def test_what_the_door_refuses_is_told_at_its_field(page: Client) -> None:
    page.post("/settings/holidays", {"day": "2026-12-25"})
    again = page.post("/settings/holidays", {"day": "2026-12-25"}, headers={"accept-language": "fr"})
    assert again.status_code == 422
    assert 'id="holiday-day_error">Il y en a déjà un.' in words(again)
    backwards = page.post("/settings/hours", {"weekday": "1", "opens": "17:00", "closes": "09:00"})
    assert "It closes before it opens." in words(backwards)
    assert BusinessHours.objects.count() == 0
    nothing_to_choose = page.post("/settings/fields", {"record": "deal", "key": "colour", "type": "choice"})
    assert 'id="custom_field-choices_error"' in words(nothing_to_choose)


def test_numbers_are_typed_and_shown_as_the_reader_writes_them(page: Client) -> None:
    form = {"day": "2026-01-01", "currency": "USD", "rate": "0,9125"}
    page.post("/settings/rates", form, headers={"accept-language": "fr"})
    rate = ExchangeRate.objects.get()
    assert rate.rate == Decimal("0.9125")
    assert "0,9125" in words(page.get("/settings/rates", headers={"accept-language": "fr"}))
    assert 'value="0.9125"' in words(page.get(f"/settings/rates/{rate.pk}"))


def test_a_team_is_never_part_of_itself(page: Client) -> None:
    north = Team.objects.create(name="North")
    lille = Team.objects.create(name="Lille", parent=north)
    for parent in (north, lille):
        refused = page.post(f"/settings/teams/{north.pk}", {"name": "North", "parent": parent.pk})
        assert "cannot be part of itself" in words(refused)
    north.refresh_from_db()
    assert north.parent is None


def test_a_team_with_people_is_not_put_away(page: Client, bob: Member) -> None:
    bob.team = Team.objects.create(name="North")
    bob.save()
    page.post(f"/settings/teams/{bob.team.pk}/away")
    bob.team.refresh_from_db()
    assert bob.team.archived_at is None


def test_a_list_that_does_not_exist_is_not_found(page: Client) -> None:
    assert page.get("/settings/passwords").status_code == 404
    assert page.get("/settings/teams/999").status_code == 404


def test_the_key_and_the_type_of_a_custom_field_stay(page: Client) -> None:
    page.post("/settings/fields", {"record": "deal", "key": "colour", "type": "text"})
    field = CustomField.objects.get()
    page.post(f"/settings/fields/{field.pk}", {"record": "lead", "key": "shade", "type": "flag", "label_en": "Colour"})
    field.refresh_from_db()
    assert (field.record, field.key, field.type, field.label_en) == ("deal", "colour", "text", "Colour")


def test_the_usual_fields_are_offered_until_they_are_there(page: Client) -> None:
    assert "Next follow-up" in words(page.get("/settings/fields"))
    page.post("/settings/fields/usual")
    page.post("/settings/fields/usual")
    assert sorted(CustomField.objects.values_list("record", "key")) == [
        ("account", "customer_comments"),
        ("lead", "next_follow_up"),
        ("lead", "product_interest"),
    ]
    assert "Some fields that every CRM has" not in words(page.get("/settings/fields"))


# Pipelines


@pytest.fixture
def sales(alice: Member) -> Pipeline:
    pipeline = create("pipeline", {"name": "Sales"}, by=BY)
    for order, name in enumerate(("New", "Offer", "Won"), 1):
        create("stage", {"pipeline": pipeline, "name": name, "order": order}, by=BY)
    assert isinstance(pipeline, Pipeline)
    return pipeline


def order(pipeline: Pipeline) -> list[str]:
    found = Stage.objects.filter(pipeline=pipeline, archived_at=None).order_by("order", "pk")
    return list(found.values_list("name", flat=True))


def test_she_makes_a_pipeline_and_gives_it_stages(page: Client) -> None:
    page.post("/settings/pipelines", {"name": "Partners"})
    pipeline = Pipeline.objects.get()
    form = {"add": "1", "name": "Offer", "outcome": "open", "probability": "40", "rotten_after_days": "14"}
    assert page.post(f"/settings/pipelines/{pipeline.pk}", form).status_code == 302
    stage = Stage.objects.get()
    assert (stage.probability, stage.rotten_after_days, stage.order) == (Decimal("0.4"), 14, 1)
    assert "40%" in words(page.get(f"/settings/pipelines/{pipeline.pk}"))
    assert 'value="40"' in words(page.get(f"/settings/stages/{stage.pk}"))
    page.post(f"/settings/stages/{stage.pk}", {"name": "Quote", "outcome": "won", "probability": "100"})
    stage.refresh_from_db()
    assert (stage.name, stage.outcome, stage.probability, stage.rotten_after_days) == ("Quote", "won", 1, None)


def test_a_probability_is_between_nothing_and_certain(page: Client, sales: Pipeline) -> None:
    form = {"add": "1", "name": "Sure", "outcome": "open", "probability": "140"}
    assert "from 0 to 100" in words(page.post(f"/settings/pipelines/{sales.pk}", form))
    assert order(sales) == ["New", "Offer", "Won"]


def test_stages_change_places(page: Client, sales: Pipeline) -> None:
    offer = Stage.objects.get(name="Offer")
    page.post(f"/settings/stages/{offer.pk}/move", {"what": "up"})
    assert order(sales) == ["Offer", "New", "Won"]
    page.post(f"/settings/stages/{offer.pk}/move", {"what": "up"})
    assert order(sales) == ["Offer", "New", "Won"]
    page.post(f"/settings/stages/{offer.pk}/move", {"what": "down"})
    page.post(f"/settings/stages/{offer.pk}/move", {"what": "down"})
    assert order(sales) == ["New", "Won", "Offer"]


def test_a_stage_with_deals_stays_until_they_are_elsewhere(page: Client, sales: Pipeline) -> None:
    offer = Stage.objects.get(name="Offer")
    deal = create("deal", {"name": "Roof", "pipeline": sales, "stage": offer}, by=BY)
    page.post(f"/settings/stages/{offer.pk}/move", {"what": "away"})
    assert order(sales) == ["New", "Offer", "Won"]
    archive(Deal.objects.get(pk=deal.pk), by=BY)
    page.post(f"/settings/stages/{offer.pk}/move", {"what": "away"})
    assert order(sales) == ["New", "Won"]
    page.post(f"/settings/stages/{offer.pk}/move", {"what": "back"})
    assert order(sales) == ["New", "Offer", "Won"]


def test_every_page_is_in_french(page: Client, sales: Pipeline) -> None:
    stage = Stage.objects.get(name="Offer")
    pages = ("", "/members", "/teams", "/pipelines", "/fields", "/products", "/hours", "/holidays", "/rates")
    for path in (*pages, f"/pipelines/{sales.pk}", f"/stages/{stage.pk}"):
        shown = words(page.get(f"/settings{path}", headers={"accept-language": "fr"}))
        assert "Paramètres" in shown
        assert "Settings" not in shown


def undo_address(shown: str) -> str:
    """Where the message of a page takes back what it tells of."""
    found = re.search(r'action="(/undo/settings/\d+)"', shown)
    assert found is not None
    return found[1]


def test_what_is_counted_anew_is_said_and_a_change_is_undone(page: Client) -> None:
    shown = words(page.post("/settings", HOUSE, follow=True))
    assert "Fiscal quarters and years are counted anew from this month" in shown
    assert "Every day is counted anew in this time zone" in shown
    undone = words(page.post(undo_address(shown), follow=True))
    assert "Undone. " in undone
    assert "Fiscal quarters and years are counted anew" in undone
    house = Organisation.current()
    assert (house.name, house.currency, house.fiscal_year_start_month) == ("", "EUR", 1)


def test_a_change_that_moves_no_number_says_no_more(page: Client) -> None:
    shown = words(page.post("/settings/teams", {"name": "North"}, follow=True))
    assert "Added." in shown
    assert "counted anew" not in shown
    page.post(undo_address(shown))
    assert Team.objects.get().archived_at is not None


def test_what_was_changed_again_is_not_undone(page: Client) -> None:
    shown = words(page.post("/settings", HOUSE, follow=True))
    page.post("/settings", HOUSE | {"fiscal_year_start_month": "7"})
    assert "can no longer be undone" in words(page.post(undo_address(shown), follow=True))
    assert Organisation.current().fiscal_year_start_month == 7


def test_nobody_undoes_what_somebody_else_did(page: Client, bob: Member) -> None:
    shown = words(page.post("/settings", HOUSE, follow=True))
    other = Member.objects.create(name="Ann", email="ann@house.example", role="administrator")
    for stranger, status in ((bob, 403), (other, 404)):
        page.force_login(stranger, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert page.post(undo_address(shown)).status_code == status
    assert Organisation.current().name == "Ours"


def test_the_public_holidays_of_a_country_are_added_once_and_undone_together(page: Client) -> None:
    year = date.today().year  # noqa: DTZ011
    asked = {"country": "DE", "year": str(year + 1)}
    shown = words(page.post("/settings/holidays/add", asked, follow=True))
    assert "9 holidays added." in shown
    assert Holiday.objects.filter(day=date(year + 1, 10, 3)).exists()
    assert "They are all here already." in words(page.post("/settings/holidays/add", asked, follow=True))
    assert Holiday.objects.count() == 9
    page.post(undo_address(shown))
    assert not Holiday.objects.filter(archived_at=None).exists()
    assert "9 holidays added." in words(page.post("/settings/holidays/add", asked, follow=True)), (
        "taken back, not twice"
    )
    assert Holiday.objects.count() == 9, "they are taken back, not made twice"


@pytest.mark.parametrize(
    ("country", "days"),
    [
        ("FR", ["01-01", "04-06", "05-01", "05-08", "05-14", "05-25", "07-14", "08-15", "11-01", "11-11", "12-25"]),
        (
            "BE",
            [
                "01-01",
                "04-05",
                "04-06",
                "05-01",
                "05-14",
                "05-24",
                "05-25",
                "07-21",
                "08-15",
                "11-01",
                "11-11",
                "12-25",
            ],
        ),
        ("LU", ["01-01", "04-06", "05-01", "05-09", "05-14", "05-25", "06-23", "08-15", "11-01", "12-25", "12-26"]),
        ("DE", ["01-01", "04-03", "04-06", "05-01", "05-14", "05-25", "10-03", "12-25", "12-26"]),
    ],
)
def test_public_holidays_are_those_of_2026(country: str, days: list[str]) -> None:
    assert [day.isoformat() for day in of_country(country, 2026, "fr")] == [f"2026-{day}" for day in days]


def test_public_holidays_are_called_as_the_organisation_speaks_where_that_is_known() -> None:
    christmas = date(2026, 12, 25)
    assert of_country("BE", 2026, "fr")[christmas] == "Noël"
    assert of_country("BE", 2026, "en")[christmas] == "Christmas Day"
    assert of_country("DE", 2026, "fr")[christmas] == "Erster Weihnachtstag", "French is not spoken of German days"


def test_every_country_is_offered_and_that_of_the_time_zone_first(page: Client) -> None:
    change(Organisation.current(), {"time_zone": "Europe/Paris"}, by=BY)
    shown = page.get("/settings/holidays", headers={"accept-language": "fr"}).content.decode()
    assert '<option value="FR" selected>France</option>' in shown
    assert '<option value="ET">Éthiopie</option><option value="FJ">' in shown, "sorted as French reads"
    refused = page.post("/settings/holidays/add", {"country": "BV", "year": str(date.today().year)}, follow=True)  # noqa: DTZ011
    assert "are not known: add them one by one" in words(refused), "nobody lives on Bouvet Island"


def test_a_currency_in_use_without_a_rate_is_named_until_it_has_one(page: Client) -> None:
    create("product", {"name": "Mill", "price": Decimal(5), "currency": "JPY"}, by=BY)
    create("product", {"name": "Pump", "price": Decimal(5), "currency": "EUR"}, by=BY)
    create("product", {"name": "Crane", "currency": "CHF"}, by=BY)
    shown = words(page.get("/settings/rates"))
    assert "JPY: 1 record" in shown
    assert "EUR: " not in shown, "the organisation's own"
    assert "CHF: " not in shown, "there is no amount in it"
    page.post("/settings/rates", {"day": "2026-01-01", "currency": "JPY", "rate": "0.006"})
    assert "count nowhere" not in words(page.get("/settings/rates"))
