"""Keep a store fresh while the site is served: look often, at next to no cost, and catch up with what was committed."""

from __future__ import annotations

import logging
import threading

from django.db import connection as records

from cadran.facts.reading import reads
from cadran.facts.store import Store
from cadran.facts.transform import ORDER

EVERY = 0.02  # seconds between two looks: what is committed is in the answers well within a second

_log = logging.getLogger(__name__)


class Refresher:
    """A thread that refreshes a store until it is told to stop."""

    def __init__(self, store: Store, every: float = EVERY) -> None:
        self.store = store
        self.every = every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="refresh", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; returns once the thread has ended."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            reads(ORDER[0])  # half a second, once: not while the first change waits
            while not self._stop.wait(self.every):
                try:
                    self.store.refresh()
                except Exception:  # noqa: BLE001 (the next look may succeed; the answers say how fresh they are)
                    _log.exception("The facts could not be refreshed; they stay as they were and are tried again.")
                    records.close()
        finally:
            records.close()
