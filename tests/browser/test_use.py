"""People use the pages: with a mouse, without JavaScript, in French, in the dark."""

import re

from playwright.sync_api import expect

from cadran.demo.build import PASSWORD

from .conftest import Open, sign_in


def test_alice_reads_the_board_and_opens_a_kpi(open_browser: Open) -> None:
    page = open_browser().new_page()
    page.goto("/")
    expect(page.locator(".board > *")).to_have_count(12)
    page.locator(".tile", has_text="Win rate").click()
    expect(page).to_have_url(re.compile("/kpi/win_rate$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Win rate")


def test_a_bar_leads_to_its_group_and_each_point_says_what_it_is(open_browser: Open) -> None:
    page = open_browser().new_page()
    page.goto("/kpi/revenue?by=owner")
    point = page.locator("[data-chart=trend] [aria-roledescription=point]").first
    expect(point).to_have_attribute("aria-label", re.compile(r"^\w+ \d{4}: €[\d.]+[KM]?, n = \d+"))
    bar = page.locator("[data-chart=breakdown] [aria-roledescription=bar]").first
    owner = (bar.get_attribute("aria-label") or "").partition(":")[0]
    bar.click()
    expect(page.locator(".chip", has_text=f"Owner = {owner}")).to_be_visible()


def test_a_choice_applies_at_once_and_is_in_the_address(open_browser: Open) -> None:
    page = open_browser().new_page()
    page.goto("/kpi/revenue")
    page.evaluate("window.same = true")
    page.select_option("[name=period]", "last_year")
    expect(page).to_have_url(re.compile("period=last_year"))
    expect(page.locator("[data-chart=trend] svg")).to_be_visible()
    assert page.evaluate("window.same")
    expect(page.locator("[href^='/kpi/revenue.pdf']")).to_have_attribute("href", re.compile("period=last_year"))
    page.go_back()
    expect(page.locator("[name=period]")).to_have_value("quarter")


def test_choices_made_in_quick_succession_all_count(open_browser: Open) -> None:
    page = open_browser().new_page()
    page.goto("/kpi/revenue?from=2026-01-01&through=2026-06-30")
    page.select_option("[name=by]", "channel")
    page.select_option("[name=compare]", "year_ago")
    page.fill("[name=from]", "2026-02-01")
    page.fill("[name=through]", "2026-05-31")
    page.wait_for_url(re.compile("from=2026-02-01&through=2026-05-31"))
    assert "compare=year_ago" in page.url
    assert "by=channel" in page.url
    expect(page.locator("[name=through]")).to_be_focused()


def test_the_theme_stays_and_is_there_from_the_first_byte(open_browser: Open) -> None:
    context = open_browser("light")
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Theme").click()
    with page.expect_response("**/theme/"):
        page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert '<html lang="en" class="no-js" data-theme="dark">' in context.request.get("/").text()


def test_every_page_works_without_javascript(open_browser: Open) -> None:
    page = open_browser(java_script_enabled=False).new_page()
    page.goto("/")
    expect(page.locator(".tile .spark path.line").first).to_be_visible()
    page.locator(".tile", has_text="Revenue").first.click()
    page.select_option("[name=by]", "channel")
    page.get_by_role("button", name="Show").click()
    page.locator("#breakdown-title").locator("xpath=../..").locator("details.table summary").click()
    expect(page.locator("table", has_text="Channel").first).to_be_visible()
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_text("Page 2 of")).to_be_visible()
    page.get_by_label("Language").click()
    page.get_by_role("button", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.get_by_role("heading", name="Définition")).to_be_visible()
    page.get_by_label("Thème").click()
    page.get_by_role("button", name="Sombre").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_label("Votre profil").click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()


def test_bob_sees_his_own_deals_only(open_browser: Open) -> None:
    page = open_browser(who="bob").new_page()
    page.goto("/kpi/revenue?period=last_year&by=owner")
    page.locator("#breakdown-title").locator("xpath=../..").locator("details.table summary").click()
    groups = page.locator("#breakdown-title").locator("xpath=../..").locator("tbody th")
    assert groups.all_inner_texts() == ["Bob Marchand"]


def test_a_stranger_is_led_to_the_door_and_then_to_where_he_was_going(open_browser: Open) -> None:
    page = open_browser(who=None).new_page()
    page.goto("/kpi/win_rate?by=owner")
    expect(page).to_have_url(re.compile(r"/account/login/\?next="))
    page.fill("[name=login]", "alice@example.com")
    page.fill("[name=password]", "wrong")
    page.click("form.form button")
    expect(page.locator(".errorlist, .error").first).to_be_visible()
    page.fill("[name=password]", PASSWORD)
    page.click("form.form button")
    expect(page).to_have_url(re.compile(r"/kpi/win_rate\?by=owner$"))


def test_someone_who_signed_out_is_out(open_browser: Open) -> None:
    page = sign_in(open_browser(who=None).new_page(), "diane")
    page.get_by_label("Your profile").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/")
    expect(page).to_have_url(re.compile("/account/login/"))
