"""Open pages are told when the data moved on, by a stream of server-sent events at ``/live``.

The web framework answers the call as any other: who may, who may not. What follows an answer that is an event stream is
sent from here, once the framework is done with it: a stream that waits holds no thread and no database connection, and
one look at the data, four times a second, serves all streams.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from cadran.kpis.answer import data_version, fresh_at
from cadran.ui.access import members

type Message = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type App = Callable[[Any, Any, Any], Awaitable[None]]

EVERY = 0.25  # seconds between two looks at the data
BEAT = 15.0  # seconds after which a silent stream says how fresh the data is
LIFE = 600.0  # seconds after which a stream ends: the browser calls again, and is asked again who it is
KIND = "text/event-stream"


def mark() -> str:
    """A name for the present state of the data that says nothing of how much there is."""
    return sha256(data_version().encode()).hexdigest()[:16]


@members
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The beginning of a stream; where nothing follows it, the browser calls again after two seconds."""
    del request
    body = f"retry: 2000\n{event('mark', mark())}"
    return HttpResponse(body, content_type=KIND, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})


def page(request: HttpRequest) -> dict[str, Any]:
    """Context processor: what a page of numbers needs to follow the data."""
    began: Began | None = getattr(request, "began", None)
    return {} if began is None else {"live": began}


@dataclass(frozen=True)
class Began:
    """The state of the data from which a page was begun, and the time zone in which it tells how fresh that is."""

    mark: str
    zone: str

    @property
    def url(self) -> str:
        """Where the page hears of changes."""
        return reverse("live")


def event(name: str, data: str) -> str:
    """An event as it is sent."""
    return f"event: {name}\ndata: {data}\n\n"


class Watcher:
    """Looks at the data while somebody follows it, and wakes all who do when it moved on."""

    def __init__(self, look: Callable[[], str] = mark, every: float = EVERY) -> None:
        self._look, self._every = look, every
        self._seen = ""
        self._followers = 0
        self._moved = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def followed(self) -> AsyncIterator[None]:
        """Look as long as anyone is in here."""
        self._followers += 1
        if self._task is None:
            self._task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            self._followers -= 1
            if not self._followers and self._task is not None:
                self._task.cancel()
                self._task = None

    async def other_than(self, known: str) -> str:
        """The state of the data, as soon as it is another than the one known."""
        async with self._moved:
            await self._moved.wait_for(lambda: self._seen not in ("", known))
            return self._seen

    async def _watch(self) -> None:
        while True:
            with suppress(Exception):  # facts that cannot be read now: the next look may succeed
                seen = await asyncio.to_thread(self._look)
                if seen != self._seen:
                    self._seen = seen
                    async with self._moved:
                        self._moved.notify_all()
            await asyncio.sleep(self._every)


class Live:
    """A web application whose event streams go on after it has answered."""

    def __init__(self, app: App, watcher: Watcher | None = None, fresh: Callable[[], datetime] = fresh_at) -> None:
        self._app, self._fresh = app, fresh
        self._watcher = watcher or Watcher()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        streaming = False

        async def forward(message: Message) -> None:
            nonlocal streaming
            if message["type"] == "http.response.start" and scope["method"] == "GET" and _is_stream(message):
                streaming = True
                headers = [pair for pair in message["headers"] if pair[0].lower() != b"content-length"]
                message = {**message, "headers": headers}
            elif streaming:
                message = {**message, "more_body": True}
            await send(message)

        await self._app(scope, receive, forward)
        if streaming:
            await self._follow(receive, send)

    async def _follow(self, receive: Receive, send: Send) -> None:
        gone = asyncio.ensure_future(_disconnected(receive))
        try:
            async with self._watcher.followed(), asyncio.timeout(LIFE):
                await self._tell(gone, send)
        except TimeoutError:
            await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()

    async def _tell(self, gone: asyncio.Future[None], send: Send) -> None:
        known = ""
        moved = asyncio.ensure_future(self._watcher.other_than(known))
        try:
            while True:
                awaited: set[asyncio.Future[Any]] = {gone, moved}
                await asyncio.wait(awaited, timeout=BEAT, return_when=asyncio.FIRST_COMPLETED)
                if gone.done():
                    return
                told = event("fresh", self._fresh().isoformat(timespec="seconds"))
                if moved.done():
                    known = moved.result()
                    told += event("mark", known)
                    moved = asyncio.ensure_future(self._watcher.other_than(known))
                await send({"type": "http.response.body", "body": told.encode(), "more_body": True})
        finally:
            moved.cancel()


def _is_stream(message: Message) -> bool:
    kinds = [value for name, value in message["headers"] if name.lower() == b"content-type"]
    return message["status"] == 200 and kinds == [KIND.encode()]


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
