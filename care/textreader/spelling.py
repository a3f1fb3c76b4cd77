"""Repair misspelt danger words ("siezure"), and nothing else."""

from __future__ import annotations

import re

from rapidfuzz import process
from rapidfuzz.distance import OSA

from care.textreader.lexicon import Vocabulary
from care.textreader.plain import Plain, swapped

_WORD = re.compile(r"[a-z]+")
_DOUBLED = re.compile(r"([a-z])\1")
_SHORTEST = 5  # shorter words have too many honest neighbours
_NEAR = 0.79  # one slip in five letters; less lets "twisting" become "twitching"


def repaired(message: Plain, vocabulary: Vocabulary) -> Plain:
    """The message with each misspelt danger word written in full.

    Only words that are no common word are touched, and only towards full danger words with the
    same first letter. The very same object comes back when nothing was repaired.
    """
    swaps = [
        (found.start(), found.end(), better)
        for found in _WORD.finditer(message.text)
        if (better := _meant(message, found, vocabulary)) != found[0]
    ]
    return swapped(message, swaps) if swaps else message


def _meant(message: Plain, found: re.Match[str], vocabulary: Vocabulary) -> str:
    start, end = found.span()
    as_written = message.origins[end - 1] - message.origins[start] + 1
    return repaired_word(found[0], vocabulary, drawn_out=as_written > end - start)


def repaired_word(word: str, vocabulary: Vocabulary, *, drawn_out: bool = False) -> str:
    """The danger word meant by `word`, or `word` itself.

    `drawn_out` says that letters were left out of it already ("diiiie"), so that a double letter
    may be a single one.
    """
    if word in vocabulary.known or word in vocabulary.targets:
        return word
    single = _DOUBLED.sub(r"\1", word)
    if drawn_out and (single in vocabulary.known or single in vocabulary.targets):
        return single
    return word if len(word) < _SHORTEST else _nearest(word, vocabulary.targets)


def _nearest(word: str, targets: frozenset[str]) -> str:
    choices = sorted(target for target in targets if target[0] == word[0])
    found = process.extractOne(word, choices, scorer=OSA.normalized_similarity, score_cutoff=_NEAR)
    return found[0] if found else word
