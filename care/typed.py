"""Short typed answers: their plain form, and the numbers in them. Nothing is ever guessed.

A reading accounts for every word of the text, so "not 3" and "3 at night, 5 by day" are not
read as 3.
"""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

_FILLERS: Final = frozenset(
    re.findall(
        r"\S+",
        """
        maybe about around roughly approx approximately probably perhaps like just only so well um
        uh hmm er oh i id i'd i'm im i've ive it it's its was is were been be say think guess
        suppose got get had have slept sleep felt feel in of total last night today really honestly
        """,
    )
)
_HOURS: Final = frozenset({"h", "hr", "hrs", "hour", "hours"})
_MINUTES: Final = frozenset({"min", "mins", "minute", "minutes"})
_DEGREES: Final = frozenset({"c", "f", "celsius", "fahrenheit", "degrees", "degree", "°"})
_BETWEEN: Final = frozenset({"-", "to", "or", "between", "and", "from"})
_WORDS: Final = {
    word: Decimal(number)
    for number, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    )
}
_PHRASES: Final = (
    ("half an hour", "30 minutes"),
    ("an hour and a half", "1.5 hours"),
    ("a couple of", "2"),
    ("a couple", "2"),
    (" and a half", ".5"),
    ("an hour", "1 hour"),
)
_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+(?:'[^\W\d_]+)?|\S")
_UNITS: Final = {"hours": _HOURS | _MINUTES, "celsius": _DEGREES, "": frozenset[str]()}


def plain(text: str) -> str:
    """Lower case, one kind of apostrophe and dash, no closing punctuation, single spaces.

    >>> plain("  So-so… ")
    'so so'
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = folded.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    folded = re.sub("[\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}]", "-", folded)
    folded = re.sub(r"(?<=[^\W\d])-(?=[^\W\d])", " ", folded)
    return " ".join(folded.split()).strip(' .!?,;:…"')


def without_fillers(text: str) -> str:
    """A plain text without the words that change nothing.

    >>> without_fillers("i think it was a lot")
    'a lot'
    """
    return " ".join(word for word in text.split() if word not in _FILLERS)


def numbers_in(text: str, unit: str) -> tuple[Decimal, ...]:
    """The numbers in a plain text that holds nothing but numbers, fillers and words of the unit.

    Minutes become hours. A range gives both ends. Empty when any other word is left over.

    >>> numbers_in("about three and a half hours", "hours")
    (Decimal('3.5'),)
    >>> numbers_in("not 3", "hours")
    ()
    """
    tokens = [token for token in _TOKEN.findall(_spelled(text)) if token not in _FILLERS]
    if tokens[:1] == ["-"] or not _accounted(tokens, _UNITS[unit]):
        return ()
    found = tuple(number for token in tokens if (number := _number(token)) is not None)
    if _MINUTES.isdisjoint(tokens) or unit != "hours":
        return found
    # "2 hours 20 minutes" mixes units; asking again is safer than adding up.
    return tuple(number / 60 for number in found) if _HOURS.isdisjoint(tokens) else ()


def _spelled(text: str) -> str:
    for phrase, digits in _PHRASES:
        text = text.replace(phrase, digits)
    for word, number in _WORDS.items():
        text = re.sub(rf"\b{word}(?=\.5\b)", str(number), text)
    return text


def _accounted(tokens: Iterable[str], units: frozenset[str]) -> bool:
    return all(_number(token) is not None or token in units | _BETWEEN for token in tokens)


def _number(token: str) -> Decimal | None:
    if re.fullmatch(r"[0-9]+(?:[.,][0-9]+)?", token):
        return Decimal(token.replace(",", "."))
    return _WORDS.get(token)
