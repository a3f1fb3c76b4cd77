"""What people do in the local Telegram: write, tap, block, and put the bot into groups."""

from dataclasses import dataclass
from typing import Any

from sandbox import limits
from sandbox.chats import Chat, Message, User
from sandbox.errors import ApiError, ControlError
from sandbox.keyboards import ACTIONS
from sandbox.markup import units
from sandbox.sending import document, photo_sizes
from sandbox.texts import with_found
from sandbox.world import Callback, World

_FIRST_USER = 1_000_001
_FIRST_GROUP = -4_000_001
_SUPERGROUP = -1_000_000_000_000
_FORGET_EVERY = 256


@dataclass(frozen=True)
class Tapped:
    """What a tap did: `kind` is "callback", "url", "copy_text" or another button's action."""

    kind: str
    value: str


class People:
    """The users' side of one world. Every method raises ControlError for what nobody can do."""

    def __init__(self, world: World) -> None:
        self._world = world

    def create_user(self, first_name: str, language_code: str = "en") -> int:
        """A new person who has not pressed Start yet; returns the id, which is the chat's too."""
        if not first_name.strip():
            raise ControlError("first_name must not be empty")
        user_id = _FIRST_USER + len(self._world.users)
        user = User(user_id, first_name.strip(), language_code)
        self._world.users[user_id] = user
        chat = Chat(user_id, user=user)
        self._world.chats[user_id] = chat
        self._world.changed(chat)
        return user_id

    def send_text(self, user_id: int, text: str, chat_id: int | None = None) -> int:
        """Write a text; returns the message id. A reply keyboard's button is just its text."""
        plain = _typed(text)
        message = self._blank(user_id, chat_id)
        message.text, message.entities = plain, with_found(plain, [])
        return self._said(message)

    def send_location(self, user_id: int, latitude: float, longitude: float) -> int:
        """Send a place on the map, in degrees."""
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):  # noqa: PLR2004 - the globe
            raise ControlError("latitude must be within 90 degrees, longitude within 180")
        message = self._blank(user_id)
        message.kind = "location"
        message.media = {"latitude": latitude, "longitude": longitude}
        return self._said(message)

    def send_contact(self, user_id: int, phone_number: str) -> int:
        """Share one's own phone number."""
        message = self._blank(user_id)
        first_name = self._world.users[user_id].first_name
        message.kind = "contact"
        message.media = {
            "phone_number": phone_number,
            "first_name": first_name,
            "user_id": user_id,
        }
        return self._said(message)

    def send_document(
        self, user_id: int, file_name: str, content: bytes, mime: str, caption: str = ""
    ) -> int:
        """Send a file, with a caption or without."""
        message = self._blank(user_id)
        file = self._world.store_file(content, file_name, mime)
        message.kind, message.media, message.files = "document", document(file), [file]
        message.text, message.entities = caption, with_found(caption, [])
        return self._said(message)

    def send_photo(self, user_id: int, content: bytes, caption: str = "") -> int:
        """Send a PNG or JPEG picture, with a caption or without."""
        message = self._blank(user_id)
        file = self._world.store_file(content, "photo.jpg", "image/jpeg")
        try:
            message.media = photo_sizes(file)
        except ApiError as error:
            raise ControlError("the photo must be a PNG or JPEG picture") from error
        message.kind, message.files = "photo", [file]
        message.text, message.entities = caption, with_found(caption, [])
        return self._said(message)

    def send_sticker(self, user_id: int, emoji: str) -> int:
        """Send a sticker that stands for `emoji`."""
        message = self._blank(user_id)
        file = self._world.store_file(b"sticker", "sticker.webp", "image/webp")
        message.kind, message.files = "sticker", [file]
        message.media = {
            **file.wire(),
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
            "emoji": emoji,
        }
        return self._said(message)

    def send_voice(self, user_id: int, seconds: int) -> int:
        """Send a voice message of some seconds; its content is a placeholder."""
        message = self._blank(user_id)
        file = self._world.store_file(b"voice", "voice.ogg", "audio/ogg")
        message.kind, message.files = "voice", [file]
        message.media = {**file.wire(), "duration": seconds, "mime_type": file.mime}
        return self._said(message)

    def forward_text(self, user_id: int, text: str, author: str = "Somebody") -> int:
        """Forward a text that another person wrote."""
        plain = _typed(text)
        message = self._blank(user_id)
        message.text, message.entities = plain, with_found(plain, [])
        message.extra = {
            "forward_origin": {
                "type": "hidden_user",
                "sender_user_name": author,
                "date": message.date,
            }
        }
        return self._said(message)

    def edit_text(self, user_id: int, message_id: int, text: str) -> int:
        """Change one's own text or caption; the bot gets an edited_message."""
        chat = self._chat(user_id, None)
        message = chat.find(message_id)
        if message is None or message.sender is None:
            raise ControlError(f"user {user_id} wrote no message {message_id}", status=404)
        plain = _typed(text)
        message.text, message.entities = plain, with_found(plain, [])
        message.edited = int(self._world.time())
        self._world.changed(chat, message)
        self._world.update("edited_message", message.wire(self._world.profile.wire()))
        return message_id

    def tap(self, user_id: int, message_id: int, button: str, chat_id: int | None = None) -> Tapped:
        """Press the button with this text or callback_data under a message."""
        chat = self._chat(user_id, chat_id)
        message = chat.find(message_id)
        if message is None:
            raise ControlError(f"no message {message_id} in this chat", status=404)
        kind, value = _button_action(message, button)
        if kind == "callback_data":
            return self._press(chat, user_id, message_id, value)
        return Tapped(kind, value)

    def forge_tap(self, user_id: int, message_id: int, data: str) -> Tapped:
        """Send callback data that no button carries, as a changed client can."""
        if not 1 <= len(data.encode()) <= limits.CALLBACK_BYTES:
            raise ControlError(f"callback_data must have 1 to {limits.CALLBACK_BYTES} bytes")
        return self._press(self._chat(user_id, None), user_id, message_id, data)

    def set_blocked(self, user_id: int, *, blocked: bool) -> None:
        """Block the bot, or let it write again; doing so twice changes nothing."""
        self._world.user(user_id)
        chat = self._world.chats[user_id]
        if chat.blocked == blocked:
            return
        chat.blocked = blocked
        self._world.changed(chat)
        old, new = ("member", "kicked") if blocked else ("kicked", "member")
        self._membership(chat, user_id, old, new)

    def deactivate(self, user_id: int) -> None:
        """Delete the account; the bot can never write to it again."""
        self._world.user(user_id).deactivated = True
        self._world.changed(self._world.chats[user_id])

    def _press(self, chat: Chat, user_id: int, message_id: int, data: str) -> Tapped:
        world = self._world
        if world.counter % _FORGET_EVERY == 0:
            world.forget_callbacks()
        callback_id = f"{user_id}{world.number():09d}"
        world.callbacks[callback_id] = Callback(chat, world.time() + limits.CALLBACK_SECONDS)
        message = chat.find(message_id)
        gone = {"chat": chat.wire(), "message_id": message_id, "date": 0}
        body = {
            "id": callback_id,
            "from": world.user(user_id).wire(),
            "message": gone if message is None else message.wire(world.profile.wire()),
            "chat_instance": str(chat.chat_id * 7919),
            "data": data,
        }
        world.update("callback_query", body)
        return Tapped("callback", callback_id)

    def _chat(self, user_id: int, chat_id: int | None) -> Chat:
        user = self._world.user(user_id)
        chat = self._world.chats.get(user_id if chat_id is None else chat_id)
        if chat is None:
            raise ControlError(f"no chat {chat_id}", status=404)
        if user.deactivated:
            raise ControlError(f"user {user_id} has no account any more")
        if chat.blocked:
            raise ControlError(f"user {user_id} has blocked the bot; unblock it first")
        return chat

    def _blank(self, user_id: int, chat_id: int | None = None) -> Message:
        chat = self._chat(user_id, chat_id)
        return Message(0, chat, self._world.users[user_id], int(self._world.time()))

    def _said(self, message: Message) -> int:
        chat = message.chat
        message.message_id = chat.next_id()
        chat.started = True
        self._world.post(message)
        # A bot in privacy mode hears of a group only what begins with a slash.
        if chat.user is not None or (message.text.startswith("/") and not chat.left):
            self._world.update("message", message.wire(self._world.profile.wire()))
        return message.message_id

    def create_group(self, title: str, user_id: int) -> int:
        """A group this person makes and adds the bot to; returns the chat id, below zero."""
        user = self._world.user(user_id)
        if not title.strip():
            raise ControlError("title must not be empty")
        groups = sum(1 for chat in self._world.chats.values() if chat.user is None)
        chat = Chat(_FIRST_GROUP - groups, title=title.strip(), started=True)
        self._world.chats[chat.chat_id] = chat
        self._membership(chat, user_id, "left", "member")
        added = {"new_chat_members": [self._world.profile.wire()]}
        message = Message(chat.next_id(), chat, user, int(self._world.time()), extra=added)
        self._world.post(message)
        self._world.update("message", message.wire(self._world.profile.wire()))
        return chat.chat_id

    def kick_from_group(self, group_id: int, user_id: int) -> None:
        """Throw the bot out of a group."""
        chat = self._group(group_id)
        chat.left = "bot was kicked from the group chat"
        self._world.changed(chat)
        self._membership(chat, user_id, "member", "kicked")

    def migrate_group(self, group_id: int) -> int:
        """Turn a group into a supergroup; returns the new chat id, which calls must use."""
        old = self._group(group_id)
        new = Chat(_SUPERGROUP + group_id, title=old.title, started=True)
        self._world.chats[new.chat_id] = new
        old.migrated_to = new.chat_id
        self._world.changed(old)
        self._world.changed(new)
        return new.chat_id

    def _group(self, group_id: int) -> Chat:
        chat = self._world.chats.get(group_id)
        if chat is None or chat.user is not None:
            raise ControlError(f"no group {group_id}", status=404)
        return chat

    def _membership(self, chat: Chat, user_id: int, old: str, new: str) -> None:
        def member(status: str) -> dict[str, Any]:
            until = {"until_date": 0} if status == "kicked" else {}
            return {"user": self._world.profile.wire(), "status": status, **until}

        body = {
            "chat": chat.wire(),
            "from": self._world.user(user_id).wire(),
            "date": int(self._world.time()),
            "old_chat_member": member(old),
            "new_chat_member": member(new),
        }
        self._world.update("my_chat_member", body)


def _typed(text: str) -> str:
    plain = text.strip()
    if not 1 <= units(plain) <= limits.TEXT_UNITS:
        raise ControlError(f"text must have 1 to {limits.TEXT_UNITS} characters")
    return plain


def _button_action(message: Message, wanted: str) -> tuple[str, str]:
    for row in message.inline_keyboard:
        for button in row:
            if wanted in {button["text"], button.get("callback_data")}:
                return _action_of(button)
    raise ControlError(f"message {message.message_id} has no button {wanted!r}")


def _action_of(button: dict[str, Any]) -> tuple[str, str]:
    action = next(name for name in ACTIONS if name in button)
    value = button[action]
    inner = {"copy_text": "text", "web_app": "url"}.get(action)
    return action, value[inner] if inner else value
