"""Deals are moved in every way: mouse, finger, keyboard, a plain form; and what is refused goes back."""

import re

from playwright.sync_api import Locator, Page, expect

from .conftest import LOOKS, Open
from .test_gates import faults


def board(page: Page, address: str = "/pipeline/") -> Page:
    page.goto(address)
    expect(page.locator(".deal").first).to_be_visible()
    return page


def column(page: Page, name: str) -> Locator:
    return page.locator(".stage", has=page.get_by_role("heading", level=2, name=name, exact=True))


def taken_back(page: Page) -> None:
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status").filter(has_text="is back in")).to_be_visible()


def test_a_deal_is_dragged_by_mouse_and_the_move_undone(open_browser: Open) -> None:
    page = board(open_browser().new_page())
    deal = column(page, "Demo").locator(".deal").first
    name, key = deal.locator("h3").inner_text(), deal.get_attribute("id")
    start, there = deal.locator("h3").bounding_box(), column(page, "Proposal").locator("h2").bounding_box()
    assert start
    assert there
    page.mouse.move(start["x"] + 20, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(there["x"] + 60, there["y"] + 60, steps=8)
    page.mouse.up()
    expect(page.locator("#moved")).to_contain_text(f"“{name}” moved from “Demo” to “Proposal”.")
    expect(page.locator(f"#{key}")).to_be_focused()
    taken_back(page)
    expect(column(page, "Demo").locator(f"#{key}")).to_be_visible()


def test_a_deal_is_dragged_by_finger(open_browser: Open) -> None:
    context = open_browser("light", has_touch=True)
    page = board(context.new_page())
    deal = column(page, "Demo").locator(".deal").first
    key = deal.get_attribute("id")
    start, there = deal.locator(".grip").bounding_box(), column(page, "Discovery").locator("h2").bounding_box()
    assert start
    assert there
    touch = context.new_cdp_session(page)
    place = {"x": start["x"] + 20, "y": start["y"] + 20}
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [place]})
    for step in range(1, 6):
        x = place["x"] + (there["x"] + 60 - place["x"]) * step / 5
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": place["y"]}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.locator("#moved")).to_contain_text("to “Discovery”")
    expect(column(page, "Discovery").locator(f"#{key}")).to_be_visible()
    taken_back(page)


def test_a_deal_is_moved_by_arrows_alone_and_the_focus_goes_with_it(open_browser: Open) -> None:
    page = board(open_browser().new_page())
    first, second = (column(page, "Demo").locator(".deal").nth(place) for place in (0, 1))
    key = second.get_attribute("id")
    first.focus()
    page.keyboard.press("ArrowDown")
    expect(second).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#moved")).to_contain_text("to “Proposal”")
    expect(page.locator(f"#{key}")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#moved")).to_contain_text("to “Demo”")
    expect(column(page, "Demo").locator(f"#{key}")).to_be_focused()


def test_a_lost_deal_asks_why_and_stays_when_nobody_says(open_browser: Open) -> None:
    page = board(open_browser().new_page())
    deal = column(page, "Demo").locator(".deal").first
    key = deal.get_attribute("id")
    deal.locator("select").select_option(label="Lost")
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(column(page, "Demo").locator(f"#{key}")).to_be_visible()
    deal.locator("select").select_option(label="Lost")
    page.get_by_role("dialog").get_by_label("Reason").fill("Price")
    page.get_by_role("dialog").get_by_role("button", name="Mark as lost").click()
    expect(page.locator("#moved")).to_contain_text("to “Lost”")
    expect(page.locator(f"#{key}")).to_have_count(0)
    taken_back(page)
    expect(page.locator(f"#{key}")).to_be_visible()


def test_a_move_that_the_server_refuses_or_never_hears_of_goes_back_with_the_reason(open_browser: Open) -> None:
    page = board(open_browser().new_page())
    deal = column(page, "Demo").locator(".deal").first
    key, name = deal.get_attribute("id"), deal.locator("h3").inner_text()
    page.route("**/move", lambda route: route.abort())
    deal.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#moved")).to_contain_text("the deal stays where it was")
    expect(column(page, "Demo").locator(f"#{key}")).to_be_focused()
    page.unroute("**/move")
    deal.evaluate("deal => { deal.dataset.seen = '0' }")
    deal.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".note.bad")).to_contain_text("moved this deal to “Demo” meanwhile")
    expect(column(page, "Demo").locator(f"#{key} h3")).to_have_text(name)


def test_without_a_script_a_form_moves_the_deal(open_browser: Open) -> None:
    page = open_browser(java_script_enabled=False).new_page()
    page.goto("/pipeline/")
    deal = column(page, "Demo").locator(".deal").first
    key = deal.get_attribute("id")
    deal.locator("select").select_option(label="Lost")
    deal.get_by_role("button", name="Move").click()
    page.get_by_label("Reason, when it is lost").fill("No budget")
    page.get_by_role("button", name="Move").click()
    expect(page).to_have_url(re.compile("/pipeline/"))
    expect(page.locator(f"#{key}")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(column(page, "Demo").locator(f"#{key}")).to_be_visible()


def test_bob_sees_and_moves_his_own_deals_only(open_browser: Open) -> None:
    page = board(open_browser(who="bob").new_page())
    owners = {text.split("\n")[-1] for text in page.locator(".deal p:has(strong) .quiet").all_inner_texts()}
    assert owners == {"Bob Marchand"}


def test_the_pages_of_a_pipeline_have_no_fault(open_browser: Open) -> None:
    for look in LOOKS:
        context = open_browser(look, locale="fr-FR" if look == "dark" else "en-GB")
        pages = (
            "/pipeline/",
            "/pipeline/?view=list&sort=expected",
            "/pipeline/?filter.owner=nobody",
            "/pipeline/?page=x",
        )
        assert [fault for fault in faults(context, pages) if "status of 400" not in fault] == []
