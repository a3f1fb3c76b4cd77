"""Buttons: what they say, and the callback token that comes back when one is pressed.

A token is `verb:argument:argument`, at most 64 bytes. It is no secret and no proof: anyone can
forge one, so every action checks that the thing it names belongs to the person who pressed.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

MAX_BYTES: Final = 64
MAX_LABEL: Final = 40

Keyboard = list[list[dict[str, str]]]


class UnknownButtonError(ValueError):
    """A callback token that no button of this version makes."""


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button: its verb and its arguments as text."""

    verb: str
    args: tuple[str, ...] = ()

    def number(self, index: int = 0) -> int:
        """Return an argument as a number; UnknownButtonError when it is missing or not one."""
        try:
            text = self.args[index]
            if not text.isascii() or not text.isdigit() or len(text) > 18:  # noqa: PLR2004 (64-bit ids)
                raise UnknownButtonError(self.verb)
            return int(text)
        except IndexError as error:
            raise UnknownButtonError(self.verb) from error

    def word(self, index: int = 0) -> str:
        """Return an argument as text; UnknownButtonError when it is missing."""
        try:
            return self.args[index]
        except IndexError as error:
            raise UnknownButtonError(self.verb) from error


def read_press(token: str) -> Press:
    """Read a callback token. Never trusts it: `verb` may be one that nobody made."""
    verb, *args = token.split(":")
    return Press(verb, tuple(args))


def token(verb: str, *args: object) -> str:
    """Return the callback token of a button; ValueError when Telegram would refuse it."""
    text = ":".join((verb, *(str(arg) for arg in args)))
    if not 1 <= len(text.encode()) <= MAX_BYTES:
        raise ValueError(f"callback token of {len(text.encode())} bytes: {text[:80]}")
    return text


class Labels:
    """The words on buttons, by verb or label id, in one locale with English behind it."""

    def __init__(self, words: dict[str, str]) -> None:
        self._words = words

    def __contains__(self, label: str) -> bool:
        """Whether there are words for this label."""
        return label in self._words

    def text(self, label: str, **values: object) -> str:
        """Return a label's words, with `{name}`-style values filled in."""
        return self._words[label].format(**values)[:MAX_LABEL]

    def button(
        self, verb: str, *args: object, label: str | None = None, **values: object
    ) -> dict[str, str]:
        """Return an inline button that reports `verb` and `args` when pressed."""
        return {"text": self.text(label or verb, **values), "data": token(verb, *args)}

    def saying(self, text: str, verb: str, *args: object) -> dict[str, str]:
        """Return an inline button whose words come from elsewhere (an option, a country)."""
        return {"text": text[:MAX_LABEL], "data": token(verb, *args)}

    def all(self) -> dict[str, str]:
        """Return every label, for the checker."""
        return dict(self._words)


def load_labels(folder: Path, locale: str) -> Labels:
    """Read `buttons.yaml` of a locale; a label missing there is taken from English."""
    words: dict[str, str] = _read(folder / "en" / "buttons.yaml")
    if locale != "en":
        words |= _read(folder / locale / "buttons.yaml")
    return Labels(words)


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    data: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {str(key): str(value) for key, value in data.items()}
