"""Several rows that are one record, and one row that is several records of a kind."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from cadran.crm.models import Answer, Ticket
from cadran.imports.mapping import MappingError, parse_mapping
from cadran.imports.report import Report

Import = Callable[..., Report]

LOG = """
connection = "log"
[[files]]
name = "log.csv"
[[files.records]]
kind = "ticket"
id = "case"
group = true
[files.records.fields]
opened_at = "at"
resolved_at = { column = "at", last = true }
channel = { column = "by", last = true }
"""
QUESTIONS = """
connection = "survey"
[[files]]
name = "answers.csv"
"""
QUESTION = """
[[files.records]]
kind = "answer"
id = ["person", "={0}"]
when = {{ column = "{0}" }}
[files.records.fields]
survey = {{ value = "{0}", by = "name", missing = "create", with = {{ kind = {{ value = "csat" }} }} }}
score = "{0}"
at = {{ value = "2024-05-01" }}
"""


def test_the_first_row_opens_and_the_last_one_that_is_not_blank_ends(load: Import) -> None:
    rows = ["7,2024-01-05 10:00,Chat", "8,2024-01-05 11:00,Web", "7,2024-01-06 09:00,Phone", "7,2024-01-07 12:00,"]
    assert load({"log.csv": "\n".join(["case,at,by", *rows])}, LOG).created == 2
    found = {t.external_id: (t.opened_at, t.resolved_at, t.channel) for t in Ticket.objects.all()}
    assert found == {"7": (at(5, 10), at(7, 12), "Phone"), "8": (at(5, 11), at(5, 11), "Web")}


def at(day: int, hour: int) -> datetime:
    return datetime(2024, 1, day, hour, tzinfo=UTC)


def test_last_needs_a_group() -> None:
    with pytest.raises(MappingError, match="needs `group = true`"):
        parse_mapping(LOG.replace("group = true", ""))


def test_a_text_in_the_id_keeps_apart_what_one_row_gives(load: Import) -> None:
    mapping = QUESTIONS + QUESTION.format("claims") + QUESTION.format("website")
    files = {"answers.csv": "person,claims,website\n1,4,4\n2,3,\n"}
    load(files, mapping)
    load(files, mapping)
    found = {answer.external_id: (answer.survey.name, answer.score) for answer in Answer.objects.all()}
    four, three = Decimal(4), Decimal(3)
    assert found == {"1|claims": ("claims", four), "1|website": ("website", four), "2|claims": ("claims", three)}
