"""A file that is imported again after two of its records were merged."""

from collections.abc import Callable

from cadran.crm.merge import merge
from cadran.crm.models import Account
from cadran.crm.save import By, change
from cadran.imports.report import Report

Import = Callable[..., Report]

ACCOUNTS = """
connection = "crm"
[[files]]
name = "accounts*.csv"
[[files.records]]
kind = "account"
id = "id"
[files.records.fields]
name = "name"
domain = "domain"
employees = "employees"
"""
HEAD = "id,name,domain,employees\n"
FIRST = HEAD + "A1,Initech,initech.example,10\nA2,Initec,,12\nA3,Umbrella,,\n"


def test_what_a_merged_row_says_anew_is_put_into_the_kept_and_reported_as_updated(load: Import) -> None:
    assert load({"accounts.csv": FIRST}, ACCOUNTS).created == 3
    kept, other = Account.objects.filter(external_id__in=("A1", "A2")).order_by("external_id")
    merge(kept, other, {}, by=By("member"))
    change(kept, {"employees": 11}, by=By("member"))
    again = load({"accounts.csv": FIRST.replace("example,10", "example,11")}, ACCOUNTS)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 3)
    anew = load({"accounts.csv": HEAD + "A1,Initech,initech.example,11\nA2,Initec,,15\nA3,Umbrella,,\n"}, ACCOUNTS)
    assert (anew.created, anew.updated, anew.unchanged, len(anew.rejected)) == (0, 1, 2, 0)
    kept.refresh_from_db()
    other.refresh_from_db()
    assert (kept.name, kept.domain, kept.employees) == ("Initech", "initech.example", 15)
    assert other.archived_at is not None
