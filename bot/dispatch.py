"""From the inbox to the handlers: in order within a chat, read first, never left unfinished."""

import asyncio
import json
import logging
from typing import Any, Final

from sqlalchemy.exc import InterfaceError, OperationalError
from telegram import Update
from telegram.error import TelegramError
from telegram.ext import Application

from actions import inbox, plan_files
from actions.inbound import Inbound, SentFile, chat_of, read_inbound
from actions.runtime import CURRENT, Runtime
from bot.plan_files import PlanFileError
from care.textreader import failed_reading, read

log = logging.getLogger(__name__)

BATCH: Final = 8
LARGEST_FILE: Final = 5_000_000  # bytes: a photo of a code; a plan is far smaller
# Seconds; together they stay below the lease of the update.
FETCH_WITHIN: Final = 20.0
READ_WITHIN: Final = 20.0
LOOK_AGAIN: Final = 0.1
PASSING: Final = (OperationalError, InterfaceError, ConnectionError, TimeoutError)
Bot = Application[Any, Any, Any, Any, Any, Any]


class UnfinishedError(RuntimeError):
    """A handler came to its end and the update is still open: nobody dealt with it."""


class Dispatcher:
    """Takes updates from the inbox through the handlers."""

    def __init__(self, rt: Runtime, application: Bot) -> None:
        self._rt = rt
        self._application = application
        self._fetching: set[asyncio.Task[None]] = set()

    async def drain(self) -> int:
        """Handle everything that is open now; return how many updates were handled.

        A file is fetched and read beside the others: nobody's words wait for it.
        """
        handled = 0
        while (claimed := await self._rt.run(inbox.claim, BATCH)) or self._fetching:
            # One update per chat is claimed at a time, so order within a chat is kept.
            for seq, body in claimed:
                await self._begin(seq, json.loads(body))
            handled += len(claimed)
            if not claimed:
                await self._fetched()
        return handled

    async def _begin(self, seq: int, raw: dict[str, Any]) -> None:
        if read_inbound(seq, raw).file is None:
            await self._handle(seq, raw)
        else:
            self._fetching.add(asyncio.create_task(self._handle(seq, raw)))

    async def _fetched(self) -> None:
        done, _ = await asyncio.wait(
            self._fetching, timeout=LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED
        )
        self._fetching -= done
        for one in done:
            one.result()

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
        """Fetch the file of a message and read it, outside of any transaction.

        One that cannot be had is asked for again by the handler. A danger in the caption was read
        before and never waits for a download.
        """
        sent = inbound.file
        flagged = inbound.reading is not None and inbound.reading.flagged
        if sent is None or flagged or not inbound.private or sent.size > LARGEST_FILE:
            return
        try:
            async with asyncio.timeout(FETCH_WITHIN):
                file = await self._application.bot.get_file(sent.file_id)
                content = bytes(await file.download_as_bytearray())
        except (TelegramError, TimeoutError) as error:
            what = type(error).__name__
            log.warning("file not fetched", extra={"action": "file_not_fetched", "error": what})
            return
        if len(content) <= LARGEST_FILE:
            sent.found = await self._look(inbound, sent, content)

    async def _look(self, inbound: Inbound, sent: SentFile, content: bytes) -> plan_files.Found:
        only = await self._rt.run(plan_files.only_medicine, inbound.chat_id)
        drugs = self._rt.content.drugs
        try:
            async with asyncio.timeout(READ_WITHIN):
                return await asyncio.to_thread(
                    plan_files.look, sent.what, sent.name, content, drugs, only
                )
        except TimeoutError:
            return PlanFileError("", "a file that takes too long to read", "a plan and no more")

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
