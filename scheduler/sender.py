"""The only voice: every Bot API call that changes something is made here, from the outbox."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from sqlalchemy.exc import OperationalError, SQLAlchemyError
from telegram import Bot, LinkPreviewOptions, Message

from actions import delivery
from actions.delivery import DeliveryHooks, Pause
from actions.outcomes import Outcome, Outgoing, Result
from actions.runtime import Runtime
from care.messages import URGENT_PRIORITY
from scheduler import markup, mishaps
from scheduler.leader import NotLeaderError, make_leader
from scheduler.pacing import Pacing
from scheduler.telegram_errors import classify
from store.queries.outbox import CHATLESS, Wanted

log = logging.getLogger(__name__)

Render = Callable[[dict[str, Any]], bytes]

CALLS_IN_FLIGHT: Final = 16
URGENT_CALLS: Final = 4
POLL_SECONDS: Final = 0.5
TIDY_SECONDS: Final = 1.0
TROUBLE_SECONDS: Final = 1.0
# Together they end before the lease of a claim does, so that no call outlives its claim.
RENDER_SECONDS: Final = 12.0
CALL_SECONDS: Final = 45.0
WRITE_PAUSES: Final = (0.1, 0.5)
NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)


class Sender:
    """Empties the outbox.

    Args:
        rt: database, clock, secrets.
        bot: the Telegram library's bot, without a rate limiter of its own.
        hooks: told about what was delivered and what cannot be.
        render: draws a picture or document from its recipe; runs in a thread.
        rate: messages per second in all (MESSAGES_PER_SECOND).
    """

    def __init__(
        self, rt: Runtime, bot: Bot, hooks: DeliveryHooks, render: Render, rate: int = 30
    ) -> None:
        self._rt, self._bot, self._hooks, self._render = rt, bot, hooks, render
        self._pacing = Pacing(rate)
        self._leader = make_leader(rt)
        self._busy: set[int] = set()
        self._flying: set[asyncio.Task[None]] = set()
        self._tidied = float("-inf")
        self._paced: datetime | None = None
        self._due: datetime | None = None
        self._calls: dict[str, Callable[[Outgoing], Awaitable[object]]] = {
            "send": self._send,
            "edit": self._edit,
            "strip": self._strip,
            "delete": self._delete,
            "answer": self._answer,
            "photo": self._photo,
            "document": self._document,
            "leave": self._leave,
            "setup": self._setup,
        }

    async def drain(self) -> int:
        """Send everything that may be sent at the present instant; return how many calls that was.

        One call at a time, by priority and age, without waiting: the order is always the same.
        Calls nothing when another process is the sender.
        """
        done, ended = 0, None
        if not await self._leader.lead():
            return done
        while isinstance(out := await self._turn(ended), Outgoing):
            ended = (out, await self._speak_paced(out))
            done += 1
        now = self._rt.now()
        waits = out.held or self._pacing.gated(now)
        self._paced, self._due = self._pacing.next_at(now) if waits else None, out.due
        return done

    def next_at(self) -> datetime | None:
        """Return when the pace lets held messages through, None when it holds none back.

        As of the last `drain`. Moving a stepped clock there is waiting, nothing else.
        """
        return self._paced

    def due_at(self) -> datetime | None:
        """Return when a later message or another try is due, or a lost call is given up.

        As of the last `drain`. None when nothing waits for its time.
        """
        return self._due

    async def close(self) -> None:
        """Let another process send. `run` does so itself when it ends."""
        await self._leader.resign()

    async def run(self, stop: asyncio.Event) -> None:
        """Send until `stop` is set: several calls at once, one per chat; then let them finish."""
        while not stop.is_set():
            try:
                started = await self._start()
            except (SQLAlchemyError, NotLeaderError) as error:
                mishaps.trouble("the outbox cannot be read", error)
                await _wait(stop, TROUBLE_SECONDS)
                continue
            if not started:
                await self._rest(stop)
        if self._flying:
            await asyncio.wait(self._flying)
        await self.close()

    async def _start(self) -> bool:
        """Claim one row and begin its call; whether there was one."""
        if len(self._flying) >= CALLS_IN_FLIGHT or not await self._leader.lead():
            return False
        await self._tidy()
        out = await self._claim()
        if out is None:
            return False
        if out.op not in CHATLESS:
            self._busy.add(out.lane)
        task = asyncio.create_task(self._fly(out))
        self._flying.add(task)
        task.add_done_callback(self._flying.discard)
        return True

    async def _tidy(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._tidied >= TIDY_SECONDS:
            await self._rt.run(delivery.tidy, self._hooks)
            self._tidied = now

    async def _fly(self, out: Outgoing) -> None:
        try:
            await self._write(out, await self._speak_paced(out))
        except Exception as error:  # noqa: BLE001 (the others go on)
            # The row stays `sending`; when its lease runs out its outcome counts as unknown.
            mishaps.trouble("an outcome could not be written", error, out.id)
        finally:
            if out.op not in CHATLESS:
                self._busy.discard(out.lane)
            self._rt.outbox_event.set()

    async def _rest(self, stop: asyncio.Event) -> None:
        """Wait for news: a queued message, an ended call, the pace, or half a second."""
        now = self._rt.now()
        allowed = self._pacing.next_at(now)
        seconds = POLL_SECONDS if allowed is None else (allowed - now).total_seconds()
        waiting = [asyncio.ensure_future(self._rt.outbox_event.wait())]
        waiting.append(asyncio.ensure_future(stop.wait()))
        # Our own claim has set the event; what it missed is found half a second later.
        self._rt.outbox_event.clear()
        await asyncio.wait(
            [*waiting, *self._flying],
            timeout=max(0.001, min(seconds, POLL_SECONDS)),
            return_when=asyncio.FIRST_COMPLETED,
        )
        for future in waiting:
            future.cancel()

    async def _turn(self, ended: tuple[Outgoing, Outcome] | None) -> Outgoing | Pause:
        """Write an outcome down and claim the next row in one transaction."""
        now = self._rt.now()
        try:
            out = await self._leader.run(delivery.turn, self._wanted(now), self._hooks, ended)
        except (SQLAlchemyError, NotLeaderError):
            if ended is not None:
                await self._write(*ended)
            raise
        if isinstance(out, Outgoing):
            self._count(out, now)
        return out

    async def _claim(self) -> Outgoing | None:
        now = self._rt.now()
        wanted = self._wanted(now)
        if wanted is None:
            return None
        out = await self._leader.run(delivery.claim, wanted, self._hooks)
        if out is not None:
            self._count(out, now)
        return out

    def _wanted(self, now: datetime) -> Wanted | None:
        most = self._pacing.most(now)
        if most is None:
            return None
        if len(self._flying) >= CALLS_IN_FLIGHT - URGENT_CALLS:
            # Slow calls for reminders must leave room for an alert.
            most = min(most, URGENT_PRIORITY)
        return Wanted(self._busy | self._pacing.closed(now), most)

    def _count(self, out: Outgoing, now: datetime) -> None:
        if out.op not in CHATLESS:
            self._pacing.said(out.lane, now)

    async def _speak_paced(self, out: Outgoing) -> Outcome:
        outcome = await self._speak(out)
        if outcome.result is Result.THROTTLED:
            lane = None if out.op in CHATLESS else out.lane
            self._pacing.throttled(lane, outcome.wait, self._rt.now())
        detail = {"action": outcome.result.value, "outbox_id": out.id}
        log.info("outbox %d: %s", out.id, outcome.result.value, extra=detail)
        return outcome

    async def _write(self, out: Outgoing, outcome: Outcome) -> None:
        """Write an outcome down; what is known is worth more than one try."""
        for pause in WRITE_PAUSES:
            try:
                await self._rt.run(delivery.record, out, outcome, self._hooks)
            except OperationalError as error:
                mishaps.trouble("an outcome waits to be written", error, out.id)
                await asyncio.sleep(pause)
            else:
                return
        await self._rt.run(delivery.record, out, outcome, self._hooks)

    async def _speak(self, out: Outgoing) -> Outcome:
        try:
            out = await self._drawn(out)
        except TimeoutError:
            return Outcome(Result.NOT_SENT, error="the picture took too long")
        except Exception as error:  # noqa: BLE001 (one bad row must not stop the queue)
            return mishaps.cannot_be_made(out, error)
        outcome = await self._call(out)
        if outcome.result is not Result.BAD_MARKUP:
            return outcome
        # A slip in a template must not leave somebody in danger without an answer.
        mishaps.bad_markup(out, outcome)
        said = await self._call(replace(out, body=markup.plain(out.body)))
        return replace(said, error=said.error or outcome.error)

    async def _call(self, out: Outgoing) -> Outcome:
        try:
            call = self._calls[out.op](out)
        except Exception as error:  # noqa: BLE001 (one bad row must not stop the queue)
            return mishaps.cannot_be_made(out, error)
        try:
            async with asyncio.timeout(CALL_SECONDS):
                result = await call
        except Exception as error:  # noqa: BLE001 (whatever happened, its row must say so)
            return _told(out, classify(error))
        message_id = result.message_id if isinstance(result, Message) else out.message_id
        return Outcome(Result.SENT, message_id)

    async def _drawn(self, out: Outgoing) -> Outgoing:
        if "recipe" not in out.body:
            return out
        async with asyncio.timeout(RENDER_SECONDS):
            content = await asyncio.to_thread(self._render, out.body["recipe"])
        return replace(out, body=out.body | {"content": content})

    def _send(self, out: Outgoing) -> Awaitable[object]:
        return self._bot.send_message(
            out.chat_id,
            out.body["text"],
            markup.mode(out.body),
            reply_markup=markup.of_message(out.body),
            link_preview_options=NO_PREVIEW,
            disable_notification=out.body.get("quiet"),
            protect_content=out.body.get("protect"),
        )

    def _edit(self, out: Outgoing) -> Awaitable[object]:
        buttons = markup.inline(out.body)
        if out.captioned:
            return self._bot.edit_message_caption(
                out.chat_id,
                out.message_id,
                caption=out.body["text"],
                parse_mode=markup.mode(out.body),
                reply_markup=buttons,
            )
        return self._bot.edit_message_text(
            out.body["text"],
            out.chat_id,
            out.message_id,
            parse_mode=markup.mode(out.body),
            reply_markup=buttons,
            link_preview_options=NO_PREVIEW,
        )

    def _strip(self, out: Outgoing) -> Awaitable[object]:
        return self._bot.edit_message_reply_markup(out.chat_id, out.message_id)

    def _delete(self, out: Outgoing) -> Awaitable[object]:
        return self._bot.delete_message(out.chat_id, out.message_id or 0)

    def _answer(self, out: Outgoing) -> Awaitable[object]:
        return self._bot.answer_callback_query(out.body["callback_id"], out.body.get("text"))

    def _photo(self, out: Outgoing) -> Awaitable[object]:
        return self._bot.send_photo(
            out.chat_id,
            out.body["content"],
            **markup.around(out.body),
        )

    def _document(self, out: Outgoing) -> Awaitable[object]:
        return self._bot.send_document(
            out.chat_id,
            out.body["content"],
            **markup.around(out.body),
        )

    def _leave(self, out: Outgoing) -> Awaitable[object]:
        return self._bot.leave_chat(out.chat_id)

    def _setup(self, out: Outgoing) -> Awaitable[object]:
        method = out.body["method"]
        if not method.startswith("set"):
            raise ValueError(f"{method} is no setting")
        # The library's own way to call a method by name warns where it also has a function for it.
        params = {
            name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for name, value in out.body["params"].items()
        }
        return self._bot.request.retrieve(f"{self._bot.base_url}/{method}?{urlencode(params)}")


def _told(out: Outgoing, outcome: Outcome) -> Outcome:
    # "Not modified" is a success that names no message.
    if outcome.result is not Result.SENT:
        return outcome
    return Outcome(Result.SENT, out.message_id)


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
