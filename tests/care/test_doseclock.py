from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.drugs import Drug, load_drugs
from bot.content.redflags import load_rules
from care.doseclock import ClockState, Window, alarmed_since, calls_at, clock_of
from care.doses import longest_gap
from care.plan import Regimen, keep_slots
from care.redflags import Facts, Intake, fires

LAST = datetime(2026, 12, 1, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
DRUGS = load_drugs()
BACLOFEN, DIAZEPAM = DRUGS["baclofen"].window, DRUGS["diazepam"].window
Q, W, C = ClockState.QUIET, ClockState.WATCH, ClockState.CALL


def regimen(*hours: int, every: int = 1) -> Regimen:
    typed = tuple((time(hour), Decimal(1)) for hour in hours)
    return keep_slots(Regimen("any", ()), typed, every=every)


@pytest.mark.parametrize(
    ("window", "hours", "since", "state"),
    [
        (BACLOFEN, (8, 14, 20), 12, Q),
        (BACLOFEN, (8, 14, 20), 12.1, W),
        (BACLOFEN, (8, 14, 20), 15, C),
        (DIAZEPAM, (22,), 26, Q),
        (DIAZEPAM, (22,), 35.9, Q),
        (DIAZEPAM, (22,), 36, C),
        (DRUGS["clonazepam"].window, (8, 20), 23.9, Q),
        (DRUGS["clonazepam"].window, (8, 20), 24, C),
        (DRUGS["triazolam"].window, (22,), 24, Q),
        (DRUGS["triazolam"].window, (22,), 24.3, W),
        (DRUGS["triazolam"].window, (22,), 27, C),
    ],
)
def test_the_clock_of_a_medicine_follows_its_own_window(
    window: Window, hours: tuple[int, ...], since: float, state: ClockState
) -> None:
    assert clock_of(LAST, LAST + since * HOUR, regimen(*hours), window) is state


def test_what_was_never_confirmed_or_has_ended_has_no_clock() -> None:
    assert clock_of(None, LAST, regimen(8), BACLOFEN) is Q
    assert clock_of(LAST, LAST + 999 * HOUR, regimen(), BACLOFEN) is Q


def test_rest_days_are_no_alarm() -> None:
    assert clock_of(LAST, LAST + 50 * HOUR, regimen(8, every=2), BACLOFEN) is W
    assert clock_of(LAST, LAST + 51 * HOUR, regimen(8, every=2), BACLOFEN) is C


@pytest.mark.parametrize("drug", DRUGS.values(), ids=lambda drug: drug.id)
@given(
    hours=st.lists(st.integers(0, 23), min_size=1, max_size=5, unique=True),
    late=st.integers(0, 14),
)
def test_whoever_takes_every_dose_in_time_hears_no_clock(
    drug: Drug, hours: list[int], late: int
) -> None:
    day = regimen(*sorted(hours))
    assert clock_of(LAST, LAST + longest_gap(day), day, drug.window) is Q
    beyond = longest_gap(day) + timedelta(minutes=late)
    assert clock_of(LAST, LAST + beyond, day, drug.window) is not C


@pytest.mark.parametrize("drug", DRUGS.values(), ids=lambda drug: drug.id)
def test_the_clock_calls_exactly_when_the_rule_on_intake_speaks(drug: Drug) -> None:
    rules = [rule for rule in load_rules() if rule.id.startswith("U02_gap")]
    short = {"short_half_life"} if drug.short_acting else set()
    night = regimen(22)
    for minutes in range(24 * 60, 40 * 60, 10):
        since = timedelta(minutes=minutes)
        own = Intake(frozenset({drug.cls} | short), 0, Decimal(minutes) / 60, Decimal(24))
        said = any(fires(rule, Facts(intakes=(own,), classes=own.classes)) for rule in rules)
        assert said == (clock_of(LAST, LAST + since, night, drug.window) is C)


def test_baclofen_and_short_half_lives_call_sooner() -> None:
    for drug in DRUGS.values():
        soon = drug.cls == "baclofen" or drug.short_acting
        assert drug.window.over_gap == (3 if soon else 12) * HOUR
        assert (drug.window.watch == 12 * HOUR) == soon


def test_an_alarm_is_as_old_as_its_first_reason() -> None:
    now = LAST + 20 * HOUR
    calls = calls_at(LAST, regimen(8, 14, 20), BACLOFEN)
    assert calls == LAST + 15 * HOUR
    closed = [LAST + 18 * HOUR, LAST + 9 * HOUR]
    assert alarmed_since(calls, [], now) == calls
    assert alarmed_since(calls, closed[:1], LAST + 14 * HOUR) is None
    assert alarmed_since(None, closed, now) == closed[0]
    assert alarmed_since(calls, [LAST + 19 * HOUR, LAST + 13 * HOUR, LAST], now) == LAST + 13 * HOUR
    assert alarmed_since(None, [], now) is None


def test_naive_moments_are_refused() -> None:
    naive = datetime(2026, 12, 1, 8)  # noqa: DTZ001 - the naive one is the case
    for refuse in (
        lambda: clock_of(naive, LAST, regimen(8), BACLOFEN),
        lambda: clock_of(LAST, naive, regimen(8), BACLOFEN),
        lambda: calls_at(naive, regimen(8), BACLOFEN),
        lambda: alarmed_since(naive, [], LAST),
    ):
        with pytest.raises(ValueError, match="needs a zone"):
            refuse()
