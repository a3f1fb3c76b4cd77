"""Bring a message to one plain spelling, keeping where every character came from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

LONGEST = 4096  # Telegram's own limit; also bounds the time a reading can take

_DROPPED = frozenset("'\u2019\u2018`\u00b4\u02bc\u200b\u200c\u200d\ufe0f\u00ad")
_BREAKS = {"\n": ";", "\r": ";", "\u2026": ".", "\u2014": ",", "\u2013": ",", "\u00bf": " "}
_KEPT = frozenset(".,?!;")
_INSIDE_NUMBERS = frozenset(".,:/")
_MARK = re.compile(r" ?[.,;!?] ?")
_SHORT = 3  # words between two marks, on average, that look like one sentence torn to pieces
_ELONGATED = re.compile(r"([a-z])\1{2,}")


@dataclass(frozen=True, slots=True)
class Plain:
    """Lower-case words and marks, one space between them.

    `origins[i]` is the place of `text[i]` in the message that was written.
    """

    text: str
    origins: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the message of `text[start:end]`, which must not be empty."""
        return self.origins[start], self.origins[end - 1] + 1


def mended(message: Plain) -> Plain | None:
    """A message torn to pieces ("Cant. Breathe.") without its marks; None when it is whole."""
    pieces = [piece for piece in _MARK.split(message.text) if piece.strip()] or [""]
    words = sum(len(piece.split()) for piece in pieces)
    if len(pieces) == 1 or words > _SHORT * len(pieces):
        return None
    kept = [
        pair for pair in zip(message.text, message.origins, strict=True) if pair[0] not in _KEPT
    ]
    return _squeezed(kept)


def swapped(message: Plain, swaps: list[tuple[int, int, str]]) -> Plain:
    """The message with `text[start:end]` replaced for each (start, end, words), in order."""
    text, origins, done = "", list[int](), 0
    for start, end, better in swaps:
        text += message.text[done:start] + better
        origins += message.origins[done:start]
        origins += [message.origins[min(start + at, end - 1)] for at in range(len(better) - 1)]
        origins.append(message.origins[end - 1])
        done = end
    return Plain(text + message.text[done:], (*origins, *message.origins[done:]))


def plain(text: str, symbols: Mapping[str, str]) -> Plain:
    """Fold case, accents, apostrophes, emoji and drawn-out letters of the first 4,096 characters.

    Args:
        text: any string, also broken Unicode.
        symbols: words for emoji that carry meaning ("pill", "gun").
    """
    letters = _numbers_joined(list(_letters(text[:LONGEST], symbols)))
    return _squeezed(_shortened(letters))


def _letters(text: str, symbols: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    for place, char in enumerate(text):
        if char in symbols:
            yield from ((letter, place) for letter in f" {symbols[char]} ")
        elif char not in _DROPPED:
            for letter in unicodedata.normalize("NFKD", _BREAKS.get(char, char)).lower():
                yield from _folded(letter, place)


def _folded(letter: str, place: int) -> Iterator[tuple[str, int]]:
    if letter == "&":
        yield from ((mark, place) for mark in " and ")
    elif letter in _KEPT or letter in _INSIDE_NUMBERS or letter in "%\u00b0" or letter.isalnum():
        yield (letter, place)
    elif not unicodedata.combining(letter):
        yield (" ", place)


def _numbers_joined(letters: list[tuple[str, int]]) -> list[tuple[str, int]]:
    joined: list[tuple[str, int]] = []
    for index, (letter, place) in enumerate(letters):
        inside = letter in _INSIDE_NUMBERS and _digits_around(letters, index)
        if inside:
            joined.append(("." if letter == "," else letter, place))
        elif letter in _KEPT:
            joined.extend(((" ", place), (letter, place), (" ", place)))
        else:
            joined.append((" " if letter in _INSIDE_NUMBERS else letter, place))
    return joined


def _digits_around(letters: list[tuple[str, int]], index: int) -> bool:
    if not 0 < index < len(letters) - 1:
        return False
    return letters[index - 1][0].isdecimal() and letters[index + 1][0].isdecimal()


def _shortened(letters: list[tuple[str, int]]) -> list[tuple[str, int]]:
    text = "".join(letter for letter, _ in letters)
    dropped = {
        place
        for run in _ELONGATED.finditer(text)
        for place in range(run.start() + 1, run.end() - 1)
    }
    return [pair for index, pair in enumerate(letters) if index not in dropped]


def _squeezed(letters: list[tuple[str, int]]) -> Plain:
    kept: list[tuple[str, int]] = []
    for letter, place in letters:
        if letter != " " or (kept and kept[-1][0] != " "):
            kept.append((letter, place))
    return Plain("".join(letter for letter, _ in kept), tuple(place for _, place in kept))
