"""Long polling on raw JSON: an update is in the inbox before Telegram may forget it."""

import asyncio
import json
import logging
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot
from telegram.error import Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from actions import recovery
from actions.runtime import Runtime

log = logging.getLogger(__name__)

ALLOWED: Final = ("message", "edited_message", "callback_query", "my_chat_member")
LONGEST_POLL: Final = 50  # Telegram's own cap in seconds
MOST: Final = 100
GIVE_UP_AFTER: Final = 15 * 60.0


class Receiver:
    """Polls Telegram and keeps what it gives.

    The library's own updater tells Telegram to forget updates before they are handled, and stops
    for ever at one it cannot parse (telegram.md facts 2 and 3). Here nothing is parsed.
    """

    def __init__(self, rt: Runtime, bot: Bot) -> None:
        self._rt = rt
        self._bot = bot
        self._offset = 0

    async def pull(self, wait: int = 0) -> int:
        """Fetch once, keep what came, and only then move the offset; return how many were new."""
        raws = await self._fetch(wait)
        new = await self._rt.run(recovery.take_in, raws)
        if raws:
            self._offset = max(raw["update_id"] for raw in raws) + 1
        if new:
            self._rt.inbox_event.set()
        return new

    async def _fetch(self, wait: int) -> list[dict[str, Any]]:
        query = f"offset={self._offset}&timeout={wait}&limit={MOST}"
        allowed = json.dumps(ALLOWED)
        answer = await self._bot.request.retrieve(
            f"{self._bot.base_url}/getUpdates?{query}&allowed_updates={allowed}",
            read_timeout=wait + 15,
        )
        found: list[dict[str, Any]] = json.loads(answer)["result"]
        return [raw for raw in found if isinstance(raw.get("update_id"), int)]

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until told to stop; a poll that waits is cut short then, and nothing is lost by it.

        Raises:
            InvalidToken: when Telegram does not know the token: trying again would not help.
            RuntimeError: when nothing was received for 15 minutes; a supervisor starts us anew,
                since a half-dead connection looks like a quiet day (telegram.md section 2).
        """
        polling = asyncio.ensure_future(self._poll(stop))
        stopped = asyncio.ensure_future(stop.wait())
        await asyncio.wait([polling, stopped], return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not polling.done():
            polling.cancel()
            await asyncio.wait([polling])
        if not polling.cancelled():
            polling.result()

    async def _poll(self, stop: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        well, wait = loop.time(), 1.0
        while not stop.is_set():
            try:
                await self.pull(LONGEST_POLL)
                well, wait = loop.time(), 1.0
            except InvalidToken:
                raise
            except Conflict:
                log.warning("another poller is running", extra={"action": "poll_conflict"})
                await _pause(stop, 5)
            except RetryAfter as error:
                await _pause(stop, _seconds(error))
            except (NetworkError, TelegramError, SQLAlchemyError, ValueError) as error:
                log.warning(
                    "polling failed", extra={"action": "poll_failed", "error": type(error).__name__}
                )
                if loop.time() - well > GIVE_UP_AFTER:
                    raise RuntimeError("nothing received for 15 minutes") from error
                await _pause(stop, wait)
                wait = min(wait * 2, 30)


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after
    return float(wait.total_seconds() if not isinstance(wait, int | float) else wait)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
