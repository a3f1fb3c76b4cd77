"""Text and keyboards of an outbox body as the Telegram library takes them."""

import html
import re
from typing import Any, Final

from telegram import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.constants import ParseMode

TAG: Final = re.compile(r"</?[a-z][^<>]*>")
Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove


def mode(body: dict[str, Any]) -> str | None:
    """Return how Telegram is to read a text: as HTML, unless it was made plain."""
    return None if body.get("plain") else ParseMode.HTML


def plain(body: dict[str, Any]) -> dict[str, Any]:
    """Return a body whose words need no reading: tags left out, nothing else."""
    words = {
        name: html.unescape(TAG.sub("", body[name])) for name in ("text", "caption") if name in body
    }
    return body | words | {"plain": True}


def of_message(body: dict[str, Any]) -> Markup | None:
    """Return the keyboard of a new message, None to leave everything as it is.

    A message carries one keyboard: inline buttons go before the one above the input.
    """
    return inline(body) or _reply(body.get("reply"))


def around(body: dict[str, Any]) -> dict[str, Any]:
    """Return what goes with a picture or document."""
    return {
        "filename": body["file_name"],
        "caption": body.get("caption"),
        "parse_mode": mode(body),
        "reply_markup": of_message(body),
        "disable_notification": body.get("quiet"),
        "protect_content": body.get("protect"),
    }


def inline(body: dict[str, Any]) -> InlineKeyboardMarkup | None:
    """Return the buttons under a message, None for none."""
    rows = body.get("inline")
    if not rows:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in rows])


def _button(button: dict[str, str]) -> InlineKeyboardButton:
    words, style = button["text"], button.get("style")
    if "url" in button:
        return InlineKeyboardButton(words, url=button["url"], style=style)
    if "copy" in button:
        return InlineKeyboardButton(words, copy_text=CopyTextButton(button["copy"]), style=style)
    return InlineKeyboardButton(words, callback_data=button["data"], style=style)


def _reply(reply: Any) -> ReplyKeyboardMarkup | ReplyKeyboardRemove | None:  # noqa: ANN401 (JSON)
    if reply is None:
        return None
    if reply == "remove":
        return ReplyKeyboardRemove()
    return ReplyKeyboardMarkup(
        [[_key(key) for key in row] for row in reply["rows"]],
        resize_keyboard=True,
        is_persistent=bool(reply.get("persistent")),
        input_field_placeholder=reply.get("placeholder"),
    )


def _key(key: str | dict[str, str]) -> KeyboardButton:
    if isinstance(key, str):
        return KeyboardButton(key)
    wanted = key.get("request")
    return KeyboardButton(
        key["text"],
        request_location=True if wanted == "location" else None,
        request_contact=True if wanted == "contact" else None,
    )
