from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.doses import (
    Action,
    ActionKind,
    DosePolicy,
    DoseState,
    Guard,
    Guidance,
    double_dose,
    later_allowed,
    long_past,
    longest_gap,
    missed_guidance,
    next_action,
    policy_for,
    remind_times,
    shortest_gap,
    taken_at_valid,
    unconfirmed_in_a_row,
    window_closes,
)
from care.plan import Regimen, keep_slots

DUE = datetime(2026, 12, 1, 8, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
DAILY = policy_for(short_acting=False, baclofen=False, gap_to_next=24 * HOUR)
NAIVE = datetime(2026, 12, 1, 8)  # noqa: DTZ001 - the naive one is the case
NOTHING = Action(ActionKind.NOTHING)
CLOSE = Action(ActionKind.CLOSE_AS_UNKNOWN)


def remind(number: int) -> Action:
    return Action(ActionKind.REMIND, number)


def act(
    minutes: float,
    *,
    sent: int = 0,
    state: DoseState = DoseState.DUE,
    snoozed: int | None = None,
    policy: DosePolicy = DAILY,
) -> Action:
    until = None if snoozed is None else DUE + snoozed * MINUTE
    return next_action(
        state=state,
        due=DUE,
        policy=policy,
        now=DUE + minutes * MINUTE,
        reminders_sent=sent,
        snoozed_until=until,
    )


def regimen(*hours: int) -> Regimen:
    typed = tuple((time(hour), Decimal(5)) for hour in hours)
    return keep_slots(Regimen("diazepam", ()), typed)


@pytest.mark.parametrize(
    ("baclofen", "gap", "window"),
    [
        (False, None, 3.0),
        (True, None, 3.0),
        (False, 24, 3.0),
        (False, 5, 2.5),
        (True, 8, 3.0),
        (True, 6, 3.0),
        (True, 4.5, 2.25),
        (True, 3, 1.0),
        (True, 2, 0.25),
        (False, 0.25, 0.125),
        (True, 0.25, 0.125),
    ],
)
def test_the_late_window_is_the_shortest_of_its_limits(
    baclofen: bool, gap: float | None, window: float
) -> None:
    gap_to_next = None if gap is None else gap * HOUR
    policy = policy_for(short_acting=False, baclofen=baclofen, gap_to_next=gap_to_next)
    assert policy.window == window * HOUR


@given(st.booleans(), st.timedeltas(MINUTE, 72 * HOUR))
def test_a_late_tap_belongs_to_its_own_dose(baclofen: bool, gap: timedelta) -> None:
    policy = policy_for(short_acting=True, baclofen=baclofen, gap_to_next=gap)
    assert timedelta(0) < policy.window <= gap / 2


def test_a_next_dose_that_is_not_later_is_refused() -> None:
    with pytest.raises(ValueError, match="comes later"):
        policy_for(short_acting=False, baclofen=False, gap_to_next=timedelta(0))


def test_only_baclofen_and_short_medicines_are_asked_about_when_the_window_closes() -> None:
    asks = [
        policy_for(short_acting=short, baclofen=baclofen, gap_to_next=None).ask_at_close
        for short, baclofen in ((False, False), (True, False), (False, True))
    ]
    assert asks == [False, True, True]


def test_two_quieter_repeats_follow_the_first_reminder() -> None:
    assert remind_times(DUE, DAILY) == (DUE, DUE + 15 * MINUTE, DUE + 45 * MINUTE)
    assert window_closes(DUE, DAILY) == DUE + 3 * HOUR


def test_a_snooze_cannot_cross_the_window() -> None:
    late = DUE + 150 * MINUTE
    assert later_allowed(DUE, DAILY, late, 29)
    assert not later_allowed(DUE, DAILY, late, 30)
    assert not later_allowed(DUE, DAILY, DUE, 0)
    assert not later_allowed(DUE, DAILY, DUE, -10)


@pytest.mark.parametrize(
    ("minutes", "sent", "action"),
    [
        (-1, 0, NOTHING),
        (0, 0, remind(1)),
        (14, 1, NOTHING),
        (15, 1, remind(2)),
        (44, 2, NOTHING),
        (45, 2, remind(3)),
        (179, 3, NOTHING),
        (180, 3, CLOSE),
        (900, 0, CLOSE),
    ],
)
def test_a_dose_is_reminded_of_three_times_and_then_closed(
    minutes: int, sent: int, action: Action
) -> None:
    assert act(minutes, sent=sent) == action


def test_after_an_outage_one_reminder_stands_for_all_that_were_due() -> None:
    assert act(50, sent=0, state=DoseState.PLANNED) == remind(3)
    assert act(50, sent=3) == NOTHING


def test_a_repeat_after_the_window_is_never_sent() -> None:
    short = policy_for(short_acting=True, baclofen=False, gap_to_next=HOUR)
    assert act(30, sent=2, policy=short) == CLOSE


@pytest.mark.parametrize("state", [DoseState.TAKEN, DoseState.SKIPPED, DoseState.UNKNOWN])
def test_an_answered_or_closed_dose_needs_nothing(state: DoseState) -> None:
    assert act(0, state=state) == NOTHING
    assert act(900, state=state) == NOTHING


def test_a_snoozed_dose_is_silent_until_then_and_reminded_of_once() -> None:
    assert act(20, sent=1, snoozed=32) == NOTHING
    assert act(32, sent=1, snoozed=32) == remind(2)
    assert act(60, sent=3, snoozed=60) == remind(4)
    assert act(60, sent=1, snoozed=30) == remind(3), "the repeats it slept through are done with"
    assert act(60, sent=4) == NOTHING
    assert act(180, sent=1, snoozed=200) == CLOSE


@given(st.lists(st.integers(-30, 300), min_size=1, max_size=40))
def test_no_sweep_however_late_or_repeated_reminds_twice(minutes: list[int]) -> None:
    sent, numbers = 0, []
    for minute in sorted(minutes):
        action = act(minute, sent=sent)
        if action.kind is ActionKind.REMIND:
            sent = action.number
            numbers.append(sent)
            assert 0 <= minute < 180
    assert numbers == sorted(set(numbers))
    assert sent <= 3


def test_a_dose_is_recorded_at_most_a_day_back_and_never_ahead() -> None:
    assert taken_at_valid(DUE, DUE)
    assert taken_at_valid(DUE, DUE - 24 * HOUR)
    assert not taken_at_valid(DUE, DUE - 24 * HOUR - MINUTE)
    assert not taken_at_valid(DUE, DUE + timedelta(seconds=1))


def test_the_guard_tells_the_same_dose_from_one_too_close() -> None:
    assert double_dose(DUE, [DUE], DUE + HOUR) is Guard.SAME_DOSE
    assert double_dose(None, [DUE - 8 * HOUR, DUE], DUE + 119 * MINUTE) is Guard.TOO_CLOSE
    assert double_dose(None, [DUE], DUE - HOUR) is Guard.TOO_CLOSE
    assert double_dose(None, [DUE], DUE + 2 * HOUR) is Guard.NONE
    assert double_dose(None, [], DUE) is Guard.NONE
    assert double_dose(None, [DUE], DUE + HOUR, closest=HOUR) is Guard.NONE


def test_gaps_go_round_the_clock() -> None:
    assert longest_gap(regimen(8, 14, 22)) == 10 * HOUR
    assert shortest_gap(regimen(8, 14, 22)) == 6 * HOUR
    assert longest_gap(regimen(22)) == shortest_gap(regimen(22)) == 24 * HOUR
    with pytest.raises(ValueError, match="empty"):
        longest_gap(regimen())


def test_rest_days_lengthen_the_night() -> None:
    every_third = Regimen("diazepam", regimen(8, 22).doses, every=3)
    assert longest_gap(every_third) == 58 * HOUR
    assert longest_gap(regimen(8, 22)) == 14 * HOUR


@given(
    gap=st.integers(min_value=30, max_value=3 * 24 * 60),
    pressed=st.integers(min_value=0, max_value=24 * 60),
    minutes=st.integers(min_value=-60, max_value=24 * 60),
    short=st.booleans(),
    baclofen=st.booleans(),
)
def test_later_never_reaches_into_the_next_dose(
    gap: int, pressed: int, minutes: int, short: bool, baclofen: bool
) -> None:
    policy = policy_for(short_acting=short, baclofen=baclofen, gap_to_next=gap * MINUTE)
    now = DUE + pressed * MINUTE
    if later_allowed(DUE, policy, now, minutes):
        assert now < now + minutes * MINUTE < window_closes(DUE, policy) < DUE + gap * MINUTE


def test_a_tap_of_long_ago_is_told_from_a_late_one() -> None:
    closes = DUE + 3 * HOUR
    assert not long_past(DUE, closes, DUE + 12 * HOUR)
    assert long_past(DUE, closes, DUE + 13 * HOUR)
    assert not long_past(DUE, DUE + 20 * HOUR, DUE + 13 * HOUR)


def test_doses_in_a_row_count_back_to_the_last_one_taken() -> None:
    taken, skipped, unknown = DoseState.TAKEN, DoseState.SKIPPED, DoseState.UNKNOWN
    assert unconfirmed_in_a_row([]) == 0
    assert unconfirmed_in_a_row([unknown, skipped, taken, unknown]) == 2
    assert unconfirmed_in_a_row([DoseState.PLANNED, DoseState.DUE, unknown, taken]) == 1
    assert unconfirmed_in_a_row([taken, unknown, unknown]) == 0


@pytest.mark.parametrize(
    ("baclofen", "unconfirmed", "hours", "guidance"),
    [
        (True, 1, 2, Guidance.BACLOFEN_LEAVE),
        (True, 1, 2.5, Guidance.BACLOFEN_TAKE),
        (True, 1, None, Guidance.ASK_PHARMACIST),
        (False, 1, 2, Guidance.ASK_PHARMACIST),
        (True, 2, 6, Guidance.CALL_NOW),
        (False, 2, None, Guidance.CALL_NOW),
    ],
)
def test_a_missed_dose_gets_a_sourced_rule_or_a_person(
    baclofen: bool, unconfirmed: int, hours: float | None, guidance: Guidance
) -> None:
    to_next = None if hours is None else hours * HOUR
    said = missed_guidance(baclofen=baclofen, unconfirmed=unconfirmed, to_next=to_next)
    assert said is guidance


def test_after_a_pause_or_a_hospital_stay_no_rule_is_given() -> None:
    said = missed_guidance(baclofen=True, unconfirmed=0, to_next=6 * HOUR, interrupted=True)
    assert said is Guidance.CALL_NOW


def test_naive_moments_are_refused_everywhere() -> None:
    for refuse in (
        lambda: remind_times(NAIVE, DAILY),
        lambda: window_closes(NAIVE, DAILY),
        lambda: later_allowed(DUE, DAILY, NAIVE, 5),
        lambda: taken_at_valid(DUE, NAIVE),
        lambda: double_dose(None, [NAIVE], DUE),
    ):
        with pytest.raises(ValueError, match="needs a zone"):
            refuse()
