"""A person's own phone: one chat, its buttons, and what was done with them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sandbox.chats import Message
from sandbox.emulator import Emulator


@dataclass(frozen=True, slots=True)
class Screen:
    """A message of the bot as it stands now.

    `tokens` and `labels` are the inline buttons, in reading order; a button that opens an address
    has that address as its token. A token stands for what a reader understands of a button, so
    that new words never change what a cohort does.
    """

    message_id: int
    text: str
    tokens: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    edited: bool

    @property
    def verbs(self) -> frozenset[str]:
        """What the buttons are for."""
        return frozenset(token.split(":")[0] for token in self.tokens)

    def first(self, verb: str) -> str:
        """The first button for `verb`, "" when there is none."""
        return next((token for token in self.tokens if token.split(":")[0] == verb), "")

    def all(self, verb: str) -> list[str]:
        """Every button for `verb`."""
        return [token for token in self.tokens if token.split(":")[0] == verb]

    def label(self, token: str) -> str:
        """The words on a button."""
        labels = [label for row in self.rows for label in row]
        return dict(zip(self.tokens, labels, strict=True)).get(token, "")


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did: tapped a button (`said` is its token), wrote `said`, or blocked.

    `ref` is what an update about it is known by: the callback's id, or chat and message.
    """

    at: datetime
    kind: Literal["tap", "text", "block"]
    said: str
    label: str = ""
    ref: str = ""


@dataclass(slots=True)
class Phone:
    """One user of the local Telegram.

    Attributes:
        seen: everything shown and done, in order, for a transcript.
        deeds: everything done.
    """

    emulator: Emulator
    user_id: int
    seen: list[tuple[datetime, Screen | Deed]] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    _version: int = 0

    @property
    def now(self) -> datetime:
        """The virtual instant."""
        return self.emulator.world.now()

    def news(self) -> list[Screen]:
        """The bot's messages that are new or changed since the last look, oldest first."""
        chat = self.emulator.world.chats[self.user_id]
        if chat.version <= self._version:
            return []
        since, self._version = self._version, chat.version
        found = [
            _screen(message)
            for message in chat.messages.values()
            if message.version > since and message.sender is None and not message.deleted
        ]
        self.seen += [(self.now, screen) for screen in found]
        return found

    def tap(self, message_id: int, token: str) -> bool:
        """Press a button; False when it is not there any more or the bot is blocked."""
        chat = self.emulator.world.chats[self.user_id]
        message = chat.find(message_id)
        screen = None if message is None else _screen(message)
        if chat.blocked or screen is None or token not in screen.tokens:
            return False
        tapped = self.emulator.people.tap(self.user_id, message_id, token)
        self._did(Deed(self.now, "tap", token, screen.label(token), tapped.value))
        return True

    def say(self, text: str) -> bool:
        """Write a text; False when the bot is blocked."""
        if self.emulator.world.chats[self.user_id].blocked:
            return False
        message_id = self.emulator.people.send_text(self.user_id, text)
        self._did(Deed(self.now, "text", text, ref=f"{self.user_id}/{message_id}"))
        return True

    def block(self) -> bool:
        """Block the bot for good."""
        self.emulator.people.set_blocked(self.user_id, blocked=True)
        self._did(Deed(self.now, "block", ""))
        return True

    def _did(self, deed: Deed) -> None:
        self.deeds.append(deed)
        self.seen.append((deed.at, deed))


def _screen(message: Message) -> Screen:
    rows = message.inline_keyboard
    return Screen(
        message.message_id,
        message.text,
        tuple(button.get("callback_data") or button["url"] for row in rows for button in row),
        tuple(tuple(button["text"] for button in row) for row in rows),
        bool(message.edited),
    )
