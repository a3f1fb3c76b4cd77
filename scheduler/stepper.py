"""Stepped time: settle, move the clock to the next due instant, repeat. Never jumped.

Sandbox and simulation run the same receiver, dispatcher, sweeps and sender as production, one
after the other on a clock of their own.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final, Protocol

from telegram.error import NetworkError, RetryAfter

from actions.inbox import GAP
from actions.retention import mark
from actions.runtime import Runtime
from actions.tx import Tx
from scheduler.sender import Sender
from scheduler.timetable import sweep_all
from store.queries import due

PACE: Final = timedelta(seconds=90)
LONGEST_STEP: Final = timedelta(minutes=15)
FULL: Final = 100  # Telegram gives no more updates at once
MOST_ROUNDS: Final = 2000


class Clock(Protocol):
    """A clock that is moved."""

    def now(self) -> datetime:
        """Return the present instant (aware UTC)."""
        ...

    def move_to(self, instant: datetime) -> None:
        """Go to a later instant."""
        ...


class UnsettledError(RuntimeError):
    """The house did not come to rest: something keeps making work for itself."""


class Stepper:
    """Runs the house by hand.

    Args:
        rt: the runtime; its clock must be `clock.now`.
        pull: fetches updates once (the receiver).
        drain: handles the inbox (the dispatcher).
        sender: empties the outbox.
        clock: the clock to move.
        longest: how long nothing at all may happen; what has no due instant (silence, lessons,
            supply) is looked at this often.
    """

    def __init__(
        self,
        rt: Runtime,
        pull: Callable[[], Awaitable[int]],
        drain: Callable[[], Awaitable[int]],
        sender: Sender,
        clock: Clock,
        *,
        longest: timedelta = LONGEST_STEP,
    ) -> None:
        self._rt, self._pull, self._drain = rt, pull, drain
        self._sender, self._clock, self._longest = sender, clock, longest
        self._receiving = self._full = False
        self._swept: dict[str, datetime] = {}

    async def round(self) -> int:
        """Do everything there is to do at this instant once; return how much it was."""
        done = await self._receive()
        done += await self._drain()
        await sweep_all(self._rt, self._swept, due=await self._is_due(next_swept))
        return done + await self._sender.drain()

    async def _is_due(self, earliest: Callable[[Tx], datetime | None]) -> bool:
        at = await self._rt.run(earliest)
        return at is not None and at <= self._clock.now()

    async def _receive(self) -> int:
        try:
            new = await self._pull()
        except (NetworkError, RetryAfter):
            self._receiving = self._full = False  # the gap is real and will be noticed
            return 0
        self._receiving, self._full = True, new >= FULL
        return new

    async def settle(self) -> None:
        """Work until nothing is left to do; only the sender's pace moves the clock.

        Raises:
            UnsettledError: after 2,000 rounds.
        """
        for _ in range(MOST_ROUNDS):
            if await self.round() and await self._more():
                continue
            paced = self._sender.next_at()
            now = self._clock.now()
            if paced is None or paced > now + PACE:
                return
            await self._move(max(paced, now + timedelta(milliseconds=1)))
        raise UnsettledError(f"still busy after {MOST_ROUNDS} rounds")

    async def _more(self) -> bool:
        """Whether another round may find something, after one that did."""
        return self._full or await self._is_due(next_due)

    async def advance(self, delta: timedelta) -> datetime:
        """Step through `delta` from due instant to due instant; return the new now."""
        target = self._clock.now() + delta
        await self.settle()
        while self._clock.now() < target:
            await self.move(target)
            await self.settle()
        return self._clock.now()

    async def move(self, target: datetime) -> None:
        """Move the clock to the next due instant, `target` at the latest; nothing else is done."""
        await self._move(await self._next(target))

    async def _next(self, target: datetime) -> datetime:
        now = self._clock.now()
        waiting = [await self._rt.run(next_due), self._sender.next_at()]
        coming = [at for at in waiting if at is not None and at > now]
        return min([*coming, target, now + self._longest])

    async def _move(self, instant: datetime) -> None:
        far = instant - self._clock.now() > GAP / 2
        self._clock.move_to(instant)
        if self._receiving and far:
            # Polling went on all the while: without this every step would look like a gap.
            await self._rt.run(mark, "ingest")


def next_due(tx: Tx) -> datetime | None:
    """Return when the next thing is due."""
    return due.next_instant(tx.session)


def next_swept(tx: Tx) -> datetime | None:
    """Return when a sweep next finds something."""
    return due.next_swept(tx.session)
