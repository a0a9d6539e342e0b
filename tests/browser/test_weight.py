"""How much the home page and the boards weigh, by their bytes: the same on every machine."""

import gzip
import re

from .conftest import Open

LINKED = re.compile(r'(?:src|href)="(/static/[^"]+)"')


def test_the_home_page_is_light_before_its_charts_and_so_is_every_board(open_browser: Open) -> None:
    request = open_browser().request
    boards = re.findall(r'href="(/d/[a-z-]+)"', request.get("/d/").text())
    assert len(boards) > 8
    for address in ("/", *boards):
        page = request.get(address).body()
        assert len(gzip.compress(page)) <= 15_000, address
    home = request.get("/").body()
    linked = dict.fromkeys(LINKED.findall(home.decode()))
    assert "/static/ui/cadran.css" in linked
    before = {file: request.get(file).body() for file in linked if not file.endswith("vega.js")}
    whole = len(gzip.compress(home)) + sum(len(gzip.compress(body)) for body in before.values())
    assert whole <= 60_000, {file: len(gzip.compress(body)) for file, body in before.items()}
