import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from cadran.crm.save import By, change
from cadran.kpis import live
from cadran.kpis.answer import engine
from cadran.kpis.live import Live, Watcher, mark
from cadran.kpis.tests.conftest import Company

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def answering(status: int = 200, kind: bytes = b"text/event-stream") -> Callable[..., Awaitable[None]]:
    """An application that answers at once and is done."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"Content-Type", kind), (b"Content-Length", b"5")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"begin"})

    return app


class Caller:
    """A browser: keeps what it is sent, and hangs up when told."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self._gone = asyncio.Event()

    async def receive(self) -> dict[str, str]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.sent.append(message)

    def hang_up(self) -> None:
        self._gone.set()

    @property
    def text(self) -> str:
        return b"".join(message.get("body", b"") for message in self.sent).decode()

    async def hears(self, words: str) -> None:
        async with asyncio.timeout(5):
            while words not in self.text:
                await asyncio.sleep(0.005)


class Data:
    """Data that moves on when told, and counts how often it was looked at."""

    def __init__(self) -> None:
        self.mark, self.looks = "one", 0

    def __call__(self) -> str:
        self.looks += 1
        return self.mark


def test_a_stream_goes_on_after_the_answer_and_tells_of_each_change() -> None:
    async def walk() -> None:
        data, caller = Data(), Caller()
        app = Live(answering(), Watcher(data, every=0.01), lambda: NOW)
        call = asyncio.create_task(app({"type": "http", "method": "GET"}, caller.receive, caller.send))
        await caller.hears("event: fresh\ndata: 2026-11-22T12:00:00+00:00\n\nevent: mark\ndata: one\n\n")
        data.mark = "two"
        await caller.hears("event: mark\ndata: two\n\n")
        assert caller.text.startswith("begin")
        assert caller.text.count("data: one") == 1
        assert [name for name, _ in caller.sent[0]["headers"]] == [b"Content-Type"]
        assert all(message["more_body"] for message in caller.sent[1:])
        caller.hang_up()
        await asyncio.wait_for(call, 5)

    asyncio.run(walk())


def test_many_streams_share_one_look_and_nobody_looks_when_none_is_left() -> None:
    async def walk() -> None:
        data, callers = Data(), [Caller() for _ in range(50)]
        app = Live(answering(), Watcher(data, every=0.05), lambda: NOW)
        scope = {"type": "http", "method": "GET"}
        calls = [asyncio.create_task(app(scope, caller.receive, caller.send)) for caller in callers]
        for caller in callers:
            await caller.hears("data: one")
        assert data.looks < 10
        for caller in callers:
            caller.hang_up()
        await asyncio.wait_for(asyncio.gather(*calls), 5)
        looks = data.looks
        await asyncio.sleep(0.2)
        assert data.looks <= looks + 1

    asyncio.run(walk())


def test_a_silent_stream_says_now_and_then_how_fresh_the_data_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "BEAT", 0.02)

    async def walk() -> None:
        caller = Caller()
        app = Live(answering(), Watcher(Data(), every=0.01), lambda: NOW)
        call = asyncio.create_task(app({"type": "http", "method": "GET"}, caller.receive, caller.send))
        async with asyncio.timeout(5):
            while caller.text.count("event: fresh") < 3:
                await asyncio.sleep(0.005)
        caller.hang_up()
        await call

    asyncio.run(walk())


def test_a_stream_ends_in_time_so_that_the_browser_is_asked_again_who_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LIFE", 0.05)

    async def walk() -> None:
        caller = Caller()
        app = Live(answering(), Watcher(Data(), every=0.01), lambda: NOW)
        await asyncio.wait_for(app({"type": "http", "method": "GET"}, caller.receive, caller.send), 5)
        assert not caller.sent[-1].get("more_body")

    asyncio.run(walk())


def test_facts_that_cannot_be_read_for_a_moment_end_no_stream() -> None:
    async def walk() -> None:
        data, caller, looks = Data(), Caller(), 0

        def look() -> str:
            nonlocal looks
            looks += 1
            if looks < 3:
                raise OSError
            return data()

        app = Live(answering(), Watcher(look, every=0.01), lambda: NOW)
        call = asyncio.create_task(app({"type": "http", "method": "GET"}, caller.receive, caller.send))
        await caller.hears("data: one")
        caller.hang_up()
        await call

    asyncio.run(walk())


@pytest.mark.parametrize(("status", "kind"), [(200, b"text/html"), (302, b"text/event-stream"), (403, b"text/html")])
def test_any_other_answer_is_passed_on_as_it_is(status: int, kind: bytes) -> None:
    async def walk() -> None:
        caller = Caller()
        await Live(answering(status, kind))({"type": "http", "method": "GET"}, caller.receive, caller.send)
        assert [message.get("body") for message in caller.sent] == [None, b"begin"]
        assert (b"Content-Length", b"5") in caller.sent[0]["headers"]

    asyncio.run(walk())


def test_the_mark_moves_on_with_a_change_and_says_nothing_of_how_many_there_are(ada: Client, company: Company) -> None:
    engine()
    before = mark()
    assert f"event: mark\ndata: {before}\n" in ada.get("/live").content.decode()
    change(company.deals["Pool"], {"amount": 500}, by=By("member"))
    engine()
    assert mark() != before
    assert len(mark()) == 16


def test_a_stranger_hears_nothing(db: None, client: Client) -> None:
    response = client.get("/live")
    assert response.status_code == 302
    assert response.content == b""


def test_a_page_of_numbers_names_the_data_it_began_from_and_what_follows_them(ada: Client) -> None:
    html = ada.get("/").content.decode()
    assert f'data-mark="{mark()}"' in html
    assert 'data-from="/live"' in html
    assert 'id="tiles" data-live' in html
    assert "data-mark" not in ada.get("/account/password/change/").content.decode()
