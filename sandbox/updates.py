"""The queue of updates that wait for the bot, with Telegram's lifetimes and confirmations."""

import itertools
from collections import deque
from dataclasses import dataclass
from typing import Any, Final

from sandbox import limits

_ON_REQUEST: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
FIRST_UPDATE_ID: Final = 500_000_001


@dataclass(frozen=True)
class Pending:
    """One update with the moment (Unix time) it is forgotten."""

    update_id: int
    expires: float
    body: dict[str, Any]


class UpdateQueue:
    """Updates in order; `allowed` is the kinds the bot asked for, None for the usual ones."""

    def __init__(self) -> None:
        self.allowed: list[str] | None = None
        self._waiting: deque[Pending] = deque()
        self._ids = itertools.count(FIRST_UPDATE_ID)

    def add(self, kind: str, body: dict[str, Any], now: float) -> bool:
        """Queue one update; False when the bot did not ask for this kind."""
        if not self._wanted(kind):
            return False
        seconds = limits.CALLBACK_SECONDS if kind == "callback_query" else limits.UPDATE_SECONDS
        update_id = next(self._ids)
        update = {"update_id": update_id, kind: body}
        self._waiting.append(Pending(update_id, now + seconds, update))
        return True

    def _wanted(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in _ON_REQUEST

    def fetch(self, offset: int, limit: int, now: float) -> list[dict[str, Any]]:
        """Confirm everything below `offset` and return the next updates.

        A negative offset counts from the end and forgets everything before it.
        """
        self.expire(now)
        if offset < 0:
            offset = (
                self._waiting[max(offset, -len(self._waiting))].update_id if self._waiting else 0
            )
        while self._waiting and self._waiting[0].update_id < offset:
            self._waiting.popleft()
        return [pending.body for pending in itertools.islice(self._waiting, limit)]

    def holds(self, offset: int, now: float) -> bool:
        """Whether an update at or above `offset` waits."""
        floor = max(0, offset)
        return any(item.update_id >= floor and item.expires > now for item in self._waiting)

    def head(self, now: float) -> Pending | None:
        """The oldest update that still lives."""
        self.expire(now)
        return self._waiting[0] if self._waiting else None

    def confirm(self, update_id: int) -> None:
        """Forget one update that was delivered."""
        if self._waiting and self._waiting[0].update_id == update_id:
            self._waiting.popleft()

    def expire(self, now: float) -> None:
        """Forget what nobody fetched in time."""
        if any(item.expires <= now for item in self._waiting):
            self._waiting = deque(item for item in self._waiting if item.expires > now)

    def clear(self) -> None:
        """Forget everything, as drop_pending_updates does."""
        self._waiting.clear()

    def count(self, now: float) -> int:
        """How many updates wait."""
        self.expire(now)
        return len(self._waiting)
