"""Shortcuts and the cards of words, by keyboard and by touch, in real Chromium."""

import pytest
from playwright.sync_api import expect

from .conftest import LOOKS, Open
from .test_gates import WATCH, violations


def test_keys_lead_to_pages_and_are_not_heard_while_typing(open_browser: Open) -> None:
    page = open_browser().new_page()
    page.goto("/deals")
    page.keyboard.press("/")
    field = page.locator("#sought")
    expect(field).to_be_focused()
    page.keyboard.type("g p?n/")
    expect(field).to_have_value("g p?n/")
    expect(page.locator("dialog[open]")).to_have_count(0)
    field.evaluate("field => field.blur()")
    page.keyboard.press("n")
    page.wait_for_url("**/deals/new")
    page.goto("/kpi/revenue")
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url("**/pipeline/")
    page.keyboard.press("n")
    expect(page.locator("#palette input")).to_be_focused()


def test_shortcuts_turned_off_stay_silent_and_ctrl_k_stays(open_browser: Open) -> None:
    page = open_browser(locale="fr-FR").new_page()
    page.goto("/kpi/")
    page.keyboard.press("?")
    page.get_by_role("button", name="Désactiver les raccourcis").click()
    page.wait_for_url("**/help")
    page.keyboard.press("?")
    page.keyboard.press("n")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()


def test_a_word_opens_its_card_by_keyboard_and_escape_leads_back(open_browser: Open) -> None:
    page = open_browser().new_page()
    page.goto("/kpi/win_rate")
    word = page.get_by_role("button", name="95% interval")
    word.focus()
    page.keyboard.press("Enter")
    card = page.get_by_role("dialog", name="95% interval")
    expect(card).to_be_focused()
    expect(card).to_contain_text("95 times in 100")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(word).to_be_focused()


def test_without_a_script_a_word_leads_to_the_glossary(open_browser: Open) -> None:
    page = open_browser(java_script_enabled=False).new_page()
    page.goto("/kpi/win_rate")
    page.get_by_role("link", name="95% interval").click()
    page.wait_for_url("**/glossary#interval")
    expect(page.locator("#interval")).to_contain_text("95 times in 100")


@pytest.mark.parametrize("look", LOOKS)
def test_the_open_help_and_the_open_card_have_no_fault(open_browser: Open, look: str) -> None:
    context = open_browser(look, locale="fr-FR" if look == "dark" else "en-GB", has_touch=look == "phone")
    context.add_init_script(WATCH)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    for address in ("/help", "/glossary"):
        page.goto(address)
        assert violations(page) == []
    page.goto("/kpi/win_rate")
    page.wait_for_load_state("networkidle")
    word = page.locator("a.term[href$='#grade']")
    if look == "phone":
        word.tap()
    else:
        word.click()
    expect(page.locator(".word")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("dialog[open] #shortcuts")).to_be_visible()
    assert violations(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert said == []
