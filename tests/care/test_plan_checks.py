"""P01-P20: the plans of tests/care/plans with exactly what is found, and what must hold of all."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from care.equivalents import MedicineFacts
from care.plan import DoseTime, Plan, Regimen, Step
from care.plan_checks import (
    CHECKS,
    PATIENT_CHECKS,
    CheckFacts,
    Level,
    PlanFinding,
    check_plan,
    lifts,
)
from care.tiers import Tier
from tests.care.plan_files import FOLDER, MEDICINES, found, names, read
from tests.care.planrule_strategies import random_plans

TODAY, DEC_1 = date(2026, 11, 23), date(2026, 12, 1)
FACTS = CheckFacts(
    TODAY,
    MEDICINES,
    weeks_taken=200,
    risks=frozenset(),
    has_prescriber=True,
    has_prescriber_phone=True,
    has_caregiver=True,
)
NOTHING_KNOWN = CheckFacts(TODAY, MEDICINES)


def regimen(medicine: str, mg: str, every: int = 1) -> Regimen:
    doses = (DoseTime("a", time(8), Decimal(mg)),) if Decimal(mg) else ()
    return Regimen(medicine, doses, every)


def taper(medicine: str, *amounts: str, days: Iterable[int]) -> Plan:
    """One dose a day: the present one, then a step on each of `days` from 1 December."""
    present, *later = amounts
    steps = (
        Step(DEC_1 + timedelta(days=day), regimen(medicine, mg))
        for day, mg in zip(days, later, strict=True)
    )
    return Plan((regimen(medicine, present),), tuple(steps))


def levels(plan: Plan, check: str, facts: CheckFacts = FACTS) -> list[str]:
    return [one.level.value for one in check_plan(plan, facts) if one.check == check]


@pytest.mark.parametrize("name", names())
def test_a_plan_file_gets_exactly_the_findings_it_expects(name: str) -> None:
    file = read(FOLDER / name)
    assert sorted(map(found, check_plan(file.plan, file.facts))) == file.expected


def test_there_are_the_known_schedules_and_twenty_unsafe_plans() -> None:
    assert {
        "cks-diazepam-40.yaml",
        "ashton-switch-by-prescriber.yaml",
        "ashton-switch-by-patient.yaml",
        "hyperbolic-tail-liquid.yaml",
        "baclofen-80.yaml",
    } < set(names())
    blocked = [name for name in names() if " block" in " ".join(read(FOLDER / name).expected)]
    assert len(blocked) >= 20


def test_every_check_speaks_in_one_plan_file_and_is_silent_in_another_that_reduces() -> None:
    files = [read(FOLDER / name) for name in names()]
    spoken = [{line.split()[0] for line in file.expected} for file in files]
    tapers = [said for said, file in zip(spoken, files, strict=True) if file.plan.steps]
    for check in CHECKS:
        assert any(check in said for said in spoken), f"{check} never speaks"
        assert any(check not in said for said in tapers), f"{check} is never silent"


def test_the_cks_schedule_is_a_warning_and_never_a_block_under_p03() -> None:
    for name in ("cks-diazepam-40.yaml", "cks-diazepam-40-fastest.yaml"):
        file = read(FOLDER / name)
        assert set(levels(file.plan, "P03", file.facts)) == {"warn"}


@pytest.mark.parametrize(
    ("medicine", "before", "after", "level"),
    [
        ("diazepam", "20", "18", []),
        ("diazepam", "20", "17.9", ["note"]),
        ("diazepam", "20", "17.5", ["note"]),
        ("diazepam", "20", "17.4", ["warn"]),
        ("diazepam", "20", "0", []),
        ("baclofen", "40", "30", []),
        ("baclofen", "80", "69", ["warn"]),
        ("baclofen", "20", "14.9", ["warn"]),
    ],
)
def test_p02_speaks_above_a_tenth_and_warns_above_an_eighth(
    medicine: str, before: str, after: str, level: list[str]
) -> None:
    assert levels(taper(medicine, before, after, days=[0]), "P02") == level


def test_p02_is_a_note_for_a_few_weeks_at_a_low_dose_only() -> None:
    plan = taper("diazepam", "10", "8", days=[0])
    assert levels(plan, "P02", replace(FACTS, weeks_taken=8)) == ["note"]
    assert levels(plan, "P02", replace(FACTS, weeks_taken=None)) == ["warn"]
    assert levels(plan, "P02", replace(FACTS, weeks_taken=11)) == ["note"]
    assert levels(plan, "P02", replace(FACTS, weeks_taken=12)) == ["warn"]  # 13 by that day
    assert levels(
        taper("diazepam", "10.5", "8.5", days=[0]), "P02", replace(FACTS, weeks_taken=8)
    ) == ["warn"]
    high = replace(FACTS, weeks_taken=8, start_daily_mg={"diazepam": Decimal(12)})
    assert levels(plan, "P02", high) == ["warn"]


@pytest.mark.parametrize(("after", "level"), [("15", []), ("14.9", ["block"])])
def test_p03_speaks_above_a_quarter(after: str, level: list[str]) -> None:
    assert levels(taper("diazepam", "20", after, days=[0]), "P03") == level


def test_p03_adds_up_the_steps_of_fourteen_days_and_not_of_fifteen() -> None:
    assert levels(taper("diazepam", "20", "17", "14", days=[0, 13]), "P03") == ["block"]
    assert levels(taper("diazepam", "20", "17", "14", days=[0, 14]), "P03") == []


def test_p03_measures_from_the_highest_dose_of_the_window() -> None:
    assert levels(taper("diazepam", "5", "20", "12", days=[0, 7]), "P03") == ["block"]


def test_p03_low_down_is_a_block_when_the_steps_are_too_close_for_the_schedule() -> None:
    assert levels(taper("diazepam", "4", "3", "2", days=[0, 7]), "P03") == ["warn"]
    assert "block" in levels(taper("diazepam", "4", "3", "2", days=[0, 6]), "P03")


def beside(medicine: str, *amounts: str, days: Iterable[int]) -> Plan:
    """The taper of a medicine beside lorazepam whose step is no published one."""
    one, other = taper(medicine, *amounts, days=days), taper("lorazepam", "2", "1.7", days=[60])
    steps = sorted((*one.steps, *other.steps), key=lambda step: step.starts)
    return Plan((*one.present, *other.present), tuple(steps))


def test_p03_is_a_warning_low_down_even_where_the_rest_is_no_published_schedule() -> None:
    assert levels(beside("diazepam", "4", "3", "2", days=[0, 7]), "P03") == ["warn"]
    assert levels(beside("diazepam", "7", "6", "5", days=[0, 7]), "P03") == ["block"]
    assert levels(taper("diazepam", "7", "6", "5", days=[0, 7]), "P03") == ["warn"]


def test_p03_goes_by_the_strictest_table() -> None:
    # 1 mg of alprazolam less is 10 mg of diazepam by one table and 20 by another.
    assert levels(taper("alprazolam", "0.25", "0.125", days=[0]), "P03") == ["block"]


@pytest.mark.parametrize(
    ("medicine", "days", "level"),
    [
        ("diazepam", 14, []),
        ("diazepam", 13, ["note"]),
        ("diazepam", 7, ["note"]),
        ("diazepam", 6, ["warn"]),
        ("baclofen", 7, []),
        ("baclofen", 6, ["warn"]),
        ("baclofen", 3, ["warn"]),
        ("baclofen", 2, ["block"]),
    ],
)
def test_p04_goes_by_the_days_since_the_last_change(
    medicine: str, days: int, level: list[str]
) -> None:
    assert levels(taper(medicine, "60", "57", "54", days=[0, days]), "P04") == level


def test_p05_counts_the_first_and_the_last_day_of_a_baclofen_taper() -> None:
    amounts = ("30", "15", "0")
    assert levels(taper("baclofen", *amounts, days=[0, 6]), "P05") == ["block"]
    assert levels(taper("baclofen", *amounts, days=[0, 7]), "P05") == ["warn"]
    assert levels(taper("baclofen", *amounts, days=[0, 14]), "P05") == []


def test_p05_does_not_soften_for_a_high_dose_said_to_be_the_end_of_a_taper() -> None:
    facts = replace(FACTS, start_daily_mg={"baclofen": Decimal(90)})
    assert levels(taper("baclofen", "80", "40", "0", days=[0, 5]), "P05", facts) == ["block"]


def test_p05_allows_the_label_its_three_days() -> None:
    assert levels(taper("alprazolam", "4", "3.5", "3", days=[0, 3]), "P05") == []
    assert levels(taper("alprazolam", "4", "3.5", "3", days=[0, 2]), "P05") == ["block"]


@pytest.mark.parametrize(
    ("medicine", "last", "level"),
    [
        ("diazepam", "1", []),
        ("diazepam", "1.1", ["note"]),
        ("diazepam", "2.5", ["note"]),
        ("diazepam", "2.6", ["warn"]),
        ("diazepam", "5", ["warn"]),
        ("diazepam", "5.1", ["block"]),
        ("lorazepam", "0.5", ["warn"]),
        ("lorazepam", "0.6", ["block"]),
        ("baclofen", "5", []),
        ("baclofen", "10", ["note"]),
        ("baclofen", "15", ["warn"]),
        ("baclofen", "16", ["block"]),
    ],
)
def test_p06_goes_by_the_last_dose_in_the_worst_column(
    medicine: str, last: str, level: list[str]
) -> None:
    assert levels(taper(medicine, last, "0", days=[0]), "P06") == level


def test_p01_takes_an_unknown_length_for_a_long_one() -> None:
    plan = taper("diazepam", "20", "0", days=[0])
    assert levels(plan, "P01", NOTHING_KNOWN) == ["block"]
    assert levels(plan, "P01", replace(FACTS, weeks_taken=2)) == []
    assert levels(plan, "P01", replace(FACTS, weeks_taken=3)) == ["block"]  # over 4 by that day
    began = replace(FACTS, began_on={"diazepam": DEC_1 - timedelta(weeks=4)})
    assert levels(plan, "P01", began) == []
    assert levels(
        taper("diazepam", "20", "0", days=[14]), "P01", replace(FACTS, weeks_taken=2)
    ) == ["block"]


def test_p01_lets_the_last_small_amount_end() -> None:
    assert levels(taper("diazepam", "5", "0", days=[0]), "P01") == []
    assert levels(taper("baclofen", "15", "0", days=[0]), "P01") == []
    assert levels(taper("baclofen", "16", "0", days=[0]), "P01") == ["block"]


def test_p07_leaves_the_step_to_zero_to_p06() -> None:
    plan = taper("diazepam", "2", "1", "0", days=[0, 28])
    assert levels(plan, "P07") == ["warn"]


def test_p10_goes_by_the_shortest_half_life_that_lasts() -> None:
    for medicine, level in (("clonazepam", "block"), ("quazepam", "warn"), ("diazepam", "warn")):
        steps = (Step(DEC_1, regimen(medicine, "2", every=2)),)
        assert levels(Plan((regimen(medicine, "2"),), steps), "P10") == [level]


def test_rest_days_count_as_a_reduction() -> None:
    steps = (Step(DEC_1, regimen("diazepam", "20", every=2)),)
    assert levels(Plan((regimen("diazepam", "20"),), steps), "P03") == ["block"]


def test_p14_needs_both_within_fourteen_days() -> None:
    def both(day: int) -> Plan:
        steps = (
            Step(DEC_1, regimen("diazepam", "19")),
            Step(DEC_1 + timedelta(days=day), regimen("baclofen", "55")),
        )
        return Plan((regimen("diazepam", "20"), regimen("baclofen", "60")), steps)

    assert levels(both(13), "P14") == ["warn"]
    assert levels(both(14), "P14") == []


@pytest.mark.parametrize(("day", "level"), [(-4, []), (-3, ["note"]), (3, ["note"]), (4, [])])
def test_p19_looks_three_days_either_way(day: int, level: list[str]) -> None:
    facts = replace(FACTS, busy_days={DEC_1 + timedelta(days=day): "exam"})
    assert levels(taper("diazepam", "20", "18", days=[0]), "P19", facts) == level


def test_p19_warns_of_an_open_red_flag_for_three_days() -> None:
    facts = replace(FACTS, open_flag=Tier.URGENT)
    assert levels(taper("diazepam", "20", "18", days=[-5]), "P19", facts) == ["warn"]
    assert levels(taper("diazepam", "20", "18", days=[-4]), "P19", facts) == []


@pytest.mark.parametrize(
    ("into", "level"), [("7.5", []), ("7.4", ["warn"]), ("25", []), ("26", ["warn"])]
)
def test_p15_leaves_the_tables_a_quarter(into: str, level: list[str]) -> None:
    # 1 mg of lorazepam is 5 to 10 mg of diazepam; 2 mg of it are given up over a week.
    steps = (
        Step(DEC_1, regimen("diazepam", into)),
        Step(DEC_1 + timedelta(days=7), regimen("lorazepam", "0")),
    )
    facts = replace(FACTS, entered_by_prescriber=True)
    assert levels(Plan((regimen("lorazepam", "2"),), steps), "P15", facts) == level


@pytest.mark.parametrize(("tier", "level"), [("watch", "note"), ("urgent", "warn")])
def test_p20_warns_of_an_open_red_flag_and_notes_a_trend(tier: str, level: str) -> None:
    facts = replace(FACTS, open_flag=Tier(tier), worsening=True)
    plan = taper("diazepam", "20", "18", "17", days=[-1, 6])
    assert levels(plan, "P20", facts) == [level]


def test_p16_speaks_of_a_kidney_only_beside_baclofen_and_not_without_a_reduction() -> None:
    facts = replace(FACTS, risks=frozenset({"kidney", "none"}))
    assert levels(taper("diazepam", "20", "19", days=[0]), "P16", facts) == []
    assert levels(taper("baclofen", "20", "19", days=[0]), "P16", facts) == ["block"]
    liver = replace(FACTS, risks=frozenset({"liver"}))
    assert levels(taper("diazepam", "20", "19", days=[0]), "P16", liver) == ["block"]
    assert levels(taper("lorazepam", "2", "1.9", days=[0]), "P16", liver) == []
    assert levels(taper("diazepam", "20", days=[]), "P16", NOTHING_KNOWN) == []


def test_p17_goes_by_the_refill_before_the_appointment() -> None:
    plan = taper("diazepam", "20", days=[])
    short = replace(FACTS, lasts_until={"diazepam": date(2026, 12, 5)})
    assert levels(plan, "P17", replace(short, refill_on=date(2026, 12, 2))) == ["warn"]
    assert levels(plan, "P17", replace(short, refill_on=date(2026, 12, 1))) == []
    soon = date(2026, 11, 25)
    late = replace(short, refill_on=soon, appointment_on=date(2026, 12, 20))
    assert levels(plan, "P17", late) == []


def test_blocks_come_first() -> None:
    file = read(FOLDER / "half-every-week.yaml")
    found_levels = [one.level for one in check_plan(file.plan, file.facts)]
    assert found_levels == sorted(found_levels, reverse=True)
    assert len(set(found_levels)) == 3


def test_what_is_about_the_person_can_be_left_out() -> None:
    plan = taper("diazepam", "20", "19", days=[0])
    assert {one.check for one in check_plan(plan, NOTHING_KNOWN)} == {"P16", "P18"}
    assert check_plan(plan, NOTHING_KNOWN, PATIENT_CHECKS) == ()


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("level", Level)
def test_a_block_on_stopping_or_rushing_lifts_only_by_what_a_prescriber_made(
    check: str, level: Level
) -> None:
    finding = PlanFinding(check, level, None, None, {}, "ENG")
    assert lifts(finding, "plan code")
    assert lifts(finding, "prescriber account")
    says = level is not Level.BLOCK or check not in ("P01", "P05")
    assert lifts(finding, "patient says") is says
    assert lifts(finding, None) is (level is not Level.BLOCK)
    assert lifts(finding, "my cousin") is (level is not Level.BLOCK)


def test_a_check_that_breaks_is_a_warning_and_takes_no_other_with_it() -> None:
    odd = MedicineFacts(
        "oddzepam", "benzodiazepine", (), (Decimal(5), Decimal(9)), True, (1, 1), (Decimal(1),)
    )
    facts = replace(FACTS, medicines={**MEDICINES, "oddzepam": odd})
    steps = (Step(DEC_1, regimen("oddzepam", "0")), Step(DEC_1, regimen("diazepam", "0")))
    plan = Plan((regimen("oddzepam", "8"), regimen("diazepam", "20")), steps)
    broken = [one for one in check_plan(plan, facts) if one.unchecked]
    assert {(one.check, one.level, one.medicine) for one in broken} >= {
        ("P01", Level.WARN, "oddzepam"),
        ("P06", Level.WARN, "oddzepam"),
    }
    assert all(one.found == {"error": "ValueError"} for one in broken)
    assert levels(plan, "P01", facts) == ["block", "warn"]


def test_a_medicine_nobody_has_facts_of_is_never_clean() -> None:
    steps = (Step(DEC_1, regimen("phenibut", "0")), Step(DEC_1, regimen("diazepam", "0")))
    plan = Plan((regimen("phenibut", "500"), regimen("diazepam", "20")), steps)
    said = check_plan(plan, FACTS)
    assert [one.medicine for one in said if one.check == "P01"] == ["diazepam", "phenibut"]
    assert all(one.unchecked for one in said if one.medicine == "phenibut")


def test_an_amount_beyond_all_arithmetic_is_a_finding_and_no_crash() -> None:
    plan = taper("diazepam", "1E+999999", "9E+999998", days=[0])
    assert any(one.unchecked for one in check_plan(plan, FACTS))


def test_a_thousand_steps_are_checked_within_two_seconds() -> None:
    amounts = [str(500 - Decimal(day) / 2) for day in range(1000)]
    plan = taper("diazepam", *amounts, days=range(999))
    began = perf_counter()
    assert check_plan(plan, FACTS)
    assert perf_counter() - began < 2


facts_of_all_kinds = st.builds(
    CheckFacts,
    today=st.just(TODAY) | st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    medicines=st.just(MEDICINES) | st.just({"diazepam": MEDICINES["diazepam"]}),
    weeks_taken=st.none() | st.integers(0, 2000),
    began_on=st.dictionaries(st.sampled_from(["diazepam"]), st.dates(date(1950, 1, 1))),
    start_daily_mg=st.dictionaries(
        st.sampled_from(["diazepam", "baclofen"]), st.decimals("0", "100", places=2)
    ),
    earlier=st.lists(
        st.builds(
            Step,
            st.dates(date(2026, 10, 1), date(2026, 11, 30)),
            st.builds(regimen, st.just("diazepam"), st.sampled_from(["0", "5", "20"])),
        ),
        max_size=3,
    ).map(tuple),
    risks=st.none() | st.frozensets(st.sampled_from(["pump", "liver", "none", "no such risk"])),
    entered_by_prescriber=st.booleans(),
    lasts_until=st.dictionaries(st.sampled_from(["diazepam"]), st.dates()),
    refill_on=st.none() | st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    open_flag=st.none() | st.sampled_from(Tier),
    worsening=st.booleans(),
    busy_days=st.dictionaries(st.dates(date(2026, 11, 1), date(2027, 12, 31)), st.just("exam")),
)


@settings(max_examples=200, deadline=None)
@given(random_plans(), facts_of_all_kinds)
def test_no_plan_makes_the_checks_raise_and_every_finding_is_of_a_known_check(
    plan: Plan, facts: CheckFacts
) -> None:
    said = check_plan(plan, facts)
    assert {one.check for one in said} <= set(CHECKS)
    known = set(facts.medicines)
    assert not [one for one in said if one.unchecked and one.medicine in known]


@st.composite
def steeper(draw: st.DrawFn) -> tuple[Plan, Plan, date]:
    """A falling plan, the same one with one step made steeper, and that step's day."""
    medicine = draw(st.sampled_from(["diazepam", "alprazolam", "lorazepam", "baclofen"]))
    units = sorted(draw(st.sets(st.integers(2, 4000), min_size=3, max_size=8)), reverse=True)
    gaps = draw(st.lists(st.integers(1, 30), min_size=len(units) - 1, max_size=len(units) - 1))
    days = [sum(gaps[:n]) for n in range(len(gaps))]
    which = draw(st.integers(1, len(units) - 1))
    lower = draw(st.integers(1, units[which] - 1))
    amounts = [str(Decimal(unit) / 100) for unit in units]
    steep = [*amounts[:which], str(Decimal(lower) / 100), *amounts[which + 1 :]]
    day = DEC_1 + timedelta(days=days[which - 1])
    return taper(medicine, *amounts, days=days), taper(medicine, *steep, days=days), day


def _rank(plan: Plan, check: str, day: date, facts: CheckFacts) -> int:
    ranks = [
        one.level.rank for one in check_plan(plan, facts) if (one.check, one.day) == (check, day)
    ]
    return max(ranks, default=-1)


@settings(max_examples=150, deadline=None)
@given(steeper(), st.sampled_from([2, 8, 200]))
def test_a_steeper_step_never_loses_a_finding(pair: tuple[Plan, Plan, date], weeks: int) -> None:
    gentle, steep, day = pair
    facts = replace(FACTS, weeks_taken=weeks)
    for check in ("P02", "P03", "P05", "P07"):
        assert _rank(steep, check, day, facts) >= _rank(gentle, check, day, facts), check


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["diazepam", "clonazepam", "zopiclone", "baclofen"]),
    st.integers(1, 3000),
    st.integers(1, 3000),
)
def test_a_higher_last_dose_never_loses_a_finding(medicine: str, one: int, other: int) -> None:
    low, high = (str(Decimal(unit) / 100) for unit in sorted((one, other)))
    for check in ("P01", "P06"):
        gentle = _rank(taper(medicine, low, "0", days=[0]), check, DEC_1, FACTS)
        assert _rank(taper(medicine, high, "0", days=[0]), check, DEC_1, FACTS) >= gentle
