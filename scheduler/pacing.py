"""How fast Telegram may be spoken to. Pure: the present instant is always a parameter.

Three rules, from telegram.md section 1: about 30 messages a second in all, short bursts and then
about one a second in one chat, and silence for as long as a 429 asks for it.
"""

from collections import deque
from datetime import datetime, timedelta
from typing import Final

from care.messages import CHAT_BURST, CHAT_SPACING, RESERVED_PER_SECOND, URGENT_PRIORITY

SECOND: Final = timedelta(seconds=1)
EVERYTHING: Final = 99
NOTHING_PACED: Final = -1


class Pacing:
    """The pace of one bot.

    Args:
        rate: messages in any one second, at least 1. Five of them (fewer when the rate is that
            low) only go to priorities 0 and 1, so that an alert never waits behind a morning's
            reminders.
    """

    def __init__(self, rate: int) -> None:
        if rate < 1:
            raise ValueError(f"MESSAGES_PER_SECOND: expected at least 1, not {rate}")
        self._rate = rate
        self._ordinary = max(1, rate - RESERVED_PER_SECOND)
        # A window, not a leaky bucket: a bucket of 30 lets 60 out in its first second.
        self._said: deque[datetime] = deque()
        self._chats: dict[int, datetime] = {}
        self._gates: dict[int, datetime] = {}
        self._gate: datetime | None = None

    def most(self, now: datetime) -> int | None:
        """Return the least urgent priority that may be said now.

        -1 when only calls that reach no chat may be made, None when a 429 forbids every call.
        """
        self._forget(now)
        if self._gate is not None:
            return None
        if len(self._said) >= self._rate:
            return NOTHING_PACED
        return EVERYTHING if len(self._said) < self._ordinary else URGENT_PRIORITY

    def closed(self, now: datetime) -> set[int]:
        """Return the chats that have to wait now."""
        self._forget(now)
        full = {chat for chat, at in self._chats.items() if _chat_free(at) > now}
        return full | self._gates.keys()

    def said(self, chat: int, now: datetime) -> None:
        """Count one message to a chat."""
        self._said.append(now)
        self._chats[chat] = max(self._chats.get(chat, now), now) + CHAT_SPACING

    def throttled(self, chat: int | None, wait: timedelta, now: datetime) -> None:
        """Close the gate that a 429 asks for, at least a second.

        Telegram does not say whether it means the chat or the bot. The chat is believed first; a
        second chat that hears the same while a gate is closed means the bot, and so does a call
        that reaches no chat (None).
        """
        self._forget(now)
        until = now + max(wait, SECOND)
        elsewhere = bool(self._gates.keys() - {chat})
        if chat is None or elsewhere or self._gate is not None:
            self._gate = max(self._gate or until, until)
        if chat is not None:
            self._gates[chat] = max(self._gates.get(chat, until), until)

    def gated(self, now: datetime) -> bool:
        """Whether a 429 still asks for silence, somewhere or everywhere."""
        self._forget(now)
        return bool(self._gates) or self._gate is not None

    def next_at(self, now: datetime) -> datetime | None:
        """Return the first instant after now at which a rule lets more through, None if none."""
        self._forget(now)
        moments = [*self._gates.values()]
        moments += [free for at in self._chats.values() if (free := _chat_free(at)) > now]
        if self._gate is not None:
            moments.append(self._gate)
        if len(self._said) >= self._ordinary:
            moments.append(self._said[len(self._said) - self._ordinary] + SECOND)
        if len(self._said) >= self._rate:
            moments.append(self._said[0] + SECOND)
        return min(moments, default=None)

    def _forget(self, now: datetime) -> None:
        while self._said and self._said[0] <= now - SECOND:
            self._said.popleft()
        self._chats = {chat: at for chat, at in self._chats.items() if at > now}
        self._gates = {chat: at for chat, at in self._gates.items() if at > now}
        if self._gate is not None and self._gate <= now:
            self._gate = None


def _chat_free(at: datetime) -> datetime:
    # `at` is when the chat would be calm again; a burst may run ahead of that.
    return at - (CHAT_BURST - 1) * CHAT_SPACING
