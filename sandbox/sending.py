"""sendMessage, sendPhoto, sendDocument, sendChatAction and setMessageReaction."""

from typing import Any, Final

from sandbox import limits
from sandbox.chats import Chat, Message, StoredFile
from sandbox.errors import ApiError, bad_request
from sandbox.images import image_size
from sandbox.keyboards import checked_markup
from sandbox.parameters import Parameters, Upload, integer
from sandbox.texts import formatted
from sandbox.world import World

_ACTIONS: Final = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
})  # fmt: skip
_EMOJI: Final = (
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤\u200d🔥 🌚 "
    "🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨\u200d💻 👀 🎃 🙈 😇 😨 🤝 ✍ "
    "🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷\u200d♂ 🤷 🤷\u200d♀ 😡"
)
REACTIONS: Final = frozenset(_EMOJI.split())
"""The reactions a bot may leave (Bot API, ReactionTypeEmoji)."""


def send_message(world: World, call: Parameters) -> dict[str, Any]:
    """Send a text; refused in Telegram's order: text, markup, chat."""
    text, entities = text_of(call)
    markup = checked_markup(call.value("reply_markup"))
    message = _blank(world, call, markup)
    message.text, message.entities = text, entities
    return _sent(world, message)


def send_photo(world: World, call: Parameters) -> dict[str, Any]:
    """Send a picture that was uploaded or is known by its file_id."""
    caption, entities = caption_of(call)
    markup = checked_markup(call.value("reply_markup"))
    message = _blank(world, call, markup)
    file = _file(world, call, "photo", limits.PHOTO_BYTES)
    message.kind, message.media, message.files = "photo", photo_sizes(file), [file]
    message.text, message.entities = caption, entities
    return _sent(world, message)


def send_document(world: World, call: Parameters) -> dict[str, Any]:
    """Send a file that was uploaded or is known by its file_id."""
    caption, entities = caption_of(call)
    markup = checked_markup(call.value("reply_markup"))
    message = _blank(world, call, markup)
    file = _file(world, call, "document", limits.UPLOAD_BYTES)
    message.kind, message.media, message.files = "document", document(file), [file]
    message.text, message.entities = caption, entities
    return _sent(world, message)


def send_chat_action(world: World, call: Parameters) -> bool:
    """Show "typing" for five seconds or until the next message."""
    chat = world.writable(call.text("chat_id"))
    if call.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.typing = call.text("action")
    chat.typing_until = world.time() + limits.TYPING_SECONDS
    world.changed(chat)
    return True


def set_message_reaction(world: World, call: Parameters) -> bool:
    """Put the bot's one reaction under a message, or take it away."""
    chat = world.writable(call.text("chat_id"))
    message = chat.find(call.number("message_id"))
    if message is None:
        raise bad_request("message to react not found")
    message.reaction = _reaction(call.array("reaction"))
    world.changed(chat, message)
    return True


def text_of(call: Parameters) -> tuple[str, list[dict[str, Any]]]:
    """The text of a message to send or edit.

    Raises:
        ApiError: 400 for an empty, too long or badly marked-up text.
    """
    if not call.text("text"):
        raise bad_request("message text is empty")
    text, entities = formatted(
        call, "text", longest=limits.TEXT_UNITS, too_long="message is too long"
    )
    if not text:
        raise bad_request("text must be non-empty")
    return text, entities


def caption_of(call: Parameters) -> tuple[str, list[dict[str, Any]]]:
    """The caption of a picture or file; empty is fine.

    Raises:
        ApiError: 400 for a too long or badly marked-up caption.
    """
    return formatted(
        call, "caption", longest=limits.CAPTION_UNITS, too_long="message caption is too long"
    )


def photo_sizes(file: StoredFile) -> list[dict[str, Any]]:
    """The Bot API's array of PhotoSize for one picture.

    Raises:
        ApiError: 400 when the file is no PNG or JPEG, or has sides Telegram refuses.
    """
    size = image_size(file.content)
    if size is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(size) > limits.PHOTO_SIDES or max(size) > limits.PHOTO_RATIO * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return [{**file.wire(), "width": size[0], "height": size[1]}]


def document(file: StoredFile) -> dict[str, Any]:
    """The Bot API's Document object for one file."""
    return {**file.wire(), "file_name": file.file_name, "mime_type": file.mime}


def _reaction(items: list[object]) -> str:
    if not items:
        return ""
    if len(items) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    item = items[0]
    emoji = item.get("emoji") if isinstance(item, dict) else None
    # Clients send the heart with a variation selector; Telegram takes both.
    plain = emoji.replace("\ufe0f", "") if isinstance(emoji, str) else ""
    if plain not in REACTIONS:
        raise bad_request("REACTION_INVALID")
    return plain


def _blank(world: World, call: Parameters, markup: dict[str, Any] | None) -> Message:
    chat = world.writable(call.text("chat_id"))
    return Message(
        message_id=0,
        chat=chat,
        sender=None,
        date=int(world.time()),
        markup=markup,
        extra=_reply(world, chat, call.record("reply_parameters")),
        protected=call.flag("protect_content"),
    )


def _reply(world: World, chat: Chat, reply: dict[str, Any]) -> dict[str, Any]:
    if not reply:
        return {}
    target = chat.find(integer("message_id", reply.get("message_id", 0)))
    if target is not None:
        wire = target.wire(world.profile.wire())
        wire.pop("reply_to_message", None)
        return {"reply_to_message": wire}
    if reply.get("allow_sending_without_reply"):
        return {}
    raise bad_request("message to be replied not found")


def _sent(world: World, message: Message) -> dict[str, Any]:
    chat = message.chat
    message.message_id = chat.next_id()
    chat.typing_until = 0
    _show_keyboard(chat, message.markup or {})
    return world.post(message).wire(world.profile.wire())


def _show_keyboard(chat: Chat, markup: dict[str, Any]) -> None:
    if "keyboard" in markup:
        chat.reply_keyboard = markup if markup["keyboard"] else None
    elif markup.get("remove_keyboard"):
        chat.reply_keyboard = None


def _file(world: World, call: Parameters, name: str, largest: int) -> StoredFile:
    given = call.value(name)
    if isinstance(given, Upload):
        return _uploaded(world, given, largest)
    text = call.text(name)
    if not text:
        raise bad_request(f"there is no {name} in the request")
    if text.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    if text not in world.files:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return world.files[text]


def _uploaded(world: World, upload: Upload, largest: int) -> StoredFile:
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > largest:
        raise ApiError(413, "Request Entity Too Large")
    return world.store_file(upload.content, upload.file_name, upload.mime)
