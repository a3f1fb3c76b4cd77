"""Whatever zones somebody travels through: no dose is doubled, lost, or moved once answered."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actions import clocks, doses, layout, plans
from actions.tx import Tx
from care.travel import Answer, Verdict
from scheduler import sweeps
from store.models import Dose, Patient, Person
from tests.actions.house import House, Someone

ZONES = (
    *("Europe/London", "Australia/Sydney", "America/New_York", "Pacific/Auckland"),
    *("Pacific/Honolulu", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu"),
    *("Africa/Cairo", "America/Asuncion", "Antarctica/Troll", "Australia/Lord_Howe"),
)


def judged(house: House, who: Someone, zone: str, *, turning: bool = True) -> Verdict:
    """Ask whether the doses may follow, and follow where they may."""

    def ask(tx: Tx, person: Person) -> Verdict:
        patient = tx.session.get_one(Patient, person.id)
        found = plans.in_force(tx, person.id)
        assert found is not None
        verdict = clocks.judge(tx, person, patient, found[1], zone)
        if turning and verdict.answer is Answer.FOLLOW:
            clocks.turn(tx, person, patient, found[1], verdict)
        return verdict

    return house.does(who, ask)


def places(house: House, who: Someone) -> list[tuple[int, str]]:
    return [(dose.plan_day, dose.slot) for dose in house.doses(who)]


def takes_what_is_due(house: House, who: Someone) -> None:
    for dose in house.doses(who):
        if dose.state == "due":
            house.does(who, doses.record, dose.id)


def lives(house: House, who: Someone, hours: int) -> None:
    """Time passes hour by hour, and every dose is taken when it is due."""
    for _ in range(hours):
        house.passes(hours=1)
        takes_what_is_due(house, who)


def test_one_dose_a_day_follows_to_sydney_and_back(house: House) -> None:
    tom = house.patient("08:00 10")
    lives(house, tom, 28)
    assert judged(house, tom, "Australia/Sydney").answer is Answer.FOLLOW
    lives(house, tom, 70)
    assert judged(house, tom, "Europe/London").answer is Answer.FOLLOW
    lives(house, tom, 70)
    found = places(house, tom)
    assert found == [(day, "a") for day in range(len(found))]
    due = [dose.due_at for dose in house.doses(tom)]
    assert {b - a for a, b in pairwise(due)} <= {timedelta(hours=h) for h in (13, 24, 35)}


def test_the_date_line_keeps_the_running_number(house: House) -> None:
    tom = house.patient("08:00 5", "20:00 5", zone="Pacific/Auckland")
    house.at(19)  # 08:00 in Auckland
    takes_what_is_due(house, tom)
    before = house.doses(tom)
    assert judged(house, tom, "Pacific/Honolulu").answer is Answer.FOLLOW
    after = house.doses(tom)
    assert places(house, tom)[: len(before)] == [(d.plan_day, d.slot) for d in before]
    taken = next(d for d in after if d.state == "taken")
    coming = next(d for d in after if d.state == "planned")
    assert coming.due_at - taken.due_at == timedelta(hours=11)
    assert coming.local_day == date(2026, 11, 30)  # the date comes a second time
    assert house.rows(Patient)[0].day_one == date(2026, 11, 29)


def test_a_dose_from_before_the_first_plan_is_nobody_s_dose_in_another_zone_either(
    house: House,
) -> None:
    house.clock.at = datetime(2026, 11, 30, 12, tzinfo=UTC)
    tom = house.patient("08:00 5", "20:00 5")
    assert judged(house, tom, "America/New_York").answer is Answer.FOLLOW
    house.run(sweeps.lay_out)
    house.jumps(hours=1)
    house.run(sweeps.lay_out)
    assert places(house, tom)[0] == (0, "b")


def test_a_dose_that_stands_for_one_taken_does_not_come_back_with_the_new_clock(
    house: House,
) -> None:
    tom = house.patient("08:00 10")
    house.at(8)
    takes_what_is_due(house, tom)
    house.does(tom, plans.adopt, house.plan("09:30 10"))
    assert judged(house, tom, "Europe/Berlin").answer is Answer.FOLLOW
    assert [dose.plan_day for dose in house.doses(tom)] == [0, 1]


def test_two_laying_out_after_a_change_of_clock_add_nothing(any_house: House) -> None:
    tom = any_house.patient("08:00 5", "20:00 5")
    any_house.at(9)
    takes_what_is_due(any_house, tom)
    judged(any_house, tom, "America/New_York")
    once = [(d.plan_day, d.slot, d.due_at) for d in any_house.doses(tom)]
    any_house.call(layout.lay_out_one, tom.id)
    assert [(d.plan_day, d.slot, d.due_at) for d in any_house.doses(tom)] == once


def test_what_is_not_allowed_changes_nothing(house: House) -> None:
    tom = house.patient("08:00 10", "14:00 10", "20:00 10", drug="baclofen")
    house.at(9)
    takes_what_is_due(house, tom)
    once = [(d.plan_day, d.slot, d.due_at) for d in house.doses(tom)]
    assert judged(house, tom, "Australia/Sydney").answer is Answer.ASK
    assert [(d.plan_day, d.slot, d.due_at) for d in house.doses(tom)] == once


def test_today_shows_the_hours_of_today_and_not_a_date_twice(house: House) -> None:
    from actions import today

    tom = house.patient("08:00 5", "20:00 5", zone="Pacific/Auckland")
    house.at(19)
    takes_what_is_due(house, tom)
    judged(house, tom, "Pacific/Honolulu")
    house.hears(tom)
    house.does(tom, today.show)
    (shown,) = house.hears(tom)
    assert shown.text.count("Diazepam") == 2
    assert "still to come" in shown.text


def travels(house: House, legs: list[tuple[int, str]], walls: set[int], drug: str) -> Someone:
    """Somebody who travels leg by leg; answers stand, nothing is missing, nothing comes twice."""
    tom = house.patient(*[f"{wall:02}:00 5" for wall in sorted(walls)], drug=drug)
    for wait, zone in legs:
        lives(house, tom, wait)
        standing = [_facts(dose) for dose in house.doses(tom) if dose.state != "planned"]
        judged(house, tom, zone)
        house.run(sweeps.lay_out)
        assert [f for f in map(_facts, house.doses(tom)) if f[0] in {s[0] for s in standing}] == (
            standing
        )
    lives(house, tom, 30)
    return tom


def _facts(dose: Dose) -> tuple[Any, ...]:
    return (dose.id, dose.plan_day, dose.slot, dose.due_at, dose.taken_at, dose.state)


def check_ledger(house: House, tom: Someone, walls: set[int], least: float) -> None:
    """Every plan day has each slot once and in order, and no interval fell under the limit."""
    found = places(house, tom)
    slots = "abcdef"[: len(walls)]
    start = slots.index(found[0][1])
    every = [(found[0][0] + n // len(slots), slots[n % len(slots)]) for n in range(start, 999)]
    assert found == every[: len(found)]
    due = [dose.due_at for dose in house.doses(tom)]
    hours = sorted(walls)
    own = min((b - a) % 24 or 24 for a, b in zip(hours, hours[1:] + hours[:1], strict=True))
    gaps = [(b - a).total_seconds() / 3600 for a, b in pairwise(due)]
    assert min(gaps) >= min(own, least) - 1  # an hour for a change of clocks


LEGS = st.lists(st.tuples(st.integers(1, 40), st.sampled_from(ZONES)), min_size=1, max_size=5)
WALLS = st.sets(st.integers(0, 23), min_size=1, max_size=3)


@pytest.fixture
def new_house(tmp_path: Path, sqlite_template: Path, vault: Any) -> Any:
    """A maker of houses, each on a database of its own."""
    import shutil
    from contextlib import contextmanager

    from bot.content.library import load_content
    from store.engine import make_engine

    content, numbers = load_content(), iter(range(10**6))

    @contextmanager
    def make() -> Any:
        path = tmp_path / f"house{next(numbers)}.db"
        shutil.copyfile(sqlite_template, path)
        with House(make_engine(f"sqlite:///{path}"), vault, content) as house:
            yield house
        path.unlink()

    return make


LOOSE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=4, suppress_health_check=LOOSE, derandomize=True)
@given(legs=LEGS, walls=WALLS, drug=st.sampled_from(["diazepam", "baclofen"]))
def test_random_travel_doubles_and_loses_nothing(
    new_house: Any, legs: list[tuple[int, str]], walls: set[int], drug: str
) -> None:
    with new_house() as house:
        check_ledger(house, travels(house, legs, walls, drug), walls, 4)


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=LOOSE)
@given(legs=LEGS, walls=WALLS, drug=st.sampled_from(["diazepam", "baclofen"]))
def test_much_random_travel_doubles_and_loses_nothing(
    new_house: Any, legs: list[tuple[int, str]], walls: set[int], drug: str
) -> None:
    with new_house() as house:
        check_ledger(house, travels(house, legs, walls, drug), walls, 4)
