"""Whether a message is in the language the lexicon reads (no model: script and stop words)."""

from __future__ import annotations

from collections.abc import Mapping

_FEWEST = 2  # one foreign word alone says nothing about the sentence


def is_supported(text: str, stop_words: Mapping[str, frozenset[str]], language: str) -> bool:
    """False when the script is not Latin or another language's small words prevail.

    Args:
        text: the plain text.
        stop_words: the commonest small words per language code.
        language: the code the lexicon is written in.
    """
    letters = [char for char in text if char.isalpha()]
    if sum(char.isascii() for char in letters) * 2 < len(letters):
        return False
    words = text.split()
    counts = {code: sum(word in small for word in words) for code, small in stop_words.items()}
    others = max((count for code, count in counts.items() if code != language), default=0)
    return others < _FEWEST or others <= counts.get(language, 0)
