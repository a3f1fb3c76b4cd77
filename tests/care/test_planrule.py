from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, event, given, settings

from care.amounts import Form, Product
from care.plan import DoseTime, Regimen, changes, goes_up, mg_text, plan_of
from care.planrule import (
    MOST_STEPS,
    Of,
    Phase,
    Rule,
    RuleCode,
    RuleError,
    RuleStep,
    rule_steps,
    typed_steps,
)
from tests.care.planrule_strategies import makes, random_rules

FIRST = date(2026, 12, 1)
MORNING, NOON, NIGHT = time(8), time(13), time(22)
TWO = Product("diazepam", Form.TABLET, Decimal(2), 2)
FIVE = Product("diazepam", Form.TABLET, Decimal(5), 2)
DROPS = Product("diazepam", Form.LIQUID, Decimal("0.4"), smallest_ml=Decimal("0.25"))
TENTH = Phase(Decimal(10), Of.CURRENT, 14, Decimal(2))


def taking(*doses: tuple[time, str]) -> Regimen:
    named = zip("abcd", doses, strict=False)
    return Regimen("diazepam", tuple(DoseTime(s, wall, Decimal(mg)) for s, (wall, mg) in named))


def phase(cut: str, of: Of, days: int, until: str) -> Phase:
    return Phase(Decimal(cut), of, days, Decimal(until))


def rule(*phases: Phase, order: tuple[time, ...] = (), joined: int = 1) -> Rule:
    return Rule(phases, FIRST, order, joined)


def steps(
    ordered: Rule, present: Regimen, *products: Product, drug_class: str = "benzodiazepine"
) -> tuple[RuleStep, ...]:
    return rule_steps(ordered, present, products, drug_class=drug_class)


def totals(found: tuple[RuleStep, ...]) -> list[str]:
    return [mg_text(step.daily_mg) for step in found]


def refused(ordered: Rule, present: Regimen, *products: Product, **more: str) -> RuleError:
    with pytest.raises(RuleError) as caught:
        steps(ordered, present, *products, **more)
    return caught.value


# What a prescriber orders


def test_milligrams_come_off_until_nothing_is_left() -> None:
    found = steps(rule(phase("1", Of.MG, 7, "0")), taking((NIGHT, "4")), TWO)
    assert totals(found) == ["3", "2", "1", "0"]
    assert [step.starts for step in found] == [FIRST + timedelta(days=7 * n) for n in range(4)]
    assert found[-1].doses == ()


def test_the_last_cut_takes_what_is_left() -> None:
    found = steps(rule(phase("3", Of.MG, 7, "0")), taking((NIGHT, "4")), TWO)
    assert totals(found) == ["1", "0"]


def test_a_tenth_of_the_current_dose_gets_smaller_from_step_to_step() -> None:
    ends = phase("10", Of.CURRENT, 14, "7")
    found = steps(rule(ends), taking((NIGHT, "10")), DROPS)
    assert totals(found) == ["9", "8.1", "7.3", "7"]


def test_a_tenth_of_the_starting_dose_stays_the_same() -> None:
    ends = phase("10", Of.STARTING, 14, "0")
    found = steps(rule(ends), taking((MORNING, "10"), (NIGHT, "10")), TWO)
    assert totals(found) == ["18", "16", "14", "12", "10", "8", "6", "4", "2", "0"]


def test_a_cut_is_rounded_so_that_it_is_never_larger_than_ordered() -> None:
    found = steps(rule(phase("10", Of.CURRENT, 14, "10")), taking((NIGHT, "15")), TWO)
    assert totals(found) == ["14", "13", "12", "11", "10"]


def test_where_two_parts_meet_the_longer_wait_holds() -> None:
    slow_then_fast = rule(phase("1", Of.MG, 14, "3"), phase("1", Of.MG, 7, "0"))
    found = steps(slow_then_fast, taking((NIGHT, "4")), TWO)
    assert [(step.starts - FIRST).days for step in found] == [0, 14, 21, 28]
    fast_then_slow = rule(phase("1", Of.MG, 7, "2"), phase("1", Of.MG, 28, "0"))
    found = steps(fast_then_slow, taking((NIGHT, "4")), TWO)
    assert [(step.starts - FIRST).days for step in found] == [0, 7, 35, 63]


def test_a_rule_may_end_at_a_dose_that_is_kept() -> None:
    found = steps(rule(phase("2", Of.MG, 14, "4")), taking((NIGHT, "8")), TWO)
    assert totals(found) == ["6", "4"]


def test_ten_percent_until_two_milligrams_then_half_a_milligram() -> None:
    half_mg = phase("0.5", Of.MG, 14, "0")
    found = steps(rule(TENTH, half_mg), taking((MORNING, "10"), (NIGHT, "10")), DROPS, TWO)
    said = totals(found)
    assert said[:3] == ["18", "16.2", "14.6"]
    assert said[-5:] == ["2", "1.5", "1", "0.5", "0"]


# Which dose goes down


def test_the_named_dose_goes_first_until_it_is_gone() -> None:
    ordered = rule(phase("2", Of.MG, 7, "0"), order=(NOON, NIGHT, MORNING))
    found = steps(ordered, taking((MORNING, "2"), (NOON, "3"), (NIGHT, "2")), TWO)
    assert [dict(step.doses) for step in found] == [
        {MORNING: 2, NOON: 1, NIGHT: 2},
        {MORNING: 2, NIGHT: 1},
        {MORNING: 1},
        {},
    ]


def test_all_alike_keeps_the_doses_in_proportion() -> None:
    present = taking((MORNING, "10"), (NIGHT, "20"))
    found = steps(rule(phase("3", Of.MG, 7, "24")), present, TWO)
    assert [[mg for _, mg in step.doses] for step in found] == [[9, 18], [8, 16]]


def test_all_alike_goes_down_by_single_notches_when_no_more_is_ordered() -> None:
    present = taking((MORNING, "9"), (NOON, "9"), (NIGHT, "9"))
    found = steps(rule(phase("1", Of.MG, 7, "24")), present, TWO)
    assert [[mg for _, mg in step.doses] for step in found] == [[8, 9, 9], [8, 8, 9], [8, 8, 8]]


# What the products cannot make


def test_a_cut_that_is_too_small_for_the_tablets_is_never_made_larger() -> None:
    error = refused(rule(TENTH), taking((NIGHT, "10")), TWO)
    assert error.code is RuleCode.TOO_COARSE
    assert error.found == "0.9 mg off 9 mg a day"


def test_cuts_are_joined_only_where_the_prescriber_said_so() -> None:
    small = phase("0.5", Of.MG, 14, "8")
    assert refused(rule(small), taking((NIGHT, "10")), TWO).code is RuleCode.TOO_COARSE
    found = steps(rule(small, joined=2), taking((NIGHT, "10")), TWO)
    assert [(step.daily_mg, (step.starts - FIRST).days) for step in found] == [(9, 14), (8, 42)]
    assert {step.joined for step in found} == {2}


def test_a_taper_is_never_joined_into_a_stop() -> None:
    ten = Product("diazepam", Form.CAPSULE, Decimal(10))
    slow = rule(phase("1", Of.MG, 14, "0"), joined=4)
    assert refused(slow, taking((NIGHT, "10")), ten).code is RuleCode.TOO_COARSE


def test_a_part_that_cannot_end_where_it_should_is_refused() -> None:
    ends_between = rule(phase("1", Of.MG, 14, "2.5"), phase("1", Of.MG, 14, "0"))
    error = refused(ends_between, taking((NIGHT, "4")), TWO)
    assert (error.code, error.found) == (RuleCode.CANNOT_MAKE, "2.5 mg a day, from 3 mg")


def test_a_present_dose_that_the_products_do_not_make_is_asked_about() -> None:
    error = refused(rule(TENTH), taking((MORNING, "5"), (NIGHT, "7.25")), TWO, FIVE)
    assert (error.code, error.found) == (RuleCode.CANNOT_MAKE, "7.25 mg at 22:00")


# What is no rule


@pytest.mark.parametrize("drug_class", ["baclofen", "", "opioid"])
def test_only_benzodiazepines_and_z_drugs_are_computed(drug_class: str) -> None:
    error = refused(rule(TENTH), taking((NIGHT, "10")), DROPS, drug_class=drug_class)
    assert error.code is RuleCode.WRONG_MEDICINE
    assert error.expected == "a benzodiazepine or a Z-drug"


def test_a_percentage_of_the_current_dose_never_comes_to_an_end() -> None:
    error = refused(rule(phase("10", Of.CURRENT, 14, "0")), taking((NIGHT, "10")), DROPS)
    assert error.code is RuleCode.NEVER_ENDS
    assert "then stop" in error.expected


def test_what_is_missing_is_named() -> None:
    present = taking((NIGHT, "10"))
    assert refused(rule(TENTH), present).code is RuleCode.NO_PRODUCTS
    assert refused(rule(TENTH), Regimen("diazepam", ()), TWO).code is RuleCode.NO_DOSES
    assert refused(rule(TENTH), replace(present, every=2), TWO).code is RuleCode.REST_DAYS
    other = replace(TWO, medicine="lorazepam")
    assert refused(rule(TENTH), present, other).code is RuleCode.OTHER_PRODUCTS
    assert refused(rule(TENTH, order=(NOON,)), present, TWO).code is RuleCode.BAD_ORDER
    assert refused(rule(TENTH, order=(NIGHT, NIGHT)), present, TWO).code is RuleCode.BAD_ORDER


def test_a_rule_that_does_not_begin_below_the_present_dose_is_refused() -> None:
    for until in ("10", "12"):
        error = refused(rule(phase("1", Of.MG, 7, until)), taking((NIGHT, "10")), TWO)
        assert error.code is RuleCode.NOT_LOWER


def test_a_rule_of_too_many_steps_is_refused() -> None:
    fine = Product("diazepam", Form.LIQUID, Decimal("0.1"), smallest_ml=Decimal("0.1"))
    tiny = phase("0.01", Of.MG, 1, "0")
    assert len(steps(rule(tiny), taking((NIGHT, "10")), fine)) == MOST_STEPS
    error = refused(rule(tiny), taking((NIGHT, "10.01")), fine)
    assert error.code is RuleCode.TOO_MANY_STEPS
    assert "1000" in error.expected


@pytest.mark.parametrize(
    ("cut", "of", "days", "until"),
    [
        ("0", Of.MG, 14, "0"),
        ("-1", Of.MG, 14, "0"),
        ("NaN", Of.MG, 14, "0"),
        ("100", Of.CURRENT, 14, "2"),
        ("250", Of.STARTING, 14, "2"),
        ("1", Of.MG, 0, "0"),
        ("1", Of.MG, 367, "0"),
        ("1", Of.MG, 14, "-1"),
    ],
)
def test_a_part_that_cannot_be_is_refused(cut: str, of: Of, days: int, until: str) -> None:
    with pytest.raises(ValueError, match=r"a cut is|days lie|ends at 0"):
        phase(cut, of, days, until)


def test_parts_of_a_rule_go_down() -> None:
    with pytest.raises(ValueError, match="ends lower"):
        rule(TENTH, TENTH)
    with pytest.raises(ValueError, match="at least one part"):
        rule()
    for joined in (0, 5):
        with pytest.raises(ValueError, match="are joined"):
            rule(TENTH, joined=joined)


# What holds of every rule


def current_phase(ordered: Rule, daily_mg: Fraction) -> Phase | None:
    return next((one for one in ordered.phases if one.until < daily_mg), None)


def after_one_cut(ordered: Rule, part: Phase, daily_mg: Fraction, starting: Decimal) -> Fraction:
    cut = Fraction(part.cut)
    if part.of is not Of.MG:
        whole = daily_mg if part.of is Of.CURRENT else Fraction(starting)
        cut = whole * cut / 100
    return max(daily_mg - cut, Fraction(part.until))


def unrounded(ordered: Rule, starting: Decimal, last: date) -> Iterator[tuple[date, Fraction]]:
    """The course of a rule as if every amount could be made."""
    daily, day, waits = Fraction(starting), ordered.first, 0
    while (part := current_phase(ordered, daily)) is not None:
        day += timedelta(days=max(waits, part.every_days) if waits else 0)
        if day > last:
            return
        daily, waits = after_one_cut(ordered, part, daily, starting), part.every_days
        yield day, daily


def check(ordered: Rule, present: Regimen, products: list[Product]) -> bool:
    """Whether the rule became steps; everything that must hold of them is asserted."""
    try:
        found = rule_steps(ordered, present, products, drug_class="z_drug")
    except RuleError as error:
        event(error.code.value)
        return False
    event("steps")
    assert all(makes(mg, products) for step in found for _, mg in step.doses)
    never_up_and_never_larger_than_ordered(ordered, present, found)
    never_sooner(ordered, present.daily_mg, found)
    assert 0 < len(found) <= MOST_STEPS
    assert found[-1].daily_mg == ordered.phases[-1].until
    plan = plan_of([present], typed_steps("diazepam", found))
    assert not any(goes_up(change) for change in changes(plan))
    assert len(list(changes(plan))) == len(found)
    return True


def never_up_and_never_larger_than_ordered(
    ordered: Rule, present: Regimen, found: tuple[RuleStep, ...]
) -> None:
    before = {dose.wall: dose.mg for dose in present.doses}
    for step in found:
        part = current_phase(ordered, Fraction(sum(before.values())))
        least = Fraction(sum(before.values()))
        assert part is not None
        for _ in range(step.joined):
            least = after_one_cut(ordered, part, least, present.daily_mg)
        assert step.joined <= ordered.most_joined
        assert least <= Fraction(step.daily_mg) < sum(before.values())
        assert all(mg <= before[wall] for wall, mg in step.doses)
        before = dict(step.doses)


def never_sooner(ordered: Rule, starting: Decimal, found: tuple[RuleStep, ...]) -> None:
    assert found[0].starts >= ordered.first
    daily = [starting, *(step.daily_mg for step in found)]
    parts = [current_phase(ordered, Fraction(mg)) for mg in daily[:-1]]
    for (one, other), (step, after) in zip(pairwise(parts), pairwise(found), strict=True):
        assert one is not None
        assert other is not None
        wait = (after.starts - step.starts).days
        assert wait >= max(one.every_days, other.every_days)
        assert wait >= other.every_days * after.joined
    course = list(unrounded(ordered, starting, found[-1].starts))
    for step in found:
        said = [mg for day, mg in course if day <= step.starts]
        assert Fraction(step.daily_mg) >= said[-1]


@given(random_rules())
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_every_rule_is_carried_out_as_ordered_or_refused(
    drawn: tuple[Rule, Regimen, list[Product]],
) -> None:
    check(*drawn)


@pytest.mark.slow
def test_ten_thousand_rules_are_carried_out_as_ordered_or_refused() -> None:
    became: list[bool] = []

    @given(random_rules())
    @settings(max_examples=10_000, suppress_health_check=[HealthCheck.too_slow])
    def run(drawn: tuple[Rule, Regimen, list[Product]]) -> None:
        became.append(check(*drawn))

    run()
    assert len(became) >= 10_000
    assert sum(became) > len(became) / 3
