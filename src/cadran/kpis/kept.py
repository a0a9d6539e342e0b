"""What was worked out once and is asked for again: kept as long as the data does not move on."""

from collections.abc import Hashable, Iterable
from threading import Lock


class Kept[Key: Hashable, Value]:
    """Values of one version of the data, so many at most; a new version empties them. Threads share it."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._lock = Lock()
        self._version = ""
        self._values: dict[Key, Value] = {}

    def find(self, version: str, keys: Iterable[Key]) -> dict[Key, Value]:
        """Those that are kept."""
        with self._lock:
            if version != self._version:
                self._version = version
                self._values.clear()
            return {key: self._values[key] for key in keys if key in self._values}

    def keep(self, version: str, values: dict[Key, Value]) -> None:
        """Keep values, the oldest making room, unless the data has moved on meanwhile."""
        with self._lock:
            if version == self._version:
                self._values.update(values)
                for key in list(self._values)[: max(0, len(self._values) - self.most)]:
                    del self._values[key]
