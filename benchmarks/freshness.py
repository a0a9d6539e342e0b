"""How soon and how cheaply a changed deal is in the answer, and what looking back at a past moment costs."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import duckdb

from benchmarks.board import TILES, together
from benchmarks.company import MEMORY, built, put_back
from benchmarks.outcome import Detail, Line, Outcome, figure, milliseconds
from benchmarks.place import FIRST, TODAY, Place
from benchmarks.timing import ROUNDS, in_turns, percentile, seconds
from cadran.crm import save
from cadran.crm.models import Deal, Origin
from cadran.facts import raw, transform
from cadran.facts.refresh import EVERY, Refresher
from cadran.facts.snapshot import Snapshot
from cadran.facts.state import State
from cadran.facts.store import Store, version
from cadran.metrics import Question, ask, shipped_catalogue

CHANGES = 120
LONGEST = 30.0  # seconds after which a change that is in no answer is a fault
PAST = {"a week": datetime(2026, 6, 23, 22, tzinfo=UTC), "a quarter": datetime(2026, 3, 31, 22, tzinfo=UTC)}
REVENUE = Question("revenue", start=FIRST, end=TODAY)
HOW = (
    "One change at a time to the amount of a won deal, through the door. {waits} changes while a refresher looks every "
    f"{EVERY * 1000:g} ms: from the return of the commit until an answer (revenue of all time) holds the new amount. "
    "{rounds} changes without it: the time of the refresh alone.",
    "A rebuild is every fact table anew from the raw tables, measured {rebuilds} ×; copying the records into raw "
    "tables is left out, which favours it.",
    "The records database holds the deals and what they link to: a change of a deal reads no other kind of record.",
)


def run(place: Place) -> Outcome:
    """Change deals one by one and watch the answers."""
    base = built(place)
    try:
        return _measured(place, base)
    finally:
        put_back(base)


def _measured(place: Place, base: Path) -> Outcome:
    store = Store.open(place.home)
    still = State(base)
    plain = Snapshot(still, lambda at: version(still, at), datetime.now(UTC), _no_history)
    deals = _won_deals(CHANGES + ROUNDS * 4)
    refreshed = [_refreshed(store, deal) for deal in deals[CHANGES:]]
    print(f"  refreshed in {median(refreshed):.3f} s", file=sys.stderr, flush=True)
    waits = list(_waits(store, deals[:CHANGES]))
    print(f"  in the answer after {percentile(waits, 0.95):.3f} s at p95", file=sys.stderr, flush=True)
    rebuilds = [seconds(lambda: rebuild(base)) for _ in range(ROUNDS if place.small else 1)]
    print(f"  rebuilt in {median(rebuilds):.1f} s", file=sys.stderr, flush=True)
    asked = [Question(metric, by=(dimension,), grain="month", start=FIRST, end=TODAY) for metric, dimension in TILES]
    shadowed = store.engine()
    asking = in_turns({"plain": lambda: together(plain, asked), "shadowed": lambda: together(shadowed, asked)})
    idle = seconds(store.refresh)
    back = {ago: _looked_back(store, moment) for ago, moment in PAST.items()}
    one, whole = median(refreshed), median(rebuilds)
    return Outcome(
        "freshness",
        "Freshness",
        how=[text.format(waits=len(waits), rounds=len(refreshed), rebuilds=len(rebuilds)) for text in HOW],
        lines=[
            Line("one changed deal, cheaper than a rebuild", whole / one, low=50),
            Line(f"from commit to the answer, p95 of {len(waits)} changes", percentile(waits, 0.95), "s", high=1),
            Line("asking beside changed rows, over asking the base alone", asking["shadowed"] / asking["plain"]),
            *(Line(f"first question as of {ago} ago", taken, "s") for ago, taken in back.items() if taken is not None),
        ],
        details=[
            Detail(
                "Freshness",
                ["what", "median", "p95", "slowest"],
                [
                    ["refresh after one changed deal, ms", *_spread(refreshed)],
                    ["from commit to the answer, ms", *_spread(waits)],
                    ["refresh when nothing changed, ms", milliseconds(idle), "", ""],
                    ["rebuild of the fact tables, s", figure(whole), "", figure(max(rebuilds))],
                    ["twenty questions by month and dimension, base alone, ms", milliseconds(asking["plain"]), "", ""],
                    ["the same beside changed rows, ms", milliseconds(asking["shadowed"]), "", ""],
                    *(
                        [
                            f"first question as of {ago} ago, s",
                            "out of memory" if taken is None else figure(taken),
                            "",
                            "",
                        ]
                        for ago, taken in back.items()
                    ),
                ],
            )
        ],
    )


def _spread(values: Sequence[float]) -> list[str]:
    return [milliseconds(value) for value in (median(values), percentile(values, 0.95), max(values))]


def _won_deals(count: int) -> list[Deal]:
    ids = list(Deal.objects.filter(stage__outcome="won", amount__gt=0).order_by("id").values_list("id", flat=True))
    chosen = Random(7).sample(ids, min(count, len(ids)))
    return [Deal.objects.get(pk=pk) for pk in chosen]


def _change(deal: Deal) -> None:
    amount = (deal.amount or Decimal(0)) + Decimal(1000)
    save.change(deal, {"amount": amount}, by=save.By(Origin.API, batch="benchmark"))


def _refreshed(store: Store, deal: Deal) -> float:
    _change(deal)
    return seconds(store.refresh)


@contextmanager
def _refreshing(store: Store) -> Iterator[None]:
    refresher = Refresher(store)
    refresher.start()
    try:
        yield
    finally:
        refresher.stop()


def _waits(store: Store, deals: Sequence[Deal]) -> Iterator[float]:
    """From each commit to the answer that holds it; commits come at uneven moments of the refresher's round."""
    pause = Random(11)
    with _refreshing(store):
        for deal in deals:
            before, seen = _revenue(store), store.engine().data_version
            _change(deal)
            begun = time.perf_counter()
            while store.engine().data_version == seen:
                if time.perf_counter() - begun > LONGEST:
                    raise TimeoutError(f"A change of deal {deal.pk} was in no answer after {LONGEST:g} s.")
                time.sleep(0.002)
            after = _revenue(store)
            yield time.perf_counter() - begun
            if after == before:
                raise ValueError(f"The facts moved on without the change of deal {deal.pk}.")
            time.sleep(pause.random() * EVERY)


def _looked_back(store: Store, moment: datetime) -> float | None:
    """How long the first question as of a moment takes; None when it needs more memory than a store allows itself."""
    try:
        return seconds(
            lambda: ask(store.engine(moment), shipped_catalogue(), REVENUE, today=moment.date() + timedelta(days=1))
        )
    except duckdb.OutOfMemoryException:
        return None


def _revenue(store: Store) -> Decimal | None:
    return ask(store.engine(), shipped_catalogue(), REVENUE, today=TODAY).total.value


def rebuild(base: Path) -> None:
    """Every fact table anew from the raw tables of a base, in a file of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="rebuilding-", dir=base.parent.parent) as folder,
        duckdb.connect(str(Path(folder) / "anew.duckdb"), config={"memory_limit": MEMORY}) as connection,
    ):
        connection.execute(f"ATTACH '{base}' AS base (READ_ONLY)")
        connection.execute("CREATE SCHEMA raw")
        for kind in raw.kinds():
            connection.execute(f'CREATE VIEW raw."{kind}" AS FROM base.raw."{kind}"')
        transform.build(connection)
        connection.execute("CHECKPOINT")


def _no_history(_: datetime) -> Any:
    raise NotImplementedError
