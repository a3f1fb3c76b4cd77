"""People, chats and messages as the emulator keeps them, and as the Bot API shows them."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from sandbox import limits
from sandbox.markup import Entity


@dataclass
class User:
    """One person with a private chat; the chat has the person's id."""

    user_id: int
    first_name: str
    language_code: str
    deactivated: bool = False

    def wire(self) -> dict[str, Any]:
        """The Bot API's User object."""
        wire: dict[str, Any] = {
            "id": self.user_id,
            "is_bot": False,
            "first_name": self.first_name,
        }
        if self.language_code:
            wire["language_code"] = self.language_code
        return wire


@dataclass(frozen=True)
class StoredFile:
    """One file of a message, under the id the Bot API knows it by."""

    file_id: str
    file_name: str
    mime: str
    content: bytes

    @property
    def unique_id(self) -> str:
        """The id that stays the same for every bot."""
        return f"u{self.file_id}"

    def wire(self) -> dict[str, Any]:
        """What every kind of file object has in common."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": len(self.content),
        }


@dataclass
class Message:
    """One message of a chat; `version` is the emulator's version at its last change.

    `text` is the caption where `kind` is not "text". `media` is the Bot API's object for the kind.
    `markup` is the keyboard the message was sent with. `sender` is None for the bot.
    """

    message_id: int
    chat: "Chat"
    sender: User | None
    date: int
    text: str = ""
    entities: list[Entity] = field(default_factory=list)
    kind: str = "text"
    media: object = None
    files: list[StoredFile] = field(default_factory=list)
    markup: dict[str, Any] | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    protected: bool = False
    edited: int = 0
    deleted: bool = False
    reaction: str = ""
    version: int = 0

    @property
    def inline_keyboard(self) -> list[list[dict[str, Any]]]:
        """The buttons under the message, row by row; empty when there are none."""
        rows: list[list[dict[str, Any]]] = (self.markup or {}).get("inline_keyboard", [])
        return rows

    def wire(self, bot: dict[str, Any]) -> dict[str, Any]:
        """The Bot API's Message object; `bot` is the bot's own User object."""
        wire: dict[str, Any] = {
            "message_id": self.message_id,
            "from": bot if self.sender is None else self.sender.wire(),
            "chat": self.chat.wire(),
            "date": self.date,
            **self._content(),
            **self.extra,
        }
        if self.edited:
            wire["edit_date"] = self.edited
        if self.protected:
            wire["has_protected_content"] = True
        if self.inline_keyboard:
            wire["reply_markup"] = self.markup
        return wire

    def _content(self) -> dict[str, Any]:
        text, entities = (
            ("text", "entities") if self.kind == "text" else ("caption", "caption_entities")
        )
        content: dict[str, Any] = {} if self.kind == "text" else {self.kind: self.media}
        if self.text:
            content[text] = self.text
        if self.entities:
            content[entities] = self.entities
        return content


@dataclass
class Chat:
    """One chat: private when `user` is set, a group when `title` is.

    `started`: somebody has written to the bot, so it may write. `blocked`: the user blocked it.
    `left`: why the bot may not write to this group any more, in Telegram's words.
    """

    chat_id: int
    user: User | None = None
    title: str = ""
    started: bool = False
    blocked: bool = False
    left: str = ""
    migrated_to: int = 0
    last_id: int = 0
    version: int = 0
    messages: "OrderedDict[int, Message]" = field(default_factory=OrderedDict)
    reply_keyboard: dict[str, Any] | None = None
    toast: dict[str, Any] | None = None
    typing_until: float = 0
    typing: str = ""
    menu_button: dict[str, Any] | None = None

    def wire(self) -> dict[str, Any]:
        """The Bot API's Chat object."""
        if self.user is not None:
            return {"id": self.chat_id, "type": "private", "first_name": self.user.first_name}
        kind = "supergroup" if str(self.chat_id).startswith("-100") else "group"
        return {"id": self.chat_id, "type": kind, "title": self.title}

    def next_id(self) -> int:
        """A new message id; each chat counts its own."""
        self.last_id += 1
        return self.last_id

    def keep(self, message: Message) -> None:
        """Add a message and drop the oldest beyond the cap."""
        self.messages[message.message_id] = message
        while len(self.messages) > limits.MESSAGES_KEPT:
            self.messages.popitem(last=False)

    def find(self, message_id: int) -> Message | None:
        """The message with this id unless it was deleted or is not remembered."""
        message = self.messages.get(message_id)
        return None if message is None or message.deleted else message
