"""Reading a prescriber's rule as people type it. What is unclear is asked, nothing is guessed.

"10% of the current dose every 2 weeks until 2 mg, then 0.5 mg every 14 days to 0". Every word of
it is accounted for: "slowly", "half" or "about 1 mg" is no rule. A month counts as 31 days, so
that no cut comes sooner than ordered.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from care.asked import AskedError
from care.plan import mg_text
from care.planrule import MOST_DAYS, Of, Phase
from care.typed import plain

LONGEST_RULE = 400
_FOUND_LENGTH = 60
_MOST_MG = 500  # [ENG] over any daily dose of these medicines
_WHOLE = 100
_THOUSANDS = 3


class TypedRuleCode(StrEnum):
    """Every reason for which a typed rule is asked about again."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    UNCLEAR = "unclear"
    RANGE = "range"
    COMMA = "comma"
    LOST_ZERO = "lost_zero"
    WRONG_UNIT = "wrong_unit"
    CUT_MISSING = "cut_missing"
    OF_WHAT = "of_what"
    EVERY_MISSING = "every_missing"
    UNTIL_MISSING = "until_missing"
    UNIT_MISSING = "unit_missing"
    NOT_LOWER = "not_lower"
    NEVER_ENDS = "never_ends"
    ABSURD = "absurd"


class TypedRuleError(AskedError):
    """A typed rule that is not understood, or not in one way only; `code` is a `TypedRuleCode`."""


_COUNTS = (
    *("one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_DAYS = {"d": 1, "day": 1, "w": 7, "wk": 7, "week": 7, "fortnight": 14, "month": 31}
_ADVERBS = {"daily": 1, "weekly": 7, "fortnightly": 14, "monthly": 31}
_NUMBER = r"(?<![\w.,/-])[0-9]+(?:\.[0-9]{1,4})?(?![\w.,]*[0-9])"
_COUNT = rf"[0-9]{{1,3}}|{'|'.join(_COUNTS)}"
_UNIT = r"days?|weeks?|wks?|fortnights?|months?|d|w"
_PERIOD = (
    rf"(?:(?:every|each|per|once\s+(?:a|every)|a)\s+(?P<n>{_COUNT})?\s*(?P<other>other|second)?\s*"
    rf"(?P<unit>{_UNIT})|(?P<n2>{_COUNT})?[\s-]*(?P<adverb>{'|'.join(_ADVERBS)}))\b"
)
_WAIT = (
    rf"(?:after|in)\s+(?P<n>{_COUNT}|a)\s*(?P<unit>{_UNIT})"
    rf"|(?P<n2>{_COUNT}|a)\s*(?P<unit2>{_UNIT})\s+later"
)
_ZERO = (
    r"(?:0+(?:\.0+)?(?![0-9.]*[0-9])(?:\s*mgs?)?|zero|nothing|none|off|stop(?:ped|ping)?|"
    r"the\s+end)\b"
)
_A_DAY = r"(?:\s*(?:(?:a|per|each)\s+day|/\s*day|daily))?"
_MG = r"(?:mgs?|milligram(?:me)?s?)\b"
_BY_THEN = re.compile(r"[,;.]?\s*\b(?:and\s+)?then\b[\s,:]*|\s*;\s*|\n+|,\s+(?=[0-9])")
_EVERY = re.compile(_PERIOD)
_UNTIL = re.compile(
    rf"\b(?:until|till?|down\s+to|unto|to|reaching)\s+(?:(?:you|i|we)\s+(?:reach|get\s+to|are\s+at)\s+"
    rf"|it\s+is\s+|at\s+)?(?:(?P<mg>{_NUMBER})\s*{_MG}{_A_DAY}|(?P<zero>{_ZERO})|(?P<bare>[0-9.]+))"
)
_STOP = re.compile(rf"(?:to\s+)?{_ZERO}(?:\s+(?:it|completely|altogether))?(?:[\s,]+(?:{_WAIT}))?")
_PERCENT = re.compile(rf"(?P<percent>{_NUMBER})\s*(?:%|per\s?cent\b|pct\b)")
_OF = re.compile(
    r"\b(?:of|from)\s+(?:the\s+|my\s+|your\s+|their\s+)?(?:(?P<current>current|present|actual|"
    r"remaining|last|previous)|(?P<starting>starting|start|original|initial|first))\s+"
    r"(?:daily\s+|total\s+)*(?:dose|dosage|amount)\b"
)
_OF_THE_DOSE = re.compile(r"\bof\s+(?:the\s+|my\s+)?(?:daily\s+|total\s+)*(?:dose|dosage|amount)\b")
_DAILY_DOSE = re.compile(r"\bdaily\s+(?:dose|dosage|amount)\b")
_CUT = re.compile(rf"(?P<mg>{_NUMBER})\s*{_MG}")
_FILLERS = frozenset(
    """reduce reduced reducing reduction reductions decrease decreases lower lowering cut cuts
    cutting go going down drop drops take taking taken off by the a my dose doses of daily come
    comes step steps in with and on taper tapering is rule total""".split()  # noqa: SIM905 (a list of words reads best so)
)
_RANGE = re.compile(
    r"[0-9]\s*(?:-|to|or)\s*[0-9]+(?:\.[0-9]+)?\s*(?:mg|%|per|days?|weeks?|months?)"
)
_COMMA = re.compile(r"([0-9]+),([0-9]+)")
_LOST_ZERO = re.compile(r"(?<![0-9.])\.[0-9]+")
_WRONG_UNIT = re.compile(
    r"[0-9.]+\s*(mcgs?|µg|μg|ug|microgram\w*|g|grams?|mls?|tab\w*|pills?|drops?)\b"
)


def read_rule(text: str, *, percent_of: Of | None = None) -> tuple[Phase, ...]:
    """The parts of a typed rule, in their order.

    A percentage must say of which dose; `percent_of` is the answer to that, once it was asked.
    "Then stop" takes the dose that was reached to zero, at the distance of the part before it.

    Raises:
        TypedRuleError: the first place that is not understood; see `TypedRuleCode`.
    """
    if not any(_parts(text)):
        raise TypedRuleError(TypedRuleCode.EMPTY, found="nothing", expected=_LIKE)
    if len(text) > LONGEST_RULE:
        raise _error(TypedRuleCode.TOO_LONG, text, f"at most {LONGEST_RULE} characters")
    _refuse_unreadable(text)
    phases: list[Phase] = []
    for part in _parts(text):
        if found := _STOP.fullmatch(part):
            phases.append(_stop(part, found, phases))
        else:
            phases.append(_phase(_Part(part), percent_of))
        _refuse_higher(part, phases)
    _refuse_endless(phases)
    return tuple(phases)


_LIKE = (
    "a rule like: 10% of the current dose every 14 days until 2 mg, then 0.5 mg every 14 days to 0"
)


def _error(code: TypedRuleCode, found: str, expected: str) -> TypedRuleError:
    shown = " ".join(found.split())[:_FOUND_LENGTH]
    return TypedRuleError(code, found=shown, expected=expected)


def _refuse_unreadable(text: str) -> None:
    body = " ".join(text.casefold().split())
    if found := _COMMA.search(body):
        thousands = len(found[2]) == _THOUSANDS and found[1].strip("0")
        like = "2.5" if thousands else f"{found[1]}.{found[2]}"
        raise _error(TypedRuleCode.COMMA, found[0], f"a dot, like {like}")
    if found := _LOST_ZERO.search(body):
        # A dot without its zero is easily a lost digit: 0.5 or 2.5.
        raise _error(TypedRuleCode.LOST_ZERO, found[0], f"0{found[0]}, if that is meant")
    if found := _WRONG_UNIT.search(body):
        raise _error(TypedRuleCode.WRONG_UNIT, found[0], "mg or %")
    if found := _RANGE.search(body):
        raise _error(TypedRuleCode.RANGE, found[0], "one number")


def _parts(text: str) -> Iterator[str]:
    folded = "\n".join(plain(line) for line in text.splitlines())
    for part in _BY_THEN.split(folded):
        if part.strip(" ,.;:"):
            yield part.strip(" ,.;:")


@dataclass
class _Part:
    """One part of a rule, from which is taken what was understood."""

    left: str

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.search(self.left)
        if found:
            self.left = f"{self.left[: found.start()]} | {self.left[found.end() :]}"
        return found

    def rest(self) -> str:
        """What was not understood."""
        words = re.findall(r"[^\s|,:]+", self.left)
        return " ".join(word for word in words if word.strip(".") not in {*_FILLERS, "", "-"})


def _phase(part: _Part, percent_of: Of | None) -> Phase:
    whole = part.left
    until, of = part.take(_UNTIL), part.take(_OF)
    plain_of = None if of else part.take(_OF_THE_DOSE)
    part.take(_DAILY_DOSE)
    every, percent = part.take(_EVERY), part.take(_PERCENT)
    cut = percent or part.take(_CUT)
    if part.rest():
        raise _error(TypedRuleCode.UNCLEAR, part.rest(), _LIKE)
    if cut is None or (percent is None and (of or plain_of)):
        raise _error(TypedRuleCode.CUT_MISSING, whole, "how much comes off, like 1 mg")
    if every is None:
        raise _error(TypedRuleCode.EVERY_MISSING, whole, "how often, like: every 14 days")
    if until is None:
        raise _error(TypedRuleCode.UNTIL_MISSING, whole, "until which dose, like: until 2 mg")
    kind = _of(percent[0], of, percent_of) if percent else Of.MG
    amount = Decimal(cut["percent"] if percent else cut["mg"])
    return _checked(cut[0], amount, kind, _days(every), _until(until))


def _of(percent: str, of: re.Match[str] | None, answered: Of | None) -> Of:
    if of is not None:
        return Of.CURRENT if of["current"] else Of.STARTING
    if answered is None:
        expected = f"{percent} of the current dose, or {percent} of the starting dose"
        raise _error(TypedRuleCode.OF_WHAT, percent, expected)
    return answered


def _checked(found: str, cut: Decimal, of: Of, days: int, until: Decimal) -> Phase:
    most = Decimal(_MOST_MG if of is Of.MG else _WHOLE)
    if not 0 < cut < most:
        unit = "mg" if of is Of.MG else "%"
        raise _error(TypedRuleCode.ABSURD, found, f"more than 0 and less than {most} {unit}")
    if not 1 <= days <= MOST_DAYS:
        raise _error(TypedRuleCode.ABSURD, f"every {days} days", f"from 1 to {MOST_DAYS} days")
    return Phase(cut, of, days, until)


def _until(found: re.Match[str]) -> Decimal:
    if found["bare"]:
        expected = f"{found['bare'].strip('.')} mg, if that is meant"
        raise _error(TypedRuleCode.UNIT_MISSING, found[0], expected)
    return Decimal(found["mg"]) if found["mg"] else Decimal(0)


def _days(found: re.Match[str]) -> int:
    count = _count(found["n"] or found["n2"])
    if found["adverb"]:
        return count * _ADVERBS[found["adverb"]]
    return count * _days_of(found["unit"]) * (2 if found["other"] else 1)


def _count(word: str | None) -> int:
    if word is None or word == "a":
        return 1
    return int(word) if word.isdigit() else _COUNTS.index(word) + 1


def _days_of(unit: str) -> int:
    return _DAYS.get(unit) or _DAYS[unit.removesuffix("s")]


def _stop(part: str, found: re.Match[str], before: list[Phase]) -> Phase:
    if not before or not before[-1].until:
        expected = "the dose before it, like: until 0.5 mg, then stop"
        raise _error(TypedRuleCode.UNTIL_MISSING, part, expected)
    last, unit = before[-1], found["unit"] or found["unit2"]
    days = _count(found["n"] or found["n2"]) * _days_of(unit) if unit else last.every_days
    return replace(last, cut=last.until, of=Of.MG, every_days=days, until=Decimal(0))


def _refuse_higher(part: str, phases: list[Phase]) -> None:
    if len(phases) > 1 and phases[-1].until >= phases[-2].until:
        reached = mg_text(phases[-2].until)
        expected = f"an end below {reached} mg" if phases[-2].until else "nothing after 0"
        raise _error(TypedRuleCode.NOT_LOWER, part, expected)


def _refuse_endless(phases: list[Phase]) -> None:
    last = phases[-1]
    if last.of is Of.CURRENT and last.until == 0:
        found = f"{mg_text(last.cut)}% of the current dose to 0"
        expected = "from which dose it stops, like: until 0.5 mg, then stop"
        raise _error(TypedRuleCode.NEVER_ENDS, found, expected)
