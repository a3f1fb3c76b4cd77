"""How a call to Telegram ended, and what a claimed call consists of."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class Result(StrEnum):
    """How one call ended."""

    SENT = "sent"
    STALE = "stale"  # too late to matter: an old button press, a message already gone
    NO_MESSAGE = "no_message"  # the message to change is not there any more
    THROTTLED = "throttled"  # 429: nothing was done
    NOT_SENT = "not_sent"  # certainly not done
    UNSURE = "unsure"  # perhaps done
    UNREACHABLE = "unreachable"  # this chat cannot be written to
    BAD_MARKUP = "bad_markup"  # Telegram could not read the markup of the text
    REFUSED = "refused"  # Telegram will never accept this call
    MIGRATED = "migrated"  # the group has another chat id now


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one call ended, and what Telegram said with it.

    Args:
        message_id: of the message sent or changed.
        wait: how long Telegram asks to wait (429).
        chat_id: the new chat id of a migrated group.
        error: our words or Telegram's, without secrets.
    """

    result: Result
    message_id: int | None = None
    wait: timedelta = timedelta(0)
    chat_id: int | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One claimed call, opened and ready to be made.

    Args:
        op: what to do; an edit whose message was never learned has become `send`.
        lane: whose chat it goes to: a person id, 0 for nobody's.
        message_id: the message to change, for edit, strip and delete.
        captioned: whether that message is a picture or document.
        lease_until: the claim; an outcome counts only for the claim it belongs to.
    """

    id: int
    op: str
    lane: int
    priority: int
    chat_id: int
    message_id: int | None
    captioned: bool
    body: dict[str, Any] = field(repr=False)
    lease_until: datetime
