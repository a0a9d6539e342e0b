"""Importing small files: records, links, history, and an account of every row."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from cadran.crm.models import Account, Change, CustomField, Deal, Order, OrderLine, Stage
from cadran.imports.load import Progress, RefusedError, load_files
from cadran.imports.mapping import parse_mapping
from cadran.imports.models import Cursor, RejectedRow, Run
from cadran.imports.report import Report
from cadran.imports.tests.conftest import DEALS, SALES
from cadran.members.models import Member, Team

Import = Callable[..., Report]

HEADER = "id,name,stage,amount,created\n"


def counts(report: Report) -> tuple[int, int, int, int, int]:
    """read, created, updated, unchanged, rejected; which must add up."""
    rejected = len({(one.file, one.row) for one in report.rejected})
    assert report.read == report.created + report.updated + report.unchanged + rejected
    return report.read, report.created, report.updated, report.unchanged, rejected


def test_rows_become_records_and_the_same_file_twice_changes_nothing(load: Import) -> None:
    files = {"deals.csv": HEADER + "1,One,New,10.50,2024-01-05\n2,Two,Won,20,2024-01-06\n"}
    assert counts(load(files, DEALS)) == (2, 2, 0, 0, 0)
    changes = Change.objects.count()
    assert counts(load(files, DEALS)) == (2, 0, 0, 2, 0)
    assert Change.objects.count() == changes
    deal = Deal.objects.get(external_id="1")
    assert (deal.connection, deal.name, deal.amount, deal.currency) == ("test", "One", Decimal("10.5"), "EUR")
    assert deal.created_at == datetime(2024, 1, 5, tzinfo=UTC)
    assert deal.stage.name == "New"


def test_a_changed_row_is_an_update_with_a_change_known_now(load: Import) -> None:
    load({"deals.csv": HEADER + "1,One,New,10,2024-01-05\n2,Two,New,5,2024-01-05\n"}, DEALS)
    before = datetime.now(UTC)
    assert counts(load({"deals.csv": HEADER + "1,One,New,12,2024-01-05\n2,Two,New,5,2024-01-05\n"}, DEALS)) == (
        2, 0, 1, 1, 0,
    )  # fmt: skip
    change = Change.objects.get(field="amount")
    assert (change.from_value, change.to_value, change.origin) == ("10", "12", "import")
    assert change.known_at >= before


def test_the_first_import_of_a_connection_believes_its_dates_and_later_ones_do_not(load: Import) -> None:
    load({"deals.csv": HEADER + "1,One,New,10,2024-01-05\n"}, DEALS)
    load({"deals2.csv": HEADER + "2,Two,New,10,2024-01-05\n"}, DEALS)
    first, second = (
        Change.objects.get(record="deal", record_id=Deal.objects.get(external_id=key).pk, field="") for key in "12"
    )
    assert first.at == first.known_at == datetime(2024, 1, 5, tzinfo=UTC) == second.at
    assert second.known_at.year > 2024


def test_bad_rows_are_rejected_with_row_column_value_and_reason_and_the_others_are_loaded(load: Import) -> None:
    text = HEADER + (
        "1,One,New,ten,2024-01-05\n"
        "2,Two,Sold,1,2024-01-05\n"
        "3,Three,New,1,2024-02-30\n"
        ",Four,New,1,2024-01-05\n"
        "5,Five,New,1,2024-01-05\n"
        "5,Five again,New,1,2024-01-05\n"
        "6,Six,,1,2024-01-05\n"
        "7,Seven,New\n"
        "8,Eight,New,1,2024-01-05,more\n"
        "9,Nine,New,x,yesterday\n"
        "10,Ten,New,1,2024-01-05\n"
    )
    report = load({"deals.csv": text}, DEALS)
    assert counts(report) == (11, 2, 0, 0, 9)
    told = {one.row: (one.column, one.value, one.reason) for one in report.rejected}
    assert told[2] == ("amount", "ten", "is not a number")
    assert told[3][:2] == ("stage", "Sold")
    assert "is not the name of any stage" in told[3][2]
    assert told[4] == ("created", "2024-02-30", "is not a date and time")
    assert told[5][0] == "id"
    assert "is blank" in told[5][2]
    assert told[7] == ("id", "5", "repeats the id of row 6")
    assert told[8] == ("stage", None, "is blank, and must not be")
    assert told[9][2] == "has 3 cells where there are 5 columns: the row is cut short"
    assert told[10][2] == "has 6 cells where there are 5 columns"
    assert told[11][0] == "amount"
    assert "also created: is not a date and time" in told[11][2]
    assert report.to_json()["rejected"][0] == {
        "file": "deals.csv", "row": 2, "column": "amount", "value": "ten", "reason": "is not a number",
    }  # fmt: skip
    assert set(Deal.objects.values_list("external_id", flat=True)) == {"5", "10"}


def test_rejected_rows_can_be_downloaded_corrected_and_imported(load: Import) -> None:
    report = load({"deals.csv": HEADER + "1,=cmd|' /C calc'!A0,New,ten,2024-01-05\n2,Two,New,1,2024-01-05\n"}, DEALS)
    text = "".join(report.rejected_csv())
    assert text.splitlines()[0] == (
        "rejected: file,rejected: row,rejected: column,rejected: reason,id,name,stage,amount,created"
    )
    assert "'=cmd|" in text
    assert counts(load({"deals again.csv": text.replace(",ten,", ",10,")}, DEALS)) == (1, 1, 0, 0, 0)
    assert Deal.objects.get(external_id="1").name == "=cmd|' /C calc'!A0"
    assert RejectedRow.objects.count() == 1


def test_a_row_with_too_few_or_too_many_cells_is_rejected_again_until_it_is_mended(load: Import) -> None:
    files = {"deals.csv": HEADER + '1,One,New\n2,Two,New,1,2024-01-05,more\n"3"x,Three,New,1,2024-01-05\n4,Four,New\n'}
    first = load(files, DEALS)
    assert counts(first) == (4, 0, 0, 0, 4)
    text = "".join(first.rejected_csv())
    assert [line.partition("columns")[2] for line in text.splitlines()[1:3]] == [
        ": the row is cut short,1,One,New",
        ",2,Two,New,1,2024-01-05,more",
    ]
    again = load({"deals again.csv": text}, DEALS)
    assert counts(again) == (4, 0, 0, 0, 4)
    mended = "".join(again.rejected_csv()).replace("1,One,New", "1,One,New,1,2024-01-05").replace(",more", "")
    assert mended.splitlines()[0] == text.splitlines()[0]
    assert counts(load({"deals mended.csv": mended}, DEALS)) == (4, 2, 0, 0, 2)
    assert set(Deal.objects.values_list("external_id", flat=True)) == {"1", "2"}


def test_a_dry_run_tells_the_same_and_writes_nothing(load: Import) -> None:
    files = {"deals.csv": HEADER + "1,One,New,10,2024-01-05\n2,Two,New,x,2024-01-05\n"}
    dry = load(files, DEALS, dry_run=True)
    assert not Deal.objects.exists()
    assert not Stage.objects.exists()
    assert not Run.objects.exists()
    real = load(files, DEALS)
    assert (dry.dry, real.dry) == (True, False)
    assert dry.to_json() == real.to_json()


LINKED = (
    SALES
    + """
[[files]]
name = "members.csv"
[[files.records]]
kind = "member"
id = "mail"
[files.records.fields]
name = "name"
email = "mail"
team = { column = "manager", by = "name", missing = "create", with = { region = "office" } }
[[files]]
name = "deals.csv"
[[files.records]]
kind = "deal"
id = "id"
[files.records.fields]
name = "id"
stage = "stage"
owner = { column = "owner", by = "email" }
account = { column = "account", by = "name", missing = "create", with = { industry = "sector" } }
campaign = { column = "campaign", by = "name", missing = "blank" }
[[files.records]]
kind = "deal_line"
id = "id"
when = { column = "product" }
[files.records.fields]
deal = { record = "deal" }
product = { column = "product", by = "name", missing = "create", values = { GTXPro = "GTX Pro" } }
quantity = { value = 1 }
"""
)


def test_links_are_found_by_name_mail_or_id_and_made_when_that_is_asked(load: Import) -> None:
    report = load(
        {
            "members.csv": "mail,name,manager,office\nALICE@x.com,Alice,Dustin,Central\nbob@x.com,Bob,Dustin,Central\n",
            "deals.csv": (
                "id,stage,owner,account,sector,campaign,product\n"
                "1,New,alice@X.com,Acme,Tools,Nowhere,GTXPro\n"
                "2,Won,bob@x.com,Acme,Tools,,\n"
                "3,New,carol@x.com,New Co,Toys,,GTX Pro\n"
            ),
        },
        LINKED,
    )
    assert counts(report) == (5, 4, 0, 0, 1)
    assert [(one.row, one.column, one.value) for one in report.rejected] == [(4, "owner", "carol@x.com")]
    deal = Deal.objects.get(external_id="1")
    assert deal.owner is not None
    assert (deal.owner.name, deal.owner.team.name, deal.owner.team.region) == ("Alice", "Dustin", "Central")
    assert deal.account is not None
    assert (deal.account.name, deal.account.industry, deal.account.connection) == ("Acme", "Tools", "test")
    assert deal.campaign is None
    assert [line.product.name for line in deal.dealline_set.all()] == ["GTX Pro"]
    assert Team.objects.count() == 1
    assert Member.objects.get(name="Alice").email == "alice@x.com"


def test_a_name_that_two_records_bear_links_to_neither(load: Import) -> None:
    accounts = '[[files]]\nname = "a.csv"\n[[files.records]]\nkind = "account"\nid = "id"\nfields = { name = "name" }\n'
    load({"a.csv": "id,name\n1,Acme\n2,Acme\n"}, accounts, connection="test")
    report = load({"deals.csv": "id,stage,owner,account,sector,campaign,product\n1,New,,Acme,,,\n"}, LINKED)
    assert "is the name of more than one account" in report.rejected[0].reason


def test_a_name_that_two_rows_of_the_same_import_bear_links_to_neither(load: Import) -> None:
    accounts = '[[files]]\nname = "a.csv"\n[[files.records]]\nkind = "account"\nid = "id"\nfields = { name = "name" }\n'
    contacts = (
        '[[files]]\nname = "c.csv"\n[[files.records]]\nkind = "contact"\nid = "id"\n'
        'fields = { last_name = "id", account = { column = "account", by = "name" } }\n'
    )
    files = {"a.csv": "id,name\n1,Acme\n2,Acme\n3,Best\n", "c.csv": "id,account\nA,Acme\nB,Best\n"}
    report = load(files, accounts + contacts)
    assert counts(report) == (5, 4, 0, 0, 1)
    assert "is the name of more than one account" in report.rejected[0].reason


ORDERS = """
connection = "shop"
currency = "USD"
[[files]]
name = "lines.csv"
[[files.records]]
kind = "account"
id = "customer"
group = true
fields = { name = "customer", region = "region" }
[[files.records]]
kind = "order"
id = "order"
group = true
fields = { number = "order", account = "customer", placed_at = "day", amount = { column = "sales", sum = true } }
[[files.records]]
kind = "order_line"
id = "line"
fields = { order = { record = "order" }, amount = "sales",\
 product = { column = "product", by = "name", missing = "create" } }
"""
LINES = (
    "line,order,customer,region,day,product,sales\n"
    "1,A,Ann,EU,2024-01-01,Pen,1.10\n2,A,Ann,EU,2024-01-01,Ink,2.20\n3,B,Bob,US,2024-01-02,Pen,5\n"
)


def test_one_file_gives_accounts_orders_and_their_lines(load: Import) -> None:
    report = load({"lines.csv": LINES}, ORDERS)
    assert counts(report) == (3, 3, 0, 0, 0)
    assert sorted(Order.objects.values_list("number", "amount", "account__name")) == [
        ("A", Decimal("3.3"), "Ann"),
        ("B", Decimal("5"), "Bob"),
    ]
    assert OrderLine.objects.filter(order__number="A").count() == 2
    assert counts(load({"lines.csv": LINES}, ORDERS)) == (3, 0, 0, 3, 0)


def test_an_order_with_a_bad_line_is_rejected_whole(load: Import) -> None:
    report = load({"lines.csv": LINES.replace("2.20", "two")}, ORDERS)
    assert counts(report) == (3, 1, 0, 0, 2)
    assert {one.row: one.reason for one in report.rejected} == {
        2: "another row of the same order is rejected",
        3: "is not a number",
    }
    assert list(Order.objects.values_list("number", flat=True)) == ["B"]


@pytest.mark.parametrize("batch", [1, 2, 20])
def test_records_split_over_batches_come_out_the_same(load: Import, batch: int) -> None:
    load({"lines.csv": LINES}, ORDERS, batch=batch)
    assert dict(Order.objects.values_list("number", "amount")) == {"A": Decimal("3.3"), "B": Decimal("5")}
    assert Account.objects.count() == 2


def test_rows_without_an_id_are_told_apart_by_their_content_and_count(load: Import) -> None:
    mapping = (
        '[[files]]\nname = "o.txt"\n[[files.records]]\nkind = "order"\nfields = { placed_at = "day", amount = "usd" }\n'
    )
    text = " who day usd\n 1 19970101 5.00\n 1 19970101 5.00\n 2 19970102 5.00\n"
    assert counts(load({"o.txt": text}, mapping)) == (3, 3, 0, 0, 0)
    assert counts(load({"o.txt": text + " 1 19970101 5.00\n"}, mapping)) == (4, 1, 0, 3, 0)
    assert Order.objects.count() == 4


def test_parents_may_come_after_their_children_but_not_in_a_circle(load: Import) -> None:
    mapping = (
        '[[files]]\nname = "a.csv"\n[[files.records]]\nkind = "account"\nid = "id"\n'
        'fields = { name = "name", parent = { column = "parent", by = "name" } }\n'
    )
    text = "id,name,parent\n1,Leaf,Branch\n2,Branch,Root\n3,Root,\n4,Egg,Hen\n5,Hen,Egg\n"
    report = load({"a.csv": text}, mapping)
    assert counts(report) == (5, 3, 0, 0, 2)
    assert {one.row for one in report.rejected} == {5, 6}
    leaf = Account.objects.get(name="Leaf")
    assert leaf.parent is not None
    assert leaf.parent.parent is not None
    assert leaf.parent.parent.name == "Root"
    assert counts(load({"a.csv": text}, mapping)) == (5, 0, 0, 3, 2)


CUSTOM = DEALS + (
    '[files.records.custom]\ntier = { column = "tier", type = "choice", label_fr = "Palier" }\n'
    'score = { column = "score", type = "number" }\nvip = { column = "extra", json = "vip", type = "flag" }\n'
)


def test_columns_become_custom_fields_and_their_new_choices_are_added(load: Import) -> None:
    header = HEADER.strip() + ",tier,score,extra\n"
    load({"deals.csv": header + '1,One,New,1,2024-01-05,Gold,1.50,"{""vip"": true}"\n'}, CUSTOM)
    assert Deal.objects.get().custom == {"tier": "Gold", "score": "1.5", "vip": True}
    load({"deals.csv": header + "1,One,New,1,2024-01-05,Silver,,\n"}, CUSTOM)
    assert Deal.objects.get().custom == {"tier": "Silver"}
    field = CustomField.objects.get(key="tier")
    assert (field.type, field.choices, field.label_fr) == ("choice", ["Gold", "Silver"], "Palier")
    assert Change.objects.filter(field="custom.tier").values_list("from_value", "to_value").get() == ("Gold", "Silver")


def test_a_field_can_depend_on_another_column(load: Import) -> None:
    mapping = DEALS + 'closed_at = { column = "closed", when = { column = "stage", is = ["Won", "Lost"] } }\n'
    rows = "1,a,New,1,2024-01-01,2024-02-01\n2,b,Won,1,2024-01-01,2024-02-01\n"
    load({"deals.csv": "id,name,stage,amount,created,closed\n" + rows}, mapping)
    closed = dict(Deal.objects.values_list("external_id", "closed_at"))
    assert closed == {"1": None, "2": datetime(2024, 2, 1, tzinfo=UTC)}


def test_a_field_can_be_copied_from_a_linked_record(load: Import) -> None:
    mapping = DEALS.replace(
        'name = "name"', 'name = "name"\naccount = { column = "name", by = "name", missing = "create" }'
    ) + (
        '[[files]]\nname = "calls.csv"\n[[files.records]]\nkind = "activity"\nid = "id"\n'
        'fields = { kind = { value = "call" }, deal = "deal", account = { via = "deal" }, at = "at" }\n'
    )
    load(
        {"deals.csv": HEADER + "1,Acme,New,1,2024-01-05\n", "calls.csv": "id,deal,at\n7,1,2024-02-01T10:00:00Z\n"},
        mapping,
    )
    account = Account.objects.get()
    assert account.activity_set.get().deal.external_id == "1"


def test_files_that_cannot_be_used_are_all_named_and_nothing_is_written(load: Import) -> None:
    with pytest.raises(RefusedError) as refused:
        load({"deals.csv": "", "deals2.csv": "id,name\n1,a\n", "deals3.csv": HEADER + "1,a,New,1,01/02/2024\n"}, DEALS)
    told = str(refused.value).splitlines()
    assert len(told) == 3
    assert "deals.csv is empty" in told[0]
    assert "deals2.csv has no column “stage”" in told[1]
    assert "dates =" in told[2]
    assert not Run.objects.exists()
    with pytest.raises(RefusedError, match="No file"):
        load({}, DEALS)
    with pytest.raises(RefusedError, match="says nothing about"):
        load({"other.csv": "a,b\n1,2\n"}, DEALS)


def test_a_spreadsheet_is_imported_like_a_text_file(tmp_path: Path, db: None) -> None:
    path = tmp_path / "deals.xlsx"
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet("Export")
        day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write(0, 0, "Deals of the year")
        sheet.write_row(2, 0, ["id", "name", "stage", "amount", "created"])
        sheet.write_row(3, 0, [1, "One", "New", 1234.5])
        sheet.write_datetime(3, 4, datetime(2024, 3, 1), day)  # noqa: DTZ001 - spreadsheets know no zones
        sheet.write_row(4, 0, ["2", "Two", "New", "x", "2024-03-02"])
    report = load_files([path], parse_mapping(DEALS.replace("deals*.csv", "*.xlsx")))
    assert counts(report) == (2, 1, 0, 0, 1)
    assert (report.rejected[0].row, report.rejected[0].column) == (5, "amount")
    deal = Deal.objects.get()
    assert (deal.external_id, deal.amount, deal.created_at.date()) == ("1", Decimal("1234.5"), date(2024, 3, 1))


def test_progress_is_told_and_reaches_the_end(load: Import) -> None:
    seen: list[Progress] = []
    rows = "".join(f"{n},Deal {n},New,{n},2024-01-05\n" for n in range(10))
    load({"deals.csv": HEADER + rows}, DEALS, progress=seen.append, batch=4)
    assert [(one.done, one.total) for one in seen] == [(4, 10), (8, 10), (10, 10)]


def test_an_import_that_was_stopped_goes_on_where_it_was(load: Import) -> None:
    text = HEADER + "".join(f"{n},Deal {n},New,{'x' if n == 3 else n},2024-01-05\n" for n in range(10))

    class StopError(Exception):
        pass

    def stop(progress: Progress) -> None:
        if progress.done >= 4:
            raise StopError

    with pytest.raises(StopError):
        load({"deals.csv": text}, DEALS, progress=stop, batch=2)
    assert Deal.objects.count() == 3
    assert Cursor.objects.get().read == 4
    report = load({"deals.csv": text}, DEALS, batch=3)
    assert counts(report) == (10, 9, 0, 0, 1)
    assert Run.objects.count() == 1
    late = Change.objects.get(record="deal", record_id=Deal.objects.get(external_id="9").pk)
    assert late.known_at == late.at, "the first run believes its dates to its end, stopped or not"
