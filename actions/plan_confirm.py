"""Joining's question about the whole plan: is it exactly what the prescriber agreed to (D9)?

Asked in stages: yes or not yet; when; how they met; what a blocked plan's reason is; what holds
when a cut falls due while something is unresolved (D1). Nothing is taken by default.
"""

from datetime import date
from typing import Any, Final

from actions import plan_review, plans
from actions.intake_base import AGAIN, Data, Result, Special, pick
from actions.intake_plan import enter_anew
from actions.plan_data import code_of, data_of_plan, data_of_steps, forget_plan, plan_of_data
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
            "code": code_of(data) is not None,
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
            data["pending"] = {"asks": "wrong"}
            return AGAIN
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
        else:
            data["if_unresolved"] = "" if choice == "unset" else choice
        return _go_on(tx, person, data, last=stage == "unresolved")

    @staticmethod
    def _correct(tx: Tx, person: Person, data: Data, choice: str) -> Result:
        today = local_day(tx.now, person.zone or "UTC")
        taken = taken_up(plan_of_data(data), today) if choice == "changes_wrong" else None
        if taken is None:
            enter_anew(data)
            return Result("wrong", goto="medicine")
        plan, over = taken
        begins = {step.regimen.medicine for step in plan.steps} - set(plan.medicines)
        earlier = data.get("earlier") or ()
        forget_plan(data)
        data |= data_of_plan(plan) | {"steps": []}
        data["medicines"] += [{"drug": one, "doses": []} for one in sorted(begins)]
        data["earlier"] = [*earlier, *data_of_steps(over)]
        return Result("wrong", goto="steps")

    @staticmethod
    def _yes(tx: Tx, person: Person, data: Data) -> Result:
        if not _prescriber(tx, person, data):
            return AGAIN
        if plan_review.moved_on(tx, person, data):
            return Result(problem="plans/dates_passed")
        _begin(data)
        return _go_on(tx, person, data)

    @staticmethod
    def _on(tx: Tx, person: Person, data: Data, day: date | None) -> Result:
        if day is None:
            return Result(problem="onboarding/which_day")
        data["agreed"] = day.isoformat()
        return _go_on(tx, person, data)

    @staticmethod
    def _because(tx: Tx, person: Person, data: Data, text: str) -> Result:
        if not SHORTEST_REASON <= len(text) <= LONGEST_REASON:
            return Result(problem="plans/reason_length")
        data["why"] = text
        return _go_on(tx, person, data)


def _begin(data: Data) -> None:
    """Forget what was said before; take what the prescriber wrote into a code."""
    code = code_of(data)
    if code is None and data.get("code"):
        data["if_unresolved"] = ""  # it was the code that said so
    for name in ("agreed", "met", "why", "how", "by"):
        data.pop(name, None)
    if code is None:
        data["code"] = None
        return
    data |= {"by": code["by"], "why": code["why"], "how": plan_review.PLAN_CODE}
    data["agreed"] = code["on"]


def _go_on(tx: Tx, person: Person, data: Data, *, last: bool = False) -> Result:
    """Ask what is still to be asked; confirm when nothing is, and nothing stands against it."""
    data.pop("pending", None)
    if plan_review.stuck(tx, person, data):
        return AGAIN
    stage = _following(tx, person, data, last=last)
    if stage:
        data["pending"] = {"asks": stage}
        return AGAIN
    data["confirmed"] = data.pop("agreed")
    return Result("yes")


def _following(tx: Tx, person: Person, data: Data, *, last: bool) -> str:
    """Return the next stage; what the prescriber wrote into a code is not asked again."""
    if not data.get("agreed"):
        return "when"
    if not data.get("met") and not code_of(data):
        return "met"
    if not data.get("why") and plan_review.blocked(tx, person, data):
        return "reason"
    return "unresolved" if data.get("steps") and not data.get("if_unresolved") and not last else ""


def _stage(data: Data) -> str:
    pending: Any = data.get("pending") or {}
    return str(pending.get("asks", "")) if isinstance(pending, dict) else ""


def _day(tx: Tx, person: Person, text: str) -> date | None:
    return plans.read_past_day(text, local_day(tx.now, person.zone or "UTC"))


def _prescriber(tx: Tx, person: Person, data: Data) -> str:
    """Return who would have agreed: of a code the one who made it, else the one of the intake."""
    code = code_of(data)
    if code:
        return str(code["by"])
    patient = query.patient_of(tx.session, person)
    return str(tx.json(patient, "intake").get("prescriber") or "") if patient else ""
