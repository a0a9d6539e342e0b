"""Work done beside the request that asked for it: how far it is, and what came of it.

One process serves the pages, so what is going on is kept in it. Each piece of work has a name; one that is going on is
not begun a second time. What it writes is safe by itself: a piece of work that is cut short is asked for again.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Any

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

log = logging.getLogger(__name__)


@dataclass
class Work:
    """A piece of work. `error` is a sentence for people when it failed; `came_of_it` what it returned."""

    name: str
    done: int = 0
    of: int | None = None
    ended: bool = False
    error: str | Promise = ""
    came_of_it: Any = None

    def tell(self, done: int, of: int | None) -> None:
        """Say how far it is."""
        self.done, self.of = done, of

    @property
    def percent(self) -> int:
        """How far it is, from 0 to 100."""
        return min(100, 100 * self.done // self.of) if self.of else 0


class Busy(Exception):
    """Work of this name is going on already."""


_all: dict[str, Work] = {}
_lock = Lock()


def work_of(name: str) -> Work | None:
    """The last piece of work of this name."""
    return _all.get(name)


def forget(name: str) -> None:
    """Let go of a piece of work that has ended."""
    with _lock:
        if (work := _all.get(name)) and work.ended:
            del _all[name]


def begin(
    name: str, what: Callable[[Work], Any], *, mistakes: tuple[type[Exception], ...], beside: bool = True
) -> Work:
    """Begin a piece of work, beside the request unless told otherwise.

    `mistakes` are the exceptions whose message is for people. Raises Busy while work of this name is going on.
    """
    with _lock:
        present = _all.get(name)
        if present and not present.ended:
            raise Busy(name)
        work = _all[name] = Work(name)
    if beside:
        spoken = get_language()

        def carry_out() -> None:
            with override(spoken):
                _carry_out(work, what, mistakes, True)

        Thread(target=carry_out, name=name, daemon=True).start()
    else:
        _carry_out(work, what, mistakes, False)
    return work


def _carry_out(work: Work, what: Callable[[Work], Any], mistakes: tuple[type[Exception], ...], beside: bool) -> None:
    try:
        work.came_of_it = what(work)
    except mistakes as mistake:
        work.error = str(mistake)
    except Exception:
        log.exception("Work %s failed", work.name)
        work.error = _("It failed for a reason that the server's log tells.")
    finally:
        work.ended = True
        if beside:
            connection.close()
