"""Keyboards of an outbox body as the Telegram library's objects."""

from typing import Any

from telegram import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove


def of_message(body: dict[str, Any]) -> Markup | None:
    """Return the keyboard of a new message, None to leave everything as it is.

    A message carries one keyboard: inline buttons go before the one above the input.
    """
    return inline(body) or _reply(body.get("reply"))


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
