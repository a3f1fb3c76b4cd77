"""A line of a plan as somebody typed it, and the error that points into it."""

import re
from dataclasses import dataclass
from enum import StrEnum

_FOUND_LENGTH = 60
# One character for one, so that columns stay those of the message.
_ALIKE = str.maketrans("–—−‒，；：＠\u00a0\u2009\u202f\t\u03bc", "----,;:@    µ")  # noqa: RUF001 - the look-alikes are the point
_LEAD = re.compile(
    r"(?:[\s:=@]|\.(?![0-9])|-(?=\s)|->|→|\b(?:at|of|take|in the)\b)+", re.IGNORECASE
)
_TRAIL = re.compile(r"(?:[\s:=@.,;-]|\bo'clock\b|\bat\b)+$", re.IGNORECASE)


class PlanLineCode(StrEnum):
    """Every reason for which a typed plan is asked about again."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NO_DATE = "no_date"
    BAD_DATE = "bad_date"
    PAST_DATE = "past_date"
    AMBIGUOUS_DATE = "ambiguous_date"
    OUT_OF_ORDER = "out_of_order"
    UNKNOWN_MEDICINE = "unknown_medicine"
    BAD_TIME = "bad_time"
    TIME_MISSING = "time_missing"
    DUPLICATE_TIME = "duplicate_time"
    UNIT_MISSING = "unit_missing"
    WRONG_UNIT = "wrong_unit"
    BAD_AMOUNT = "bad_amount"
    COMMA_AMOUNT = "comma_amount"
    WORD_AMOUNT = "word_amount"
    NEGATIVE = "negative"
    ABSURD = "absurd"


class PlanLineError(ValueError):
    """A place in a typed plan that is not understood, or that must not be guessed.

    `line` and `column` count from 1, `found` is what stands there (60 characters at most; for
    `time_missing` every dose without a time, 200 at most) and `expected` what would be understood.
    For `comma_amount`, `unit_missing` and a lost leading zero it is the amount to ask about.
    """

    def __init__(
        self, code: PlanLineCode, *, line: int, column: int, found: str, expected: str
    ) -> None:
        super().__init__(f"line {line}, column {column}: {code}, expected {expected}")
        self.code = code
        self.line = line
        self.column = column
        self.found = found
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a typed line that knows where it stood. `start` counts characters from 0."""

    text: str
    line: int = 1
    start: int = 0

    def part(self, start: int, end: int | None = None) -> "Piece":
        """The characters from `start` to `end`."""
        return Piece(self.text[start:end], self.line, self.start + start)

    def trimmed(self) -> "Piece":
        """The piece without blanks, punctuation and filler words ("at", "take") at its ends."""
        trail = _TRAIL.search(self.text)
        text = self.text[: trail.start()] if trail else self.text
        lead = _LEAD.match(text)
        return Piece(text, self.line, self.start).part(lead.end() if lead else 0)

    def split(self, separator: re.Pattern[str]) -> list["Piece"]:
        """The parts between the matches of `separator` that are more than filler."""
        matches = list(separator.finditer(self.text))
        starts = [0, *(match.end() for match in matches)]
        ends = [*(match.start() for match in matches), len(self.text)]
        parts = [self.part(start, end) for start, end in zip(starts, ends, strict=True)]
        return [part for part in parts if part.trimmed().text]

    def blanked(self, start: int, end: int) -> "Piece":
        """The piece with blanks from `start` to `end`, so that all else keeps its column."""
        text = self.text[:start] + " " * (end - start) + self.text[end:]
        return Piece(text, self.line, self.start)

    def error(self, code: PlanLineCode, expected: str) -> PlanLineError:
        """The error that this piece is."""
        inner = self.trimmed() if self.trimmed().text else self
        return PlanLineError(
            code,
            line=self.line,
            column=inner.start + 1,
            found=" ".join(inner.text.split())[:_FOUND_LENGTH],
            expected=expected,
        )


def pieces_of(text: str) -> list[Piece]:
    """The lines of a message, numbered from 1, with look-alike dashes and blanks made plain."""
    plain = text.translate(_ALIKE).replace("\r\n", "\n")
    return [Piece(line, number) for number, line in enumerate(plain.split("\n"), start=1)]
