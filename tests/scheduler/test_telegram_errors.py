from datetime import timedelta

import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from actions.outcomes import Result
from scheduler.telegram_errors import classify

TOKEN = "123456789:AAHk-Xy_0123456789abcdefghijklmno"


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "cause",
    [
        httpx.ConnectError("refused"),
        httpx.ConnectTimeout("slow"),
        httpx.PoolTimeout("busy"),
        httpx.ProxyError("no way"),
    ],
)
def test_a_request_that_never_left_was_not_sent(cause: Exception) -> None:
    assert classify(caused(NetworkError("x"), cause)).result is Result.NOT_SENT
    assert classify(caused(TimedOut(), cause)).result is Result.NOT_SENT


@pytest.mark.parametrize(
    "cause",
    [
        httpx.ReadTimeout("silence"),
        httpx.WriteTimeout("silence"),
        httpx.ReadError("cut"),
        httpx.WriteError("cut"),
        httpx.RemoteProtocolError("cut"),
    ],
)
def test_a_connection_that_broke_after_the_request_left_is_unknown(cause: Exception) -> None:
    assert classify(caused(NetworkError("x"), cause)).result is Result.UNSURE
    assert classify(caused(TimedOut(), cause)).result is Result.UNSURE


def test_a_timeout_of_unknown_cause_is_unknown() -> None:
    assert classify(TimedOut()).result is Result.UNSURE
    assert classify(TimeoutError()).result is Result.UNSURE


def test_a_5xx_in_telegrams_own_words_was_not_sent() -> None:
    assert classify(NetworkError("Internal Server Error")).result is Result.NOT_SENT


def test_the_page_of_a_proxy_in_between_is_unknown_and_not_kept() -> None:
    page = "Bad Gateway (502). Parsing the server response b'<html>secret</html>' failed"
    outcome = classify(caused(NetworkError(page), TelegramError("Invalid server response")))
    assert (outcome.result, outcome.error) == (Result.UNSURE, "Bad Gateway (502)")


def test_an_answer_that_cannot_be_read_is_unknown() -> None:
    assert classify(TelegramError("Invalid server response")).result is Result.UNSURE
    assert classify(KeyError("chat")).result is Result.UNSURE


def test_a_429_says_how_long_to_wait() -> None:
    outcome = classify(RetryAfter(7))
    assert (outcome.result, outcome.wait) == (Result.THROTTLED, timedelta(seconds=7))


@pytest.mark.parametrize(
    "error",
    [
        Forbidden("Forbidden: bot was blocked by the user"),
        Forbidden("Forbidden: user is deactivated"),
        Forbidden("Forbidden: bot can't initiate conversation with a user"),
        Forbidden("Forbidden: bot was kicked from the group chat"),
        BadRequest("Bad Request: chat not found"),
        BadRequest("Bad Request: PEER_ID_INVALID"),
        BadRequest("Bad Request: group chat was deactivated"),
    ],
)
def test_a_chat_that_cannot_be_written_to_is_unreachable(error: TelegramError) -> None:
    assert classify(error).result is Result.UNREACHABLE


def test_an_edit_that_changes_nothing_is_a_success() -> None:
    text = "Bad Request: message is not modified: specified new message content and reply markup"
    assert classify(BadRequest(text)).result is Result.SENT


@pytest.mark.parametrize(
    "text", ["message to edit not found", "message can't be edited", "message to delete not found"]
)
def test_a_message_that_is_gone_is_told_apart(text: str) -> None:
    assert classify(BadRequest(f"Bad Request: {text}")).result is Result.NO_MESSAGE


def test_a_press_answered_too_late_is_stale() -> None:
    text = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert classify(BadRequest(text)).result is Result.STALE


def test_markup_telegram_cannot_read_is_told_apart() -> None:
    text = "Can't parse entities: can't find end tag corresponding to start tag \"b\""
    assert classify(BadRequest(text)).result is Result.BAD_MARKUP


def test_any_other_400_is_refused_though_the_library_calls_it_a_network_error() -> None:
    error = BadRequest("Bad Request: message is too long")
    assert isinstance(error, NetworkError)
    assert classify(error).result is Result.REFUSED


def test_a_group_that_moved_tells_where() -> None:
    outcome = classify(ChatMigrated(-1000500))
    assert (outcome.result, outcome.chat_id) == (Result.MIGRATED, -1000500)


@pytest.mark.parametrize("error", [InvalidToken("Unauthorized"), Conflict("two of us")])
def test_a_misconfigured_bot_keeps_its_messages(error: TelegramError) -> None:
    assert classify(error).result is Result.NOT_SENT


def test_an_error_is_kept_without_token_and_without_words() -> None:
    outcome = classify(NetworkError(f'bot{TOKEN} said "I feel bad" ' + "x" * 300))
    assert outcome.error is not None
    assert TOKEN not in outcome.error
    assert "feel" not in outcome.error
    assert len(outcome.error) <= 200
