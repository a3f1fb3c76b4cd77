"""Which medicine a plan line is about, and what is known of it before the plan is read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from care.plan import TypedDoses
from care.planamounts import is_word_amount
from care.planclauses import STOP_WORDS
from care.plansplit import Day
from care.typedline import Piece, PlanLineCode, PlanLineError
from care.walltime import NAMED_TIMES

_FILLERS = frozenset(
    {"at", "of", "take", "in", "the", "minus", "negative", "and", "am", "pm", "before", "with"}
    | {
        "every",
        "each",
        "total",
        "daily",
        "dose",
        "doses",
        "day",
        "a",
        "per",
        "mg",
        "is",
        "to",
        "then",
    }
    | {
        "my",
        "on",
        "tablet",
        "tablets",
        "tab",
        "tabs",
        "pill",
        "pills",
        "once",
        "twice",
        "thrice",
        "time",
        "for",
        "od",
        "bd",
        "tds",
        "qds",
        "bid",
        "tid",
    }
)
_LEADING_WORDS = re.compile(r"[^0-9]*")


class Names:
    """The names that may be typed, each with its drug id."""

    def __init__(self, medicines: Mapping[str, str]) -> None:
        self._ids = {name.casefold(): drug for name, drug in medicines.items()}
        self._drugs = sorted(set(self._ids.values()))
        longest_first = sorted(self._ids, key=len, reverse=True)
        names = "|".join(map(re.escape, longest_first))
        self._pattern = re.compile(rf"(?<![\w])(?:{names})(?![\w])", re.IGNORECASE)

    def blanked(self, line: Piece) -> Piece:
        """The line with blanks for every name in it."""
        for found in self._pattern.finditer(line.text):
            line = line.blanked(*found.span())
        return line

    def named(self, line: Piece) -> str:
        """The drug id of the medicine that a line names, empty when it names none.

        Raises:
            PlanLineError: unknown_medicine, when it names two.
        """
        found = [self._ids.get(name.casefold(), "") for name in self._pattern.findall(line.text)]
        drugs = set(found) - {""}
        if len(drugs) > 1:
            raise self.blanked(line).error(
                PlanLineCode.UNKNOWN_MEDICINE, "one medicine on each line"
            )
        return drugs.pop() if drugs else ""

    def unnamed(self, rest: Piece) -> str:
        """The only medicine there is.

        Raises:
            PlanLineError: unknown_medicine, when there are several, or when what is left of the
                line begins with a word that nobody knows.
        """
        lead = _LEADING_WORDS.match(rest.text)
        stranger = _stranger(rest.part(0, lead.end() if lead else 0))
        if stranger is not None:
            raise self._unknown(stranger)
        return self.only(rest)

    def only(self, piece: Piece) -> str:
        """The only medicine there is, for a piece that names none.

        Raises:
            PlanLineError: unknown_medicine, when there are several.
        """
        if len(self._drugs) > 1:
            raise self._unknown(piece)
        return self._drugs[0]

    def _unknown(self, piece: Piece) -> PlanLineError:
        several = len(self._drugs) > 1
        expected = "one of " + ", ".join(self._drugs) if several else self._drugs[0]
        return piece.error(PlanLineCode.UNKNOWN_MEDICINE, expected)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before a plan is read: `now` is what is taken today, by drug id.

    `moved` are the medicines whose times the plan changed on the way: from there on no word and no
    amount of a whole day stands for the present times.
    """

    today: date
    names: Names
    now: Mapping[str, TypedDoses]
    limits: Mapping[str, Decimal]
    most_mg: Decimal
    moved: set[str] = field(default_factory=set)

    def day(self, drug: str, *, mg_said: bool) -> Day:
        """What the doses of a line of this medicine may lean on."""
        now = () if drug in self.moved else self.now.get(drug, ())
        walls = tuple(wall for wall, _ in now)
        return Day(min(self.limits.get(drug, self.most_mg), self.most_mg), walls, mg_said)


def _stranger(lead: Piece) -> Piece | None:
    words = re.findall(r"[^\W\d_]+", lead.text.casefold())
    known = NAMED_TIMES | STOP_WORDS | _FILLERS
    unknown = [word for word in words if word not in known and not is_word_amount(word)]
    return lead if unknown else None
