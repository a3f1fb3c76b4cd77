"""What a confirmation is worth: it is for the plan that was read back, and for no other."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from actions import dialogues, holding, onboarding, plan_codes, plan_entry, plan_files, plans
from care.plan import doses_on
from store.models import Dialogue, Patient, PlanVersion
from tests.actions.house import House, Someone

SLOWLY = {"2026-12-15": ("08:00 9",)}
TWO_CUTS = {"2026-12-01": ("08:00 9",), "2026-12-15": ("08:00 8",)}
AT_ONCE = b"from;medicine;time;mg\nnow;diazepam;08:00;10\n2026-12-01;diazepam;;0\n"
DOCUMENT = {
    "steady_plan": 1,
    "medicines": [
        {
            "medicine": "diazepam",
            "products": [{"form": "tablet", "mg": "2", "pieces": 2}],
            "now": [{"at": "08:00", "mg": "10"}],
            "steps": [{"from": "2026-12-15", "doses": [{"at": "08:00", "mg": "9"}]}],
        }
    ],
}


def gives_code(house: House, who: Someone, **more: Any) -> None:
    token = house.call(lambda tx: plan_codes.issue(tx, DOCUMENT, prescriber="Dr Okafor", **more))
    house.does(who, plan_files.use_code, token)


def joins_again(house: House, who: Someone, data: dict[str, Any]) -> None:
    """Open the questions of joining at the read-back."""
    whole = {"answers": {"language": ["en"], "consent": ["agree"]}} | data
    house.does(
        who, lambda tx, person: dialogues.begin(tx, person, onboarding.KIND, "confirm", whole)
    )


def sends(house: House, who: Someone, content: bytes) -> None:
    found = plan_files.look("document", "plan.csv", content, house.rt.content.drugs, "")
    house.does(who, plan_files.received, "document", found)


def picks(house: House, who: Someone, *choices: str) -> None:
    for choice in choices:
        house.taps(who, f"ob.pick:confirm:{choice}")


def in_force(house: House, who: Someone) -> PlanVersion:
    found = house.call(plans.in_force, who.id)
    assert found is not None
    return found[0]


def taken_on(house: House, who: Someone, day: date) -> list[Decimal]:
    """What is reminded of on a day."""
    found = house.call(plans.in_force, who.id)
    assert found is not None
    return [one.mg for one in doses_on(found[1], "diazepam", day)]


ZERO = date(2026, 12, 2)


def test_a_code_stands_for_its_own_plan_and_not_for_steps_typed_after_it(house: House) -> None:
    tom = house.patient("08:00 10", confirmed=None)
    gives_code(house, tom)
    house.taps(tom, "ob.back:confirm")
    house.writes(tom, "1 Dec: stop")
    picks(house, tom, "yes", "today", "call", "unset")
    assert in_force(house, tom).state == "stated"
    assert taken_on(house, tom, ZERO) == [10]


def test_a_code_stands_for_its_own_plan_and_not_for_a_file_sent_after_it(house: House) -> None:
    tom = house.patient("08:00 10", confirmed=None)
    joins_again(house, tom, house.plan("08:00 10"))
    gives_code(house, tom)
    sends(house, tom, AT_ONCE)
    picks(house, tom, "yes", "today", "call", "unset")
    assert in_force(house, tom).state == "stated"
    assert taken_on(house, tom, ZERO) == [10]


def test_what_was_said_of_one_plan_is_asked_anew_of_the_next(house: House) -> None:
    tom = house.patient("08:00 10", confirmed=None)
    joins_again(house, tom, house.plan("08:00 10", steps=SLOWLY))
    picks(house, tom, "yes", "today", "call")
    house.writes(tom, "She knows about the pump")
    sends(house, tom, AT_ONCE)
    picks(house, tom, "unset", "stay")
    assert in_force(house, tom).state == "stated"


def test_a_confirmation_after_a_code_was_given_up_is_the_patient_s_word(house: House) -> None:
    tom = house.patient("08:00 10", confirmed=None)
    gives_code(house, tom, reason="agreed with the clinic")
    picks(house, tom, "yes")
    house.taps(tom, "ob.back:confirm")
    house.writes(tom, "15 Dec: 9.5 mg 08:00")
    picks(house, tom, "yes", "today", "call")
    house.writes(tom, "She knows about all of it")
    picks(house, tom, "unset")
    found = in_force(house, tom)
    assert (found.state, found.confirmed_how) == ("confirmed", "patient says")
    assert house.reads(found, "why") == "She knows about all of it"


def test_not_yet_after_a_hold_leaves_the_dose_of_the_hold(house: House) -> None:
    tom = house.patient("08:00 10", steps=TWO_CUTS)
    house.passes(days=2)
    house.does(tom, holding.ask)
    house.does(tom, holding.stay)
    house.passes(days=5)
    house.does(tom, holding.resume)
    picks(house, tom, "not_yet")
    assert in_force(house, tom).state == "held"
    assert taken_on(house, tom, date(2026, 12, 9)) == [9]
    house.hears(tom)
    house.passes(days=1)
    assert {dose.mg for dose in house.doses(tom)[-2:]} == {Decimal(9)}


def test_a_stated_plan_whose_dates_passed_moves_later_before_it_is_agreed(house: House) -> None:
    tom = house.patient("08:00 10", steps=TWO_CUTS, confirmed=None)
    house.passes(days=20)
    house.does(tom, plan_entry.begin_confirm)
    picks(house, tom, "yes", "today", "call")
    house.writes(tom, "She wants it so")
    picks(house, tom, "unset")
    today = date(2026, 12, 20)
    assert in_force(house, tom).state == "confirmed"
    assert taken_on(house, tom, today) == [9]
    assert taken_on(house, tom, date(2027, 1, 2)) == [9]
    assert taken_on(house, tom, date(2027, 1, 3)) == [8]


def test_dates_that_pass_while_the_question_stands_open_move_later_too(house: House) -> None:
    tom = house.patient("08:00 10")
    plan = house.plan("08:00 10", steps=TWO_CUTS, confirmed=None)
    house.does(tom, plan_entry.review, plan)
    house.passes(days=20)
    house.hears(tom)
    picks(house, tom, "yes")
    assert "Some of these days have passed" in house.said(tom)[-1].text
    picks(house, tom, "yes", "today", "call")
    house.writes(tom, "She wants it so")
    picks(house, tom, "unset")
    assert taken_on(house, tom, date(2026, 12, 20)) == [9]
    assert taken_on(house, tom, date(2027, 1, 3)) == [8]


def test_a_step_that_was_past_when_it_was_entered_stays_where_it_is(house: House) -> None:
    tom = house.patient("08:00 10")
    plan = house.plan("08:00 10", steps={"2026-11-10": ("08:00 9",)} | SLOWLY, confirmed=None)
    house.does(tom, plan_entry.review, plan)
    (row,) = house.rows(Dialogue, person_id=tom.id, kind="onboarding")
    data = house.rt.vault.read_json(row, "data") or {}
    assert [one["on"] for one in data["steps"]] == ["2026-11-10", "2026-12-15"]


@pytest.mark.parametrize("check", ["P01", "P05"])
def test_a_check_that_broke_is_not_lifted_by_the_patient_s_word(
    house: House, check: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> Any:
        raise ZeroDivisionError
        yield

    monkeypatch.setattr("care.plan_checks.EACH", {check: breaks})
    tom = house.patient("08:00 10", confirmed=None)
    house.does(tom, plan_entry.begin_confirm)
    picks(house, tom, "yes", "today", "call", "unset")
    assert in_force(house, tom).state == "stated"


def test_another_check_that_broke_needs_a_reason(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> Any:
        raise ZeroDivisionError
        yield

    monkeypatch.setattr("care.plan_checks.EACH", {"P07": breaks})
    tom = house.patient("08:00 10", confirmed=None)
    house.does(tom, plan_entry.begin_confirm)
    picks(house, tom, "yes", "today", "call", "unset")
    assert in_force(house, tom).state == "stated"
    house.writes(tom, "She looked at it herself")
    assert in_force(house, tom).state == "confirmed"


def test_a_medicine_that_a_new_plan_forgets_is_a_medicine_stopped_at_once(house: House) -> None:
    tom = house.patient("08:00 10", more={"zopiclone": ("22:00 7.5",)})
    plan = house.plan("22:00 7.5", drug="zopiclone", confirmed=None)
    house.does(tom, plan_entry.review, plan)
    said = [one.text for one in house.said(tom)[-2:]]
    assert any("Diazepam" in text for text in said)
    picks(house, tom, "yes", "today", "call", "unset")
    assert taken_on(house, tom, ZERO) == [10]


def rules_zopiclone(house: House, who: Someone) -> None:
    """Enter the prescriber's rule for the medicine of the night."""
    house.taps(who, "plan.rule")
    house.taps(who, "rule.pick:medicine:zopiclone")
    for text in (
        "yes",
        "1.875 mg every 14 days until 3.75 mg",
        "20 Dec",
        "3.75 mg tablets, scored",
    ):
        house.writes(who, text)
    assert house.said(who)[-1].template == "onboarding/confirm"


def two_medicines(house: House, day: str) -> Someone:
    """Diazepam goes down on a day, zopiclone stays."""
    tom = house.patient("08:00 10")
    more = {"zopiclone": ("22:00 7.5",)}
    house.does(tom, plans.adopt, house.plan("08:00 10", steps={day: ("08:00 9",)}, more=more))
    return tom


def test_a_rule_leaves_other_medicines_where_they_are_until_it_is_agreed(house: House) -> None:
    tom = two_medicines(house, "2026-12-01")
    house.passes(days=3)
    rules_zopiclone(house, tom)
    picks(house, tom, "not_yet")
    assert taken_on(house, tom, date(2026, 12, 4)) == [9]


def test_a_rule_moves_the_steps_of_another_medicine_that_a_hold_kept(house: House) -> None:
    tom = two_medicines(house, "2026-12-03")
    house.does(tom, holding.stay)
    house.passes(days=10)
    rules_zopiclone(house, tom)
    picks(house, tom, "yes", "today", "call")
    house.writes(tom, "She wants it so")
    picks(house, tom, "unset")
    assert taken_on(house, tom, date(2026, 12, 12)) == [10]
    assert taken_on(house, tom, date(2026, 12, 13)) == [9]


def test_a_plan_that_comes_after_the_read_back_of_joining_is_read_back_too(house: House) -> None:
    tom = house.patient("08:00 10", confirmed=None)
    joins_again(house, tom, house.plan("08:00 10", confirmed=None))
    picks(house, tom, "not_yet")
    gives_code(house, tom, reason="agreed with the clinic")
    assert house.said(tom)[-1].template == "onboarding/confirm"
    picks(house, tom, "yes", "unset")
    assert in_force(house, tom).confirmed_how == "plan code"


def test_a_code_without_a_reason_does_not_lift_what_only_the_patient_knows(house: House) -> None:
    tom = house.patient("08:00 10", confirmed=None)
    house.does(
        tom,
        lambda tx, person: tx.vault.seal_json(
            tx.session.get_one(Patient, person.id), "intake", {"risks": ["seizures"]}
        ),
    )
    gives_code(house, tom)
    picks(house, tom, "yes", "unset")
    assert in_force(house, tom).state == "stated"
    house.writes(tom, "She knows about it")
    picks(house, tom, "unset")
    found = in_force(house, tom)
    assert (found.state, found.confirmed_how) == ("confirmed", "plan code")
    assert house.reads(found, "why") == "She knows about it"
