"""Keyboards under messages: what Telegram accepts, and what the bot gets to hear when it does not.

Source: Client::get_reply_markup of the public Bot API server, and the texts of Telegram's servers.
"""

import re
from typing import Any, Final

from sandbox import limits
from sandbox.errors import ApiError, bad_request
from sandbox.markup import units

Markup = dict[str, Any]
ACTIONS: Final = ("url", "callback_data", "copy_text", "web_app", "switch_inline_query")
"""What an inline button can do when it is pressed."""
_STYLES: Final = ("danger", "success", "primary")
_URL: Final = re.compile(r"(?:(?P<scheme>[a-z][a-z0-9+-]*):(?://)?)?(?P<rest>\S+)", re.IGNORECASE)


def checked_markup(value: object) -> Markup | None:
    """The reply_markup of a message to send, or None.

    Raises:
        ApiError: 400 in Telegram's words for a keyboard Telegram refuses.
    """
    if value is None:
        return None
    if not isinstance(value, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in value:
        return inline_keyboard(value)
    if "keyboard" in value:
        rows = _rows(value, "keyboard", "ReplyKeyboardMarkup")
        return {**value, "keyboard": [[_reply_button(item) for item in row] for row in rows]}
    if value.get("remove_keyboard") is True or value.get("force_reply") is True:
        return dict(value)
    return None


def checked_inline(value: object) -> Markup | None:
    """The reply_markup of an edit: an inline keyboard or nothing.

    Raises:
        ApiError: 400 "inline keyboard expected" for any other keyboard.
    """
    markup = checked_markup(value)
    if markup is not None and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    return markup


def inline_keyboard(value: Markup) -> Markup | None:
    """A checked inline keyboard; None when it has no buttons."""
    rows = _rows(value, "inline_keyboard", "InlineKeyboardMarkup")
    checked = [[_inline_button(item) for item in row] for row in rows if row]
    if sum(len(row) for row in checked) > limits.KEYBOARD_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return {"inline_keyboard": checked} if checked else None


def _rows(value: Markup, name: str, owner: str) -> list[list[object]]:
    rows = value[name]
    if not isinstance(rows, list | tuple):
        raise bad_request(f'field "{name}" of the {owner} must be an Array')
    if any(not isinstance(row, list | tuple) for row in rows):
        raise bad_request(f'field "{name}" must be an Array of Arrays')
    return [list(row) for row in rows]


def _inline_error(reason: str) -> ApiError:
    return bad_request(f"can't parse inline keyboard button: {reason}")


def _inline_button(item: object) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise _inline_error("InlineKeyboardButton must be an Object")
    if not isinstance(item.get("text"), str) or not item["text"].strip():
        raise _inline_error('Can\'t find field "text"')
    button = {name: value for name, value in item.items() if value is not None}
    actions = [name for name in ACTIONS if name in button]
    if not actions:
        raise _inline_error("Text buttons are unallowed in the inline keyboard")
    if button.get("style", "primary") not in _STYLES:
        raise _inline_error("Invalid button style specified")
    _check_action(button, actions[0])
    return button


def _check_action(button: dict[str, Any], action: str) -> None:
    value = button[action]
    if action == "copy_text":
        text = value.get("text") if isinstance(value, dict) else None
        if not isinstance(text, str) or not 1 <= units(text) <= limits.COPY_UNITS:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    elif action == "web_app":
        _check_web_app(value)
    elif not isinstance(value, str):
        raise _inline_error(f'Field "{action}" must be of type String')
    elif action == "url":
        _check_url(value)
    elif action == "callback_data" and not 1 <= len(value.encode()) <= limits.CALLBACK_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")


def _check_web_app(value: object) -> None:
    url = value.get("url") if isinstance(value, dict) else None
    if not isinstance(url, str) or not url.startswith("https://"):
        raise bad_request(
            f"inline keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed"
        )


def _check_url(url: str) -> None:
    match = _URL.fullmatch(url)
    scheme = match["scheme"].lower() if match and match["scheme"] else ""
    if scheme in {"http", "https", "tg", "ton", "tonsite"}:
        return
    if scheme:
        reason = "Unsupported URL protocol"
    elif match is None or "." not in match["rest"]:
        reason = "Wrong HTTP URL"
    else:
        return
    raise bad_request(f"inline keyboard button URL '{url}' is invalid: {reason}")


def _reply_button(item: object) -> dict[str, Any]:
    if isinstance(item, str):
        item = {"text": item}
    if not isinstance(item, dict):
        raise bad_request("can't parse keyboard button: KeyboardButton must be an Object")
    if not isinstance(item.get("text"), str) or not item["text"].strip():
        raise bad_request("can't parse keyboard button: Can't find field \"text\"")
    return {name: value for name, value in item.items() if value is not None}
