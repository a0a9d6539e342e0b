"""What one person does reaches the open pages of others, on a real server, without a reload."""

import http.client
import re
import time
from pathlib import Path

from playwright.sync_api import BrowserContext, expect

from .conftest import Open, Site

STREAMS = 60


def change_a_deal(context: BrowserContext) -> None:
    """Win the most valuable deal of the pipeline, as its form does."""
    page = context.new_page()
    page.goto("/pipeline/")
    card = page.locator(".deal").first
    option = card.locator("option", has_text="Won")
    with page.expect_response(re.compile("/move$")):
        card.locator("select").select_option(option.get_attribute("value"))
    expect(page.locator("#moved")).to_contain_text("Won")


def test_a_change_reaches_the_open_board_of_another_session_within_five_seconds(open_browser: Open) -> None:
    watching, working = open_browser(), open_browser(who="diane")
    page = watching.new_page()
    page.goto("/")
    page.evaluate("window.same = true")
    focused = page.locator('.tile[href^="/kpi/pipeline_value"]')
    focused.focus()
    expect(page.locator("#freshness .dot")).to_contain_text("Live: fresh at")
    before = page.locator('.tile[href^="/kpi/pipeline_value"] .value').inner_text()
    change_a_deal(working)
    began = time.monotonic()
    value = page.locator('.tile[href^="/kpi/pipeline_value"] .value')
    expect(value).not_to_have_text(before, timeout=5_000)
    assert time.monotonic() - began < 5
    assert page.evaluate("window.same"), "the page was loaded anew"
    expect(focused).to_be_focused()


def test_an_open_pipeline_follows_and_keeps_what_is_not_its_business(open_browser: Open) -> None:
    page = open_browser().new_page()
    page.goto("/pipeline/")
    page.evaluate("window.same = true; document.querySelector('.kanban').scrollLeft = 60")
    first = page.locator(".deal h3").first.inner_text()
    expect(page.locator("#freshness .dot")).to_contain_text("Live: fresh at")
    change_a_deal(open_browser(who="diane"))
    expect(page.locator(".deal h3").first).not_to_have_text(first, timeout=5_000)
    assert page.evaluate("window.same && document.querySelector('.kanban').scrollLeft === 60")


def test_open_streams_hold_neither_threads_nor_connections(open_browser: Open, site: Site) -> None:
    context = open_browser()
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in context.cookies())
    context.request.get("/")
    before = held(site.process)
    host, port = site.address.removeprefix("http://").split(":")
    streams = []
    for _ in range(STREAMS):
        stream = http.client.HTTPConnection(host, int(port), timeout=10)
        stream.request("GET", "/live", headers={"Cookie": cookies})
        response = stream.getresponse()
        assert response.status == 200
        while response.readline() != b"event: fresh\n":  # the first words after the answer itself
            pass
        streams.append((stream, response))
    time.sleep(1)
    threads, files = held(site.process)
    assert threads <= before[0] + 4
    assert files <= before[1] + 4
    assert context.request.get("/").ok
    for stream, _ in streams:
        stream.close()


def held(process: int) -> tuple[int, int]:
    """How many threads a process runs, and how many open files of the records it holds."""
    status = Path(f"/proc/{process}/status").read_text()
    threads = int(next(line for line in status.splitlines() if line.startswith("Threads:")).split()[1])
    opened = []
    for entry in Path(f"/proc/{process}/fd").iterdir():
        try:
            opened.append(entry.readlink())
        except OSError:
            continue
    return threads, sum("records.sqlite3" in name.name for name in opened)
