from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.questionnaires import load_questionnaires
from bot.content.redflags import load_rules
from care.redflag_operators import (
    AllOf,
    AnswerFromBaseline,
    AnswerIs,
    AnswerJump,
    ClassIn,
    Condition,
    CountOf,
    DaysInARow,
    DaysOutOf,
    Facts,
    IntakeOverdueHours,
    Not,
    SinceStepDaysAtMost,
    TotalUnder,
    Unanswered,
    Vital,
    VitalFromBaseline,
)
from care.redflags import UNREADABLE, Rule, evaluate, fires, worst
from care.tiers import Tier

RULES = load_rules()
BY_ID = {rule.id: rule for rule in RULES}
DANGERS = [
    option.id for option in load_questionnaires()["daily_baclofen"].question("danger").options
]


@dataclass(frozen=True, slots=True)
class Broken:
    """A condition that cannot be read."""

    def holds(self, facts: Facts) -> bool:
        raise ZeroDivisionError(facts)


def facts(**given: Any) -> Facts:
    return Facts(**given)


def answered(**answers: str) -> Facts:
    return Facts(answers={question: (option,) for question, option in answers.items()})


def found(these: Facts) -> dict[str, Tier]:
    return {finding.rule_id: finding.tier for finding in evaluate(RULES, these)}


def top(these: Facts) -> Tier:
    finding = worst(evaluate(RULES, these))
    return Tier.NONE if finding is None else finding.tier


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_fires_and_stays_silent_on_its_own_examples(rule: Rule) -> None:
    assert all(fires(rule, one) for one in rule.examples.fires)
    assert not any(fires(rule, one) for one in rule.examples.silent)


def test_an_ordinary_day_finds_nothing() -> None:
    quiet = {
        "sleep": ("6+",), "worry": ("little",), "mood": ("little",), "body": ("medium",),
        "senses": ("none",), "day": ("some",), "danger": ("none",), "thoughts": ("no",),
    }  # fmt: skip
    assert evaluate(RULES, facts(answers=quiet, classes=frozenset({"benzodiazepine"}))) == ()


def test_the_highest_tier_comes_first() -> None:
    these = Facts(answers={"danger": ("seizure",), "day": ("none",), "senses": ("medium",)})
    tiers = [finding.tier for finding in evaluate(RULES, these)]
    assert tiers == [Tier.EMERGENCY, Tier.URGENT, Tier.WATCH]
    first = worst(evaluate(RULES, these))
    assert first is not None
    assert first.rule_id == "E01"


def test_nothing_found_has_no_worst() -> None:
    assert worst(()) is None


def test_a_rule_that_breaks_reaches_a_human() -> None:
    broken = replace(BY_ID["W03"], when=Broken())
    (finding,) = evaluate([broken], Facts())
    assert (finding.rule_id, finding.label, finding.tier) == ("W03", UNREADABLE, Tier.URGENT)


def test_an_answer_nobody_can_read_reaches_a_human() -> None:
    garbled = Facts(answers={"sleep": ("a while",)}, history=({"sleep": ("2",)}, {"sleep": ("2",)}))
    labels = {finding.rule_id: finding.label for finding in evaluate(RULES, garbled)}
    assert labels["T10"] == UNREADABLE


def test_a_broken_part_does_not_hide_an_emergency_that_the_others_show() -> None:
    seizure = AnswerIs("danger", frozenset({"seizure"}))
    these = answered(danger="seizure")
    assert CountOf(1, (Broken(), seizure)).holds(these)
    with pytest.raises(ZeroDivisionError):
        CountOf(1, (Broken(), seizure)).holds(answered(danger="none"))


def test_an_unknown_drug_class_gets_every_rule() -> None:
    assert "U09_baclofen" in found(answered(danger="fever"))
    benzo = replace(answered(danger="fever"), classes=frozenset({"benzodiazepine"}))
    assert "U09_baclofen" not in found(benzo)


def test_suicidal_thoughts_are_an_emergency_until_the_answer_says_safe_for_now() -> None:
    assert top(answered(thoughts="yes")) is Tier.EMERGENCY
    assert top(answered(thoughts="not_sure")) is Tier.EMERGENCY
    assert top(answered(thoughts="yes", thoughts_now="no")) is Tier.URGENT
    assert top(answered(thoughts="no")) is Tier.NONE


def test_the_words_for_suicide_follow_the_answer() -> None:
    def says(**answers: str) -> str:
        finding = worst(evaluate(RULES, answered(**answers)))
        assert finding is not None
        return finding.say

    assert says(thoughts="yes", thoughts_now="yes") == "safety/suicide_now"
    assert says(thoughts="yes", thoughts_now="not_sure") == "safety/suicide_now"
    assert says(thoughts="yes") == "safety/suicide_thoughts"
    assert says(thoughts="yes", thoughts_now="no") == "safety/suicide_thoughts"


def test_very_sleepy_alone_is_urgent_and_with_something_extra_an_emergency() -> None:
    assert top(answered(danger="sleepy", danger_sleepy="no")) is Tier.URGENT
    assert top(Facts(answers={"danger": ("sleepy", "extra")})) is Tier.EMERGENCY
    assert top(answered(danger="sleepy", danger_sleepy="not_sure")) is Tier.EMERGENCY


def test_extra_tablets_and_alcohol_stay_with_the_patient_but_an_overdose_does_not() -> None:
    extra = evaluate(RULES, answered(danger="extra", danger_extra="alcohol"))
    assert [finding.patient_only for finding in extra] == [True]
    many = evaluate(RULES, answered(danger="extra", danger_extra="tablets", extra_amount="unknown"))
    assert {finding.rule_id: finding.patient_only for finding in many} == {
        "E07_too_many": False,
        "U04": True,
    }


def test_three_nights_under_four_hours_are_urgent_but_not_across_a_missing_day() -> None:
    short: Mapping[str, tuple[str, ...]] = {"sleep": ("3",)}
    assert "U11_little_sleep" in found(Facts(answers=short, history=(short, short)))
    assert "U11_little_sleep" not in found(Facts(answers=short, history=(short, None, short)))


def test_39_1_alone_is_an_emergency_for_baclofen_and_urgent_for_benzodiazepines() -> None:
    hot = Facts(vitals={"temperature": Decimal("39.1")})
    assert top(replace(hot, classes=frozenset({"baclofen"}))) is Tier.EMERGENCY
    assert top(replace(hot, classes=frozenset({"benzodiazepine"}))) is Tier.URGENT


def test_a_single_pump_beep_is_urgent_and_any_symptom_makes_it_an_emergency() -> None:
    baclofen = frozenset({"baclofen"})
    beep = Facts(answers={"danger": ("pump",), "danger_pump": ("single",)}, classes=baclofen)
    assert top(beep) is Tier.URGENT
    itching = {"danger": ("itch", "pump"), "danger_pump": ("single",)}
    assert top(replace(beep, answers=itching)) is Tier.EMERGENCY


@given(
    st.lists(st.sampled_from(DANGERS), max_size=4),
    st.sampled_from([one for one in DANGERS if one != "none"]),
    st.sampled_from(["baclofen", "benzodiazepine", "z_drug"]),
    st.sampled_from([frozenset(), frozenset({"pump"}), frozenset({"opioids", "spinal_t6"})]),
)
def test_one_more_danger_never_lowers_the_tier(
    before: list[str], more: str, drug_class: str, profile: frozenset[str]
) -> None:
    less = Facts({"danger": tuple(before)}, classes=frozenset({drug_class}), profile=profile)
    added = replace(less, answers={"danger": (*before, more)})
    assert top(added) >= top(less)


@given(st.integers(20, 260), st.integers(50, 280), st.integers(300, 450))
def test_vital_signs_never_break_a_rule(pulse: int, systolic: int, tenths: int) -> None:
    vitals = {
        "pulse": Decimal(pulse),
        "systolic": Decimal(systolic),
        "temperature": Decimal(tenths) / 10,
    }
    assert UNREADABLE not in {one.label for one in evaluate(RULES, Facts(vitals=vitals))}


HISTORY = ({"stiffness": ("2-3",), "mood": ("lot",)}, None, {"stiffness": ("2-3",)})
TODAY = {"stiffness": ("6-7",), "mood": ("lot",), "danger": ("skipped",)}
THESE = Facts(
    answers=TODAY,
    history=HISTORY,
    vitals={"pulse": Decimal(50), "systolic": Decimal(140)},
    classes=frozenset({"baclofen"}),
    days_since_step=3,
    hours_since_intake=Decimal(11),
    longest_gap_hours=Decimal(8),
    baselines={"stiffness": Decimal(5), "pulse": Decimal(70), "systolic": Decimal(120)},
)
MOOD = frozenset({"lot"})


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (AnswerIs("mood", MOOD), True),
        (AnswerIs("danger", frozenset({"none"})), False),
        (Unanswered("danger"), True),
        (Unanswered("sleep"), True),
        (Unanswered("mood"), False),
        (Not(AnswerIs("mood", MOOD)), False),
        (AllOf((AnswerIs("mood", MOOD), Unanswered("mood"))), False),
        (CountOf(2, (AnswerIs("mood", MOOD), Unanswered("sleep"))), True),
        (CountOf(2, (AnswerIs("mood", MOOD), Unanswered("mood"))), False),
        (DaysInARow("mood", MOOD, 2), True),
        (DaysInARow("mood", MOOD, 3), False),
        (DaysInARow("mood", MOOD, 5), False),
        (DaysOutOf(("mood",), MOOD, 2, 4), True),
        (DaysOutOf(("mood",), MOOD, 3, 4), False),
        (TotalUnder("stiffness", 2, Decimal(10)), True),
        (TotalUnder("stiffness", 2, Decimal(9)), False),
        (TotalUnder("stiffness", 3, Decimal(99)), False),
        (Vital("pulse", at_least=Decimal(50), at_most=Decimal(50)), True),
        (Vital("pulse", at_least=Decimal(51)), False),
        (Vital("spo2", at_most=Decimal(99)), False),
        (VitalFromBaseline("systolic", rise=Decimal(20)), True),
        (VitalFromBaseline("systolic", rise=Decimal(21)), False),
        (VitalFromBaseline("pulse", fall=Decimal(20)), True),
        (VitalFromBaseline("pulse", rise=Decimal(1)), False),
        (AnswerFromBaseline("stiffness", percent=Decimal(30)), True),
        (AnswerFromBaseline("stiffness", percent=Decimal(31)), False),
        (AnswerFromBaseline("stiffness", points=Decimal(1), days=2), False),
        (AnswerFromBaseline("spasm", points=Decimal(0)), False),
        (AnswerJump("stiffness", Decimal(4)), True),
        (AnswerJump("stiffness", Decimal(5)), False),
        (AnswerJump("sleep", Decimal(0)), False),
        (ClassIn(frozenset({"baclofen"})), True),
        (ClassIn(frozenset({"z_drug"})), False),
        (SinceStepDaysAtMost(3), True),
        (SinceStepDaysAtMost(2), False),
        (IntakeOverdueHours(Decimal(3)), True),
        (IntakeOverdueHours(Decimal(4)), False),
    ],
    ids=repr,
)
def test_an_operator_means_what_it_says(condition: Condition, expected: bool) -> None:
    assert condition.holds(THESE) is expected


def test_missing_data_is_never_a_finding() -> None:
    assert evaluate(RULES, Facts()) == ()
