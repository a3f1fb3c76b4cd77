from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from care.plan import DoseTime, Plan, Regimen, TypedStep, plan_of
from care.timeline import days_since_change, lesson_day, phase

DEC_1 = date(2026, 12, 1)
NIGHT = time(22)


def plan() -> Plan:
    present = [
        Regimen("diazepam", (DoseTime("a", NIGHT, Decimal(10)),)),
        Regimen("zopiclone", (DoseTime("a", NIGHT, Decimal(5)),)),
    ]
    typed = [
        TypedStep(DEC_1, "diazepam", ((NIGHT, Decimal(9)),)),
        TypedStep(DEC_1 + timedelta(days=10), "zopiclone", ((NIGHT, Decimal("3.75")),)),
    ]
    return plan_of(present, typed)


def test_days_count_from_the_latest_change_of_any_medicine() -> None:
    counted = [days_since_change(plan(), DEC_1 + timedelta(days=n)) for n in (-1, 0, 9, 10, 12)]
    assert counted == [None, 0, 9, 0, 2]


def test_days_can_count_for_one_medicine() -> None:
    day = DEC_1 + timedelta(days=12)
    assert days_since_change(plan(), day, medicine="diazepam") == 12
    assert days_since_change(plan(), DEC_1, medicine="zopiclone") is None


def test_the_eve_of_a_change_is_its_own_day() -> None:
    days = [lesson_day(plan(), DEC_1 + timedelta(days=n)) for n in (-2, -1, 0, 9, 10)]
    assert days == [None, -1, 0, -1, 0]


@pytest.mark.parametrize(
    ("cls", "days", "name"),
    [
        ("benzodiazepine", -1, "eve"),
        ("benzodiazepine", 0, "early"),
        ("benzodiazepine", 7, "peak"),
        ("benzodiazepine", 8, "later"),
        ("short_half_life", 1, "peak"),
        ("z_drug", 4, "later"),
        ("baclofen", 1, "early"),
        ("baclofen", 3, "peak"),
        ("baclofen", 4, "later"),
    ],
)
def test_each_class_has_its_own_phases(cls: str, days: int, name: str) -> None:
    assert phase(cls, days) == name


def test_a_class_without_sources_has_no_phase() -> None:
    with pytest.raises(KeyError):
        phase("opioid", 3)
