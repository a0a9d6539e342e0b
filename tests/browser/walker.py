"""Someone who walks through the product by mouse, finger or keyboard, and looks at every page that he comes by.

With CADRAN_PICTURES, a folder, he keeps a picture of each of them.
"""

import os
import re
from pathlib import Path

from django.utils.translation import gettext, ngettext, override
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, expect

from cadran.metrics.metric import Language

from .test_gates import TO_DRAW, WATCH, violations

FAR = 400  # no page has more places to go to by the key Tab


class Hands:
    """A mouse, or a finger: what is seen is pressed."""

    def press(self, there: Locator) -> None:
        """A link, a button, what unfolds."""
        there.click()

    def fill(self, there: Locator, text: str) -> None:
        """Write into a field."""
        there.fill(text)

    def choose(self, there: Locator, words: str) -> None:
        """One of the options of a choice."""
        there.select_option(label=words)

    def give(self, there: Locator, file: Path) -> None:
        """A file to a form."""
        with there.page.expect_file_chooser() as asked:
            self.press(there)
        asked.value.set_files(file)

    def day(self, there: Locator, day: str) -> None:
        """Set a day, given as ISO 8601 writes it."""
        there.fill(day)

    def move(self, deal: Locator, stage: str) -> None:
        """A deal to another stage, one to the right of its own."""
        there = deal.page.get_by_role("heading", level=2, name=stage, exact=True)
        deal.locator("h3").hover(position={"x": 20, "y": 8})
        deal.page.mouse.down()
        box = there.bounding_box()
        assert box
        deal.page.mouse.move(box["x"] + 60, box["y"] + 60, steps=8)
        deal.page.mouse.up()


class Fingers(Hands):
    """A touch screen."""

    def press(self, there: Locator) -> None:
        there.tap()

    def move(self, deal: Locator, stage: str) -> None:
        self.choose(deal.locator("select"), stage)


class Keys(Hands):
    """The keyboard alone: Tab until it is reached, then the keys that browsers know."""

    def reach(self, there: Locator) -> None:
        """Go to it by the key Tab; fails when no Tab leads there."""
        expect(there).to_be_visible()
        place = there.element_handle()
        for _ in range(FAR):
            reached, still_there = place.evaluate("place => [place === document.activeElement, place.isConnected]")
            if reached:
                return
            if not still_there:  # drawn anew meanwhile
                place = there.element_handle()
            there.page.keyboard.press("Tab")
        raise AssertionError(f"The key Tab never leads to {there}.")

    def press(self, there: Locator) -> None:
        self.reach(there)
        there.press("Enter")

    def fill(self, there: Locator, text: str) -> None:
        self.reach(there)
        there.page.keyboard.press("Control+a")
        there.page.keyboard.insert_text(text)

    def choose(self, there: Locator, words: str) -> None:
        self.reach(there)
        place = there.evaluate("(list, words) => [...list.options].findIndex(one => one.label === words)", words)
        assert place >= 0, (
            f"There is no {words} in {there.evaluate('list => [...list.options].map(one => one.label)')}."
        )
        for key in ("Space", "Home", *["ArrowDown"] * place, "Enter"):
            there.page.keyboard.press(key)

    def day(self, there: Locator, day: str) -> None:
        year, month, date = day.split("-")
        for digits in (f"{date}{month}{year}", f"{month}{date}{year}"):  # browsers ask for either first
            self.reach(there)
            for key in ("ArrowLeft",) * 3:
                there.page.keyboard.press(key)
            there.page.keyboard.type(digits)
            if there.input_value() == day:
                there.page.keyboard.press("Enter")
                return
        raise AssertionError(f"{day} cannot be typed.")

    def move(self, deal: Locator, stage: str) -> None:
        self.reach(deal)
        deal.page.keyboard.press("ArrowRight")
        expect(deal.page.locator("#moved")).to_contain_text(stage)


class Walker:
    """A person at a page: his language, his hands, and every fault that he comes by."""

    def __init__(self, context: BrowserContext, language: Language, hands: Hands, name: str) -> None:
        context.add_init_script(WATCH)
        self.language, self.hands, self.name = language, hands, name
        self.faults, self.seen = list[str](), 0
        self.page = self.watched(context.new_page())
        self.press, self.choose, self.fill = hands.press, hands.choose, hands.fill
        self.give, self.day = hands.give, hands.day

    def watched(self, page: Page) -> Page:
        """Have whatever a page complains of among the faults."""
        page.on("console", lambda told: self.faults.append(f"{page.url}: {told.text}") if wrong(told) else None)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        return page

    def says(self, words: str, many: str = "", n: int = 0) -> str:
        """Words of the pages in the walker's language."""
        with override(self.language):
            return ngettext(words, many, n) if many else gettext(words)

    def button(self, words: str) -> Locator:
        """The button that says so."""
        return self.page.get_by_role("button", name=self.says(words), exact=True)

    def link(self, words: str) -> Locator:
        """The link that says so."""
        return self.page.get_by_role("link", name=self.says(words), exact=True)

    def field(self, name: str) -> Locator:
        """The field of this name."""
        return self.page.locator(f":is(#page, body:not(:has(#page))) [name='{name}']:not([type=hidden])")

    def filter(self, name: str) -> Locator:
        """The filter of this name, unfolded first where a narrow screen folds filters."""
        folded = self.page.locator("#filters:not([open]) > summary")
        if folded.is_visible():
            self.press(folded)
        return self.field(name)

    def look(self, page: Page | None = None) -> None:
        """Look at the page: nothing for axe to say, no chart that does not come, nothing wider than the screen."""
        seen = page or self.page
        seen.wait_for_load_state("load")
        expect(seen.locator(TO_DRAW)).to_have_count(0)
        self.faults += [f"{seen.url}: {violation}" for violation in violations(seen)]
        if seen.evaluate("document.documentElement.scrollWidth > innerWidth"):
            self.faults.append(f"{seen.url}: wider than the screen")
        self.seen += 1
        if folder := os.environ.get("CADRAN_PICTURES"):
            seen.screenshot(path=Path(folder) / f"{self.name}-{self.seen:02}.jpg", type="jpeg", quality=80)

    def download(self, there: Locator, into: Path) -> Path:
        """Press what gives a file; the file."""
        with self.page.expect_download() as coming:
            self.press(there)
        path = into / coming.value.suggested_filename
        coming.value.save_as(path)
        return path


def wrong(told: ConsoleMessage) -> bool:
    """Whether a page complains; htmx says aloud that a request was let go, as when one presses a link meanwhile."""
    return told.type == "error" and not told.text.startswith(("htmx:sendAbort", "htmx:afterRequest"))


def plain(text: str) -> str:
    """A text, each run of spaces a plain one."""
    return re.sub(r"\s+", " ", text).strip()
