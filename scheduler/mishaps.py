"""What the sender writes into the log when something goes wrong: ids, kinds and code, no words."""

import logging
import traceback

from actions.outcomes import Outcome, Outgoing, Result

log = logging.getLogger(__name__)


def cannot_be_made(out: Outgoing, error: Exception) -> Outcome:
    """Note that a row cannot become a call; it is refused, the others go on."""
    detail = {"action": "cannot_be_made", "outbox_id": out.id}
    name = type(error).__name__
    log.error("outbox %d cannot be made: %s\n%s", out.id, name, _frames(error), extra=detail)
    return Outcome(Result.REFUSED, error=f"cannot be made: {name}")


def bad_markup(out: Outgoing, outcome: Outcome) -> None:
    """Note that Telegram could not read the markup of a text, which is now said plainly."""
    detail = {"action": "bad_markup", "outbox_id": out.id}
    log.error("outbox %d has bad markup: %s", out.id, outcome.error, extra=detail)


def trouble(what: str, error: Exception, outbox_id: int | None = None) -> None:
    """Note something that will be tried again."""
    detail = {"action": "trouble", "outbox_id": outbox_id}
    log.error("%s: %s\n%s", what, type(error).__name__, _frames(error), extra=detail)


def _frames(error: Exception) -> str:
    # Frames only: the text of an exception may hold words of the message.
    return "".join(traceback.format_tb(error.__traceback__))
