"""Joining's question about the whole plan: is it exactly what the prescriber agreed to (D9)?

Asked in stages: yes or not yet; when; how they met; what a blocked plan's reason is; what holds
when a cut falls due while something is unresolved (D1). Nothing is taken by default.
"""

from datetime import date
from typing import Any, Final

from actions import plan_review, plans
from actions.intake_base import AGAIN, Data, Result, Special, pick
from actions.intake_plan import enter_anew
from actions.plan_data import data_of_plan, data_of_steps, plan_of_data
from actions.tx import Tx
from bot.content.buttons import Keyboard
from care.localtime import local_day
from care.planhistory import taken_up
from store.models import Person
from store.queries import people as query

STAGES: Final = {
    "when": ("today", "week"),
    "met": ("visit", "call", "letter"),
    "reason": (),
    "unresolved": ("stay", "go_ahead", "unset"),
    "wrong": ("doses_wrong", "changes_wrong"),
}
LONGEST_REASON: Final = 300
SHORTEST_REASON: Final = 3
YES: Final = frozenset({"yes", "y", "yes exactly this", "exactly this"})
NOT_YET: Final = frozenset({"not yet", "no", "n"})


class ConfirmQuestion(Special):
    """The whole plan read back; confirmed as the prescriber's, or not yet."""

    def values(self, tx: Tx, person: Person, data: Data) -> Data:
        """Read everything back, line by line."""
        return plan_review.read_back(tx, person, data) | {
            "stage": _stage(data),
            "prescriber": _prescriber(tx, person, data),
            "code": bool(data.get("code")),
            "resumed": bool(data.get("resumed")),
            "stuck": plan_review.stuck(tx, person, data),
            "stays": plans.prescribed(tx, person.id),
        }

    def buttons(self, tx: Tx, person: Person, data: Data) -> Keyboard:
        """Offer the answers of the present stage."""
        stage = _stage(data)
        if stage:
            wrong = ("wrong",) if stage == "reason" else ()
            return pick(tx, person, "confirm", *STAGES[stage], *wrong)
        may = _prescriber(tx, person, data) and not plan_review.stuck(tx, person, data)
        return pick(tx, person, "confirm", *(("yes",) if may else ()), "not_yet", "wrong")

    def typed(self, tx: Tx, person: Person, data: Data, text: str) -> Result:
        """Take the answers as words too."""
        stage, word = _stage(data), text.strip().casefold().rstrip(".!")
        if stage == "when":
            return self._on(tx, person, data, _day(tx, person, text))
        if stage == "reason":
            return self._because(tx, person, data, text.strip())
        if not stage and word in YES | NOT_YET:
            return self.tapped(tx, person, data, "yes" if word in YES else "not_yet")
        labels = tx.content.buttons(person.locale)
        for choice in STAGES.get(stage, ()):
            if word == labels.text(f"ob.confirm.{choice}").casefold():
                return self.tapped(tx, person, data, choice)
        return Result(problem="onboarding/use_buttons")

    def tapped(self, tx: Tx, person: Person, data: Data, choice: str) -> Result:
        """Go from stage to stage; a correction asks what is wrong, "not yet" keeps everything."""
        stage = _stage(data)
        if choice == "wrong":
            return _next(data, "wrong")
        if choice == "not_yet":
            data["confirmed"] = None
            return Result("not_yet")
        if choice == "yes" and not stage:
            return self._yes(tx, person, data)
        if choice not in STAGES.get(stage, ()):
            return AGAIN
        return self._staged(tx, person, data, stage, choice)

    def _staged(self, tx: Tx, person: Person, data: Data, stage: str, choice: str) -> Result:
        if stage == "wrong":
            return self._correct(tx, person, data, choice)
        if stage == "when":
            day = local_day(tx.now, person.zone or "UTC") if choice == "today" else None
            return self._on(tx, person, data, day)
        if stage == "met":
            data["met"] = choice
            return self._after_met(tx, person, data)
        data["if_unresolved"] = "" if choice == "unset" else choice
        return _confirmed(data)

    @staticmethod
    def _correct(tx: Tx, person: Person, data: Data, choice: str) -> Result:
        today = local_day(tx.now, person.zone or "UTC")
        taken = taken_up(plan_of_data(data), today) if choice == "changes_wrong" else None
        if taken is None:
            enter_anew(data)
            return Result("wrong", goto="medicine")
        plan, over = taken
        begins = {step.regimen.medicine for step in plan.steps} - set(plan.medicines)
        for name in ("code", "resumed", "pending", "steps"):
            data.pop(name, None)
        data |= data_of_plan(plan) | {"steps": []}
        data["medicines"] += [{"drug": one, "doses": []} for one in sorted(begins)]
        data["earlier"] = [*(data.get("earlier") or ()), *data_of_steps(over)]
        return Result("wrong", goto="steps")

    @staticmethod
    def _yes(tx: Tx, person: Person, data: Data) -> Result:
        if not _prescriber(tx, person, data) or plan_review.stuck(tx, person, data):
            return AGAIN
        code = data.get("code")
        if code:
            data |= {"by": code["by"], "why": code["why"], "how": "plan code"}
            data["agreed"] = code["on"]
            return _next(data, "unresolved") if _cuts(data) else _confirmed(data)
        return _next(data, "when")

    @staticmethod
    def _on(tx: Tx, person: Person, data: Data, day: date | None) -> Result:
        del tx, person
        if day is None:
            return Result(problem="onboarding/which_day")
        data["agreed"] = day.isoformat()
        return _next(data, "met")

    @staticmethod
    def _after_met(tx: Tx, person: Person, data: Data) -> Result:
        if plan_review.blocked(tx, person, data):
            return _next(data, "reason")
        return _next(data, "unresolved") if _cuts(data) else _confirmed(data)

    @staticmethod
    def _because(tx: Tx, person: Person, data: Data, text: str) -> Result:
        del tx, person
        if not SHORTEST_REASON <= len(text) <= LONGEST_REASON:
            return Result(problem="plans/reason_length")
        data["why"] = text
        return _next(data, "unresolved") if _cuts(data) else _confirmed(data)


def _stage(data: Data) -> str:
    pending: Any = data.get("pending") or {}
    return str(pending.get("asks", "")) if isinstance(pending, dict) else ""


def _next(data: Data, stage: str) -> Result:
    # What the prescriber wrote into a code is not asked again.
    if stage == "unresolved" and data.get("if_unresolved"):
        return _confirmed(data)
    data["pending"] = {"asks": stage}
    return AGAIN


def _confirmed(data: Data) -> Result:
    data["confirmed"] = data.pop("agreed")
    return Result("yes")


def _cuts(data: Data) -> bool:
    return bool(data.get("steps"))


def _day(tx: Tx, person: Person, text: str) -> date | None:
    return plans.read_past_day(text, local_day(tx.now, person.zone or "UTC"))


def _prescriber(tx: Tx, person: Person, data: Data) -> str:
    """Return who would have agreed: of a code the one who made it, else the one of the intake."""
    if data.get("code"):
        return str(data["code"]["by"])
    patient = query.patient_of(tx.session, person)
    return str(tx.json(patient, "intake").get("prescriber") or "") if patient else ""
