"""The table of Bot API methods the emulator knows: their parameters and what runs them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sandbox import botinfo, editing, intake, sending
from sandbox.botinfo import Run
from sandbox.parameters import Kind, boolean, file, integer, json_value, string


@dataclass(frozen=True)
class Method:
    """One method: its name as documented, its parameters by kind, and its function."""

    name: str
    known: Mapping[str, Kind]
    run: Run


_KINDS: Final[dict[str, Kind]] = {
    "s": string, "i": integer, "b": boolean, "j": json_value, "f": file,
}  # fmt: skip
_DELIVERY: Final = (
    "chat_id:s business_connection_id:s message_thread_id:i direct_messages_topic_id:i "
    "parse_mode:s disable_notification:b protect_content:b allow_paid_broadcast:b "
    "message_effect_id:s suggested_post_parameters:j reply_parameters:j reply_markup:j "
)
_CAPTION: Final = "caption:s caption_entities:j show_caption_above_media:b "
_EDIT: Final = (
    "chat_id:s message_id:i business_connection_id:s inline_message_id:s parse_mode:s "
    "reply_markup:j "
)
_COMMANDS: Final = "scope:j language_code:s "


def _method(name: str, run: Run, parameters: str = "") -> Method:
    pairs = (item.split(":") for item in parameters.split())
    return Method(name, {key: _KINDS[kind] for key, kind in pairs}, run)


_ALL: Final = (
    _method("getMe", botinfo.get_me),
    _method("logOut", botinfo.done),
    _method("close", botinfo.done),
    _method(
        "sendMessage",
        sending.send_message,
        _DELIVERY + "text:s entities:j link_preview_options:j",
    ),
    _method("sendPhoto", sending.send_photo, _DELIVERY + _CAPTION + "photo:f has_spoiler:b"),
    _method(
        "sendDocument",
        sending.send_document,
        _DELIVERY + _CAPTION + "document:f thumbnail:f disable_content_type_detection:b",
    ),
    _method(
        "sendChatAction",
        sending.send_chat_action,
        "chat_id:s action:s business_connection_id:s message_thread_id:i",
    ),
    _method(
        "setMessageReaction",
        sending.set_message_reaction,
        "chat_id:s message_id:i reaction:j is_big:b",
    ),
    _method(
        "editMessageText",
        editing.edit_message_text,
        _EDIT + "text:s entities:j link_preview_options:j",
    ),
    _method("editMessageCaption", editing.edit_message_caption, _EDIT + _CAPTION),
    _method("editMessageReplyMarkup", editing.edit_message_reply_markup, _EDIT),
    _method("deleteMessage", editing.delete_message, "chat_id:s message_id:i"),
    _method(
        "answerCallbackQuery",
        editing.answer_callback_query,
        "callback_query_id:s text:s show_alert:b url:s cache_time:i",
    ),
    _method("setMyCommands", botinfo.set_my_commands, _COMMANDS + "commands:j"),
    _method("getMyCommands", botinfo.get_my_commands, _COMMANDS),
    _method("deleteMyCommands", botinfo.delete_my_commands, _COMMANDS),
    _method(
        "setMyName",
        botinfo.setter(lambda world: world.profile.name, "name"),
        "name:s language_code:s",
    ),
    _method(
        "getMyName", botinfo.getter(lambda world: world.profile.name, "name"), "language_code:s"
    ),
    _method(
        "setMyDescription",
        botinfo.setter(lambda world: world.profile.description, "description"),
        "description:s language_code:s",
    ),
    _method(
        "getMyDescription",
        botinfo.getter(lambda world: world.profile.description, "description"),
        "language_code:s",
    ),
    _method(
        "setMyShortDescription",
        botinfo.setter(lambda world: world.profile.short, "short_description"),
        "short_description:s language_code:s",
    ),
    _method(
        "getMyShortDescription",
        botinfo.getter(lambda world: world.profile.short, "short_description"),
        "language_code:s",
    ),
    _method("setChatMenuButton", botinfo.set_chat_menu_button, "chat_id:s menu_button:j"),
    _method("getFile", botinfo.get_file, "file_id:s"),
    _method("getChat", botinfo.get_chat, "chat_id:s"),
    _method("leaveChat", botinfo.leave_chat, "chat_id:s"),
    _method("getUpdates", intake.get_updates, "offset:i limit:i timeout:i allowed_updates:j"),
    _method(
        "setWebhook",
        intake.set_webhook,
        "url:s certificate:f ip_address:s max_connections:i allowed_updates:j "
        "drop_pending_updates:b secret_token:s",
    ),
    _method("deleteWebhook", intake.delete_webhook, "drop_pending_updates:b"),
    _method("getWebhookInfo", intake.get_webhook_info),
)
METHODS: Final[dict[str, Method]] = {method.name.lower(): method for method in _ALL}
"""Every known method by its name in lower case, for Telegram ignores the case."""
