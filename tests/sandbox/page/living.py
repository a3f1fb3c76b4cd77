"""The real bot in the sandbox, as `steady sandbox` runs it, for tests that meet it in a browser."""

import socket
import subprocess
import sys
import time
from typing import Any, Self

import httpx

BEGINS_WITHIN = 120  # seconds; a slow machine makes its database for a while


class LivingSandbox:
    """A `steady sandbox` process with a fresh database on a free port; `url` is its page."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "bot", "sandbox", "--port", str(port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def __enter__(self) -> Self:
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.terminate()
        self._process.wait(20)

    def _wait(self) -> None:
        deadline = time.monotonic() + BEGINS_WITHIN
        while not self._answers():
            assert self._process.poll() is None, "the sandbox ended before it began"
            assert time.monotonic() < deadline, "the sandbox did not begin"
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/sandbox/clock").is_success
        except httpx.TransportError:
            return False

    def get(self, path: str) -> Any:
        """What the control API says under this path."""
        answer = httpx.get(f"{self.url}/sandbox/{path}", timeout=30)
        answer.raise_for_status()
        return answer.json()

    def said(self, first_name: str, who: str = "bot") -> list[str]:
        """Every text in the chat of the newest person of this name."""
        users = [one["id"] for one in self.get("users") if one["first_name"] == first_name]
        messages = self.get(f"users/{users[-1]}/messages")["messages"]
        return [one["text"] for one in messages if one["from"] == who and one.get("text")]
