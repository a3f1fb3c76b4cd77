"""Logging without secrets: what leaves a root handler never holds a bot token."""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any, Final

TOKEN: Final = re.compile(r"\b\d{6,}:[A-Za-z0-9_-]{30,}\b")
# In a URL the token follows "bot", where no word begins.
IN_URL: Final = re.compile(r"(?<=bot)\d{6,}:[A-Za-z0-9_-]{30,}")
REDACTED: Final = "<token>"
NOISY: Final = ("httpx", "httpcore")
PLAIN: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
FIELDS: Final = ("action", "outbox_id", "inbox_seq", "alert_id", "sweep")


def redact(text: str) -> str:
    """Return a text with every bot token in it replaced."""
    return TOKEN.sub(REDACTED, IN_URL.sub(REDACTED, text))


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

    Replaces the handlers of the root logger. The HTTP client's own loggers are kept to warnings:
    they name the address of every call, and the address holds the token.

    Args:
        level: LOG_LEVEL, one of DEBUG, INFO, WARNING, ERROR; ValueError for another word.
        json: one JSON object a line instead of text.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if json else Redacting(PLAIN))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
