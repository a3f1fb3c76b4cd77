"""The guided builder: the prescriber's rule is typed, the plan is worked out, nothing is chosen."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from actions import plan_builder, plans
from care.plan import Plan
from store.models import Dialogue, PlanVersion
from tests.actions.house import House, Someone

RULE = "1 mg every 7 days until 8 mg, then 2 mg every 14 days until 0"
TABLETS = "2 mg tablets, scored"


def begins(house: House, who: Someone) -> None:
    house.hears(who)
    house.taps(who, "plan.rule")


def asked(house: House, who: Someone) -> str:
    """The newest question."""
    return house.said(who)[-1].template


def answers(house: House, who: Someone, *texts: str) -> None:
    for text in texts:
        house.writes(who, text)


def worked_out(house: House, who: Someone) -> list[tuple[str, str, list[str]]]:
    """The steps that wait to be confirmed: day, medicine, amounts."""
    (row,) = house.rows(Dialogue, person_id=who.id, kind="onboarding")
    data: dict[str, Any] = house.rt.vault.read_json(row, "data") or {}
    return [
        (one["on"], one["drug"], [mg for _, mg in one["doses"]]) for one in data.get("steps", [])
    ]


def plan(house: House, who: Someone) -> Plan:
    found = house.call(plans.in_force, who.id)
    assert found is not None
    return found[1]


def test_a_prescribers_rule_becomes_a_plan_that_is_read_back(house: House) -> None:
    tom = house.patient("22:00 10")
    begins(house, tom)
    assert asked(house, tom) == "plans/rule_whose"
    answers(house, tom, "yes", RULE, "14 Dec", TABLETS)
    assert worked_out(house, tom) == [
        ("2026-12-14", "diazepam", ["9"]),
        ("2026-12-21", "diazepam", ["8"]),
        ("2027-01-04", "diazepam", ["6"]),
        ("2027-01-18", "diazepam", ["4"]),
        ("2027-02-01", "diazepam", ["2"]),
        ("2027-02-15", "diazepam", []),
    ]
    assert plan(house, tom).steps == ()
    assert len(house.rows(PlanVersion, patient_id=tom.id)) == 1


def test_without_a_prescriber_nothing_is_worked_out(house: House) -> None:
    tom = house.patient("22:00 10")
    begins(house, tom)
    answers(house, tom, "no")
    assert asked(house, tom) == "plans/rule_refused"
    assert "Ask Dr Okafor" in house.said(tom)[-1].text
    answers(house, tom, RULE)
    assert asked(house, tom) != "plans/rule_first"


def test_a_baclofen_plan_is_never_computed(house: House) -> None:
    ana = house.patient("08:00 10", "14:00 10", "20:00 10", drug="baclofen")
    begins(house, ana)
    assert asked(house, ana) == "plans/rule_none"
    assert not house.does(ana, plan_builder.possible)


def test_baclofen_beside_it_is_not_offered(house: House) -> None:
    ana = house.patient("22:00 10", more={"baclofen": ("08:00 10",)})
    begins(house, ana)
    assert asked(house, ana) == "plans/rule_whose"
    answers(house, ana, "yes", RULE, "14 Dec", TABLETS)
    assert {drug for _, drug, _ in worked_out(house, ana)} == {"diazepam"}


def test_a_percentage_is_asked_of_which_dose(house: House) -> None:
    tom = house.patient("22:00 10")
    begins(house, tom)
    answers(house, tom, "yes", "10% every 14 days until 0.5 mg, then stop")
    assert asked(house, tom) == "plans/rule_of"
    house.taps(tom, "rule.pick:of:starting")
    assert "10 percent of the starting dose" in house.said(tom)[-1].text


def test_what_is_unclear_is_asked_again_with_what_was_found(house: House) -> None:
    tom = house.patient("22:00 10")
    begins(house, tom)
    answers(house, tom, "maybe")
    assert asked(house, tom) == "plans/rule_whose"
    answers(house, tom, "yes", "half every week")
    assert "half" in house.said(tom)[-1].text
    answers(house, tom, RULE, "3/4/2027")
    assert "can be two days" in house.said(tom)[-1].text
    answers(house, tom, "14 Dec", "2 tablets")
    assert asked(house, tom) == "plans/rule_products"
    assert "2 tablets" in house.said(tom)[-1].text


def test_with_several_doses_a_day_the_order_is_asked(house: House) -> None:
    tom = house.patient("08:00 4", "13:00 2", "22:00 4")
    begins(house, tom)
    answers(house, tom, "yes", "2 mg every 7 days until 4 mg", "14 Dec")
    assert asked(house, tom) == "plans/rule_order"
    house.taps(tom, "rule.pick:order:1300")
    assert "First: 13:00" in house.said(tom)[-1].text
    answers(house, tom, "9:00", "08:00")
    assert asked(house, tom) == "plans/rule_products"
    answers(house, tom, TABLETS)
    assert [mgs for _, _, mgs in worked_out(house, tom)] == [["4", "4"], ["2", "4"], ["4"]]


def test_all_doses_alike_may_be_said_in_words(house: House) -> None:
    tom = house.patient("08:00 4", "22:00 4")
    begins(house, tom)
    answers(house, tom, "yes", "2 mg every 7 days until 4 mg", "14 Dec", "all alike", TABLETS)
    assert [mgs for _, _, mgs in worked_out(house, tom)] == [["3", "3"], ["2", "2"]]


def test_steps_are_put_together_only_on_the_prescribers_word(house: House) -> None:
    tom = house.patient("22:00 10")
    begins(house, tom)
    answers(house, tom, "yes", "0.5 mg every 7 days until 8 mg", "14 Dec", TABLETS)
    assert asked(house, tom) == "plans/rule_join"
    assert "0.5 mg off 10 mg a day" in house.said(tom)[-1].text
    house.taps(tom, "rule.pick:join:yes")
    assert worked_out(house, tom) == [
        ("2026-12-21", "diazepam", ["9"]),
        ("2027-01-04", "diazepam", ["8"]),
    ]


def test_a_rule_that_the_tablets_cannot_follow_ends_kindly(house: House) -> None:
    tom = house.patient("22:00 10")
    begins(house, tom)
    answers(house, tom, "yes", "0.5 mg every 7 days until 8 mg", "14 Dec", TABLETS, "no")
    assert asked(house, tom) == "plans/rule_too_small"
    assert plan(house, tom).present[0].daily_mg == Decimal(10)


def test_products_that_do_not_make_the_present_dose_are_asked_again(house: House) -> None:
    tom = house.patient("22:00 7.5")
    begins(house, tom)
    answers(house, tom, "yes", "0.5 mg every 7 days until 5 mg", "14 Dec", TABLETS)
    assert asked(house, tom) == "plans/rule_products"
    assert "7.5 mg at 22:00" in house.said(tom)[-1].text
    answers(house, tom, "2 mg and 5 mg tablets, scored")
    assert worked_out(house, tom)[-1] == ("2027-01-11", "diazepam", ["5"])


def test_every_question_can_be_gone_back_from(house: House) -> None:
    tom = house.patient("22:00 10")
    begins(house, tom)
    answers(house, tom, "yes", RULE, "14 Dec")
    assert asked(house, tom) == "plans/rule_products"
    house.taps(tom, "rule.back:products")
    assert asked(house, tom) == "plans/rule_first"
    answers(house, tom, "back", "1 mg every 7 days until 9 mg", "21 Dec", TABLETS)
    assert worked_out(house, tom) == [("2026-12-21", "diazepam", ["9"])]


@pytest.mark.parametrize("how", ["never mind", "button"])
def test_every_question_can_be_left(house: House, how: str) -> None:
    for given in ((), ("yes",), ("yes", RULE), ("yes", RULE, "14 Dec")):
        tom = house.patient("22:00 10")
        begins(house, tom)
        answers(house, tom, *given)
        if how == "button":
            house.taps(tom, "rule.leave")
        else:
            answers(house, tom, how)
        assert asked(house, tom) == "plans/rule_left"
        house.taps(tom, "rule.pick:whose:yes")
        assert asked(house, tom) == "common/old_button"


def test_the_other_medicines_keep_their_plan(house: House) -> None:
    tom = house.patient(
        "22:00 10",
        steps={"2026-12-05": ("22:00 9",)},
        more={"zopiclone": ("22:00 7.5",)},
    )
    begins(house, tom)
    assert asked(house, tom) == "plans/rule_medicine"
    answers(house, tom, "zopiclone", "yes", "3.75 mg every 28 days until 0", "14 Dec")
    answers(house, tom, "3.75 mg tablets")
    assert worked_out(house, tom) == [
        ("2026-12-05", "diazepam", ["9"]),
        ("2026-12-14", "zopiclone", ["3.75"]),
        ("2027-01-11", "zopiclone", []),
    ]


def test_a_button_of_an_earlier_question_shows_where_we_are(house: House) -> None:
    tom = house.patient("22:00 10")
    begins(house, tom)
    answers(house, tom, "yes", RULE)
    house.taps(tom, "rule.pick:whose:no")
    assert asked(house, tom) == "plans/rule_first"


@pytest.mark.parametrize(
    "data",
    ["rule.pick:first:1", "rule.pick:nothing:x", "rule.pick:order:2500", "rule.back:nothing"],
)
def test_a_forged_button_is_answered(house: House, data: str) -> None:
    tom = house.patient("08:00 4", "22:00 4")
    begins(house, tom)
    answers(house, tom, "yes", "2 mg every 7 days until 4 mg")
    before = len(house.said(tom))
    house.taps(tom, data)
    assert len(house.said(tom)) > before


def test_the_first_change_is_on_a_day_to_come(house: House) -> None:
    tom = house.patient("22:00 10")
    begins(house, tom)
    answers(house, tom, "yes", RULE, "30 Nov 2026")
    assert asked(house, tom) == "plans/rule_first"
    answers(house, tom, "1 Dec", TABLETS)
    assert worked_out(house, tom)[0][0] == date(2026, 12, 1).isoformat()


def test_a_percentage_that_never_ends_asks_for_the_whole_rule_again(house: House) -> None:
    tom = house.patient("22:00 10")
    begins(house, tom)
    answers(house, tom, "yeah she did", "10% every 14 days until 0", "current")
    assert asked(house, tom) == "plans/rule_text"
    assert "never comes to an end" in house.said(tom)[-1].text
    answers(house, tom, "10% of the current dose every 14 days until 2 mg, then stop")
    assert asked(house, tom) == "plans/rule_first"


def test_the_whole_rule_may_be_typed_where_only_its_percentage_was_asked(house: House) -> None:
    tom = house.patient("22:00 10")
    begins(house, tom)
    answers(house, tom, "yes", "10% every 14 days until 2 mg, then stop")
    assert asked(house, tom) == "plans/rule_of"
    answers(house, tom, "10% of the current dose every 14 days until 2 mg, then stop")
    assert asked(house, tom) == "plans/rule_first"
