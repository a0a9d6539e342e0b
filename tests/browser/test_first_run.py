"""An installation begins: the link that is printed, its first administrator, a guest, a passkey."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from .conftest import LOOKS

PASSWORD = "nine green bottles standing"


def fill(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.fill(f"[name={name}]", value)
    page.click("form.form button.first")


def test_from_an_empty_home_to_a_colleague_with_a_passkey(chromium: Browser, first_link: str) -> None:
    context = chromium.new_context(base_url=first_link.partition("/join/")[0], locale="en-GB", **LOOKS["light"])  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(first_link)
    assert Axe().run(page).response["violations"] == []
    fill(page, name="Ada Martin", email="ada@house.example", password=PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome")

    page.get_by_role("button", name="Make the demo company").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.wait_for_url(re.compile(r":\d+/$"), timeout=240_000)
    expect(page.locator(".tile").first).to_be_visible()

    page.goto("/settings/members")
    page.select_option("[name=role]", "viewer")
    page.get_by_role("button", name="Make the link").click()
    link = page.get_by_label("Link of the invitation").input_value()

    guest = chromium.new_context(base_url=first_link.partition("/join/")[0], locale="fr-FR", **LOOKS["phone"])  # type: ignore[arg-type]
    his = guest.new_page()
    his.goto(link)
    fill(his, name="Charlie", email="charlie@house.example", password=PASSWORD)
    expect(his.locator(".tile").first).to_be_visible()
    his.goto("/settings")
    expect(his.get_by_role("heading", level=1)).to_have_text("Vous ne pouvez pas voir cette page")

    with_a_passkey(page)


def with_a_passkey(page: Page) -> None:
    """Add a passkey, sign out, sign in by it alone."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": {**kind, "isUserVerified": True}})
    page.goto("/account/mfa/webauthn/add/")
    if "reauthenticate" in page.url:
        fill(page, password=PASSWORD)
    page.fill("[name=name]", "Laptop")
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(re.compile("recovery-codes|webauthn/$"))
    page.context.clear_cookies()
    page.goto("/account/login/")
    page.click("#passkey_login")
    page.wait_for_url(re.compile(r":\d+/$"))
    expect(page.locator(".tile").first).to_be_visible()
