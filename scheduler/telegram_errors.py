"""What an error of the Telegram library means for a message. Its texts are matched here only."""

import os
import re
from datetime import timedelta
from typing import Final

import httpx
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

from actions.outcomes import Outcome, Result

# The library warns on every 429 until its users ask for durations instead of numbers.
os.environ.setdefault("PTB_TIMEDELTA", "true")

# Texts of the public Bot API server (Client.cpp) and of Telegram's own servers.
_GONE: Final = (
    "chat not found",
    "user not found",
    "user is deactivated",
    "peer_id_invalid",
    "bot was blocked",
    "bot was kicked",
    "group chat was deactivated",
    "have no rights to send",
    "not enough rights to send",
    "chat_write_forbidden",
)
_NO_MESSAGE: Final = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message to delete not found",
    "message can't be deleted",
    "there is no text in the message to edit",
    "there is no caption in the message to edit",
)
_UNCHANGED: Final = "message is not modified"
_BAD_MARKUP: Final = "can't parse entities"
_OLD_QUERY: Final = "query is too old"

# The request never left us: nothing was done, whatever the library calls it.
_NEVER_LEFT: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)
_TOKEN: Final = re.compile(r"\d{6,}:[A-Za-z0-9_-]{16,}")
_QUOTED: Final = re.compile(r'"[^"]*"')


def classify(error: BaseException) -> Outcome:
    """Return what became of a call that raised `error`.

    An error that nobody knows counts as an unknown outcome: the call may have been carried out.
    """
    text = said(error)
    if isinstance(error, RetryAfter):
        return Outcome(Result.THROTTLED, wait=_seconds(error.retry_after), error=text)
    if isinstance(error, ChatMigrated):
        return Outcome(Result.MIGRATED, chat_id=error.new_chat_id, error=text)
    if isinstance(error, Forbidden):
        return Outcome(Result.UNREACHABLE, error=text)
    if isinstance(error, BadRequest):
        return Outcome(_bad_request(text.lower()), error=text)
    if isinstance(error, InvalidToken | Conflict):
        # The bot is misconfigured; its messages wait until it is not.
        return Outcome(Result.NOT_SENT, error=text)
    return Outcome(_network(error), error=text)


def said(error: BaseException) -> str:
    """Return an error's text without tokens and without what it quotes of a message."""
    text = error.message if isinstance(error, TelegramError) else type(error).__name__
    # What follows is the whole page of whoever answered in Telegram's place.
    text = text.partition(". Parsing the server response")[0]
    return _QUOTED.sub('"..."', _TOKEN.sub("<token>", text))[:200]


def _bad_request(text: str) -> Result:
    if _UNCHANGED in text:
        return Result.SENT
    if _BAD_MARKUP in text:
        return Result.BAD_MARKUP
    if _OLD_QUERY in text:
        return Result.STALE
    if any(words in text for words in _NO_MESSAGE):
        return Result.NO_MESSAGE
    if any(words in text for words in _GONE):
        return Result.UNREACHABLE
    return Result.REFUSED


def _network(error: BaseException) -> Result:
    # TimedOut is a NetworkError, and both hide in their cause whether the request left us.
    if isinstance(error.__cause__, _NEVER_LEFT):
        return Result.NOT_SENT
    answered = isinstance(error, NetworkError) and not isinstance(error, TimedOut)
    if answered and error.__cause__ is None:
        # Telegram's own JSON with 5xx: it says that it did not do it.
        return Result.NOT_SENT
    return Result.UNSURE


def _seconds(wait: float | timedelta) -> timedelta:
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)
