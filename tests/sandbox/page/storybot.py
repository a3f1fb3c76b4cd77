"""A bot of ten lines that speaks the real Bot API, so that a play has somebody to play with."""

import threading
from collections.abc import Callable
from typing import Any, Self

from tests.sandbox.page.server import PageServer

Answer = Callable[[PageServer, int, str], None]


class StoryBot:
    """Polls for updates in a thread and hands each text or pressed button to `answer`."""

    def __init__(self, server: PageServer, answer: Answer) -> None:
        self._server = server
        self._answer = answer
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join(10)

    def _run(self) -> None:
        offset = 0
        while not self._stop.wait(0.05):
            for update in self._server.bot("getUpdates", offset=offset):
                offset = update["update_id"] + 1
                self._take(update)

    def _take(self, update: dict[str, Any]) -> None:
        if "callback_query" in update:
            pressed = update["callback_query"]
            self._server.bot("answerCallbackQuery", callback_query_id=pressed["id"])
            self._answer(self._server, pressed["from"]["id"], pressed["data"])
        else:
            message = update["message"]
            self._answer(self._server, message["from"]["id"], message["text"])
