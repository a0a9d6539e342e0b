"""Two records that are one: what moves, what stays, what undoing gives back, and what imports find afterwards."""

from typing import Any

import pytest
from django.utils import translation

from cadran.crm.changes import history
from cadran.crm.errors import Refused
from cadran.crm.load import Loaded, load
from cadran.crm.match import find, followed, merges
from cadran.crm.merge import links_to, merge, proposed
from cadran.crm.models import Account, Activity, Change, Contact, Deal, Origin, Product
from cadran.crm.records import fields_of
from cadran.crm.save import By, archive, change, create, restore
from cadran.crm.tests.conftest import SPRING
from cadran.crm.undo import undo, written_together
from cadran.members.record import Record

BY = By("member")


@pytest.fixture
def two(company: dict[str, Record]) -> dict[str, Any]:
    """Acme with a deal, and Acme SA with a deal, a contact, an archived call and a daughter."""
    create("custom_field", {"record": "account", "key": "tier", "label_en": "Tier", "type": "text"}, by=BY)
    sales, new = company["pipeline"], company["New"]
    acme = company["account"]
    other = create("account", {"name": "Acme SA", "domain": "acme.example", "custom.tier": "gold"}, by=BY)
    deal = {"pipeline": sales, "stage": new}
    found = {
        **company,
        "acme": acme,
        "other": other,
        "Gate": create("deal", {"name": "Gate", "account": acme, **deal}, by=BY),
        "Roof": create("deal", {"name": "Roof", "account": other, **deal}, by=BY),
        "Eve": create("contact", {"last_name": "Eve", "account": other}, by=BY),
        "call": create("activity", {"kind": "call", "account": other}, by=BY),
        "daughter": create("account", {"name": "Acme Nord", "parent": other}, by=BY),
    }
    archive(found["call"], by=BY)
    return found


def now(record: Any) -> Any:
    record.refresh_from_db()
    return record


def everything() -> list[dict[str, Any]]:
    """Every account, deal, contact and activity, but for when it was last written."""
    kinds: list[type[Record]] = [Account, Deal, Contact, Activity]
    rows: list[dict[str, Any]] = [dict(row) for kind in kinds for row in kind._default_manager.order_by("pk").values()]
    return [{name: value for name, value in row.items() if name != "updated_at"} for row in rows]


def test_all_that_hangs_on_the_one_moves_and_the_values_chosen_are_kept(two: dict[str, Any]) -> None:
    merge(two["acme"], two["other"], {"domain": "acme.example", "custom.tier": "gold"}, by=BY)
    acme, other = two["acme"], now(two["other"])
    assert (acme.name, acme.domain, acme.custom) == ("Acme", "acme.example", {"tier": "gold"})
    assert other.archived_at is not None
    assert other.merged_into == acme
    assert {one.name for one in Deal.objects.filter(account=acme)} == {"Gate", "Roof"}
    assert [now(two[name]).account for name in ("Eve", "call")] == [acme, acme]
    assert now(two["daughter"]).parent == acme
    moved = [one for one in history(two["Roof"]) if one.field == "account"]
    assert [(one.from_value, one.to_value) for one in moved] == [(str(other.pk), str(acme.pk))]


def test_every_link_to_an_account_is_one_that_moves() -> None:
    kinds = {kind for kind, _field in links_to("account")}
    assert {"deal", "contact", "order", "ticket", "activity", "lead", "usage", "payment", "account"} <= kinds
    assert [kind for kind, field in links_to("contact") if field.name == "contacts"] == ["deal"]


def test_a_deal_of_both_contacts_has_the_kept_one_once(two: dict[str, Any]) -> None:
    eve = two["Eve"]
    eva = create("contact", {"last_name": "Eva"}, by=BY)
    change(two["Gate"], {"contacts": [eve.pk, eva.pk]}, by=BY)
    merge(eva, eve, {}, by=BY)
    assert list(two["Gate"].contacts.all()) == [eva]


def test_one_undo_gives_everything_back(two: dict[str, Any]) -> None:
    alice = two["alice"]
    by = By(Origin.MEMBER, alice, "merge-1")
    before = everything()
    written = merge(two["acme"], two["other"], {"name": "ACME", "custom.tier": "gold"}, by=by)
    assert {one.batch for one in written} == {"merge-1"}
    assert min(one.pk for one in written) == written[0].pk
    assert (written[0].record, written[0].record_id) == ("account", two["other"].pk)
    undo(written_together(written[0].pk, alice), by=By(Origin.MEMBER, alice, "merge-2"))
    assert everything() == before


@pytest.mark.parametrize("above", ["other", "daughter"])
def test_nothing_becomes_a_part_of_itself(two: dict[str, Any], above: str) -> None:
    change(two["acme"], {"parent": two[above].pk}, by=BY)
    merge(two["acme"], two["other"], {}, by=BY)
    assert two["acme"].parent is None
    assert now(two["daughter"]).parent == two["acme"]


def test_what_is_not_two_present_records_of_a_kind_is_refused(two: dict[str, Any]) -> None:
    before = Change.objects.count()
    for kept, other in ((two["acme"], two["acme"]), (two["acme"], two["Eve"]), (two["Gate"], two["Roof"])):
        with pytest.raises(Refused):
            merge(kept, other, {}, by=BY)
    assert Change.objects.count() == before
    archive(two["other"], by=BY)
    with translation.override("en"), pytest.raises(Refused, match="is archived"):
        merge(two["acme"], two["other"], {}, by=BY)


def test_a_value_that_is_refused_leaves_both_as_they_were(two: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        merge(two["acme"], two["other"], {"employees": -1}, by=BY)
    assert now(two["other"]).archived_at is None
    assert now(two["Roof"]).account == two["other"]


def test_taken_out_of_the_archive_it_is_itself_again(two: dict[str, Any]) -> None:
    merge(two["acme"], two["other"], {}, by=BY)
    restore(two["other"], by=BY)
    assert (two["other"].archived_at, two["other"].merged_into) == (None, None)


def test_a_file_that_names_the_other_finds_the_kept(two: dict[str, Any]) -> None:
    source = load("account", ["external_id", "name"], [("A1", "Initech"), ("A2", "Initec")], connection="crm", by=BY)
    kept, other = (Account.objects.get(pk=pk) for pk in source.ids)
    last = create("account", {"name": "Initech Group"}, by=BY)
    merge(kept, other, {}, by=BY)
    assert find("account", "external_id", ["A1", "A2"], "crm").ids == {"A1": kept.pk, "A2": kept.pk}
    merge(last, kept, {}, by=BY)
    assert find("account", "name", ["Initec"]).ids == {"Initec": last.pk}
    assert followed("account") == {kept.pk: last.pk, other.pk: last.pk}
    archive(last, by=BY)
    assert find("account", "name", ["Initec"]).ids == {}


COLUMNS = ("external_id", "name", "domain", "employees", "custom.tier")
ROWS = {"A1": ("Initech", "initech.example", 10, "gold"), "A2": ("Initec", None, 12, "silver")}


@pytest.fixture
def imported(two: dict[str, Any]) -> tuple[Any, Any]:
    """Two accounts of a file, the second merged into the first, whose employees are chosen from it."""
    loaded = again()
    kept, other = (Account.objects.get(pk=pk) for pk in loaded.ids)
    merge(kept, other, {"employees": 12}, by=By(Origin.MEMBER, two["alice"], "merge-1"))
    return kept, other


def again(**differing: tuple[object, ...]) -> Loaded:
    """The file once more, some of its rows another."""
    rows = [(key, *values) for key, values in ({**ROWS, **differing}).items()]
    return load("account", COLUMNS, rows, connection="crm", by=By(Origin.IMPORT, batch="crm-2"))


def test_the_row_of_a_merged_record_that_says_nothing_new_changes_nothing(imported: tuple[Any, Any]) -> None:
    kept, _other = imported
    change(kept, {"name": "Initech Group", "domain": "initech.test"}, by=BY)
    loaded = again(A1=("Initech Group", "initech.test", 12, "gold"))
    assert loaded.states == ["unchanged", "unchanged"]
    assert (now(kept).name, kept.domain, kept.employees, kept.custom) == (
        "Initech Group", "initech.test", 12, {"tier": "gold"},
    )  # fmt: skip


def test_what_the_row_of_a_merged_record_says_anew_goes_into_the_kept(imported: tuple[Any, Any]) -> None:
    kept, other = imported
    first = ("Initech", "initech.example", 12, "gold")
    assert again(A1=first, A2=("Initec", None, 15, "platinum")).states == ["unchanged", "updated"]
    assert (now(kept).name, kept.domain, kept.employees, kept.custom["tier"]) == (
        "Initech", "initech.example", 15, "platinum",
    )  # fmt: skip
    told = [(one.field, one.from_value, one.to_value, one.batch) for one in history(kept)]
    assert ("employees", "12", "15", "crm-2") in told
    assert now(other).archived_at is not None
    change(kept, {"employees": 16}, by=BY)
    kept_row = ("Initech", "initech.example", 16, "platinum")
    assert again(A1=kept_row, A2=("Initec", None, 15, "platinum")).states == ["unchanged", "unchanged"]
    assert now(kept).employees == 16


def test_a_cell_made_blank_takes_away_only_what_its_row_had_said(imported: tuple[Any, Any]) -> None:
    kept, _other = imported
    again(A1=("Initech", "initech.example", 12, "gold"), A2=("Initec", None, None, None))
    assert (now(kept).employees, kept.custom) == (None, {"tier": "gold"})


def test_a_row_goes_where_its_record_went_in_the_end_and_never_leads_a_record_to_itself(
    imported: tuple[Any, Any],
) -> None:
    kept, _other = imported
    last: Any = create("account", {"name": "Initech Group"}, by=BY)
    merge(last, kept, {}, by=BY)
    columns, rows = ("external_id", "industry", "parent_id"), [("A2", "Tools", last.pk)]
    assert load("account", columns, rows, connection="crm", by=BY).states == ["updated"]
    assert (now(last).industry, last.parent) == ("Tools", None)


def test_a_merge_is_undone_after_an_import_unless_it_changed_a_value_that_was_chosen(
    imported: tuple[Any, Any], two: dict[str, Any]
) -> None:
    kept, other = imported
    again(A1=("Initech", "initech.example", 12, "gold"), A2=("Initec", "initec.example", 12, "silver"))
    merged = Change.objects.filter(batch="merge-1").order_by("pk").values_list("pk", flat=True)[0]
    undo(written_together(merged, two["alice"]), by=BY)
    assert (now(other).archived_at, other.domain) == (None, "initec.example")
    assert (now(kept).domain, kept.employees) == ("initec.example", 10)


def test_a_merge_whose_chosen_value_an_import_changed_is_not_undone(
    imported: tuple[Any, Any], two: dict[str, Any]
) -> None:
    again(A1=("Initech", "initech.example", 12, "gold"), A2=("Initec", None, 15, "silver"))
    merged = Change.objects.filter(batch="merge-1").order_by("pk").values_list("pk", flat=True)[0]
    with pytest.raises(Refused):
        undo(written_together(merged, two["alice"]), by=BY)
    assert now(imported[1]).archived_at is not None


@pytest.fixture
def shop(two: dict[str, Any]) -> dict[str, Any]:
    """A product listed twice, each sold; a third that goes with the second."""
    nut, nuts = (create("product", {"name": name, "currency": "EUR"}, by=BY) for name in ("Nut", "Nuts"))
    bolt: Any = create("product", {"name": "Bolt", "currency": "EUR"}, by=BY)
    change(bolt, {"complements": [nuts.pk]}, by=BY)
    order = create("order", {"account": two["acme"], "placed_at": SPRING, "amount": 9}, by=BY)
    sold = [
        create("deal_line", {"deal": two["Gate"], "product": nut, "quantity": 1, "currency": "EUR"}, by=BY),
        create("deal_line", {"deal": two["Roof"], "product": nuts, "quantity": 2, "currency": "EUR"}, by=BY),
        create("order_line", {"order": order, "product": nuts, "quantity": 3}, by=BY),
        create(
            "subscription", {"product": nuts, "plan": "Gold", "currency": "EUR", "started_on": SPRING.date()}, by=BY
        ),
    ]
    return {"nut": nut, "nuts": nuts, "bolt": bolt, "sold": sold, "alice": two["alice"]}


def test_what_was_sold_of_a_product_follows_it_and_comes_back(shop: dict[str, Any]) -> None:
    nut, nuts, bolt = shop["nut"], shop["nuts"], shop["bolt"]
    written = merge(nut, nuts, {"family": "Steel"}, by=By(Origin.MEMBER, shop["alice"], "merge-1"))
    assert [now(line).product for line in shop["sold"]] == [nut] * 4
    assert list(bolt.complements.all()) == [nut]
    assert (nut.family, now(nuts).merged_into) == ("Steel", nut)
    assert find("product", "name", ["Nuts"]).ids == {"Nuts": nut.pk}
    undo(written_together(written[0].pk, shop["alice"]), by=BY)
    assert [now(line).product for line in shop["sold"]] == [nut, nuts, nuts, nuts]
    assert list(bolt.complements.all()) == [nuts]
    assert (now(nut).family, now(nuts).merged_into, nuts.archived_at) == (None, None, None)


def test_a_product_does_not_complete_itself(shop: dict[str, Any]) -> None:
    change(shop["nut"], {"complements": [shop["nuts"].pk]}, by=BY)
    merge(shop["nut"], shop["nuts"], {}, by=BY)
    assert list(shop["nut"].complements.all()) == [shop["bolt"]]


def test_the_name_that_a_merged_product_bears_is_no_others_though_its_row_says_it_anew(two: dict[str, Any]) -> None:
    def rows(name: str) -> Loaded:
        given = [("P1", "Nut", "Steel"), ("P2", name, "Brass")]
        return load("product", ("external_id", "name", "family"), given, connection="shop", by=BY)

    kept, other = (Product.objects.get(pk=pk) for pk in rows("Nuts").ids)
    merge(kept, other, {}, by=BY)
    assert rows("Nuts M4").states == ["unchanged", "updated"]
    assert (now(kept).name, now(other).name) == ("Nut", "Nuts M4")


def test_a_value_is_proposed_from_the_other_where_it_alone_has_one_or_wrote_it_last(two: dict[str, Any]) -> None:
    acme, other = two["acme"], two["other"]
    fields = fields_of("account")

    def taken() -> set[str]:
        return set(proposed(acme, other, fields)) & {"name", "domain", "industry", "region", "parent"}

    assert taken() == {"domain"}  # the other is newer, but nobody wrote its name since
    change(other, {"name": "Acme SA (Paris)", "industry": "Tools"}, by=BY)
    assert taken() == {"name", "domain", "industry"}
    change(acme, {"name": "ACME", "domain": "acme.test", "region": "North"}, by=BY)
    assert taken() == {"industry"}
    change(other, {"region": None, "parent": acme}, by=BY)
    assert taken() == {"industry"}
    change(other, {"parent": None}, by=BY)
    change(acme, {"parent": other}, by=BY)
    change(other, {"parent": two["daughter"]}, by=BY)
    assert taken() == {"industry", "parent"}


def test_deals_are_not_merged() -> None:
    kinds = ("account", "contact", "lead", "product", "deal")
    assert [merges(kind) for kind in kinds] == [True, True, True, True, False]
