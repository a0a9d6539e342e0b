"""The folder in which an import unpacks files: in the home folder, gone when the import ends, however it does."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from django.conf import settings

FOLDER = "importing"


class _Held:
    """A folder that is locked for as long as this process lives, at most until closed."""

    def __init__(self, folder: Path, *, wait: bool) -> None:
        """Raises BlockingIOError when another process holds it and this one should not wait."""
        self._descriptor = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Let others have it."""
        os.close(self._descriptor)


@contextmanager
def workplace() -> Iterator[Path]:
    """A new empty folder for one import; what imports that were killed left behind is cleared first."""
    every = settings.HOME / FOLDER
    every.mkdir(mode=0o700, parents=True, exist_ok=True)
    with closing(_Held(every, wait=True)):
        _clear(every)
        own = Path(tempfile.mkdtemp(dir=every))
        held = _Held(own, wait=False)
    with closing(held):
        try:
            yield own
        finally:
            shutil.rmtree(own, ignore_errors=True)


def _clear(every: Path) -> None:
    """Remove the folders that no living process holds."""
    for folder in every.iterdir():
        with suppress(BlockingIOError), closing(_Held(folder, wait=False)):
            shutil.rmtree(folder, ignore_errors=True)
