"""Errors in the log fail a story that does not cause them."""

import logging


class Alarms(logging.Handler):
    """Collects what the bot logs as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []
        self.allowed: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record unless the story causes it."""
        if getattr(record, "action", "") not in self.allowed:
            self.heard.append(record.getMessage())
