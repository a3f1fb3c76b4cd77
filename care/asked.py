"""The error of something typed that is asked about again instead of guessed."""

from enum import StrEnum


class AskedError(ValueError):
    """What was `found` and what was `expected`, in words for whoever typed it; `code` says why."""

    def __init__(self, code: StrEnum, *, found: str, expected: str) -> None:
        super().__init__(f"{code}: found {found}, expected {expected}")
        self.code = code
        self.found = found
        self.expected = expected
