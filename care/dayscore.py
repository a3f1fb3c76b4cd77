"""The day score and the person's own baseline: change against oneself, never a diagnosis.

Benzodiazepine and Z-drug check-in (clinical.md 3.2), 0 to 24: worry + mood + body + senses
(0-4 each) + sleep (6+ hours 0, 4-5 1, 2 or 3 3, 0-1 4) + day (0, 1, 3, 4).
Baclofen check-in [ENG], 0 to 22: stiffness band (0-4) + spasm frequency (0-4) + worry (0-4)
+ hot or shivering (2) + sleep (0, 1, 3, 4) + day (0, 1, 3, 4).
The points stand at the options in the questionnaire files; this module only adds them up.
"""

from collections.abc import Iterable
from decimal import Decimal
from itertools import islice
from statistics import median

from care.questionnaire import SKIPPED, Answers, Question, Questionnaire, number_of

BASELINE_DAYS = 7


def scored(questionnaire: Questionnaire) -> tuple[Question, ...]:
    """The questions that carry points."""
    return tuple(
        question
        for question in questionnaire.questions
        if any(option.score for option in question.options)
    )


def highest_score(questionnaire: Questionnaire) -> int:
    """The worst possible day score of this questionnaire."""
    return sum(max(option.score for option in q.options) for q in scored(questionnaire))


def day_score(questionnaire: Questionnaire, answers: Answers) -> int | None:
    """The points of a day, or None when a scored question was skipped or not reached.

    A day with gaps has no score: a missing answer is not a zero (clinical.md 4.5).
    Raises KeyError for an option that this version of the questionnaire does not have.
    """
    points = [_points(question, answers) for question in scored(questionnaire)]
    known = [point for point in points if point is not None]
    return sum(known) if known and len(known) == len(points) else None


def baseline(scores: Iterable[int | None]) -> int | None:
    """The median of the first seven completed days, oldest first; None before there are seven.

    It is not moved by later steps, so that a slow drift stays visible (clinical.md 3.2).
    """
    first_days = list(islice((score for score in scores if score is not None), BASELINE_DAYS))
    return round(median(first_days)) if len(first_days) == BASELINE_DAYS else None


def answer_baseline(days: Iterable[Answers | None], question_id: str) -> Decimal | None:
    """The median numeric answer of the first seven days that have one, oldest first."""
    numbers = (answer_number(day, question_id) for day in days)
    first_days = list(islice((number for number in numbers if number is not None), BASELINE_DAYS))
    return median(first_days) if len(first_days) == BASELINE_DAYS else None


def answer_number(day: Answers | None, question_id: str) -> Decimal | None:
    """The number a day's answer stands for; None for a missing day or answer, or a skipped one.

    Raises ValueError when the answer is not numeric.
    """
    chosen = (day or {}).get(question_id, ())
    return number_of(chosen[0]) if chosen and chosen != (SKIPPED,) else None


def _points(question: Question, answers: Answers) -> int | None:
    chosen = answers.get(question.id, ())
    if not chosen or chosen == (SKIPPED,):
        return None
    points = {option.id: option.score for option in question.options}
    return sum(points[option_id] for option_id in chosen)
