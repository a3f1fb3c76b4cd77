"""What Telegram refuses, the emulator refuses, in the same words."""

import json
from typing import Any

import pytest

from sandbox.emulator import Emulator
from sandbox.parameters import Upload
from tests.sandbox.conftest import Refused
from tests.sandbox.fakes import HandClock, png


def inline(**button: object) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "Ok", **button}]]}


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("", "Bad Request: message text is empty"),
        (None, "Bad Request: message text is empty"),
        (" \n ", "Bad Request: text must be non-empty"),
        ("x" * 4097, "Bad Request: message is too long"),
        ("🙂" * 2049, "Bad Request: message is too long"),
        ("\ud83d", "Bad Request: strings must be encoded in UTF-8"),
        ({"a": 1}, 'Bad Request: field "text" must be of type String'),
    ],
)
def test_a_text_telegram_refuses(
    refused: Refused, ana: int, text: object, description: str
) -> None:
    answer = refused("sendMessage", chat_id=ana, text=text)
    assert answer == {"ok": False, "error_code": 400, "description": description}


def test_length_counts_after_markup_in_utf16_units(emulator: Emulator, ana: int) -> None:
    text = "<b>" + "🙂" * 2048 + "</b>"
    sent = emulator.result("sendMessage", chat_id=ana, text=text, parse_mode="HTML")
    assert sent["entities"] == [{"type": "bold", "offset": 0, "length": 4096}]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("é <a href=", "Unclosed start tag at byte offset 3"),
        ("<br>x", 'Unsupported start tag "br" at byte offset 0'),
        ("2 < 3", 'Unsupported start tag "" at byte offset 2'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_bad_html(refused: Refused, ana: int, text: str, problem: str) -> None:
    answer = refused("sendMessage", chat_id=ana, text=text, parse_mode="HTML")
    assert answer["description"] == f"Bad Request: can't parse entities: {problem}"


def test_an_unknown_parse_mode(refused: Refused, ana: int) -> None:
    answer = refused("sendMessage", chat_id=ana, text="x", parse_mode="BBCode")
    assert answer["description"] == "Bad Request: unsupported parse_mode"


def test_a_caption_over_1024(emulator: Emulator, ana: int) -> None:
    files = {"photo": Upload("a.png", png(), "image/png")}
    raw: dict[str, object] = {"chat_id": ana, "caption": "x" * 1025}
    answer = json.loads(emulator.call("sendPhoto", raw, files).body)
    assert answer["description"] == "Bad Request: message caption is too long"


@pytest.mark.parametrize(
    ("content", "status", "description"),
    [
        (b"no picture", 400, "Bad Request: IMAGE_PROCESS_FAILED"),
        (b"", 400, "Bad Request: file must be non-empty"),
        (png(1, 21), 400, "Bad Request: PHOTO_INVALID_DIMENSIONS"),
        (b"\xff\xd8" + b"x" * 10_000_001, 413, "Request Entity Too Large"),
    ],
)
def test_a_picture_telegram_refuses(
    emulator: Emulator, ana: int, content: bytes, status: int, description: str
) -> None:
    files = {"photo": Upload("a.png", content, "image/png")}
    reply = emulator.call("sendPhoto", {"chat_id": ana}, files)
    assert (reply.status, json.loads(reply.body)["description"]) == (status, description)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (None, "there is no document in the request"),
        ("NOPE", "wrong file identifier/HTTP URL specified"),
        ("https://example.org/a.pdf", "failed to get HTTP URL content"),
        ("attach://nothing", "wrong file identifier/HTTP URL specified"),
    ],
)
def test_a_document_that_is_not_there(
    refused: Refused, ana: int, document: object, reason: str
) -> None:
    answer = refused("sendDocument", chat_id=ana, document=document)
    assert answer["description"] == f"Bad Request: {reason}"


def test_an_edit_that_changes_nothing(emulator: Emulator, refused: Refused, ana: int) -> None:
    sent = emulator.result("sendMessage", chat_id=ana, text="x", reply_markup=inline(url="a.org"))
    answer = refused(
        "editMessageText",
        chat_id=ana,
        message_id=sent["message_id"],
        text="x",
        reply_markup=inline(url="a.org"),
    )
    assert answer["description"] == (
        "Bad Request: message is not modified: specified new message content and reply markup are "
        "exactly the same as a current content and reply markup of the message"
    )


def test_an_edit_without_buttons_takes_them_away(emulator: Emulator, ana: int) -> None:
    sent = emulator.result("sendMessage", chat_id=ana, text="x", reply_markup=inline(url="a.org"))
    edited = emulator.result(
        "editMessageText", chat_id=ana, message_id=sent["message_id"], text="x"
    )
    assert "reply_markup" not in edited
    assert "edit_date" not in edited


@pytest.mark.parametrize("method", ["editMessageText", "editMessageReplyMarkup"])
def test_an_edit_of_nothing(refused: Refused, ana: int, method: str) -> None:
    answer = refused(method, chat_id=ana, message_id=77, text="x")
    assert answer["description"] == "Bad Request: message to edit not found"


def test_a_persons_message_cannot_be_edited(refused: Refused, ana: int) -> None:
    answer = refused("editMessageText", chat_id=ana, message_id=1, text="x")
    assert answer["description"] == "Bad Request: message can't be edited"


def test_a_message_with_a_reply_keyboard_cannot_be_edited(
    emulator: Emulator, refused: Refused, ana: int
) -> None:
    sent = emulator.result("sendMessage", chat_id=ana, text="x", reply_markup={"keyboard": [["a"]]})
    answer = refused("editMessageText", chat_id=ana, message_id=sent["message_id"], text="y")
    assert answer["description"] == "Bad Request: message can't be edited"


def test_an_edit_takes_inline_keyboards_only(
    emulator: Emulator, refused: Refused, ana: int
) -> None:
    sent = emulator.result("sendMessage", chat_id=ana, text="x")
    answer = refused(
        "editMessageText",
        chat_id=ana,
        message_id=sent["message_id"],
        text="y",
        reply_markup={"keyboard": [["a"]]},
    )
    assert answer["description"] == "Bad Request: inline keyboard expected"


def test_text_and_caption_have_their_own_edits(
    emulator: Emulator, refused: Refused, ana: int
) -> None:
    text = emulator.result("sendMessage", chat_id=ana, text="x")
    files = {"photo": Upload("a.png", png(), "image/png")}
    photo = json.loads(emulator.call("sendPhoto", {"chat_id": ana}, files).body)["result"]
    one = refused("editMessageText", chat_id=ana, message_id=photo["message_id"], text="y")
    other = refused("editMessageCaption", chat_id=ana, message_id=text["message_id"], caption="y")
    assert one["description"] == "Bad Request: there is no text in the message to edit"
    assert other["description"] == "Bad Request: there is no caption in the message to edit"


def test_a_message_without_an_id(refused: Refused, ana: int) -> None:
    answer = refused("deleteMessage", chat_id=ana)
    assert answer["description"] == "Bad Request: message identifier is not specified"


def test_a_deleted_message_cannot_be_deleted_again(
    emulator: Emulator, refused: Refused, ana: int
) -> None:
    sent = emulator.result("sendMessage", chat_id=ana, text="x")["message_id"]
    assert emulator.result("deleteMessage", chat_id=ana, message_id=sent) is True
    answer = refused("deleteMessage", chat_id=ana, message_id=sent)
    assert answer["description"] == "Bad Request: message to delete not found"


def test_a_message_older_than_48_hours_stays(
    emulator: Emulator, refused: Refused, ana: int, clock: HandClock
) -> None:
    sent = emulator.result("sendMessage", chat_id=ana, text="x")["message_id"]
    clock.move(hours=48, seconds=1)
    answer = refused("deleteMessage", chat_id=ana, message_id=sent)
    assert answer["description"] == "Bad Request: message can't be deleted for everyone"


@pytest.mark.parametrize("seconds", [0, 149])
def test_a_tap_is_answered_within_150_seconds(
    emulator: Emulator, ana: int, clock: HandClock, seconds: int
) -> None:
    tapped = emulator.people.forge_tap(ana, 1, "x")
    clock.move(seconds=seconds)
    assert emulator.result("answerCallbackQuery", callback_query_id=tapped.value) is True


def test_a_stale_or_unknown_tap(
    emulator: Emulator, refused: Refused, ana: int, clock: HandClock
) -> None:
    tapped = emulator.people.forge_tap(ana, 1, "x")
    clock.move(seconds=150)
    answers = [refused("answerCallbackQuery", callback_query_id=i) for i in (tapped.value, "1")]
    assert {answer["description"] for answer in answers} == {
        "Bad Request: query is too old and response timeout expired or query ID is invalid"
    }


def test_a_toast_over_200(emulator: Emulator, refused: Refused, ana: int) -> None:
    tapped = emulator.people.forge_tap(ana, 1, "x")
    answer = refused("answerCallbackQuery", callback_query_id=tapped.value, text="x" * 201)
    assert answer["description"] == "Bad Request: MESSAGE_TOO_LONG"


@pytest.mark.parametrize(
    ("reaction", "reason"),
    [
        ([{"type": "emoji", "emoji": "🦖"}], "REACTION_INVALID"),
        ([{"type": "emoji", "emoji": "👍"}] * 2, "REACTIONS_TOO_MANY"),
        ({"type": "emoji"}, 'field "reaction" must be of type Array'),
    ],
)
def test_a_reaction_telegram_refuses(
    refused: Refused, ana: int, reaction: object, reason: str
) -> None:
    answer = refused("setMessageReaction", chat_id=ana, message_id=1, reaction=reaction)
    assert answer["description"] == f"Bad Request: {reason}"


@pytest.mark.parametrize(
    ("method", "raw", "reason"),
    [
        ("setMyCommands", {"commands": [{"command": "Help", "description": "x"}]},
         "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "help", "description": ""}]},
         "BOT_COMMAND_DESCRIPTION_INVALID"),
        ("setMyCommands", {"commands": [{"command": "a", "description": "x"}] * 101},
         "BOT_COMMANDS_TOO_MUCH"),
        ("setMyCommands", {"commands": [], "scope": {"type": "moon"}},
         "unsupported type specified for BotCommandScope"),
        ("setMyName", {"name": "x" * 65}, "BOT_TITLE_INVALID"),
        ("setMyDescription", {"description": "x" * 513}, "BOT_DESCRIPTION_INVALID"),
        ("setMyDescription", {"language_code": "english"}, "invalid language code specified"),
        ("getFile", {"file_id": "x"}, "wrong file_id or the file is temporarily unavailable"),
        ("setWebhook", {"url": "ftp://x"},
         "bad webhook: An HTTPS URL must be provided for webhook"),
        ("setWebhook", {"url": "https://x.org", "secret_token": "é"},
         "secret token contains unallowed characters"),
        ("setChatMenuButton", {"menu_button": {"type": "pizza"}},
         "can't parse menu button: Invalid type specified"),
    ],
)  # fmt: skip
def test_other_refusals(refused: Refused, method: str, raw: dict[str, object], reason: str) -> None:
    assert refused(method, **raw)["description"] == f"Bad Request: {reason}"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("message_id", "seven", "Integer"),
        ("message_id", 1.5, "Integer"),
        ("message_id", True, "Integer"),
        ("chat_id", [1], "String"),
    ],
)
def test_a_wrong_type(refused: Refused, name: str, value: object, expected: str) -> None:
    answer = refused("deleteMessage", **{name: value})
    assert answer["description"] == f'Bad Request: field "{name}" must be of type {expected}'


def test_a_boolean_that_is_none(refused: Refused, ana: int) -> None:
    answer = refused("sendMessage", chat_id=ana, text="x", protect_content="perhaps")
    assert answer["description"] == 'Bad Request: field "protect_content" must be of type Boolean'


def test_an_unknown_method(refused: Refused) -> None:
    answer = refused("sendPizza")
    assert answer == {"ok": False, "error_code": 404, "description": "Not Found"}


def test_an_unknown_parameter_is_ignored_and_recorded(emulator: Emulator, ana: int) -> None:
    emulator.result("sendMessage", chat_id=ana, text="x", colour="blue")
    assert emulator.calls.since()[-1].unknown == ["colour"]


def test_a_reply_to_nothing(emulator: Emulator, refused: Refused, ana: int) -> None:
    answer = refused("sendMessage", chat_id=ana, text="x", reply_parameters={"message_id": 9})
    assert answer["description"] == "Bad Request: message to be replied not found"
    sent = emulator.result(
        "sendMessage",
        chat_id=ana,
        text="x",
        reply_parameters={"message_id": 9, "allow_sending_without_reply": True},
    )
    assert "reply_to_message" not in sent


def test_polling_while_a_webhook_is_set(emulator: Emulator, refused: Refused) -> None:
    emulator.result("setWebhook", url="http://127.0.0.1:1/hook")
    answer = refused("getUpdates")
    assert answer["error_code"] == 409
    assert answer["description"] == (
        "Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first"
    )


@pytest.mark.parametrize("token", ["", "abc", "123456", "123:a b"])
def test_a_token_of_another_shape_makes_no_emulator(token: str, clock: HandClock) -> None:
    with pytest.raises(ValueError, match="a bot token looks like"):
        Emulator(token, clock)
