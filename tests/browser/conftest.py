"""The product itself, run by its own commands: the made-up company, served, and Debian's Chromium in front of it."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from cadran.demo.build import PASSWORD

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LOOKS: dict[str, dict[str, object]] = {
    "light": {"color_scheme": "light", "viewport": {"width": 1440, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1440, "height": 900}},
    "phone": {"color_scheme": "light", "viewport": {"width": 360, "height": 780}},
}


@dataclass(frozen=True)
class Site:
    """A running server: its address and its process."""

    address: str
    process: int


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The made-up company in a home of its own, built and served by the command line."""
    command = Path(sys.executable).parent / "cadran"
    environment = {**os.environ, "CADRAN_HOME": str(tmp_path_factory.mktemp("home"))}
    built = subprocess.run(
        [command, "demo", "--no-serve"], env=environment, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([command, "serve", "--port", str(port)], env=environment)
    try:
        wait_for(f"http://127.0.0.1:{port}/account/login/", server)
        yield Site(f"http://127.0.0.1:{port}", server.pid)
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture
def first_link(tmp_path: Path) -> Iterator[str]:
    """An empty home, served: the link it prints."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).parent / "cadran"), "serve", "--host", "localhost", "--port", str(port)]
    environment = {**os.environ, "CADRAN_HOME": str(tmp_path / "home")}
    server = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        assert server.stderr
        link = next(line.strip() for line in server.stderr if "/join/" in line)
        wait_for(link.partition("/join/")[0] + "/account/login/", server)
        yield link
    finally:
        server.terminate()
        server.communicate(timeout=20)


def wait_for(address: str, server: subprocess.Popen[Any]) -> None:
    for _ in range(240):
        assert server.poll() is None, "the server stopped"
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.25)
        else:
            return
    raise AssertionError(f"{address} does not answer")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for one module: while Playwright runs, its event loop keeps other tests here from the database."""
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed (apt install chromium): no page was checked in a browser")
    expect.set_options(timeout=15_000)  # a machine may be busy
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS])
        yield browser
        browser.close()


type Open = Callable[..., BrowserContext]


@pytest.fixture
def open_browser(chromium: Browser, site: Site) -> Iterator[Open]:
    """Open a browser of a certain look and language, in which someone has signed in (or nobody)."""
    opened: list[BrowserContext] = []

    def open_one(
        look: str = "light", who: str | None = "alice", locale: str = "en-GB", **options: object
    ) -> BrowserContext:
        chosen = {"service_workers": "block"} | LOOKS[look] | options
        context = chromium.new_context(base_url=site.address, locale=locale, **chosen)  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        opened.append(context)
        if who:
            sign_in(context.new_page(), who)
        return context

    yield open_one
    for context in opened:
        context.close()


def sign_in(page: Page, who: str) -> Page:
    """Sign in as someone of the made-up company."""
    page.goto("/account/login/")
    page.fill("[name=login]", f"{who}@example.com")
    page.fill("[name=password]", PASSWORD)
    page.click("form.form button")
    page.wait_for_load_state()
    return page
