"""Turns the `when` of a rule file into conditions: one key per operator, nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from bot.content.files import ContentError
from bot.content.strict import strictly
from care import redflag_operators as op

_LEAVES: Final[dict[str, type[op.Condition]]] = {
    "answer_is": op.AnswerIs,
    "days_in_a_row": op.DaysInARow,
    "days_out_of": op.DaysOutOf,
    "total_under": op.TotalUnder,
    "vital": op.Vital,
    "vital_from_baseline": op.VitalFromBaseline,
    "answer_from_baseline": op.AnswerFromBaseline,
    "answer_jump": op.AnswerJump,
}
_SHORT: Final[dict[str, tuple[type[op.Condition], str]]] = {
    "unanswered": (op.Unanswered, "question"),
    "profile_has": (op.ProfileHas, "flags"),
    "class_in": (op.ClassIn, "classes"),
    "since_step_days_at_most": (op.SinceStepDaysAtMost, "days"),
    "missed_in_a_row_at_least": (op.MissedInARowAtLeast, "doses"),
    "intake_overdue_hours": (op.IntakeOverdueHours, "hours"),
    "score_over_baseline": (op.ScoreOverBaseline, "points"),
}


@dataclass(frozen=True, slots=True)
class _Count:
    """The arguments of count_of as they stand in a file."""

    count: int
    of: Any


def condition(raw: Any, where: str) -> op.Condition:  # noqa: ANN401 - raw YAML
    """The condition that a one-key mapping like {answer_is: {...}} stands for.

    Raises:
        ContentError: an unknown operator, or arguments that do not fit it.
    """
    if not isinstance(raw, dict) or len(raw) != 1:
        raise ContentError(f"{where}: a condition is one operator with its arguments, not {raw!r}")
    name, value = next(iter(raw.items()))
    if name in _LEAVES:
        return strictly(_LEAVES[name], _arguments(value, where), f"{where}: {name}")
    if name in _SHORT:
        kind, only = _SHORT[name]
        return strictly(kind, {only: value}, f"{where}: {name}")
    return _joined(str(name), value, where)


def answers_named(one: op.Condition) -> Iterator[tuple[str, frozenset[str]]]:
    """Each question a condition reads, with the options it names there (none for numbers)."""
    match one:
        case op.AllOf(parts) | op.CountOf(_, parts):
            for part in parts:
                yield from answers_named(part)
        case op.Not(part):
            yield from answers_named(part)
        case op.AnswerIs(question, options) | op.DaysInARow(question, options):
            yield question, options
        case op.DaysOutOf(questions, options):
            yield from ((question, options) for question in questions)
        case op.TotalUnder(question) | op.AnswerFromBaseline(question) | op.AnswerJump(question):
            yield question, frozenset()
        case op.Unanswered(question):
            yield question, frozenset()


def _joined(name: str, value: Any, where: str) -> op.Condition:  # noqa: ANN401 - raw YAML
    match name:
        case "all_of":
            return op.AllOf(_parts(value, where))
        case "any_of":
            return op.CountOf(1, _parts(value, where))
        case "count_of":
            lines = strictly(_Count, _arguments(value, where), f"{where}: count_of")
            return op.CountOf(lines.count, _parts(lines.of, where))
        case "not":
            return op.Not(condition(value, where))
    raise ContentError(f"{where}: no operator is called {name!r}")


def _parts(raw: Any, where: str) -> tuple[op.Condition, ...]:  # noqa: ANN401 - raw YAML
    if not isinstance(raw, list) or not raw:
        raise ContentError(f"{where}: needs a list of conditions")
    return tuple(condition(one, where) for one in raw)


def _arguments(raw: Any, where: str) -> dict[str, Any]:  # noqa: ANN401 - raw YAML
    if not isinstance(raw, dict):
        raise ContentError(f"{where}: needs named arguments, not {raw!r}")
    return raw
