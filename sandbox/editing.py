"""Methods that change what was sent: the three edits, deleteMessage and answerCallbackQuery."""

from typing import Any, Final

from sandbox import limits
from sandbox.chats import Message
from sandbox.errors import bad_request
from sandbox.keyboards import checked_inline
from sandbox.markup import Entity, units
from sandbox.parameters import Parameters
from sandbox.sending import caption_of, text_of
from sandbox.world import World

_NOT_MODIFIED: Final = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_STALE: Final = "query is too old and response timeout expired or query ID is invalid"


def edit_message_text(world: World, call: Parameters) -> dict[str, Any]:
    """Replace a text and its buttons; buttons that are not sent again disappear."""
    text, entities = text_of(call)
    message = _editable(world, call)
    if message.kind != "text":
        raise bad_request("there is no text in the message to edit")
    return _edited(world, call, message, text, entities)


def edit_message_caption(world: World, call: Parameters) -> dict[str, Any]:
    """Replace a caption and the buttons below it."""
    caption, entities = caption_of(call)
    message = _editable(world, call)
    if message.kind == "text":
        raise bad_request("there is no caption in the message to edit")
    return _edited(world, call, message, caption, entities)


def edit_message_reply_markup(world: World, call: Parameters) -> dict[str, Any]:
    """Replace the buttons only."""
    message = _editable(world, call)
    return _edited(world, call, message, message.text, message.entities)


def delete_message(world: World, call: Parameters) -> bool:
    """Delete a message of the last 48 hours, for both sides."""
    chat = world.chat(call.text("chat_id"))
    message = chat.find(_message_id(call))
    if message is None:
        raise bad_request("message to delete not found")
    if chat.user is None and message.sender is not None:
        raise bad_request("message can't be deleted")
    if world.time() - message.date > limits.DELETE_SECONDS:
        raise bad_request("message can't be deleted for everyone")
    message.deleted = True
    world.changed(chat, message)
    return True


def answer_callback_query(world: World, call: Parameters) -> bool:
    """Answer a tap; its text shows as a toast."""
    callback = world.callbacks.get(call.text("callback_query_id"))
    if callback is None or callback.expires <= world.time():
        raise bad_request(_STALE)
    if units(call.text("text")) > limits.TOAST_UNITS:
        raise bad_request("MESSAGE_TOO_LONG")
    callback.answered = True
    callback.chat.toast = {
        "callback_query_id": call.text("callback_query_id"),
        "text": call.text("text"),
        "show_alert": call.flag("show_alert"),
        "at": world.now().isoformat(),
    }
    world.changed(callback.chat)
    return True


def _message_id(call: Parameters) -> int:
    if not call.has("message_id"):
        raise bad_request("message identifier is not specified")
    return call.number("message_id")


def _editable(world: World, call: Parameters) -> Message:
    chat = world.writable(call.text("chat_id"))
    message = chat.find(_message_id(call))
    if message is None:
        raise bad_request("message to edit not found")
    # Telegram edits no message that was sent with a reply keyboard, or with its removal.
    if message.sender is not None or (message.markup and not message.inline_keyboard):
        raise bad_request("message can't be edited")
    return message


def _edited(
    world: World, call: Parameters, message: Message, text: str, entities: list[Entity]
) -> dict[str, Any]:
    markup = checked_inline(call.value("reply_markup"))
    if (text, entities, markup) == (message.text, message.entities, message.markup):
        raise bad_request(_NOT_MODIFIED)
    # A new keyboard alone does not mark a message as edited.
    if (text, entities) != (message.text, message.entities):
        message.edited = int(world.time())
    message.text, message.entities, message.markup = text, entities, markup
    world.changed(message.chat, message)
    return message.wire(world.profile.wire())
