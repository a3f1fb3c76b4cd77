"""Questionnaires as data: which question comes next, and what a typed answer means.

Answers map a question id to option ids. A number is kept as its decimal text, free text as
itself, and a skipped question as ("skipped",).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from care.typed import numbers_in, plain, without_fillers
from care.vitals import as_celsius

Answers: TypeAlias = Mapping[str, tuple[str, ...]]
Kind: TypeAlias = Literal["choice", "many", "number", "text"]

SKIPPED = "skipped"
NONE = "none"
"""The option of a tap-all-that-apply question that excludes all others."""

_SKIP: Final = frozenset({"skip", "pass", "next"})
_MAX_TEXT: Final = 4096  # the longest message Telegram delivers
_RANGE: Final = 2  # "4 to 5" is a range, three numbers are something else
_FEWEST_DIGITS: Final = 3  # an emergency number is the shortest that can be dialled
_MAX_PARTS: Final = 24  # more than any honest list of dangers, and no deep recursion
_NUMERIC_ID = re.compile(r"(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?)|\+)?")


@dataclass(frozen=True, slots=True)
class Option:
    """One button. `at_least` and `below` bound the typed numbers that mean this option."""

    id: str
    label: str
    score: int = 0
    aliases: tuple[str, ...] = ()
    at_least: Decimal | None = None
    below: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds when at least one of `includes` was chosen for an earlier question."""

    question: str
    includes: frozenset[str]

    def holds(self, answers: Answers) -> bool:
        """Whether the answers given so far satisfy it."""
        return not self.includes.isdisjoint(answers.get(self.question, ()))


@dataclass(frozen=True, slots=True)
class Question:
    """One screen.

    `only_if`: all conditions must hold, empty means always asked.
    `guarded`: a danger question, where a typed answer counts only when it is exactly a known one.
    `unit`: "hours", "celsius", "phone" (a text that can be dialled) or "".
    `lowest` and `highest` bound a number, both included.
    """

    id: str
    kind: Kind
    text: str
    options: tuple[Option, ...] = ()
    unit: str = ""
    lowest: Decimal | None = None
    highest: Decimal | None = None
    only_if: tuple[Condition, ...] = ()
    skippable: bool = True
    guarded: bool = False

    def asked(self, answers: Answers) -> bool:
        """Whether the answers so far lead to this question."""
        return all(condition.holds(answers) for condition in self.only_if)

    def option(self, option_id: str) -> Option | None:
        """The option with this id, or None."""
        return next((option for option in self.options if option.id == option_id), None)


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A versioned list of questions for patients of the given drug classes."""

    id: str
    version: int
    classes: frozenset[str]
    intro: str
    questions: tuple[Question, ...]

    def question(self, question_id: str) -> Question:
        """The question with this id. Raises KeyError for an unknown one."""
        for question in self.questions:
            if question.id == question_id:
                return question
        raise KeyError(question_id)


def first(questionnaire: Questionnaire) -> Question:
    """The question every check-in starts with."""
    return questionnaire.questions[0]


def asked(questionnaire: Questionnaire, answers: Answers) -> tuple[Question, ...]:
    """The questions that these answers lead to, in order."""
    return tuple(question for question in questionnaire.questions if question.asked(answers))


def following(questionnaire: Questionnaire, answers: Answers, after_id: str) -> Question | None:
    """The next question after `after_id`; None at the end. KeyError for an unknown id."""
    start = _position(questionnaire, after_id) + 1
    rest = questionnaire.questions[start:]
    return next((question for question in rest if question.asked(answers)), None)


def previous(questionnaire: Questionnaire, answers: Answers, before_id: str) -> Question | None:
    """The question before `before_id`; None at the start. KeyError for an unknown id."""
    earlier = questionnaire.questions[: _position(questionnaire, before_id)]
    return next((question for question in reversed(earlier) if question.asked(answers)), None)


def progress(questionnaire: Questionnaire, answers: Answers, at_id: str) -> tuple[int, int]:
    """(n, of): the place of a question among those the answers lead to, from 1.

    A follow-up raises both numbers. KeyError for an id that is unknown or not asked.
    """
    ids = [question.id for question in asked(questionnaire, answers)]
    if at_id not in ids:
        raise KeyError(at_id)
    return ids.index(at_id) + 1, len(ids)


def still_asked(questionnaire: Questionnaire, answers: Answers) -> dict[str, tuple[str, ...]]:
    """The answers without those to follow-ups that a changed answer no longer leads to."""
    kept: dict[str, tuple[str, ...]] = {}
    for question in questionnaire.questions:
        if question.id in answers and question.asked(kept):
            kept[question.id] = answers[question.id]
    return kept


def toggle(question: Question, chosen: tuple[str, ...], option_id: str) -> tuple[str, ...]:
    """The choice after one tap on an option of a `many` question, in the order of the buttons.

    "None" excludes the others and they exclude it. Raises KeyError for an unknown option.
    """
    if question.option(option_id) is None:
        raise KeyError(option_id)
    if option_id in chosen:
        return tuple(one for one in chosen if one != option_id)
    if option_id == NONE:
        return (NONE,)
    picked = {*chosen, option_id} - {NONE, SKIPPED}
    return tuple(option.id for option in question.options if option.id in picked)


def understand(question: Question, typed_text: str) -> tuple[str, ...] | None:
    """The answer that a typed text gives: option ids, a number, or the text; None to ask again.

    Every word is accounted for, nothing is guessed. A guarded question takes exact answers only.
    """
    words = plain(typed_text[:_MAX_TEXT])
    if not words:
        return None
    if words in _SKIP:
        return (SKIPPED,) if question.skippable else None
    if question.kind == "many":
        return _several(question, words)
    if question.kind == "number":
        return _number(question, words)
    chosen = _named(question, words) or _loosely(question, words)
    if chosen is None and question.kind == "text" and _can_be(question, words):
        return (typed_text.strip(),)
    return chosen


def _can_be(question: Question, words: str) -> bool:
    return question.unit != "phone" or sum(map(str.isdecimal, words)) >= _FEWEST_DIGITS


def number_of(option_id: str) -> Decimal:
    """The number an option id stands for: the middle of a range, the start of an open one.

    Raises ValueError for an id that is no number.

    >>> number_of("3"), number_of("4-5"), number_of("6+")
    (Decimal('3'), Decimal('4.5'), Decimal('6'))
    """
    found = _NUMERIC_ID.fullmatch(option_id)
    if found is None:
        raise ValueError(f"{option_id!r} stands for no number")
    low = Decimal(found[1])
    return (low + Decimal(found[2])) / 2 if found[2] else low


def _named(question: Question, words: str) -> tuple[str, ...] | None:
    """The one option whose label or alias is exactly these words."""
    for option in question.options:
        if words in {plain(option.label), *map(plain, option.aliases)}:
            return (option.id,)
    return None


def _loosely(question: Question, words: str) -> tuple[str, ...] | None:
    if question.guarded or question.kind == "text":
        return None
    return _named(question, without_fillers(words)) or _by_number(question, words)


def _by_number(question: Question, words: str) -> tuple[str, ...] | None:
    """The option that holds all the typed numbers: "4 to 5" is one answer, "3 to 5" is none."""
    numbers = numbers_in(words, question.unit)[: _RANGE + 1]
    if len(numbers) > _RANGE:
        return None
    holders = {
        option.id for number in numbers for option in question.options if _in(option, number)
    }
    everywhere = all(any(_in(option, number) for option in question.options) for number in numbers)
    return tuple(holders) if len(holders) == 1 and everywhere else None


def _in(option: Option, number: Decimal) -> bool:
    if option.at_least is None or option.below is None:
        return False
    return option.at_least <= number < option.below


def _several(question: Question, words: str) -> tuple[str, ...] | None:
    """Options joined by commas, "and" or "+"; every part must be one, and "none" stands alone."""
    parts = [part for part in re.split(r"\s*(?:[,;&+/\n]|\band\b)\s*", words) if part]
    chosen = _named(question, words) or _joined(question, parts)
    if chosen is None or (NONE in chosen and len(chosen) > 1):
        return None
    return tuple(option.id for option in question.options if option.id in chosen)


def _joined(question: Question, parts: list[str]) -> tuple[str, ...] | None:
    # A label may hold a comma itself, so the longest run of parts that is a label is tried first.
    if not parts:
        return ()
    if len(parts) > _MAX_PARTS:
        return None
    for size in range(min(len(parts), 4), 0, -1):
        head = _named(question, ", ".join(parts[:size])) or _named(question, " ".join(parts[:size]))
        rest = _joined(question, parts[size:]) if head else None
        if head is not None and rest is not None:
            return head + rest
    return None


def _number(question: Question, words: str) -> tuple[str, ...] | None:
    numbers = numbers_in(words, question.unit)
    if len(numbers) != 1:
        return None
    number = as_celsius(numbers[0]) if question.unit == "celsius" else numbers[0]
    above = question.lowest is None or question.lowest <= number
    below = question.highest is None or number <= question.highest
    return (f"{number.normalize():f}",) if above and below else None


def _position(questionnaire: Questionnaire, question_id: str) -> int:
    return questionnaire.questions.index(questionnaire.question(question_id))
