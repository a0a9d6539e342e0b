"""People build boards of their own: by mouse and keyboard, without JavaScript, for colleagues and people outside."""

import re

import pytest
from playwright.sync_api import Page, expect

from .conftest import LOOKS, Open
from .test_gates import faults


def new_board(page: Page, title: str, start: str = "better-service") -> str:
    """Make a board from a template; the path of the page on which it is arranged."""
    page.goto("/d/")
    page.get_by_label("Title").fill(title)
    page.get_by_label("Start from").select_option(start)
    page.get_by_role("button", name="Make the board").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return page.url.partition("/d/")[2].removesuffix("/edit")


def order(page: Page) -> list[str]:
    """The titles of the tiles, in their order."""
    return page.locator(".arrange h3").all_inner_texts()


@pytest.mark.parametrize("look", LOOKS)
def test_the_pages_of_ones_own_board_have_no_fault(open_browser: Open, look: str) -> None:
    context = open_browser(look)
    slug = new_board(context.new_page(), f"Service, {look}")
    add = f"/d/{slug}/edit?kpi=revenue&kind=bars&split=channel&on=region"
    assert faults(context, (f"/d/{slug}", f"/d/{slug}/edit", add)) == []


def test_alice_builds_a_board_by_keyboard_alone(open_browser: Open) -> None:
    page = open_browser().new_page()
    slug = new_board(page, "By keyboard")
    first, second, *_ = order(page)
    page.get_by_role("button", name=f"Later: {first}", exact=True).press("Enter")
    expect(page.locator(".arrange h3").first).to_have_text(second)
    expect(page.get_by_role("button", name=f"Later: {first}", exact=True)).to_be_focused()
    page.get_by_role("button", name=f"Wider: {first}", exact=True).press("Enter")
    expect(page.locator(".arrange li", has_text=first).first).to_have_class(re.compile("wide-2"))
    page.get_by_role("button", name=f"Remove: {first}", exact=True).press("Enter")
    expect(page.locator(".arrange li")).to_have_count(6)
    page.get_by_role("button", name=f"Put it back {first}").press("Enter")
    expect(page.locator(".arrange li")).to_have_count(7)
    page.get_by_label("Indicator").select_option("revenue")
    page.get_by_label("Drawn as").select_option("bars")
    expect(page.get_by_label("Split by")).to_have_value("owner")
    page.get_by_label("Split by").select_option("channel")
    expect(page.locator("#add .charted h2")).to_have_text("Revenue · Channel")
    expect(page.locator("#add .chart svg")).to_be_visible()
    page.get_by_role("button", name="Add this tile").press("Enter")
    expect(page.locator(".arrange h3").last).to_have_text("Revenue")
    page.goto(f"/d/{slug}")
    expect(page.locator(".board > *")).to_have_count(8)


def test_a_tile_is_dragged_to_its_place(open_browser: Open) -> None:
    page = open_browser().new_page()
    new_board(page, "By mouse")
    titles = order(page)
    page.locator(".arrange li").nth(3).drag_to(page.locator(".arrange li").nth(0))
    expect(page.locator(".arrange h3").first).to_have_text(titles[3])
    assert order(page) == [titles[3], *titles[:3], *titles[4:]]


def test_a_board_is_made_and_arranged_without_javascript(open_browser: Open) -> None:
    page = open_browser(java_script_enabled=False).new_page()
    slug = new_board(page, "Plain")
    first = order(page)[0]
    page.get_by_role("button", name=f"Later: {first}", exact=True).click()
    assert order(page)[1] == first
    page.get_by_label("Indicator").select_option("deals_won")
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_label("Drawn as").select_option("donut")
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("button", name="Add this tile").click()
    page.goto(f"/d/{slug}")
    tile = page.locator(".charted", has_text="Deals won")
    tile.locator("summary").click()
    expect(tile.locator("tbody tr").first).to_be_visible()
    expect(tile).to_contain_text("%")


def test_someone_outside_reads_the_board_of_a_link_until_it_is_withdrawn(open_browser: Open) -> None:
    page = open_browser().new_page()
    slug = new_board(page, "For the investors", "more-new-customers")
    page.get_by_role("button", name="Make a link").click()
    address = page.get_by_label("Address for people outside").input_value()
    stranger = open_browser(who=None)
    assert faults(stranger, (address,)) == []
    outside = stranger.new_page()
    outside.goto(address)
    expect(outside.get_by_role("heading", level=1)).to_have_text("For the investors")
    outside.locator("[data-chart] [aria-roledescription='arc mark']").first.click()
    expect(outside).to_have_url(address)
    page.goto(f"/d/{slug}/edit")
    page.get_by_role("button", name="Withdraw").click()
    outside.reload()
    expect(outside.get_by_role("heading", level=1)).to_have_text("This link no longer works")


def test_bob_sees_his_own_numbers_on_the_board_that_alice_shares(open_browser: Open) -> None:
    page = open_browser().new_page()
    slug = new_board(page, "All together", "shorter-cycle")
    page.get_by_label("Shared with").select_option("everyone")
    page.get_by_role("button", name="Share so").click()
    bob = open_browser(who="bob").new_page()
    bob.goto("/")
    bob.get_by_text("Boards", exact=True).click()
    bob.get_by_role("link", name="All together").click()
    expect(bob).to_have_url(re.compile(f"/d/{slug}$"))
    hers = page.goto(f"/d/{slug}")
    assert hers is not None
    theirs = page.locator(".board .value").all_inner_texts()
    assert bob.locator(".board .value").all_inner_texts() != theirs
    expect(bob.get_by_text("Arrange and share")).to_have_count(0)
