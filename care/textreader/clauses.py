"""Where a hit stands: its sentence, its clause, the words before and after it."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from care.textreader.lexicon import Scope

_SENTENCE_END = re.compile(r" ?[.?!;] ?")
_TURN = re.compile(
    r" (?:but|however|though|although|except|yet|"
    r"and (?=now |today |tonight |then |this |i |im |ive |he |she |hes |shes |they |my )|"
    r"(?=now (?:i|im|ive|he|hes|she|shes|my|its) )) ?"
)
_MARK = re.compile(r"[,.?!;]")
_AFTER = 60  # characters behind a hit in which "..., no" still answers it


def sentence_bounds(text: str, start: int, end: int) -> tuple[int, int]:
    """Start and end of the sentence around `text[start:end]`, without its closing mark."""
    starts, ends = _sentences(text)
    first = bisect_right(starts, start) - 1
    last = max(first, bisect_right(starts, end - 1) - 1)
    return starts[first], ends[last]


def clause_start(text: str, start: int) -> int:
    """Where the clause that holds `start` begins: after a sentence end or a turn ("but")."""
    begin = sentence_bounds(text, start, start + 1)[0]
    for turn in _TURN.finditer(text, begin, start):
        begin = turn.end()
    return begin


def scope_text(scope: Scope, text: str, start: int, end: int) -> str:
    """The text in which a modifier of that scope looks for its trigger."""
    if scope is Scope.BEFORE:
        return text[clause_start(text, start) : start]
    if scope is Scope.AFTER:
        return text[end : end + _AFTER]
    begin, finish = sentence_bounds(text, start, end)
    if scope is Scope.SEGMENT:
        return _MARK.split(text[begin:start])[-1].lstrip()
    return f"{text[begin:start]}| {text[end:finish]} | "


@lru_cache(maxsize=16)  # one message asks for its sentences once per hit and modifier
def _sentences(text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    marks = [found.span() for found in _SENTENCE_END.finditer(text)]
    starts = (0, *(end for _, end in marks))
    ends = (*(start for start, _ in marks), len(text))
    return starts, ends
