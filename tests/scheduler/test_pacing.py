from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.pacing import EVERYTHING, NOTHING_PACED, Pacing

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def busy(count: int, rate: int = 30) -> Pacing:
    """A pacing that has just let `count` messages out, each to its own chat."""
    pacing = Pacing(rate)
    for chat in range(count):
        pacing.said(chat, NOW)
    return pacing


def test_five_of_thirty_a_second_are_kept_for_what_is_urgent() -> None:
    assert busy(24).most(NOW) == EVERYTHING
    assert busy(25).most(NOW) == 1
    assert busy(29).most(NOW) == 1
    assert busy(30).most(NOW) == NOTHING_PACED


def test_the_second_that_passed_frees_its_messages() -> None:
    pacing = busy(30)
    assert pacing.most(after(0.999)) == NOTHING_PACED
    assert pacing.most(after(1)) == EVERYTHING


def test_a_rate_of_one_still_lets_ordinary_messages_out() -> None:
    pacing = Pacing(1)
    assert pacing.most(NOW) == EVERYTHING
    pacing.said(1, NOW)
    assert pacing.most(NOW) == NOTHING_PACED


def test_a_rate_below_one_is_refused_by_the_name_of_its_setting() -> None:
    with pytest.raises(ValueError, match="MESSAGES_PER_SECOND"):
        Pacing(0)


def test_a_chat_takes_a_burst_of_three_and_then_one_every_1_05_seconds() -> None:
    pacing, now, moments = Pacing(30), NOW, []
    while len(moments) < 6:
        if 7 in pacing.closed(now):
            soonest = pacing.next_at(now)
            assert soonest is not None
            now = soonest
        pacing.said(7, now)
        moments.append((now - NOW).total_seconds())
    assert moments == [0, 0, 0, 1.05, 2.1, 3.15]


def test_one_chat_that_waits_holds_up_no_other() -> None:
    pacing = Pacing(30)
    for _ in range(3):
        pacing.said(7, NOW)
    assert pacing.closed(NOW) == {7}
    assert pacing.most(NOW) == EVERYTHING


def test_a_429_closes_its_chat_for_as_long_as_it_says() -> None:
    pacing = Pacing(30)
    pacing.throttled(7, timedelta(seconds=3), NOW)
    assert pacing.closed(after(2.999)) == {7}
    assert pacing.most(NOW) == EVERYTHING
    assert pacing.closed(after(3)) == set()


def test_a_429_from_a_second_chat_closes_everything() -> None:
    pacing = Pacing(30)
    pacing.throttled(7, timedelta(seconds=3), NOW)
    pacing.throttled(8, timedelta(seconds=5), after(1))
    assert pacing.most(after(5.999)) is None
    assert pacing.most(after(6)) == EVERYTHING


def test_two_429_of_one_chat_close_only_that_chat() -> None:
    pacing = Pacing(30)
    pacing.throttled(7, timedelta(seconds=3), NOW)
    pacing.throttled(7, timedelta(seconds=3), after(1))
    assert pacing.most(after(1)) == EVERYTHING
    assert pacing.closed(after(3.5)) == {7}


def test_a_429_after_the_first_gate_opened_is_a_first_one_again() -> None:
    pacing = Pacing(30)
    pacing.throttled(7, timedelta(seconds=3), NOW)
    pacing.throttled(8, timedelta(seconds=3), after(3))
    assert pacing.most(after(3)) == EVERYTHING


def test_a_429_of_a_call_to_no_chat_closes_everything() -> None:
    pacing = Pacing(30)
    pacing.throttled(None, timedelta(seconds=2), NOW)
    assert pacing.most(after(1.999)) is None


def test_a_429_that_asks_for_no_time_gets_a_second() -> None:
    pacing = Pacing(30)
    pacing.throttled(7, timedelta(0), NOW)
    assert pacing.closed(after(0.9)) == {7}


def test_nothing_waits_at_first() -> None:
    assert Pacing(30).next_at(NOW) is None


def test_the_next_instant_lets_ordinary_messages_through_again() -> None:
    assert busy(25).next_at(NOW) == after(1)
    pacing = busy(20)
    for chat in range(100, 108):
        pacing.said(chat, after(0.4))
    assert pacing.next_at(after(0.5)) == after(1)


@given(
    st.lists(st.tuples(st.integers(1, 6), st.floats(0, 0.4)), min_size=1, max_size=120),
    st.integers(6, 40),
)
def test_no_second_ever_holds_more_than_the_rate_and_waiting_always_ends(
    wishes: list[tuple[int, float]], rate: int
) -> None:
    pacing, now, said = Pacing(rate), NOW, []
    for chat, pause in wishes:
        now += timedelta(seconds=pause)
        while pacing.most(now) != EVERYTHING or chat in pacing.closed(now):
            soonest = pacing.next_at(now)
            assert soonest is not None
            assert soonest > now
            now = soonest
        pacing.said(chat, now)
        said.append(now)
    for start in said:
        window = [at for at in said if start <= at < start + timedelta(seconds=1)]
        assert len(window) <= max(1, rate - 5)
