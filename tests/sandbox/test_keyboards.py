"""Keyboards Telegram takes, and those it refuses in its own words."""

import json
from typing import Any

import pytest

from sandbox.emulator import Emulator
from tests.sandbox.conftest import Refused


def inline(**button: object) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "Ok", **button}]]}


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        (inline(callback_data="x" * 65), "BUTTON_DATA_INVALID"),
        (inline(callback_data="é" * 33), "BUTTON_DATA_INVALID"),
        (inline(callback_data=""), "BUTTON_DATA_INVALID"),
        (
            inline(url="tel:999"),
            "inline keyboard button URL 'tel:999' is invalid: Unsupported URL protocol",
        ),
        (inline(url="999"), "inline keyboard button URL '999' is invalid: Wrong HTTP URL"),
        (
            inline(),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"inline_keyboard": [[{"callback_data": "x"}]]},
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            {"inline_keyboard": [["x"]]},
            "can't parse inline keyboard button: InlineKeyboardButton must be an Object",
        ),
        ({"inline_keyboard": [{}]}, 'field "inline_keyboard" must be an Array of Arrays'),
        ({"keyboard": "x"}, 'field "keyboard" of the ReplyKeyboardMarkup must be an Array'),
        (
            {"keyboard": [[3]]},
            "can't parse keyboard button: KeyboardButton must be an Object",
        ),
        ("{", "can't parse reply keyboard markup JSON object"),
        ("[]", "object expected as reply markup"),
        (inline(copy_text={"text": "9" * 257}), "BUTTON_COPY_TEXT_INVALID"),
        (
            {"inline_keyboard": [[{"text": "x", "callback_data": "x"}] * 8] * 13},
            "REPLY_MARKUP_TOO_LONG",
        ),
    ],
)
def test_a_keyboard_telegram_refuses(
    refused: Refused, ana: int, markup: object, reason: str
) -> None:
    answer = refused("sendMessage", chat_id=ana, text="x", reply_markup=markup)
    assert answer["description"] == f"Bad Request: {reason}"


@pytest.mark.parametrize(
    "button",
    [
        {"callback_data": "x" * 64},
        {"url": "https://example.org"},
        {"url": "tg://user?id=1"},
        {"url": "example.org/path"},
        {"copy_text": {"text": "999"}},
        {"callback_data": "x", "style": "danger"},
    ],
)
def test_a_button_telegram_takes(emulator: Emulator, ana: int, button: dict[str, object]) -> None:
    markup = inline(**button)
    sent = emulator.result("sendMessage", chat_id=ana, text="x", reply_markup=json.dumps(markup))
    assert sent["reply_markup"] == markup
