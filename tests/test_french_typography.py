"""What a page in French shows has a no-break space before the marks that ask for one."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
import time_machine
from django.test import Client

from cadran.crm.save import create
from cadran.dashboards import edit
from cadran.dashboards.shipped import shipped
from cadran.dashboards.spec import Spec
from cadran.kpis.tests.conftest import BY, Company, ada, company  # noqa: F401 (fixtures)
from tests.test_without_script import PAGES

MUTE = {"code", "pre", "kbd", "samp", "script", "style", "textarea", "option"}  # written by others, or no French
INLINE = {"a", "abbr", "b", "em", "i", "small", "span", "strong", "time"}
SPOKEN = ("aria-label", "title", "placeholder", "alt")
TIGHT = re.compile(r"\S*[^\s:;?!]+[:;?!](?=\s|$)(?:\s+\S+)?")


class Shown(HTMLParser):
    """The texts of a page, a line for each element that begins one; those of its attributes too."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lines, self.mute = [""], 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.mute += tag in MUTE
        if tag not in INLINE:
            self.lines.append("")
        self.lines[:0] = [said for name, said in attrs if name in SPOKEN and said]

    def handle_endtag(self, tag: str) -> None:
        self.mute -= tag in MUTE
        if tag not in INLINE:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if not self.mute:
            self.lines[-1] += data


def tight(html: str) -> Iterator[str]:
    """Each place of a page where such a mark follows a word directly."""
    for line in Shown(html).lines:
        yield from TIGHT.findall(line)


@pytest.fixture(autouse=True)
def _on_the_day_of_the_example() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC), tick=False):
        yield


def addresses(company: Company) -> Iterator[str]:  # noqa: F811
    """Every page that names no record, and one of each kind of those that do."""
    one, other = (
        create("account", {"name": name, "region": name[-1:], "owner": company.ada}, by=BY)
        for name in ("Acme North", "Acme South")
    )
    create("contact", {"last_name": "Martin", "account": one, "owner": company.ada}, by=BY)
    board = edit.make(company.ada, "My week", [Spec("revenue")], "fr")
    yield from PAGES
    yield from (f"/d/{slug}" for slug in shipped())
    yield from (f"/accounts/{one.pk}", f"/accounts/{one.pk}/edit", f"/accounts/{one.pk}/merge")
    yield from (f"/accounts/{one.pk}/merge/{other.pk}", f"/contacts?account={one.pk}", "/leads?state=open")
    yield from (f"/d/{board.slug}/edit", f"/deals/{company.deals['Pool'].pk}", f"/settings/members/{company.alice.pk}")
    yield from ("/kpi/win_rate?by=owner&rows=left-out&part=lost", "/deals?owner=" + str(company.alice.pk), "/nowhere")


@pytest.mark.slow
@pytest.mark.django_db
def test_no_page_in_french_lacks_the_space_before_a_colon(request: pytest.FixtureRequest) -> None:
    browser: Client = request.getfixturevalue("ada")
    found: list[str] = []
    read = 0
    for path in addresses(request.getfixturevalue("company")):
        response = browser.get(path, headers={"accept-language": "fr"})
        if response.streaming or not response.headers["content-type"].startswith("text/html"):
            continue
        read += 1
        found += [f"{path}: {place}" for place in tight(response.content.decode())]
    assert not found, "\n".join(found)
    assert read > 60, "too few pages for this to prove anything"


def test_a_mark_that_follows_its_word_directly_is_seen() -> None:
    page = '<p title="Région: Nord">Gardée: <a>Acme</a></p><p>à 9:30, https://x.example : non ?</p><code>a: b</code>'
    assert [place.split(":")[0] for place in tight(page)] == ["Région", "Gardée"]
