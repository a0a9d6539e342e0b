"""The raw tables: the columns of the records that facts are made of, and no other.

They hold no password and no session key. Of a lead they hold the e-mail address and the telephone number, as points
rest on them; no fact table has either. The rows of the change log say what any field was, a contact's address
included: the past is told by them. A folder of facts is as confidential as the records.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from duckdb import DuckDBPyConnection

COMMON = "id created_at archived_at custom"

COLUMNS = {
    "organisation": "name currency time_zone fiscal_year_start_month",
    "business_hours": "weekday opens closes",
    "holiday": "day",
    "team": "name parent_id region",
    "member": "name role team_id is_active licensed joined_on left_on",
    "account": "name domain industry region country employees segment owner_id status parent_id",
    "contact": "account_id owner_id",
    "campaign": "name channel starts_on ends_on budget currency",
    "lead": (
        "name email phone company channel campaign_id region industry owner_id status qualified_at converted_at "
        "disqualified_at disqualified_reason account_id deal_id"
    ),
    "pipeline": "name",
    "stage": "pipeline_id name order probability outcome rotten_after_days",
    "product": "name family tier price currency",
    "deal": (
        "name account_id pipeline_id stage_id amount currency owner_id channel campaign_id kind expected_close_on "
        "closed_at lost_reason forecast_category next_step_on"
    ),
    "deal_line": "deal_id product_id quantity unit_price discount currency",
    "order": "number account_id owner_id channel region placed_at amount currency refund_of_id",
    "order_line": "order_id product_id quantity unit_price discount amount",
    "payment": "account_id order_id subscription_id paid_at amount currency",
    "subscription": "account_id plan product_id monthly_amount currency started_on renews_on ended_on end_reason",
    "renewal": "subscription_id due_on outcome renewed_on amount currency",
    "touch": "account_id contact_id lead_id at channel campaign_id",
    "spend": "spent_on channel campaign_id purpose category amount currency",
    "activity": (
        "kind subject direction at done_at due_on owner_id outcome automated lead_id contact_id account_id deal_id "
        "ticket_id thread sent_at delivered_at bounced_at opened_at clicked_at replied_at"
    ),
    "ticket": (
        "subject account_id contact_id channel category priority owner_id opened_at first_response_at resolved_at "
        "closed_at reopens"
    ),
    "ticket_message": "ticket_id author at",
    "survey": "name kind scale_min scale_max direction",
    "answer": "survey_id score comment at account_id contact_id touchpoint ticket_id order_id",
    "usage": "account_id contact_id day feature count",
    "loyalty_event": "account_id contact_id day name points",
    "visit": "visitor started_at channel campaign_id landing_page pages lead_id",
    "page_event": "visit_id page kind x y selector depth at",
    "session": "member_id logged_in_at",
    "goal": "kpi slice starts_on ends_on target parent_id owner_id",
    "forecast_submission": "owner_id starts_on ends_on amount currency category at",
    "score": "record record_id kind value at",
    "exchange_rate": "day currency rate",
    "custom_field": "record key type",
}
"""Kinds of records, in the order in which they are copied; columns are named as in the database."""

SETTINGS = frozenset({"organisation", "business_hours", "holiday", "custom_field"})
"""What concerns every row: a change of these means building anew, and the past is told by those of today."""

CHANGE = "id record record_id field from_value to_value at known_at origin member_id"

_TYPES: tuple[tuple[type[models.Field[Any, Any]], str], ...] = (
    (models.ForeignKey, "BIGINT"),
    (models.IntegerField, "BIGINT"),
    (models.BooleanField, "BOOLEAN"),
    (models.DateTimeField, "TIMESTAMP"),
    (models.DateField, "DATE"),
    (models.TimeField, "TIME"),
    (models.CharField, "VARCHAR"),
    (models.TextField, "VARCHAR"),
    (models.JSONField, "VARCHAR"),
)


@cache
def columns(kind: str) -> dict[str, str]:
    """The columns of ``raw.<kind>`` and their DuckDB types: those of the record's own fields."""
    names = CHANGE if kind == "change" else f"{COMMON} {COLUMNS[kind]}"
    fields = {field.column: field for field in model(kind)._meta.concrete_fields}
    return {name: _type(fields[name]) for name in names.split()}


def model(kind: str) -> type[models.Model]:
    """The model of the records of this kind."""
    return _models()[kind]


@cache
def _models() -> dict[str, type[models.Model]]:
    return {found._meta.db_table: found for found in apps.get_models()}


def kinds() -> tuple[str, ...]:
    """Every raw table, the change rows last."""
    return (*COLUMNS, "change")


def create_raw(connection: DuckDBPyConnection, schema: str = "raw") -> None:
    """Create the empty raw tables in ``schema``."""
    connection.execute(f"create schema if not exists {schema}")
    for kind in kinds():
        listed = ", ".join(f'"{name}" {type_}' for name, type_ in columns(kind).items())
        connection.execute(f'create table {schema}."{kind}" ({listed})')


def _type(field: models.Field[Any, Any]) -> str:
    if isinstance(field, models.DecimalField):
        return f"DECIMAL({field.max_digits},{field.decimal_places})"
    return next(type_ for kind, type_ in _TYPES if isinstance(field, kind))
