"""The palette by keyboard alone, in real Chromium."""

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import LOOKS, Open
from .test_gates import WATCH, violations


def test_ctrl_k_leads_to_a_kpi_by_a_french_synonym_and_escape_closes(open_browser: Open) -> None:
    page = open_browser().new_page()
    page.goto("/deals")
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Search or go to")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    page.keyboard.press("Control+k")
    page.keyboard.type("taux de transfo")
    first = page.locator("#palette-list [role=option]").first
    expect(first).to_contain_text("Lead conversion rate")
    expect(first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "false")
    second = page.locator("#palette-list [role=option]").nth(1)
    expect(box).to_have_attribute("aria-activedescendant", second.get_attribute("id") or "")
    page.keyboard.press("Enter")
    page.wait_for_url("**/kpi/win_rate")


def test_enter_pressed_at_once_goes_where_the_words_lead(open_browser: Open) -> None:
    page = open_browser().new_page()
    page.goto("/")
    page.get_by_role("link", name="Search or go to").click()
    page.keyboard.type("churn")
    page.keyboard.press("Enter")
    page.wait_for_url("**/kpi/churn_rate")


@pytest.mark.parametrize("look", LOOKS)
def test_the_open_palette_has_no_fault(open_browser: Open, look: str) -> None:
    context = open_browser(look, locale="fr-FR" if look == "dark" else "en-GB")
    context.add_init_script(WATCH)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto("/")
    page.keyboard.press("Control+k")
    sought, found = ("taux de transfo", "conversion") if look == "dark" else ("churn rate", "churn")
    page.keyboard.type(sought)
    expect(page.locator("#palette-list [role=option]").first).to_contain_text(re.compile(found, re.IGNORECASE))
    assert violations(page) == []
    assert said == []
    assert not too_wide(page)


def too_wide(page: Page) -> bool:
    """Whether the page must be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))
