"""People work with records: lists, one field changed in its place and undone, search; with and without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import LOOKS, Open
from .test_gates import faults

PAGES = (
    "/accounts",
    "/deals?state=open&sort=-amount",
    "/deals?q=zebra&from=2026-01-01&archived=1",
    "/activities?state=overdue",
    "/accounts/3",
    "/deals/5",
    "/tickets/2",
    "/deals/new",
    "/accounts/3/edit",
    "/accounts/3/edit/segment",
    "/search",
    "/search?q=lyon",
)


@pytest.mark.parametrize("look", LOOKS)
def test_records_have_no_fault_that_a_machine_can_find(open_browser: Open, look: str) -> None:
    assert faults(open_browser(look, locale="fr-FR" if look == "dark" else "en-GB"), PAGES) == []


def change_segment(page: Page, value: str) -> None:
    page.get_by_role("link", name="Edit: Segment").press("Enter")
    page.get_by_label("Segment").fill(value)
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("Saved.")).to_be_visible(timeout=15_000)
    expect(page.locator(".facts dd", has_text=value).first).to_be_visible()


def test_a_field_is_changed_in_its_place_by_keyboard_and_undone(open_browser: Open) -> None:
    page = open_browser().new_page()
    page.goto("/accounts/3")
    page.evaluate("window.same = true")
    change_segment(page, "Galactic")
    assert page.evaluate("window.same")
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_text("Undone.")).to_be_visible(timeout=15_000)
    expect(page.locator(".facts dd", has_text="Galactic")).to_have_count(0)


def test_a_field_is_changed_without_javascript(open_browser: Open) -> None:
    page = open_browser(java_script_enabled=False).new_page()
    page.goto("/accounts/3")
    change_segment(page, "Lunar")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".facts dd", has_text="Lunar")).to_have_count(0)


def test_all_rows_are_ticked_at_once(open_browser: Open) -> None:
    page = open_browser().new_page()
    page.goto("/tickets?priority=urgent")
    page.get_by_label("Tick all").check()
    boxes = page.locator("[name=pk]")
    assert boxes.count() > 1
    expect(page.locator("[name=pk]:checked")).to_have_count(boxes.count())


def test_a_list_is_narrowed_as_one_types_and_the_address_keeps_it(open_browser: Open) -> None:
    page = open_browser("phone").new_page()
    page.goto("/accounts")
    page.evaluate("window.same = true")
    page.locator("#sought").press_sequentially("pharma")
    expect(page).to_have_url(re.compile("q=pharma"))
    expect(page.locator(".records tbody tr").first).to_contain_text("Pharma")
    assert page.evaluate("window.same")


def test_an_account_is_offered_by_its_name_in_a_form(open_browser: Open) -> None:
    page = open_browser().new_page()
    page.goto("/contacts/new")
    page.get_by_label("Last name").fill("Doe")
    with page.expect_response("**/accounts/options*"):
        page.get_by_label("Account").press_sequentially("chimie lyon")
    offered = page.locator("#l-account option").first
    expect(offered).to_have_attribute("value", re.compile(r"Chimie.*\(#\d+\)"))
    page.get_by_label("Account").fill(offered.get_attribute("value") or "")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("“Doe” is made.")).to_be_visible()
