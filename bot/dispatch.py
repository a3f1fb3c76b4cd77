"""From the inbox to the handlers: in order within a chat, read first, never left unfinished."""

import asyncio
import json
import logging
from typing import Any, Final

from sqlalchemy.exc import InterfaceError, OperationalError
from telegram import Update
from telegram.error import TelegramError
from telegram.ext import Application

from actions import inbox
from actions.inbound import Inbound, chat_of, read_inbound
from actions.runtime import CURRENT, Runtime
from care.textreader import failed_reading, read

log = logging.getLogger(__name__)

BATCH: Final = 8
LARGEST_FILE: Final = 5_000_000  # bytes: a photo of a code; a plan is far smaller
PASSING: Final = (OperationalError, InterfaceError, ConnectionError, TimeoutError)
Bot = Application[Any, Any, Any, Any, Any, Any]


class UnfinishedError(RuntimeError):
    """A handler came to its end and the update is still open: nobody dealt with it."""


class Dispatcher:
    """Takes updates from the inbox through the handlers."""

    def __init__(self, rt: Runtime, application: Bot) -> None:
        self._rt = rt
        self._application = application

    async def drain(self) -> int:
        """Handle everything that is open now; return how many updates were handled."""
        handled = 0
        while claimed := await self._rt.run(inbox.claim, BATCH):
            # One update per chat is claimed at a time, so order within a chat is kept.
            for seq, body in claimed:
                await self._handle(seq, json.loads(body))
            handled += len(claimed)
        return handled

    async def run(self, stop: asyncio.Event) -> None:
        """Handle updates as they come, until told to stop."""
        while not stop.is_set():
            self._rt.inbox_event.clear()
            try:
                await self.drain()
            except PASSING as error:
                log.warning(
                    "inbox not readable",
                    extra={"action": "dispatch_failed", "error": type(error).__name__},
                )
            try:
                await asyncio.wait_for(self._rt.inbox_event.wait(), 0.5)
            except TimeoutError:
                continue

    async def _handle(self, seq: int, raw: dict[str, Any]) -> None:
        inbound = read_inbound(seq, raw)
        if inbound.text:
            inbound.reading = self._read(inbound)
        token = CURRENT.set(inbound)
        try:
            await self._fetch(inbound)
            await self._route(raw, inbound)
        except Exception as error:  # noqa: BLE001 (whatever broke, the person is answered below)
            await self._failed(inbound, raw, error)
        finally:
            CURRENT.reset(token)

    def _read(self, inbound: Inbound) -> Any:  # noqa: ANN401 (a Reading)
        try:
            return read(inbound.text, self._rt.content.lexicon)
        except Exception as error:
            log.exception("reader failed", extra={"action": "reader_failed", "seq": inbound.seq})
            return failed_reading(type(error).__name__)

    async def _fetch(self, inbound: Inbound) -> None:
        """Fetch the file of a message. One that cannot be had is asked for again by the handler.

        It was read before: a danger in the caption never waits for a download.
        """
        sent = inbound.file
        if sent is None or not inbound.private or sent.size > LARGEST_FILE:
            return
        try:
            found = await self._application.bot.get_file(sent.file_id)
            content = bytes(await found.download_as_bytearray())
        except TelegramError as error:
            what = type(error).__name__
            log.warning("file not fetched", extra={"action": "file_not_fetched", "error": what})
            return
        sent.content = content if len(content) <= LARGEST_FILE else None

    async def _route(self, raw: dict[str, Any], inbound: Inbound) -> None:
        update = Update.de_json(raw, self._application.bot)
        await self._application.process_update(update)
        if inbound.error is not None:
            raise inbound.error
        if not await self._rt.run(inbox.is_done, inbound.seq):
            raise UnfinishedError(inbound.kind)

    async def _failed(self, inbound: Inbound, raw: dict[str, Any], error: Exception) -> None:
        """Try again after a passing error; otherwise park it and answer the person all the same."""
        what = type(error).__name__
        log.error(
            "update failed",
            exc_info=None if isinstance(error, UnfinishedError) else error,
            extra={"action": "update_failed", "seq": inbound.seq, "error": what},
        )
        if isinstance(error, PASSING) and await self._rt.run(inbox.retry, inbound.seq, what):
            return
        try:
            await self._rt.run(inbox.park, inbound, what)
        except PASSING:
            raise
        except Exception:
            log.exception("parking failed", extra={"action": "park_failed", "seq": inbound.seq})
            await self._rt.run(inbox.park_bare, inbound.seq, chat_of(raw), what)


async def on_error(update: object, context: Any) -> None:  # noqa: ANN401 (the library's context)
    """Keep what a handler raised: the library swallows it, the dispatcher must know."""
    del update
    inbound = CURRENT.get()
    if inbound is not None:
        inbound.error = context.error
