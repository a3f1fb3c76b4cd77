"""The escalation ladder: who is told when, until a human answers. Pure.

A ladder is data. It is expanded for the people there are when an alert opens, and copied onto
the alert, so that editing the file never changes a running case.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Self

OPERATOR = "operator"
CAREGIVER = "caregiver"


@dataclass(frozen=True, slots=True)
class LadderRung:
    """One rung as content: after how many minutes, up to which caregiver, operator too?"""

    after_minutes: int
    caregivers_up_to: int  # 1 = the first one; a high number = everybody
    operator: bool


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs of one tier, then a repeat to everybody every so often, so many times."""

    tier: str
    version: int
    rungs: tuple[LadderRung, ...]
    repeat_minutes: int
    repeat_times: int


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of a running alert: when (minutes after opening) and who (person ids)."""

    after_minutes: int
    people: tuple[int, ...]
    operator: bool

    def as_json(self) -> dict[str, Any]:
        """Return the rung as it is kept on the alert."""
        return asdict(self) | {"people": list(self.people)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read a rung back from the alert."""
        return cls(data["after_minutes"], tuple(data["people"]), data["operator"])


def expand(ladder: Ladder, caregivers: Sequence[int]) -> tuple[Rung, ...]:
    """Return the rungs for these caregivers, in order; rungs that would tell nobody are dropped.

    With fewer caregivers than the ladder has rungs, the ones there are are told again, and the
    operator is not made to wait for people who do not exist: with no caregiver at all the first
    rung is the operator, at once.
    """
    if not caregivers:
        return (Rung(0, (), operator=True), *_repeats(ladder, ()))
    steps = [
        Rung(rung.after_minutes, tuple(caregivers[: rung.caregivers_up_to]), rung.operator)
        for rung in ladder.rungs
    ]
    return (*steps, *_repeats(ladder, tuple(caregivers)))


def _repeats(ladder: Ladder, everybody: tuple[int, ...]) -> tuple[Rung, ...]:
    last = ladder.rungs[-1].after_minutes if everybody else 0
    return tuple(
        Rung(last + ladder.repeat_minutes * (n + 1), everybody, operator=True)
        for n in range(ladder.repeat_times)
    )


def due_at(opened_at: datetime, rungs: Sequence[Rung], index: int) -> datetime | None:
    """Return when rung `index` is due, None when the ladder has no such rung."""
    if index >= len(rungs):
        return None
    return opened_at + timedelta(minutes=rungs[index].after_minutes)


def next_after_failure(rungs: Sequence[Rung], index: int, unreachable: frozenset[int]) -> bool:
    """Whether the alert must climb at once: nobody told so far can be reached any more.

    `index` is the rung that comes next; `unreachable` are the people who could not be told.
    """
    told = {person for rung in rungs[:index] for person in rung.people}
    return bool(told) and told <= unreachable and not any(r.operator for r in rungs[:index])
