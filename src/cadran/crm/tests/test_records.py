"""The kinds and their fields."""

import pytest
from django.db import DatabaseError, connection, models, transaction

from cadran.crm.models import Change, Deal, Organisation, Pipeline, Stage, Survey
from cadran.crm.records import KINDS, FieldType, fields_of


def test_every_model_of_records_is_a_kind_in_a_table_of_its_name() -> None:
    for kind, model in KINDS.items():
        snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in model.__name__).lstrip("_")
        assert kind == snake == model._meta.db_table
    assert len(KINDS) == 39


def test_a_kind_comes_after_those_it_must_link_to() -> None:
    order = list(KINDS)
    for kind in KINDS:
        for field in fields_of(kind).values():
            if field.type is FieldType.LINK and field.required and field.target is not None:
                assert order.index(field.target) < order.index(kind)


def test_fields_say_what_they_hold() -> None:
    deal = fields_of("deal")
    assert deal["owner"].type is FieldType.LINK
    assert (deal["owner"].column, deal["owner"].target, deal["owner"].required) == ("owner_id", "member", False)
    assert deal["stage"].required
    assert deal["amount"].type is FieldType.MONEY
    assert deal["amount"].places == 4
    assert deal["contacts"].type is FieldType.LINKS
    assert not deal["currency"].required
    assert fields_of("stage")["outcome"].choices == ("open", "won", "lost")
    assert fields_of("stage")["probability"].maximum == 1
    assert "password" not in fields_of("member")
    assert all(field.target != "" for kind in KINDS for field in fields_of(kind).values())


@pytest.mark.django_db
def test_there_is_one_organisation() -> None:
    assert Organisation.current() == Organisation.current()
    assert Organisation.objects.count() == 1


@pytest.mark.django_db
def test_the_organisation_is_the_one_that_facts_take_whatever_its_number() -> None:
    house = Organisation.objects.create(pk=7, time_zone="Europe/Paris")
    assert Organisation.current() == house
    assert Organisation.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("survey", "scale_min", "10"),
        ("survey", "kind", "'stars'"),
        ("survey", "name", f"'{'x' * 251}'"),
        ("stage", "probability", "1.01"),
        ("stage", "probability", "-0.01"),
        ("stage", '"order"', "-1"),
        ("organisation", "currency", "'eur'"),
        ("organisation", "fiscal_year_start_month", "13"),
    ],
)
def test_the_database_itself_refuses_what_is_wrong(table: str, column: str, value: str) -> None:
    Organisation.current()
    Survey.objects.create(name="NPS", kind="nps")
    Stage.objects.create(name="New", pipeline=Pipeline.objects.create(name="Sales"))
    refused = pytest.raises(DatabaseError, match=r"(?i)check|too long")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = {value}")


def test_changes_are_no_records_of_their_own() -> None:
    assert "change" not in KINDS
    assert isinstance(Change._meta.pk, models.BigAutoField)
    assert Deal._meta.db_table == "deal"
