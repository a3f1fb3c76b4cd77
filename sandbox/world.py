"""Everything the emulator knows, and the few steps every method is made of."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox import limits
from sandbox.chats import Chat, Message, StoredFile, User
from sandbox.errors import ApiError, ControlError, bad_request, forbidden
from sandbox.parameters import whole_number
from sandbox.profile import Profile
from sandbox.signals import Signal
from sandbox.updates import UpdateQueue


@dataclass
class Webhook:
    """Where updates are delivered to, and how the last delivery went."""

    url: str = ""
    secret: str = ""
    ip_address: str = ""
    max_connections: int = 40
    last_error_date: int = 0
    last_error: str = ""


@dataclass
class Callback:
    """One button tap that waits for its answer until `expires` (Unix time)."""

    chat: Chat
    expires: float
    answered: bool = False


@dataclass
class World:
    """The state of one local Telegram with one bot in it."""

    profile: Profile
    now: Callable[[], datetime]
    signal: Signal = field(default_factory=Signal)
    users: dict[int, User] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    queue: UpdateQueue = field(default_factory=UpdateQueue)
    webhook: Webhook = field(default_factory=Webhook)
    callbacks: dict[str, Callback] = field(default_factory=dict)
    files: "OrderedDict[str, StoredFile]" = field(default_factory=OrderedDict)
    counter: int = 0
    poll: int = 0
    """The number of the newest getUpdates call; an older one that still waits gets a 409."""
    polls_waiting: int = 0

    def time(self) -> float:
        """Now as Unix time."""
        return self.now().timestamp()

    def number(self) -> int:
        """A number never handed out before."""
        self.counter += 1
        return self.counter

    def changed(self, chat: Chat, message: Message | None = None) -> None:
        """Count one change of a chat, and of one of its messages."""
        chat.version = self.signal.bump()
        if message is not None:
            message.version = chat.version

    def update(self, kind: str, body: dict[str, Any]) -> None:
        """Queue one update for the bot and wake whoever waits for it."""
        if self.queue.add(kind, body, self.time()):
            self.signal.bump()

    def user(self, user_id: int) -> User:
        """The person with this id.

        Raises:
            ControlError: 404, nobody has it.
        """
        if user_id not in self.users:
            raise ControlError(f"no user {user_id}", status=404)
        return self.users[user_id]

    def chat(self, chat_id: str) -> Chat:
        """The chat a Bot API call names.

        Raises:
            ApiError: 400 for a missing, unknown or upgraded chat.
        """
        if not chat_id:
            raise bad_request("chat_id is empty")
        number = whole_number(chat_id)
        chat = None if number is None else self.chats.get(number)
        if chat is None:
            raise bad_request("chat not found")
        if chat.migrated_to:
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                {"migrate_to_chat_id": chat.migrated_to},
            )
        return chat

    def writable(self, chat_id: str) -> Chat:
        """The chat a Bot API call wants to write to.

        Raises:
            ApiError: 400 as `chat`; 403 when the bot may not write there.
        """
        chat = self.chat(chat_id)
        if chat.left:
            raise forbidden(chat.left)
        if chat.user is not None and chat.user.deactivated:
            raise forbidden("user is deactivated")
        if chat.blocked:
            raise forbidden("bot was blocked by the user")
        if not chat.started:
            raise forbidden("bot can't initiate conversation with a user")
        return chat

    def store_file(self, content: bytes, file_name: str, mime: str) -> StoredFile:
        """Keep one file and give it an id; the oldest beyond the cap is forgotten."""
        file_id = f"SANDBOX{self.number():08d}"
        stored = StoredFile(file_id, file_name, mime, content)
        self.files[file_id] = stored
        while len(self.files) > limits.FILES_KEPT:
            self.files.popitem(last=False)
        return stored

    def post(self, message: Message) -> Message:
        """Put a new message into its chat."""
        message.chat.keep(message)
        self.changed(message.chat, message)
        return message

    def forget_callbacks(self) -> None:
        """Forget the taps that can no longer be answered."""
        now = self.time()
        self.callbacks = {key: tap for key, tap in self.callbacks.items() if tap.expires > now}
