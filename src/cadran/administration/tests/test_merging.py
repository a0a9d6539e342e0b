"""Products that are one: found by name in the settings, merged, taken back; the numbers by product follow."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client

from cadran.crm.models import OrderLine, Product
from cadran.crm.save import By, archive, change, create
from cadran.kpis.answer import answer
from cadran.members.models import Member
from cadran.metrics.question import Question

BY = By("member")


def words(response: HttpResponseBase) -> str:
    return unescape(bytes(getattr(response, "content", b"")).decode())


@pytest.fixture
def nuts(alice: Member) -> Sequence[Any]:
    """A product listed twice, of which 10 and 30 were sold."""
    made = [create("product", {"name": "Nut", "currency": "EUR"}, by=BY)]
    made += [create("product", {"name": "Nuts", "currency": "EUR", "family": "Steel", "price": Decimal("2.5")}, by=BY)]
    for product, amount in zip(made, (10, 30), strict=True):
        order = create("order", {"placed_at": datetime(2026, 3, 2, tzinfo=UTC), "amount": amount}, by=BY)
        create("order_line", {"order": order, "product": product, "quantity": 1, "amount": amount}, by=BY)
    return made


def sold() -> dict[object, Decimal | None]:
    """What was sold of each product."""
    found = answer(Question("revenue.invoiced_by_line", by=("product",)))
    return {cell.split["product"]: cell.value for cell in found.cells}


def test_the_page_of_a_product_offers_the_others_and_compares_them(page: Client, nuts: Sequence[Any]) -> None:
    kept, _other = nuts
    row = words(page.get(f"/settings/products/{kept.pk}"))
    assert '<option value="Nuts">' in row
    shown = words(page.get(f"/settings/products/{kept.pk}/merge?with=nuts"))
    assert "1 line or subscription moves." in shown
    assert re.search(r'name="field.family" value="other" checked', shown)
    assert 'name="field.name"' not in shown


def test_a_price_comes_with_its_currency(page: Client, nuts: Sequence[Any]) -> None:
    kept, other = nuts
    change(other, {"currency": "USD"}, by=BY)
    change(kept, {"price": Decimal(2)}, by=BY)
    assert "2.5\N{NO-BREAK SPACE}USD" in words(page.get(f"/settings/products/{kept.pk}/merge?with=Nuts"))
    page.post(f"/settings/products/{kept.pk}/merge", {"with": "Nuts", "field.price": "other"})
    kept.refresh_from_db()
    assert (kept.price, kept.currency) == (Decimal("2.5"), "USD")


def test_merged_they_are_one_in_lists_and_numbers_until_it_is_undone(page: Client, nuts: Sequence[Any]) -> None:
    kept, _other = nuts
    before = sold()
    assert set(before) == {"Nut", "Nuts"}
    said = page.post(f"/settings/products/{kept.pk}/merge", {"with": "Nuts", "field.family": "other"}, follow=True)
    assert "“Nuts” went into “Nut”. Numbers by product count both as one, past ones too." in words(said)
    kept.refresh_from_db()
    assert (kept.family, kept.price) == ("Steel", None)
    assert set(OrderLine.objects.values_list("product", flat=True)) == {kept.pk}
    assert sold() == {"Nut": sum(filter(None, before.values()))}
    back = re.search(r'action="(/undo/settings/\d+)"', words(said))
    assert back is not None
    undone = page.post(back[1])
    assert (undone.status_code, undone.headers["location"]) == (302, "/settings/products")
    assert sold() == before


def test_a_merge_that_is_sent_twice_is_done_once(page: Client, nuts: Sequence[Any]) -> None:
    kept, _other = nuts
    page.post(f"/settings/products/{kept.pk}/merge", {"with": "Nuts"})
    again = page.post(f"/settings/products/{kept.pk}/merge", {"with": "Nuts"}, follow=True)
    assert again.redirect_chain == [("/settings/products", 302)]
    assert "There is no other product" not in words(again)


def test_a_name_that_is_no_other_products_leads_back_and_says_so(page: Client, nuts: Sequence[Any]) -> None:
    kept, other = nuts
    for name in ("Bolt", "nut", "", "Nu"):
        said = page.get(f"/settings/products/{kept.pk}/merge", {"with": name}, follow=True)
        assert "There is no other product" in words(said)
    archive(other, by=BY)
    assert "There is no other product" in words(page.get(f"/settings/products/{kept.pk}/merge?with=Nuts", follow=True))
    assert page.get(f"/settings/products/{other.pk}/merge?with=Nut").status_code == 404


def test_a_merged_product_that_is_added_again_is_itself_again(page: Client, nuts: Sequence[Any]) -> None:
    kept, other = nuts
    page.post(f"/settings/products/{kept.pk}/merge", {"with": "Nuts"})
    assert page.post("/settings/products", {"name": "Nuts", "currency": "EUR"}).status_code == 302
    again = Product.objects.get(pk=other.pk)
    assert (again.archived_at, again.merged_into) == (None, None)
