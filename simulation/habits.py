"""How people behave: on time, forgetful, twice, typing, silent for a day, in danger."""

from dataclasses import dataclass
from typing import Final

MINUTE: Final = 60.0
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Habits:
    """What one kind of patient does.

    Chances are 0 to 1, waits are seconds (from, to), `silent` and `crisis` are seconds after
    joining: between which nothing is looked at, and between which an emergency is written of.
    """

    name: str
    answers_in: tuple[float, float] = (MINUTE, 6 * MINUTE)
    answers: float = 1.0
    twice: float = 0.0
    types: float = 0.0
    later: float = 0.05
    skips: float = 0.02
    frightens: float = 0.02
    silent: tuple[float, float] | None = None
    crisis: tuple[float, float] | None = None


HABITS: Final = (
    Habits("crisis", crisis=(20 * HOUR, 44 * HOUR)),
    Habits("forgetful", (5 * MINUTE, 4 * HOUR), answers=0.55, later=0.15, skips=0.08),
    Habits("double-tapper", (20, 3 * MINUTE), twice=0.7),
    Habits("typist", types=0.8),
    Habits("silent for a day", silent=(30 * HOUR, 56 * HOUR)),
    Habits("punctual", (10, 2 * MINUTE)),
)

CRISES: Final = (
    "I had a seizure this morning, {marker} saw it",
    "I want to kill myself tonight. {marker} knows",
    "I took all my pills at once, tell {marker}",
    "I can't breathe and my lips are blue, {marker}",
)
NOTES: Final = (
    "Slept badly, {marker} was loud again",
    "Nothing special today, we talked about {marker}",
    "{marker} came by and we had tea",
    "A walk by the river with {marker}",
)
