"""The ladder is data, expanded for the people there are."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.content.escalation import load_ladders
from care.escalation import Ladder, LadderRung, Rung, due_at, expand, next_after_failure

LADDER = Ladder(
    "emergency",
    1,
    (
        LadderRung(0, 1, operator=False),
        LadderRung(2, 2, operator=False),
        LadderRung(5, 99, operator=True),
    ),
    repeat_minutes=15,
    repeat_times=2,
)
OPENED = datetime(2026, 12, 1, 3, 12, tzinfo=UTC)


def test_the_first_caregiver_is_told_at_once_and_the_second_after_two_minutes() -> None:
    rungs = expand(LADDER, [7, 8, 9])
    assert rungs[0] == Rung(0, (7,), operator=False)
    assert rungs[1] == Rung(2, (7, 8), operator=False)


def test_everybody_and_the_operator_are_reached_in_the_end() -> None:
    last = expand(LADDER, [7, 8, 9])[-1]
    assert last.people == (7, 8, 9)
    assert last.operator


def test_without_caregivers_the_operator_does_not_wait() -> None:
    rungs = expand(LADDER, [])
    assert rungs[0] == Rung(0, (), operator=True)
    assert [rung.after_minutes for rung in rungs] == [0, 15, 30]


@given(st.lists(st.integers(1, 99), unique=True, max_size=6))
def test_rungs_never_go_back_in_time_and_nobody_who_was_told_is_dropped(people: list[int]) -> None:
    rungs = expand(LADDER, people)
    delays = [rung.after_minutes for rung in rungs]
    assert delays == sorted(delays)
    for earlier, later in pairwise(rungs):
        assert set(earlier.people) <= set(later.people)


def test_a_rung_survives_being_kept_on_the_alert() -> None:
    rung = Rung(5, (7, 8), operator=True)
    assert Rung.from_json(rung.as_json()) == rung


def test_the_ladder_ends() -> None:
    rungs = expand(LADDER, [7])
    assert due_at(OPENED, rungs, 1) == OPENED + timedelta(minutes=2)
    assert due_at(OPENED, rungs, len(rungs)) is None


def test_it_climbs_at_once_when_nobody_told_so_far_can_be_reached() -> None:
    rungs = expand(LADDER, [7, 8])
    assert next_after_failure(rungs, 1, frozenset({7}))
    assert not next_after_failure(rungs, 2, frozenset({7}))
    assert next_after_failure(rungs, 2, frozenset({7, 8}))


def test_the_shipped_ladders_begin_at_once_and_end_at_the_operator() -> None:
    ladders = load_ladders()
    assert set(ladders) == {"emergency", "urgent"}
    for ladder in ladders.values():
        assert ladder.rungs[0].after_minutes == 0
        assert ladder.rungs[-1].operator
