from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from care.aftercare import Aftercare, Rhythm, aftercare
from care.plan import AsNeeded, DoseTime, Plan, Regimen, TypedStep, plan_of

ZERO = date(2027, 3, 1)
DAY = timedelta(days=1)
CLASSES: Mapping[str, str] = {
    "diazepam": "benzodiazepine",
    "zopiclone": "z_drug",
    "baclofen": "baclofen",
}
NIGHT = time(22)


def plan(**stops: date) -> Plan:
    present = [Regimen(drug, (DoseTime("a", NIGHT, Decimal(2)),)) for drug in stops]
    return plan_of(present, [TypedStep(day, drug, ()) for drug, day in stops.items()])


def after(day: date, **stops: date) -> Aftercare:
    found = aftercare(plan(**stops), CLASSES, day)
    assert found is not None
    return found


def days_asked(found: Aftercare, until: int) -> list[int]:
    return [n for n in range(until) if found.asks_on(found.zero + n * DAY)]


@pytest.mark.parametrize("drug", ["diazepam", "zopiclone"])
def test_a_benzodiazepine_is_followed_daily_for_four_weeks_and_weekly_to_six_months(
    drug: str,
) -> None:
    asked = days_asked(after(ZERO, **{drug: ZERO}), 400)
    assert asked == [*range(28), *range(28, 182, 7)]


def test_baclofen_is_followed_daily_for_two_weeks_and_weekly_to_six() -> None:
    assert days_asked(after(ZERO, baclofen=ZERO), 400) == [*range(14), 14, 21, 28, 35]


def test_with_several_medicines_the_longest_stands() -> None:
    later = after(ZERO + 30 * DAY, diazepam=ZERO, baclofen=ZERO + 30 * DAY)
    assert later.zero == ZERO + 30 * DAY
    assert later.weekly_from == ZERO + 44 * DAY
    assert later.over_from == ZERO + 182 * DAY
    assert dict(later.stopped) == {"diazepam": ZERO, "baclofen": ZERO + 30 * DAY}


def test_there_is_no_zero_while_any_dose_is_planned() -> None:
    both = plan(diazepam=ZERO, baclofen=ZERO + DAY)
    assert aftercare(both, CLASSES, ZERO - DAY) is None
    assert aftercare(both, CLASSES, ZERO) is None
    assert aftercare(both, CLASSES, ZERO + DAY) is not None


def test_a_medicine_that_begins_again_later_has_not_ended() -> None:
    present = [Regimen("diazepam", (DoseTime("a", NIGHT, Decimal(2)),))]
    typed = [
        TypedStep(ZERO, "diazepam", ()),
        TypedStep(ZERO + 5 * DAY, "diazepam", ((NIGHT, Decimal(2)),)),
        TypedStep(ZERO + 9 * DAY, "diazepam", ()),
    ]
    again = plan_of(present, typed)
    assert aftercare(again, CLASSES, ZERO + DAY) is None
    ended = aftercare(again, CLASSES, ZERO + 9 * DAY)
    assert ended is not None
    assert ended.zero == ZERO + 9 * DAY


def test_an_as_needed_medicine_has_no_zero() -> None:
    some = AsNeeded("diazepam", Decimal(2), 1, Decimal(12))
    needed = Plan(plan(diazepam=ZERO).present, plan(diazepam=ZERO).steps, as_needed=(some,))
    assert aftercare(needed, CLASSES, ZERO) is None


def test_a_plan_without_medicines_never_ended() -> None:
    assert aftercare(Plan(()), {}, ZERO) is None


def test_the_rhythm_changes_on_the_day() -> None:
    found = after(ZERO, baclofen=ZERO)
    said = [found.rhythm(ZERO + n * DAY) for n in (0, 13, 14, 41, 42)]
    assert said == [Rhythm.DAILY, Rhythm.DAILY, Rhythm.WEEKLY, Rhythm.WEEKLY, Rhythm.OVER]
