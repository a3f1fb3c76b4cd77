"""Logging without secrets: what leaves a root handler never holds a bot token."""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Final

# Not anchored to a word: in a URL the token follows "bot", and it may end with a dash.
TOKEN: Final = re.compile(r"\d{6,}(?::|%3A)[A-Za-z0-9_-]{30,}", re.IGNORECASE)
REDACTED: Final = "<token>"
NOISY: Final = ("httpx", "httpcore", "alembic", "apscheduler")
PLAIN: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
FIELDS: Final = ("action", "outbox_id", "inbox_seq", "alert_id", "sweep")


def redact(text: str) -> str:
    """Return a text with every bot token in it replaced."""
    return TOKEN.sub(REDACTED, text)


class Redacting(logging.Formatter):
    """Formats a record whole, traceback included, and then takes the tokens out.

    A filter alone would miss what a formatter adds: arguments, exceptions, stacks.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record, without tokens."""
        return redact(super().format(record))


class JsonLines(Redacting):
    """One JSON object a line, for machines."""

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as JSON, without tokens."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return redact(json.dumps(line, ensure_ascii=False, default=str))


def configure(level: str = "INFO", json: bool = False) -> None:
    """Send the log of this process to standard error, without tokens.

    Replaces the handlers of the root logger, and lets what nobody caught go the same way: the
    library names the token in the error it ends with when Telegram rejects it. The HTTP client's
    own loggers are kept to warnings: they name the address of every call, token included. So are
    those of the timetable, which has a line for every sweep of every second.

    Args:
        level: LOG_LEVEL, one of DEBUG, INFO, WARNING, ERROR; ValueError for another word.
        json: one JSON object a line instead of text.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if json else Redacting(PLAIN))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = _uncaught


def _uncaught(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("steady").critical("stopped by an error", exc_info=(kind, error, traceback))
