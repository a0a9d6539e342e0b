"""A blank is a fault only where something should be."""

from cadran.metrics.condition import parse_condition
from cadran.metrics.reasons import conjunct_test
from cadran.metrics.tables import contract


def test_a_visit_that_brought_no_lead_is_no_fault() -> None:
    tables = contract()
    condition = parse_condition("lead_id is not null", tables["visit"], tables)
    assert conjunct_test(condition, tables["visit"], "duckdb").role == "condition"


def test_a_deal_without_an_amount_is_one() -> None:
    tables = contract()
    condition = parse_condition("amount is not null", tables["deal"], tables)
    assert conjunct_test(condition, tables["deal"], "duckdb").role == "known"
