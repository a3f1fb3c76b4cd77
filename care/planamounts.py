"""Reading an amount of a plan line: mg and nothing else. What may be a slip is asked about."""

import re
from decimal import Decimal

from care.plan import mg_text
from care.typedline import Piece, PlanLineCode, PlanLineError

_MOST_DECIMALS = 4
_THOUSANDS = 3
_SMALLEST_MG = Decimal("0.01")  # [ENG] under any dose of these medicines: no guess is offered
LIKE = "an amount and a time, like 10 mg 08:00"
MG = r"mgs?|milligram(?:me)?s?"
_MICRO = r"mcgs?|µg|ug|microgram(?:me)?s?"
_OTHER_UNITS = (
    rf"(?P<micro>{_MICRO})|kg|gr?|grams?|mls?|millilit(?:er|re)s?|"
    r"tab(?:let)?s?|pills?|drops?|cap(?:sule)?s?|units?|iu"
)
AMOUNT = re.compile(
    rf"(?<![\w.,:/-])(?P<number>\.?[0-9][0-9.]*)\s*(?:(?P<mg>{MG})|{_OTHER_UNITS})\b\.?",
    re.IGNORECASE,
)
_NUMBER = re.compile(rf"(?:0|[1-9][0-9]*)(?:\.[0-9]{{1,{_MOST_DECIMALS}}})?")
_SAYS_MG = re.compile(rf"(?<![^\W\d_])(?:{MG})\b", re.IGNORECASE)
_COMMA_AMOUNT = re.compile(
    rf"(?<![\w.,:])(?P<whole>[0-9]{{1,3}}),(?P<part>[0-9]+)\s*(?:{MG})\b", re.IGNORECASE
)
_NEGATIVE = re.compile(r"(?:^|(?<=\s))-[0-9.]+|\b(?:minus|negative)\b", re.IGNORECASE)
_WORD_AMOUNT = re.compile(
    r"[½¼¾⅓⅔⅛]|\b(?:half|quarter)\b(?!\s+(?:past|to)\b)|\b(?:third|one|two|three|four|five|six|"
    r"seven|eight|nine|ten|fifteen|twenty|thirty|couple|few)\b|(?<![0-9/])[0-9]\s*/\s*[0-9](?![0-9/])",
    re.IGNORECASE,
)
_COMPUTED = re.compile(
    r"\b(?:reduc\w*|cut\w*|drop\w*|decreas\w*|lower\w*|down|less|taper\w*)\s+(?:\w+\s+){0,2}by\b"
    r"|\b(?:reduc\w*|cut|drop|decrease|lower|less|taper)\s+(?=[0-9])|[0-9][0-9.]*\s*%|\bper\s?cent\b|\bhalv(?:e|ing)\b|\b(?:reduc\w*|decreas\w*|drop\w*)\s+of\b",
    re.IGNORECASE,
)


def says_mg(text: str) -> bool:
    """Whether the unit stands anywhere in it."""
    return _SAYS_MG.search(text) is not None


def is_word_amount(word: str) -> bool:
    """Whether a word is an amount that is not in figures: "half", "two"."""
    return _WORD_AMOUNT.fullmatch(word) is not None


def refuse_computed(line: Piece) -> None:
    """Refuse what would have to be worked out: "reduce by 10 %". A rule is entered elsewhere.

    Raises:
        PlanLineError: computed.
    """
    if found := _COMPUTED.search(line.text):
        part = line.part(*found.span())
        raise part.error(PlanLineCode.COMPUTED, "each new dose in mg")


def refuse_unreadable(line: Piece) -> None:
    """Refuse what must not be read as an amount: "5,5 mg", "-5", "half".

    Raises:
        PlanLineError: comma_amount, bad_amount, negative or word_amount.
    """
    if found := _COMMA_AMOUNT.search(line.text):
        raise comma_amount(line.part(*found.span()), found["whole"], found["part"])
    if found := _NEGATIVE.search(line.text):
        raise line.part(*found.span()).error(PlanLineCode.NEGATIVE, "an amount above 0 mg")
    if found := _WORD_AMOUNT.search(line.text):
        raise line.part(*found.span()).error(PlanLineCode.WORD_AMOUNT, "figures, like 2.5 mg")


def comma_amount(piece: Piece, whole: str, part: str) -> PlanLineError:
    """The error of an amount with a comma, which asks whether a dot was meant."""
    # "1,125 mg" is 1.125 in one country and 1125 in another: nothing sensible can be proposed.
    if len(part) == _THOUSANDS and whole.strip("0"):
        return piece.error(PlanLineCode.BAD_AMOUNT, "an amount like 2.5 mg")
    return piece.error(PlanLineCode.COMMA_AMOUNT, f"{whole.lstrip('0') or '0'}.{part} mg")


def read_mg(piece: Piece, found: re.Match[str]) -> Decimal:
    """The mg of a match of `AMOUNT`, which is `piece`.

    Raises:
        PlanLineError: wrong_unit or bad_amount.
    """
    if found["mg"] is None:
        raise piece.error(PlanLineCode.WRONG_UNIT, _in_mg(found))
    return read_number(piece, found["number"])


def _in_mg(found: re.Match[str]) -> str:
    if not found["micro"] or not _NUMBER.fullmatch(found["number"]):
        return "mg"
    mg = Decimal(found["number"]) / 1000
    return f"{mg_text(mg)} mg" if mg >= _SMALLEST_MG else "mg"


def read_number(piece: Piece, number: str) -> Decimal:
    """A figure as mg: "10", "2.5", "0".

    Raises:
        PlanLineError: bad_amount, for ".5", "5.", "05" and more than four decimals.
    """
    if number.startswith(".") and _NUMBER.fullmatch(f"0{number}"):
        # A dot without its zero is easily a lost digit: 0.5 or 2.5.
        raise piece.error(PlanLineCode.BAD_AMOUNT, f"0{number} mg")
    if not _NUMBER.fullmatch(number):
        raise piece.error(PlanLineCode.BAD_AMOUNT, "an amount like 2.5 mg")
    return Decimal(number)
