"""A newcomer walks through the whole product: from an empty home to a deal that moves on everybody's board.

Each pair of a language, a theme and a width is walked: by finger, by mouse, by the keyboard alone. With
CADRAN_WALKS=all all eight ways are, in some five minutes. The numbers are those that the reference data set expects.
"""

import json
import os
import re
import time
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, expect
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from cadran.metrics import shipped_catalogue
from cadran.metrics.metric import Language
from cadran.ui.formats import Formats
from tests.reference.conftest import MAPPINGS, folder

from .walker import Fingers, Hands, Keys, Walker, plain

PASSWORD = "nine green bottles standing"
BESIDE = ("products.csv", "sales_teams.csv", "accounts.csv")
DEALS = 8800


@dataclass(frozen=True)
class Way:
    """How a walk is walked."""

    language: Language
    theme: str
    width: int
    hands: type[Hands]

    @property
    def name(self) -> str:
        """The way in a word."""
        return f"{self.language}-{self.theme}-{self.width}"

    @property
    def context(self) -> dict[str, Any]:
        """The browser's options."""
        locale = {"en": "en-GB", "fr": "fr-FR"}[self.language]
        size = {"width": self.width, "height": 900 if self.width > 500 else 780}
        return {"locale": locale, "color_scheme": self.theme, "viewport": size, "has_touch": self.hands is Fingers}


PAIRS = (
    Way("en", "light", 1440, Keys),
    Way("fr", "dark", 1440, Hands),
    Way("en", "dark", 360, Fingers),
    Way("fr", "light", 360, Fingers),
)
OTHERS = (
    Way("en", "dark", 1440, Hands),
    Way("fr", "light", 1440, Keys),
    Way("en", "light", 360, Fingers),
    Way("fr", "dark", 360, Fingers),
)
WAYS = PAIRS + OTHERS if os.environ.get("CADRAN_WALKS") == "all" else PAIRS


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    """The numbers that the data set expects."""
    file = folder() / "maven-crm" / "expected.json"
    if not file.exists():
        pytest.skip(f"the reference data set maven-crm is not in {folder()}: nobody walked through the product")
    found = json.loads(file.read_text(encoding="utf-8"), parse_float=Decimal, parse_int=Decimal)["kpis"]
    return {name: entry["value"] for name, entry in found.items()}


@pytest.mark.data
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_a_newcomer_walks_from_an_empty_home_to_a_board_that_moves(
    chromium: Browser, first_link: str, way: Way, expected: dict[str, Any], tmp_path: Path
) -> None:
    def session(**more: Any) -> BrowserContext:
        context = chromium.new_context(base_url=first_link.partition("/join/")[0], **way.context, **more)
        context.set_default_timeout(15_000)
        return context

    walker = Walker(session(), way.language, way.hands(), way.name)
    formats = Formats(way.language, "USD")
    begin(walker, first_link)
    import_everything(walker)
    revenue = expected["revenue.by_quarter"]["2017Q4"]
    read_the_board(walker, formats.value(revenue, "money", short=True))
    drill(walker, formats, expected["revenue.by_agent"])
    compare_and_ask_why(walker)
    take_away(walker, formats, tmp_path)
    board = build_a_board(walker)
    share(walker, session())
    watching = session(storage_state=walker.page.context.storage_state())
    move_a_deal(walker, watching, board, formats, expected["pipeline.open_count"])
    assert not walker.faults, "\n".join(walker.faults)


def begin(walker: Walker, link: str) -> None:
    """The first run: by the link that was printed, once."""
    walker.page.goto(link)
    walker.look()
    for name, value in (("name", "Ada Martin"), ("email", "ada@house.example"), ("password", PASSWORD)):
        walker.fill(walker.field(name), value)
    walker.press(walker.button("Begin"))
    expect(walker.page.get_by_role("heading", level=1)).to_have_text(walker.says("Welcome"))
    walker.look()
    walker.press(walker.link("Choose a file"))


def import_everything(walker: Walker) -> None:
    """Three files by a mapping that is kept; the deals as the columns are proposed, tried first."""
    data, page = folder() / "maven-crm", walker.page
    mapping = re.sub(
        r"\[\[pipelines\]\].*?\n\n", "", (MAPPINGS / "maven-crm.toml").read_text(encoding="utf-8"), flags=re.S
    )
    for name in BESIDE:
        walker.give(walker.field("file"), data / name)
        walker.fill(walker.field("mapping"), mapping)
        walker.press(walker.button("Read the file"))
        walker.press(walker.button("Import"))
        walker.press(walker.link("Import another file"))
    walker.look()
    walker.give(walker.field("file"), data / "sales_pipeline.csv")
    walker.press(walker.button("Read the file"))
    walker.look()
    walker.press(walker.button("Continue"))
    walker.press(walker.button("Continue"))
    walker.press(walker.button("Try it without writing"))
    expect(page.get_by_role("heading", name=walker.says("What would happen: nothing was written"))).to_be_visible()
    walker.look()
    walker.press(walker.button("Import"))
    expect(page.get_by_role("heading", name=walker.says("What became of every row"))).to_be_visible()
    walker.look()
    created = page.locator(".headline div", has_text=walker.says("Created")).locator("dd")
    assert int(re.sub(r"\D", "", created.inner_text())) == DEALS
    walker.press(walker.link("Go to the home page"))


def read_the_board(walker: Walker, revenue: str) -> None:
    """The board of those who direct: its number is that of the data set; it leads to its page."""
    tile = walker.page.locator('a.tile[href^="/kpi/revenue"]')
    expect(tile.locator(".value")).to_have_text(revenue)
    walker.look()
    walker.press(tile)
    expect(walker.page.get_by_role("heading", level=1)).to_have_text(
        shipped_catalogue()["revenue"].title[walker.language]
    )
    walker.look()


def headline(walker: Walker) -> Locator:
    """The number of a KPI's page."""
    return walker.page.locator("#headline .value")


def over_days(walker: Walker, side: str, day: str) -> None:
    """Another first or last day of the period; it is in the address, and the place to type in keeps the focus."""
    walker.day(walker.filter(side), day)
    expect(walker.page).to_have_url(re.compile(f"{side}={day}"))
    expect(walker.field(side)).to_be_focused()


def drill(walker: Walker, formats: Formats, by_agent: dict[str, Decimal]) -> None:
    """All the days of the file, split by owner, down to one owner and his rows, which make the number."""
    page = walker.page
    over_days(walker, "from", "2016-10-01")
    over_days(walker, "through", "2017-12-31")
    expect(headline(walker)).to_have_text(formats.value(sum(by_agent.values()), "money"))
    walker.choose(walker.filter("by"), walker.says("Owner"))
    groups = page.locator("section", has=page.locator("#breakdown-title"))
    walker.press(groups.locator("summary"))
    best = max(by_agent, key=by_agent.__getitem__)
    walker.press(groups.get_by_role("link", name=best, exact=True))
    expect(page.locator(".chip", has_text=best).first).to_be_visible()
    expect(headline(walker)).to_have_text(formats.value(by_agent[best], "money"))
    expect(page.locator("#rows")).to_contain_text(f": {formats.number(by_agent[best])}")
    walker.look()
    walker.press(page.locator(".chip", has_text=best).first)
    expect(page).not_to_have_url(re.compile("filter"))
    page.wait_for_load_state("load")


def compare_and_ask_why(walker: Walker) -> None:
    """The last quarter beside the one before: the shares of the owners make the change."""
    page = walker.page
    over_days(walker, "from", "2017-10-01")
    walker.choose(walker.filter("compare"), walker.says("A year before"))
    expect(page).to_have_url(re.compile("compare=year_ago"))
    expect(page.locator("#headline .delta")).to_be_visible()
    why = page.locator("#why-section")
    expect(why.locator("[data-chart] svg")).to_be_visible()
    walker.press(why.locator("summary").first)
    expect(why.locator("tfoot")).to_be_visible()
    walker.look()


def take_away(walker: Walker, formats: Formats, into: Path) -> None:
    """The page as a document and as a workbook: the number on the page is in both."""
    page, shown = walker.page, plain(headline(walker).inner_text())
    menu = page.locator("details.menu", has=page.locator("[href*='.pdf']"))
    walker.press(menu.locator("> summary"))
    document = walker.download(menu.locator("[href*='.pdf']"), into)
    text = plain(" ".join(sheet.extract_text() for sheet in PdfReader(document).pages))
    assert shown in text, text
    if not menu.evaluate("menu => menu.open"):
        walker.press(menu.locator("> summary"))
    workbook = walker.download(menu.locator("[href*='.xlsx']").first, into)
    header, line = CalamineWorkbook.from_path(workbook).get_sheet_by_name(walker.says("Total")).to_python()
    value = Decimal(str(dict(zip(header, line, strict=True))["value"]))
    assert plain(formats.value(value, "money")) == shown
    page.keyboard.press("Escape")


def build_a_board(walker: Walker) -> str:
    """What is on the page goes on a board of one's own, with a count of the open deals; the board's address."""
    page = walker.page
    walker.press(walker.link("Put on a board"))
    walker.fill(walker.field("title"), "Walk")
    walker.press(walker.button("Make the board"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Walk")
    walker.press(walker.button("Add this tile"))
    expect(page.locator(".arrange li")).to_have_count(1)
    walker.choose(walker.field("kpi"), shipped_catalogue()["open_deals"].title[walker.language])
    walker.press(walker.button("Add this tile"))
    expect(page.locator(".arrange li")).to_have_count(2)
    walker.look()
    return page.url.removesuffix("/edit")


def share(walker: Walker, outside: BrowserContext) -> None:
    """A link for people outside, read by one of them."""
    walker.press(walker.button("Make a link"))
    link = walker.page.locator("input[readonly]").input_value()
    stranger = walker.watched(outside.new_page())
    stranger.goto(link)
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Walk")
    walker.look(stranger)
    walker.press(walker.link("See the board"))
    walker.look()


def move_a_deal(walker: Walker, watching: BrowserContext, board: str, formats: Formats, open_deals: Decimal) -> None:
    """One session wins a deal; in another, the open board counts one less within five seconds, without a reload."""
    other = walker.watched(watching.new_page())
    other.goto(f"{board}?period=quarter")
    other.evaluate("window.same = true")
    count = other.locator('a.tile[href^="/kpi/open_deals"] .value')
    expect(count).to_have_text(formats.value(open_deals, "count"))
    page = walker.page
    walker.press(walker.link("Pipeline").first)
    stage = page.locator(".stage", has=page.get_by_role("heading", level=2, name="Prospecting", exact=True))
    walker.look()
    walker.hands.move(stage.locator(".deal").first, "Won")
    expect(page.locator("#moved")).to_contain_text("Won")
    began = time.monotonic()
    expect(count).to_have_text(formats.value(open_deals - 1, "count"), timeout=5_000)
    assert time.monotonic() - began < 5
    assert other.evaluate("window.same"), "the page was loaded anew"
    walker.look()
    walker.look(other)
