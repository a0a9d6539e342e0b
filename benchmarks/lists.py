"""Lists and search among all the deals, beside one reading of every deal's name by the database."""

from __future__ import annotations

from django.db import connection

from benchmarks.browsing import director, loading
from benchmarks.outcome import Detail, Line, Outcome, milliseconds
from benchmarks.place import Place
from benchmarks.timing import ROUNDS, in_turns

LIST, FIND = 12, 5
PAGES = {
    "the newest deals": "/deals",
    "the largest deals": "/deals?sort=-amount",
    "deals by their name": "/deals?q=paris+office",
    "the palette, for a word": "/find?q=office",
    "the palette, for what is not there": "/find?q=zzyzx",
}
READING = "one reading of every deal's name"
HOW = (
    "Pages as a director loads them, warm, by the web framework, without the network; a list counts its records, adds "
    "up their amounts and offers what it can be narrowed by. Beside them what no search without an index can avoid: "
    f"the database reads every deal's name once. Medians of {ROUNDS}, in turns.",
)


def run(_: Place) -> Outcome:
    """Take turns, each page once before."""
    with director() as member:
        ways = {name: loading(member, address) for name, address in PAGES.items()}
        for load in ways.values():
            load()
        times = in_turns({READING: read, **ways})
    over = {name: times[name] / times[READING] for name in PAGES}
    lists = max(over[name] for name, address in PAGES.items() if address.startswith("/deals"))
    found = max(over[name] for name, address in PAGES.items() if address.startswith("/find"))
    return Outcome(
        "lists",
        "Lists and search",
        how=HOW,
        lines=[
            Line("slowest list of deals, over one reading of every deal's name", lists, high=LIST),
            Line("slowest palette, over one reading of every deal's name", found, high=FIND),
        ],
        details=[Detail("Pages", ["page", "ms"], [[name, milliseconds(value)] for name, value in times.items()])],
    )


def read() -> None:
    """Let the database look at every deal's name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM deal WHERE archived_at IS NULL AND name LIKE '%zzyzx%'")
        cursor.fetchone()
