"""The product as an installed app in real Chromium: without a network, and what is kept on the machine."""

from playwright.sync_api import Page, expect

from .conftest import Open, sign_in
from .test_gates import WATCH, violations

KEPT = """async () => {
    const found = [];
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
            const text = await (await cache.match(request)).text();
            found.push([new URL(request.url).pathname, text]);
        }
    }
    return found;
}"""


def kept(page: Page) -> dict[str, str]:
    """Everything in the browser's cache storage for this site."""
    return dict(page.evaluate(KEPT))


def test_without_a_network_the_offline_page_is_shown_and_nothing_private_is_kept(open_browser: Open) -> None:
    context = open_browser(service_workers="allow")
    context.add_init_script(WATCH)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if "policy" in message.text else None)
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready")
    for address in ("/", "/deals", "/kpi/revenue", "/find?q=client"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
    assert page.evaluate("Boolean(navigator.serviceWorker.controller)")
    shell = {"/offline", "/static/ui/cadran.css", "/static/ui/icon.svg"}
    assert set(kept(page)) == shell
    assert not [name for name, text in kept(page).items() if "Alice" in text or "csrf" in text]
    context.set_offline(True)
    page.goto("/deals?q=a")
    expect(page.get_by_role("heading", name="No network")).to_be_visible()
    expect(page.get_by_role("heading", name="Pas de réseau")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.card')).borderRadius") == "8px"
    assert violations(page) == []
    context.set_offline(False)
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_role("heading", name="Deals")).to_be_visible()
    assert set(kept(page)) == shell
    assert said == []


def test_it_can_be_installed_and_is_forgotten_at_sign_out(open_browser: Open) -> None:
    context = open_browser(who=None, service_workers="allow")
    page = sign_in(context.new_page(), "bob")
    page.evaluate("navigator.serviceWorker.ready")
    network = context.new_cdp_session(page)
    errors = network.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [error for error in errors if error["errorId"] != "in-incognito"] == []
    page.wait_for_function("async () => (await caches.keys()).length > 0")
    page.evaluate("async () => (await caches.open('planted')).put('/deals', new Response('a record of Bob'))")
    page.goto("/account/logout/")
    page.locator(".card button.first").click()
    page.wait_for_url("**/account/login/")
    assert "planted" not in page.evaluate("caches.keys()")
