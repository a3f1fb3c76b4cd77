"""Numbers in words ("thirty nine point four"), as people dictate them, written in digits."""

from __future__ import annotations

import re

from care.textreader.plain import Plain, swapped

_SMALL_WORDS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_SMALL = {word: number for number, word in enumerate(_SMALL_WORDS)}
_TENS = {
    word: 10 * number
    for number, word in enumerate(
        ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), start=2
    )
}
_UNIT = "|".join(_SMALL_WORDS[1:10])
_TEEN = "|".join(_SMALL_WORDS[10:])
_TEN = "|".join(_TENS)
_NUMBER = re.compile(
    rf"\b(?:(?P<hundreds>{_UNIT}|a) hundred(?: and)?(?: (?P<rest>(?:{_TEN})(?: (?:{_UNIT}))?"
    rf"|{_TEEN}|{_UNIT}))?|(?:(?P<lead>{_UNIT}) )?(?P<tens>(?:{_TEN})(?: (?:{_UNIT}))?))"
    rf"(?: point (?P<part>{_UNIT}|zero))?\b"
)


def in_digits(message: Plain) -> Plain:
    """The message with numbers of twenty and more in digits; the same object when there are none.

    "one forty six" is 146, as people read a pulse out; smaller numbers stay words.
    """
    swaps = [
        (found.start(), found.end(), _digits(found)) for found in _NUMBER.finditer(message.text)
    ]
    return swapped(message, swaps) if swaps else message


def _digits(found: re.Match[str]) -> str:
    hundreds = found["hundreds"] or found["lead"]
    whole = 100 * _SMALL.get(hundreds or "zero", 1) + _value(found["rest"] or found["tens"] or "")
    return f"{whole}.{_SMALL[found['part']]}" if found["part"] else str(whole)


def _value(words: str) -> int:
    return sum(_TENS.get(word, 0) + _SMALL.get(word, 0) for word in words.split())
