"""The real emulator behind a real port, for tests that look at it through a browser."""

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import httpx
import uvicorn

from sandbox.emulator import Emulator
from sandbox.pages import page_routes
from sandbox.web import create_app

TOKEN = "123456:page-test"
MONDAY = datetime(2025, 12, 1, 8, 0, tzinfo=UTC)


class HandClock:
    """A clock that stands still until somebody moves it; there is no bot to wait for."""

    live = False

    def __init__(self, now: datetime = MONDAY) -> None:
        self.now = now

    async def advance(self, delta: timedelta) -> datetime:
        self.now += delta
        return self.now

    async def jump(self, delta: timedelta) -> datetime:
        return await self.advance(delta)

    async def settled(self) -> None:
        return


class PageServer:
    """Serves page, control API and Bot API; `bot` and `control` call it as others would."""

    def __init__(self, port: int = 0) -> None:
        clock = HandClock()
        self.emulator = Emulator(TOKEN, lambda: clock.now)
        app = create_app(self.emulator, clock, page_routes())
        config = uvicorn.Config(
            app, port=port, log_level="warning", timeout_graceful_shutdown=1, ws="none"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)

    def __enter__(self) -> Self:
        self._thread.start()
        deadline = time.monotonic() + 10
        while not self._server.started:
            assert time.monotonic() < deadline, "the sandbox did not start"
            time.sleep(0.01)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        assert not self._thread.is_alive(), "the sandbox did not stop"

    def bot(self, method: str, **params: Any) -> Any:
        """One Bot API call; its result."""
        answer = httpx.post(f"{self.url}/bot{TOKEN}/{method}", json=params).json()
        assert answer["ok"], answer
        return answer["result"]

    def control(self, path: str, **body: Any) -> Any:
        """One control API call: a POST with a body, a GET without."""
        verb = "POST" if body else "GET"
        answer = httpx.request(verb, f"{self.url}/sandbox/{path}", json=body or None)
        answer.raise_for_status()
        return answer.json()

    def user(self, first_name: str) -> int:
        """The id of the person with this name."""
        users = self.control("users")
        return int(next(one["id"] for one in users if one["first_name"] == first_name))

    def chat(self, first_name: str) -> list[dict[str, Any]]:
        """Every message of a person's chat."""
        found: list[dict[str, Any]] = self.control(f"users/{self.user(first_name)}/messages")[
            "messages"
        ]
        return found
