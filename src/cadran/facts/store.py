"""The facts of one home folder, fresh: the newest base and the changes committed since."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import duckdb
from django.db import connection as records

from cadran.facts import mirror, raw
from cadran.facts.history import WORDS, Past, PastFacts
from cadran.facts.publish import newest_base, publish
from cadran.facts.snapshot import Snapshot
from cadran.facts.state import State, TooMuchTouched
from cadran.metrics.engines.duckdb import DuckDB
from cadran.metrics.tables import Tables

CHANGES = 50_000  # more changes than this at once, or more touched rows in a table: build anew
GROWN = 20_000  # rows worked out since the base, and
SHARE = 0.05  # the share of the base's changes, beyond which a new base is built behind the readers' backs
PAST = 4  # past moments kept


class Store:
    """Facts to ask questions of. Any thread may use it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._lock = threading.RLock()
        self._state = self._opened()
        self._applied: tuple[State, int] | None = None  # the last change that a state holds, once it was looked for
        self._fresh_at = datetime.now(UTC)
        self._past: OrderedDict[tuple[Path, datetime], tuple[str, Past]] = OrderedDict()
        self._builder: threading.Thread | None = None
        self.refresh()

    @classmethod
    def open(cls, home: Path) -> Self:
        """Open the newest base of this home folder, building it when there is none, and catch up with the records."""
        return cls(home)

    @property
    def version(self) -> str:
        """The name of this state of the data: the last change it holds, and what it was made with."""
        return version(self._state, self._state.change_id)

    @property
    def fresh_at(self) -> datetime:
        """The moment at which the records were last seen to hold nothing newer."""
        return self._fresh_at

    def refresh(self) -> bool:
        """Catch up with the records; returns whether anything changed. Costs one small query when nothing did."""
        with self._lock:
            now = datetime.now(UTC)
            state, last = self._newest(), mirror.last_change()
            if (state, last) == self._applied:
                self._fresh_at = now
                return False
            before = self.version
            if last != state.change_id:
                state = self._caught_up(state)
            self._state, self._fresh_at, self._applied = state, now, (state, state.change_id)
            self._grow()
            return self.version != before

    def engine(self, as_of: datetime | None = None) -> DuckDB:
        """The facts as they are now, or as known at a past moment; what an engine shows never changes."""
        if as_of is not None:
            return self._as_of(as_of)
        state = self._state
        return Snapshot(state, lambda at: version(state, at), self._fresh_at, self._as_of)

    @property
    def tables(self) -> Tables:
        """The contract of the facts as they are now, with the custom dimensions found in them."""
        return self._state.tables

    def close(self) -> None:
        """Wait for a base being built, and let go of the files."""
        if self._builder is not None:
            self._builder.join()

    def _opened(self) -> State:
        while True:
            path = newest_base(self.home) or publish(self.home)
            try:
                return State(path)
            except (duckdb.IOException, FileNotFoundError):
                if path.exists():
                    raise

    def _caught_up(self, state: State) -> State:
        """This state with the changes committed since, or one of a new base when there are too many."""
        with mirror.reading():
            upto, since = mirror.last_change(), state.change_id
            if upto - since <= CHANGES:
                try:
                    if self._apply(state, since, upto):
                        return state
                except TooMuchTouched:
                    pass
        return State(publish(self.home))

    def _apply(self, state: State, since: int, upto: int) -> bool:
        names = list(raw.columns("change"))
        fresh = [row for batch in mirror.rows("change", f"WHERE id > {since} AND id <= {upto}") for row in batch]
        changed: dict[str, set[int]] = {"change": {row[names.index("id")] for row in fresh}}
        for row in fresh:
            kind = row[names.index("record")]
            if kind in raw.COLUMNS:
                changed.setdefault(kind, set()).add(int(row[names.index("record_id")]))
        if raw.SETTINGS & set(changed) or upto < since:
            return False
        put = {
            kind: fresh if kind == "change" else [row for batch in mirror.rows_of_ids(kind, ids) for row in batch]
            for kind, ids in changed.items()
        }

        state.apply({kind: {int(one) for one in ids} for kind, ids in changed.items()}, put, upto=upto, limit=CHANGES)
        self._let_go_of_past(state, changed, since)
        return True

    def _newest(self) -> State:
        """The present state, or one of a newer base when one was published, here or by another process."""
        path = newest_base(self.home)
        return self._state if path is None or path == self._state.path else State(path)

    def _grow(self) -> None:
        busy = self._builder is not None and self._builder.is_alive()
        if not busy and self._state.rows > max(GROWN, SHARE * self._state.base.change_id):
            self._builder = threading.Thread(target=self._build, name="facts", daemon=True)
            self._builder.start()

    def _build(self) -> None:
        try:
            publish(self.home)
        finally:
            records.close()

    def _as_of(self, moment: datetime) -> DuckDB:
        with self._lock:
            state = self._state
            key = (state.path, moment)
            if key not in self._past:
                name = f"{version(state, state.change_id)}@{moment.astimezone(UTC).isoformat()}"
                self._past[key] = name, Past(state, moment)
            self._past.move_to_end(key)
            while len(self._past) > PAST:
                self._past.popitem(last=False)
            name, past = self._past[key]
            return PastFacts(past, name, self._fresh_at, self._as_of)

    def _let_go_of_past(self, state: State, changed: Collection[str], since: int) -> None:
        """Let go of the past moments that these changes alter: what was known by then, or the words it is told in."""
        if self._past:
            reader = state.cursor()
            ((known,),) = reader.execute("select min(known_at) from raw.change where id > $1", [since]).fetchall()
            for path, moment in list(self._past):
                if path != state.path or WORDS & set(changed) or known.replace(tzinfo=UTC) <= moment:
                    del self._past[path, moment]


def version(state: State, change_id: int) -> str:
    """What the facts of a base are called once changes up to this one were applied."""
    return f"{change_id}-{state.base.digest}"
