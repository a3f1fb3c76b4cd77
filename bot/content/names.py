"""Find a typed name in a list of known ones: exactly, or nearly so that the bot reads it back."""

import re
import unicodedata
from collections.abc import Iterable

from rapidfuzz.distance import OSA

NEAR = 0.72
"""Likeness (0 to 1) from which a name counts as a possible typing error of another [ENG]."""

SHORTEST_GUESS = 4
"""Letters below which nothing is guessed: every short word is near some other short word [ENG]."""

_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")


def plain(text: str) -> str:
    """The text in lower case without accents or punctuation, words parted by one space.

    >>> plain("  São-Paulo! ")
    'sao paulo'
    """
    folded = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(char for char in folded if not unicodedata.combining(char))
    return _NOT_A_LETTER.sub(" ", letters).strip()


def likeness(typed: str, name: str) -> float:
    """How alike two plain names are, 0 to 1; one swap, slip or missing letter costs one letter."""
    return OSA.normalized_similarity(typed, name)


def near(typed: str, names: Iterable[str]) -> list[tuple[str, float]]:
    """The plain names like the plain typed one, likest first, with their likeness.

    Nothing is near a typed word of under four letters.
    """
    if len(typed) < SHORTEST_GUESS:
        return []
    rated = ((name, likeness(typed, name)) for name in names)
    found = [(name, score) for name, score in rated if score >= NEAR]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))
