"""A line of a plan as somebody typed it, and the error that points into it."""

import re
from dataclasses import dataclass
from enum import StrEnum

_FOUND_LENGTH = 60
# One character for one, so that columns stay those of the message. A middle dot stays: it may be a
# decimal point.
_DASHES = "\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}\N{FIGURE DASH}\N{HYPHEN}\N{NON-BREAKING HYPHEN}"
_OTHERS = "\N{MULTIPLICATION SIGN}\N{GREEK SMALL LETTER MU}\N{FRACTION SLASH}\N{IDEOGRAPHIC COMMA}"
_QUOTES = '\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}"`'
_APOSTROPHES = "\N{RIGHT SINGLE QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}"
_BLANKS = "\u00a0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_ALIKE: dict[int, str] = {
    **{ord(wide): chr(ord(wide) - 0xFEE0) for wide in map(chr, range(0xFF01, 0xFF5F))},
    **{ord(one): "-" for one in _DASHES},
    **{ord(one): " " for one in _BLANKS + _QUOTES},
    **{ord(one): "'" for one in _APOSTROPHES},
    **{ord(one): plain for one, plain in zip(_OTHERS, "xµ/,", strict=True)},
}
# Pictures, bullets, marks that turn writing, invisible blanks; and stars of bold text. What crosses
# out (a cross, "no entry") and pictures of numbers stay, and so are not understood.
_NOISE = re.compile(
    r"(?:(?![\u274c\u274e\u2716-\u2718\u26d4\U0001f6ab\U0001f6d1\u2776-\u2793])"
    r"[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\ufe0e\ufe0f\u00ad\u200b-\u200f\u2060\ufeff"
    r"\u202a-\u202e\u2066-\u2069\u25a0-\u25ff\u2022\u2023\u2043]|\*\*|__)+"
)
_FIGURES = frozenset("0123456789.,")
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
    START_MISSING = "start_missing"
    SPLIT_MISSING = "split_missing"
    OVERLAP = "overlap"
    GAP = "gap"
    TOTAL_MISMATCH = "total_mismatch"
    COMPUTED = "computed"
    BAD_TABLE = "bad_table"
    UNDER_WAY = "under_way"


class PlanLineError(ValueError):
    """A place in a typed plan that is not understood, or that must not be guessed.

    `line` and `column` count from 1, `found` is what stands there (60 characters at most; for
    `time_missing` every dose without a time, for `under_way` the doses that hold today, 200 at
    most) and `expected` what would be understood.
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
    """The lines of a message, numbered from 1, with look-alike signs made plain.

    Each sign stays one sign: full-width figures, dashes, quotes and blanks become plain ones,
    pictures and bullets become blanks. Tabs stay, since they make tables.
    """
    plain = _NOISE.sub(_blank, text.translate(_ALIKE)).replace("\r\n", "\n")
    return [Piece(line, number) for number, line in enumerate(plain.split("\n"), start=1)]


def _blank(noise: re.Match[str]) -> str:
    # Between two figures a blank would make two numbers of one.
    text, start, end = noise.string, noise.start(), noise.end()
    before, after = text[max(start - 1, 0) : start], text[end : end + 1]
    inside = before in _FIGURES and after in _FIGURES
    return noise[0] if inside else " " * (end - start)
