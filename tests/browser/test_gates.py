"""What holds on every page: nothing for axe to say, nothing blocked by the policy, light enough, wide enough."""

import gzip

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from .conftest import LOOKS, Open

INSIDE = (
    "/",
    "/?period=last_year&compare=year_ago",
    "/d/",
    "/d/?from=sales",
    "/d/sales",
    "/d/success?period=last_year",
    "/kpi/",
    "/kpi/?q=zebra",
    "/find",
    "/find?q=affaires",
    "/kpi/revenue",
    "/kpi/win_rate?period=year&by=channel&grain=quarter",
    "/kpi/win_rate?rows=left-out&part=lost",
    "/kpi/pipeline_value?by=stage&filter.region=unknown",
    "/kpi/win_rate/filter?dimension=channel",
    "/explore?metric=revenue&metric=win_rate&by=channel&step=month",
    "/explore?metric=win_rate&by=owner",
    "/story",
    "/quality",
    "/adoption",
    "/adoption?by=team",
    "/accounts",
    "/duplicates",
    "/accounts/1/merge",
    "/accounts/1/merge/2",
    "/kpi/revenue?period=custom",
    "/kpi/sales_cycle.median",
    "/kpi/winrate",
    "/nowhere",
    "/settings",
    "/settings/members",
    "/settings/pipelines/1",
    "/settings/fields",
    "/settings/rights?record=deal",
    "/settings/channels",
    "/settings/holidays",
    "/imports",
    "/welcome",
    "/account/mfa/webauthn/",
    "/account/password/change/",
    "/account/mfa/",
    "/account/logout/",
)
OUTSIDE = ("/account/login/", "/account/password/reset/", "/account/signup/")
OPEN_TABLES = "for (const table of document.querySelectorAll('details.table')) table.open = true"
TO_DRAW = "[data-chart]:not(:has(svg))"
WATCH = """document.addEventListener('securitypolicyviolation',
    event => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))"""


def faults(context: BrowserContext, addresses: tuple[str, ...]) -> list[str]:
    """Everything wrong on these pages, in words."""
    found: list[str] = []
    context.add_init_script(WATCH)
    page = context.new_page()
    page.on("console", lambda message: found.append(f"{page.url}: {message.text}") if message.type == "error" else None)
    page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
    for address in addresses:
        page.goto(address)
        expect(page.locator(TO_DRAW)).to_have_count(0)
        page.evaluate(OPEN_TABLES)
        found += [f"{address}: {violation}" for violation in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{address}: wider than the screen")
    return [fault for fault in found if "status of 404" not in fault]


def violations(page: Page) -> list[str]:
    """What axe finds wrong on a page."""
    violations = Axe().run(page).response["violations"]
    return [f"{violation['id']} {node['target']}" for violation in violations for node in violation["nodes"]]


@pytest.mark.parametrize("look", LOOKS)
def test_pages_have_no_fault(open_browser: Open, look: str) -> None:
    assert faults(open_browser(look, locale="fr-FR" if look == "dark" else "en-GB"), INSIDE) == []


@pytest.mark.parametrize("look", LOOKS)
def test_the_doors_have_no_fault(open_browser: Open, look: str) -> None:
    assert faults(open_browser(look, who=None), OUTSIDE) == []


def test_no_page_weighs_more_than_fifteen_kilobytes(open_browser: Open) -> None:
    context = open_browser()
    for address in INSIDE:
        body = context.request.get(address).body()
        assert len(gzip.compress(body)) <= 15_000, address


def test_the_home_page_is_light_on_the_wire_before_its_charts(open_browser: Open) -> None:
    page = open_browser().new_page()
    network = page.context.new_cdp_session(page)
    sizes: dict[str, float] = {}
    names: dict[str, str] = {}
    network.on("Network.responseReceived", lambda event: names.update({event["requestId"]: event["response"]["url"]}))
    network.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.goto("/")
    expect(page.locator(TO_DRAW)).to_have_count(0)  # the page stays on the line with /live: the network is never idle
    weighed = {names.get(request, "?"): size for request, size in sizes.items()}
    assert any(name.endswith("vega.js") for name in weighed)
    assert sum(size for name, size in weighed.items() if not name.endswith("vega.js")) <= 120_000, weighed


def test_every_answer_carries_the_strict_policy(open_browser: Open) -> None:
    request = open_browser().request
    for address in ("/", "/kpi/winrate", "/account/mfa/"):
        policy = request.get(address).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
