"""Following the clock of another zone: in order, in limits, or not at all."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from care.localtime import instant_of
from care.plan import DoseTime, Plan, Regimen, Step
from care.travel import (
    Answer,
    Clock,
    Interval,
    Place,
    Standing,
    Verdict,
    doses_from,
    follows,
    next_doses,
    preview,
    same_clock,
)

LONDON, SYDNEY, NEW_YORK = "Europe/London", "Australia/Sydney", "America/New_York"
AUCKLAND, HONOLULU, BERLIN = "Pacific/Auckland", "Pacific/Honolulu", "Europe/Berlin"
DIAZEPAM = Interval(Decimal(4), Decimal(36), timedelta(hours=12))
BACLOFEN = Interval(Decimal(4), Decimal(12), timedelta(hours=3))
DAY_ONE = date(2026, 12, 1)
HOUR = timedelta(hours=1)


def plan_of(*walls: int, drug: str = "diazepam", steps: tuple[Step, ...] = ()) -> Plan:
    return Plan((regimen(*walls, drug=drug),), steps)


def regimen(*walls: int, drug: str = "diazepam", mg: int = 5) -> Regimen:
    doses = (DoseTime("abcdef"[n], time(wall), Decimal(mg)) for n, wall in enumerate(sorted(walls)))
    return Regimen(drug, tuple(doses))


def standing(plan: Plan, now: datetime, clock: Clock, interval: Interval) -> dict[str, Standing]:
    """Everything until `now` was taken when it was due, on one clock."""
    found = {}
    for drug in plan.medicines:
        doses = list(islice(doses_from(plan, drug, clock, Place(0, time(0))), 200))
        past = [one.due for one in doses if one.due <= now]
        coming = next(one for one in doses if one.due > now)
        last = past[-1] if past else None
        place = Place(coming.plan_day, coming.dose.wall)
        found[drug] = Standing(place, interval, last, last)
    return found


def asked(plan: Plan, now: str, home: str, there: str, interval: Interval) -> Verdict:
    clock, at = Clock(home, DAY_ONE), datetime.fromisoformat(now).replace(tzinfo=ZoneInfo(home))
    at = at.astimezone(UTC)
    return follows(plan, standing(plan, at, clock, interval), at, clock, there)


def hours(gap: timedelta | None) -> float:
    assert gap is not None
    return gap / HOUR


def test_one_dose_a_day_follows_to_sydney_thirteen_hours_after_the_last() -> None:
    found = asked(plan_of(8), "2026-12-10 12:00", LONDON, SYDNEY, DIAZEPAM)
    assert found == Verdict(Answer.FOLLOW, Clock(SYDNEY, DAY_ONE))


def test_two_doses_a_day_do_not_follow_to_sydney_since_it_would_be_one_or_twentyfive_hours() -> (
    None
):
    for now in ("2026-12-10 12:00", "2026-12-10 22:00"):
        found = asked(plan_of(8, 20), now, LONDON, SYDNEY, DIAZEPAM)
        assert found.answer is Answer.ASK
        assert found.medicine == "diazepam"


@pytest.mark.parametrize("now", ["09:00", "15:00", "21:00"])
def test_baclofen_three_times_a_day_never_follows_to_sydney(now: str) -> None:
    plan = plan_of(8, 14, 20, drug="baclofen")
    found = asked(plan, f"2026-12-10 {now}", LONDON, SYDNEY, BACLOFEN)
    assert found.answer is Answer.ASK


def test_two_doses_a_day_follow_to_new_york_seventeen_hours_after_the_last() -> None:
    plan = plan_of(8, 20)
    found = asked(plan, "2026-12-10 12:00", LONDON, NEW_YORK, DIAZEPAM)
    assert found.answer is Answer.FOLLOW
    held = {"diazepam": Standing(Place(9, time(20)), DIAZEPAM)}
    first = next_doses(plan, found.clock, held)[0]
    assert first.due == datetime(2026, 12, 11, 1, tzinfo=UTC)


def test_baclofen_follows_over_one_hour() -> None:
    plan = plan_of(8, 14, 20, drug="baclofen")
    assert asked(plan, "2026-12-10 15:00", LONDON, BERLIN, BACLOFEN).answer is Answer.FOLLOW


def test_a_night_longer_than_the_limit_does_not_forbid_what_the_plan_itself_has() -> None:
    plan = plan_of(8, 12, 17, drug="baclofen")  # 15 hours at night
    assert asked(plan, "2026-12-10 18:00", LONDON, BERLIN, BACLOFEN).answer is Answer.FOLLOW


def test_the_date_line_repeats_a_date_and_no_dose_is_lost() -> None:
    plan = plan_of(8, 20)
    found = asked(plan, "2026-12-11 10:00", AUCKLAND, HONOLULU, DIAZEPAM)
    assert found == Verdict(Answer.FOLLOW, Clock(HONOLULU, DAY_ONE - timedelta(days=1)))
    held = {"diazepam": Standing(Place(10, time(20)), DIAZEPAM)}
    doses = next_doses(plan, found.clock, held, 2)
    assert [(one.plan_day, one.dose.slot, one.day) for one in doses] == [
        (10, "b", date(2026, 12, 10)),
        (11, "a", date(2026, 12, 11)),
    ]
    taken = instant_of(date(2026, 12, 11), time(8), AUCKLAND)
    assert hours(doses[0].due - taken) == 11


def test_the_date_line_skips_a_date_and_no_dose_is_doubled() -> None:
    found = asked(plan_of(8, 20), "2026-12-10 12:00", HONOLULU, AUCKLAND, DIAZEPAM)
    assert found == Verdict(Answer.FOLLOW, Clock(AUCKLAND, DAY_ONE + timedelta(days=1)))


def test_a_dose_that_would_be_overdue_at_once_is_taken_at_home_time_first() -> None:
    found = asked(plan_of(8, 20), "2026-12-10 19:30", LONDON, BERLIN, DIAZEPAM)
    assert found.answer is Answer.DOSE_FIRST


def test_a_dose_that_nobody_answered_is_answered_first() -> None:
    plan, clock = plan_of(8, 20), Clock(LONDON, DAY_ONE)
    now = datetime(2026, 12, 10, 8, 5, tzinfo=UTC)
    due = datetime(2026, 12, 10, 8, tzinfo=UTC)
    held = Standing(Place(9, time(20)), DIAZEPAM, due, due - 12 * HOUR, unanswered=True)
    assert follows(plan, {"diazepam": held}, now, clock, BERLIN).answer is Answer.DOSE_FIRST


def test_after_doses_that_were_not_confirmed_nothing_follows() -> None:
    plan, clock = plan_of(8, 20), Clock(LONDON, DAY_ONE)
    due = datetime(2026, 12, 10, 8, tzinfo=UTC)
    held = Standing(Place(9, time(20)), DIAZEPAM, due, due - 24 * HOUR)
    found = follows(plan, {"diazepam": held}, due + 4 * HOUR, clock, NEW_YORK)
    assert found.answer is Answer.ASK


def test_every_medicine_must_follow_or_none_does() -> None:
    both = Plan((regimen(8), regimen(8, 14, 20, drug="baclofen")))
    now, clock = datetime(2026, 12, 10, 12, tzinfo=UTC), Clock(LONDON, DAY_ONE)
    held = standing(both, now, clock, DIAZEPAM)
    baclofen = held["baclofen"]
    held["baclofen"] = Standing(baclofen.coming, BACLOFEN, baclofen.due, baclofen.taken)
    found = follows(both, held, now, clock, SYDNEY)
    assert (found.answer, found.medicine) == (Answer.ASK, "baclofen")


def test_a_step_that_begins_on_the_way_is_asked_about_when_its_doses_are_others() -> None:
    later = Regimen("diazepam", (DoseTime("z", time(20), Decimal(4)),))
    plan = plan_of(8, 20, steps=(Step(date(2026, 12, 11), later),))
    found = asked(plan, "2026-12-10 12:00", HONOLULU, AUCKLAND, DIAZEPAM)
    assert found.answer is Answer.ASK


def test_the_preview_shows_the_same_doses_on_both_clocks() -> None:
    plan, home = plan_of(8), Clock(LONDON, DAY_ONE)
    now = datetime(2026, 12, 10, 12, tzinfo=UTC)
    held = standing(plan, now, home, DIAZEPAM)
    there = follows(plan, held, now, home, SYDNEY).clock
    at_home, away = preview(plan, home, there, held)
    assert [one.plan_day for one in at_home] == [one.plan_day for one in away] == [10, 11, 12]
    assert [hours(b.due - a.due) for a, b in zip(at_home, away, strict=True)] == [-11] * 3


def test_zones_with_the_same_clock_are_told_from_those_that_part_within_a_fortnight() -> None:
    summer = datetime(2026, 7, 1, tzinfo=UTC)
    assert same_clock(summer, LONDON, "Europe/Lisbon")
    assert not same_clock(summer, LONDON, BERLIN)
    # Denver leaves summer time on 1 November 2026, Phoenix never has it.
    assert same_clock(datetime(2026, 11, 2, tzinfo=UTC), "America/Denver", "America/Phoenix")
    assert not same_clock(datetime(2026, 10, 31, tzinfo=UTC), "America/Denver", "America/Phoenix")


@given(
    walls=st.sets(st.integers(0, 23), min_size=1, max_size=4),
    zones=st.tuples(*[st.sampled_from([LONDON, SYDNEY, NEW_YORK, AUCKLAND, HONOLULU, BERLIN])] * 2),
    after=st.integers(0, 24 * 400),
    interval=st.sampled_from([DIAZEPAM, BACLOFEN]),
)
def test_whatever_follows_keeps_order_and_limits(
    walls: set[int], zones: tuple[str, str], after: int, interval: Interval
) -> None:
    plan, now = plan_of(*walls), datetime(2026, 12, 3, tzinfo=UTC) + after * HOUR
    home = Clock(zones[0], now.date() - timedelta(days=10))
    held = standing(plan, now, home, interval)
    found = follows(plan, held, now, home, zones[1])
    assume(found.answer is Answer.FOLLOW)
    at_home, away = preview(plan, home, found.clock, held, 6)
    assert [(o.plan_day, o.dose) for o in at_home] == [(o.plan_day, o.dose) for o in away]
    last = held["diazepam"].due
    assert last is not None
    assert away[0].due > now
    usual = [b.due - a.due for a, b in pairwise(at_home)]
    gap = away[0].due - last
    assert gap >= min(*usual, 4 * HOUR) - HOUR  # an hour for a change of clocks at home
    assert gap <= max(*usual, at_home[0].due - last, float(interval.most_h) * HOUR) + HOUR
