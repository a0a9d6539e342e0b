"""Merging two records: what is shown and proposed, what is written, who may, and one undo for all of it."""

import re
from typing import Any

import pytest

from cadran.crm.models import Account, Activity, Change, Contact, Deal, Order
from cadran.crm.save import change, create
from cadran.workspace.tests.records.conftest import BY, Browser, Company, day
from cadran.workspace.tests.records.test_writing import said, undo_of

MARK = re.compile(r'name="mark" value="([^"]+)"')


@pytest.fixture
def twins(company: Company) -> Company:
    """Acme, and ACME SA with a web domain, a tier of its own, a deal and an order; its call is Dora's."""
    create("custom_field", {"record": "account", "key": "tier", "label_en": "Tier", "type": "text"}, by=BY)
    bob, sales = company.bob, company["Sales"]
    other = company.make(
        "account", "ACME SA", day(10, 1), owner=bob, domain="acme.example", region="South", **{"custom.tier": "gold"}
    )
    company.make("deal", "Wall", account=other, owner=bob, pipeline=sales, stage=company["New"], amount=70)
    company.make("order", "C-1", account=other, owner=bob, placed_at=day(11, 5), amount=30, currency="EUR")
    company.make("activity", "Dora calls", kind="call", account=other, owner=company.dora, at=day(11, 6))
    return company


def path_of(company: Company, kept: str = "Acme", other: str = "ACME SA") -> str:
    return f"/accounts/{company[kept].pk}/merge/{company[other].pk}"


def merge(browser: Browser, path: str, **chosen: str) -> str:
    mark = MARK.search(browser.get(path))
    assert mark
    return post(browser, path, {"mark": mark[1], **{f"field.{name}": side for name, side in chosen.items()}})


def post(browser: Browser, path: str, data: dict[str, str] | None = None) -> str:
    """A light page after a form, with what is said of it: the page of an account works out its numbers."""
    assert browser.client.post(path, data or {}).status_code == 302
    return browser.get("/search")


def proposed(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="field\.([\w.]+)" value="(\w+)" checked', page))


def test_both_are_shown_and_the_values_proposed_that_one_alone_has_or_that_were_written_last(
    bob: Browser, twins: Company
) -> None:
    page = bob.get(path_of(twins))
    assert proposed(page) == {
        "name": "kept", "domain": "other", "region": "kept", "status": "kept", "custom.tier": "other"
    }  # fmt: skip
    change(twins["ACME SA"], {"region": "East"}, by=BY)
    assert proposed(bob.get(path_of(twins)))["region"] == "other"
    change(twins["Acme"], {"region": "West"}, by=BY)
    assert proposed(bob.get(path_of(twins)))["region"] == "kept"
    assert proposed(bob.get(path_of(twins, "ACME SA", "Acme")))["region"] == "other"


def test_one_goes_into_the_other_with_the_values_chosen(bob: Browser, twins: Company) -> None:
    page = merge(bob, path_of(twins), name="kept", region="kept", domain="other")
    acme, other = said(twins, "Acme"), said(twins, "ACME SA")
    assert "“ACME SA” went into “Acme”." in page
    assert (acme.name, acme.region, acme.domain, acme.status) == ("Acme", "North", "acme.example", "customer")
    assert acme.custom == {"tier": "gold"}
    assert other.merged_into == acme
    assert {one.name for one in Deal.objects.filter(account=acme)} == {"Roof", "Gate", "Wall"}
    assert Order.objects.filter(account=acme).count() == 2
    assert not Activity.objects.filter(account=other).exists()
    assert "ACME SA" not in bob.get("/accounts")


def test_sent_twice_it_is_written_once_and_can_still_be_undone(bob: Browser, twins: Company) -> None:
    mark = MARK.search(bob.get(path_of(twins)))
    assert mark
    for _ in range(2):
        answer = bob.client.post(path_of(twins), {"mark": mark[1]})
        assert answer.headers["location"] == f"/accounts/{twins['Acme'].pk}"
    assert Change.objects.filter(record="account", field="merged_into").count() == 1
    assert undo_of(bob.get("/search"))


def test_what_is_not_sent_is_as_proposed(bob: Browser, twins: Company) -> None:
    change(twins["ACME SA"], {"region": "East"}, by=BY)
    merge(bob, path_of(twins))
    assert said(twins, "Acme").region == "East"
    assert said(twins, "Acme").status == "customer"


def test_one_undo_takes_all_of_it_back_and_is_undone_itself(bob: Browser, twins: Company) -> None:
    kinds: list[Any] = [Account, Deal, Order, Activity, Contact]

    def everything() -> list[dict[str, Any]]:
        rows = [dict(row) for kind in kinds for row in kind._default_manager.order_by("pk").values()]
        return [{k: v for k, v in row.items() if k not in ("updated_at", "archived_at")} for row in rows]

    before = everything()
    page = merge(bob, path_of(twins))
    merged = everything()
    page = post(bob, undo_of(page))
    assert "Undone." in page
    assert everything() == before
    assert said(twins, "ACME SA").archived_at is None
    post(bob, undo_of(page))
    assert everything() == merged
    assert said(twins, "ACME SA").archived_at is not None


def test_an_undo_is_refused_when_something_of_it_changed_since(bob: Browser, twins: Company) -> None:
    page = merge(bob, path_of(twins))
    change(twins["Wall"], {"account": None}, by=BY)
    assert "it can no longer be undone" in post(bob, undo_of(page))
    assert said(twins, "ACME SA").archived_at is not None


def test_nobody_else_undoes_it(bob: Browser, alice: Browser, twins: Company) -> None:
    page = merge(bob, path_of(twins))
    alice.post(undo_of(page), status=404)
    change(said(twins, "Acme"), {"owner": twins.dora}, by=BY)
    bob.post(undo_of(page), status=404)


def test_the_page_of_the_one_leads_to_the_other(bob: Browser, twins: Company) -> None:
    merge(bob, path_of(twins))
    old = f"/accounts/{twins['ACME SA'].pk}"
    response = bob.client.get(old)
    assert (response.status_code, response.headers["location"]) == (302, f"/accounts/{twins['Acme'].pk}")
    page = bob.get(f"/accounts/{twins['Acme'].pk}")
    assert f'href="{old}?itself=1"' in page
    assert "Went into this one" in page
    itself = bob.get(f"{old}?itself=1")
    assert "It went into" in itself
    assert "Archived" in itself


def test_what_one_may_not_see_is_not_led_to(bob: Browser, twins: Company) -> None:
    merge(bob, path_of(twins))
    change(said(twins, "Acme"), {"owner": twins.dora, "name": "Secret"}, by=BY)
    page = bob.get(f"/accounts/{twins['ACME SA'].pk}")
    assert "It went into" not in page
    assert "Secret" not in page
    assert "Secret" not in bob.get("/accounts.csv?archived=1")


def test_a_representative_merges_only_what_is_his(bob: Browser, twins: Company) -> None:
    for one, other in (("Acme", "Globex"), ("Globex", "Acme")):
        for call in (bob.get, bob.post):
            call(path_of(twins, one, other), status=404)
    bob.get(path_of(twins, "Acme", "Acme"), status=404)
    page = bob.get(path_of(twins))
    assert "Deals 1 · Orders 1</p>" in page  # Dora's call moves too, and is not told of
    assert "Dora" not in page


def test_viewers_and_strangers_merge_nothing(vera: Browser, charlie: Browser, twins: Company) -> None:
    for browser, status in ((vera, 403), (charlie, 302)):
        assert browser.client.get(path_of(twins)).status_code == status
        assert browser.client.post(path_of(twins)).status_code == status
    assert said(twins, "ACME SA").archived_at is None


def test_the_owner_is_not_chosen_without_the_right_to_reassign(twins: Company) -> None:
    support = create("member", {"name": "Sam", "email": "sam@example.com", "role": "support"}, by=BY)
    sam = Browser(support)  # type: ignore[arg-type]
    change(twins["ACME SA"], {"owner": twins.dora}, by=BY)
    assert "owner" not in proposed(sam.get(path_of(twins)))
    merge(sam, path_of(twins), owner="other")
    assert said(twins, "Acme").owner == twins.bob


def test_what_changed_meanwhile_is_not_merged_unseen(bob: Browser, twins: Company) -> None:
    mark = MARK.search(bob.get(path_of(twins)))
    assert mark
    change(twins["ACME SA"], {"region": "East"}, by=BY)
    before = Change.objects.count()
    page = bob.post(path_of(twins), {"mark": mark[1]})
    assert "changed meanwhile" in page
    assert Change.objects.count() == before


def test_archived_records_and_other_kinds_are_not_merged(bob: Browser, twins: Company) -> None:
    bob.get(f"/deals/{twins['Gate'].pk}/merge/{twins['Roof'].pk}", status=404)
    bob.get(f"/deals/{twins['Gate'].pk}/merge", status=404)
    bob.client.post(f"/accounts/{twins['ACME SA'].pk}/archive")
    bob.get(path_of(twins), status=404)


def test_the_other_one_is_sought_among_ones_own(bob: Browser, alice: Browser, twins: Company) -> None:
    path = f"/accounts/{twins['Acme'].pk}/merge"
    assert f'href="{path_of(twins)}"' in bob.get(f"{path}?q=acme")
    assert "Globex" not in bob.get(f"{path}?q=Glob").split('id="found"')[1].replace("“Glob”", "")
    assert "Globex" in alice.get(f"{path}?q=Glob")
    assert f'href="{path}"' in bob.get(f"/accounts/{twins['Acme'].pk}")


def test_two_ticked_in_a_list_are_set_side_by_side(bob: Browser, twins: Company) -> None:
    two = [twins["Acme"].pk, twins["ACME SA"].pk]
    response = bob.client.post("/accounts/change", {"pk": two, "do": "merge"})
    assert response.headers["location"] == path_of(twins, "ACME SA", "Acme")  # the fuller one is kept
    assert "Tick the two records" in bob.post("/accounts/change", {"pk": two[:1], "do": "merge"})


def test_it_is_read_in_french(twins: Company) -> None:
    page = Browser(twins.bob, "fr").get(path_of(twins))
    assert "Fusionner" in page
    assert "Garder plutôt l’autre" in page
