"""Filters fold on a phone, and the keyboard keeps its place."""

from playwright.sync_api import expect

from .conftest import Open
from .test_boards import new_board, order

FILTERED = (
    ("/", "period"),
    ("/kpi/revenue", "by"),
    ("/accounts", "status"),
    ("/pipeline", "filter.owner"),
    ("/explore?metric=revenue", "by"),
    ("/quality", "by"),
    ("/adoption", "period"),
)


def test_filters_are_folded_on_a_phone_and_say_what_is_chosen(open_browser: Open) -> None:
    page = open_browser("phone").new_page()
    for address, field in FILTERED:
        page.goto(address)
        expect(page.locator(f'#filters [name="{field}"]')).to_have_count(1)
        expect(page.locator(f'#filters [name="{field}"]')).to_be_hidden()
    for address, told in (
        ("/explore?metric=revenue&by=channel&period=last_year", "Channel · Last year"),
        ("/quality?by=team", "Team"),
        ("/pipeline?view=list", "Filters"),
    ):
        page.goto(address)
        expect(page.locator("#filters > summary")).to_contain_text(told)
    page.goto("/kpi/revenue?period=last_year")
    summary = page.locator("#filters > summary")
    expect(summary).to_contain_text("Last year")
    summary.click()
    period = page.locator("[name=period]")
    expect(period).to_be_visible()
    period.focus()
    period.select_option("year")
    page.wait_for_url("**period=year**")
    expect(summary).to_contain_text("This year")
    expect(period).to_be_visible()  # what was open stays open
    expect(period).to_be_focused()


def test_filters_stand_open_on_a_desk(open_browser: Open) -> None:
    page = open_browser().new_page()
    for address, field in FILTERED:
        page.goto(address)
        expect(page.locator(f'#filters [name="{field}"]')).to_be_visible()
        expect(page.locator("#filters > summary")).to_be_hidden()
        page.locator(f'#filters [name="{field}"]').focus()
        expect(page.locator(f'#filters [name="{field}"]')).to_be_focused()


def test_the_focus_goes_to_the_tile_in_the_place_of_one_taken_away_and_it_is_said(open_browser: Open) -> None:
    page = open_browser().new_page()
    new_board(page, "To thin out")
    while titles := order(page):
        gone = page.locator(".arrange [value=remove]").first
        gone.press("Enter")
        expect(page.locator(".arrange li")).to_have_count(len(titles) - 1)
        expect(page.locator("body > [role=status]")).to_contain_text(f"“{titles[0]}” was taken away.")
        if len(titles) > 1:
            expect(page.locator(".arrange [value=remove]").first).to_be_focused()
        else:
            expect(page.locator("#tiles-title")).to_be_focused()
