from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.doses import resolve_said_time
from care.localtime import local
from care.saidtime import resolve_on_day

BERLIN = "Europe/Berlin"
NOW = local(datetime(2026, 12, 1, 20, tzinfo=UTC), BERLIN)  # 21:00 in Berlin


def berlin(text: str) -> datetime | None:
    moment = resolve_said_time(text, NOW)
    return None if moment is None else local(moment, BERLIN)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("now", "12-01 21:00"),
        ("7:40", "12-01 07:40"),
        ("at 8am", "12-01 08:00"),
        ("I took it at 8 pm.", "12-01 20:00"),
        ("around 20:15", "12-01 20:15"),
        ("21:00", "12-01 21:00"),
        ("21:01", "11-30 21:01"),
        ("yesterday at 22:00", "11-30 22:00"),
        ("22:00 yesterday", "11-30 22:00"),
        ("today at 9", "12-01 09:00"),
        ("noon", "12-01 12:00"),
        ("10 minutes ago", "12-01 20:50"),
        ("ten min ago", "12-01 20:50"),
        ("an hour ago", "12-01 20:00"),
        ("half an hour ago", "12-01 20:30"),
        ("an hour and a half ago", "12-01 19:30"),
        ("1.5 hours ago", "12-01 19:30"),
        ("2h ago", "12-01 19:00"),
    ],
)
def test_a_said_time_is_the_latest_past_moment_it_can_mean(text: str, shown: str) -> None:
    moment = berlin(text)
    assert moment is not None
    assert f"{moment:%m-%d %H:%M}" == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "later",
        "in 10 minutes",
        "today at 22:00",
        "13:75",
        "night",
        "a while ago",
        "12pm",
        "ago",
        "-5 minutes ago",
        "10 minutes",
    ],
)
def test_what_is_not_clear_is_not_understood(text: str) -> None:
    assert resolve_said_time(text, NOW) is None


def test_a_bare_hour_means_the_one_nearer_to_the_dose() -> None:
    evening = datetime(2026, 12, 1, 18, 30, tzinfo=UTC)
    assert resolve_said_time("7:40", NOW, near=evening) == evening + timedelta(minutes=10)
    morning = evening - timedelta(hours=12)
    assert resolve_said_time("7:40", NOW, near=morning) == morning + timedelta(minutes=10)
    assert resolve_said_time("07:40", NOW, near=evening) == morning + timedelta(minutes=10)


def test_the_second_pass_of_a_repeated_hour_is_the_latest() -> None:
    after_fold = local(datetime(2026, 10, 25, 3, tzinfo=UTC), BERLIN)
    between = local(datetime(2026, 10, 25, 1, tzinfo=UTC), BERLIN)
    said = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert resolve_said_time("02:30", after_fold) == said
    assert resolve_said_time("02:30", between) == said - timedelta(hours=1)


def test_a_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        resolve_said_time("now", datetime(2026, 12, 1, 8))  # noqa: DTZ001 - the naive one is the case


@given(st.text(max_size=40) | st.from_regex(r"[0-9]{1,2}[:.][0-9]{2} ?(am|pm)?", fullmatch=True))
def test_a_said_time_is_never_ahead(text: str) -> None:
    moment = resolve_said_time(text, NOW)
    assert moment is None or moment <= NOW


def on_saturday(text: str, due: str, until: str) -> str:
    """What a text means for a dose of Saturday 28 November, said on Tuesday evening; "" if none."""
    near, last = (datetime.fromisoformat(f"2026-{at}+01:00") for at in (due, until))
    found = resolve_on_day(text, date(2026, 11, 28), NOW, near=near, until=last)
    return "" if found is None else f"{local(found, BERLIN):%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("took it at 9", "11-28 09:00"),
        ("9:30 am", "11-28 09:30"),
        ("Saturday at 9", "11-28 09:00"),
        ("on sat 10:15", "11-28 10:15"),
        ("7", "11-28 07:00"),
        ("noon", "11-28 12:00"),
        ("20:00", "11-28 20:00"),
        ("yesterday at 9", ""),
        ("10 minutes ago", ""),
        ("no idea", ""),
    ],
)
def test_a_time_said_of_an_earlier_day_is_of_that_day(text: str, shown: str) -> None:
    assert on_saturday(text, "11-28 08:00", "11-28 23:00") == shown


def test_a_late_dose_may_have_been_taken_after_midnight() -> None:
    assert on_saturday("00:30", "11-28 22:00", "11-29 11:00") == "11-29 00:30"
    assert on_saturday("9", "11-28 22:00", "11-29 11:00") == "11-28 21:00"
    assert on_saturday("11:30", "11-28 22:00", "11-29 11:00") == "11-28 23:30"


def test_nothing_said_of_an_earlier_day_lies_in_the_future() -> None:
    near = datetime(2026, 12, 1, 19, tzinfo=UTC)
    until = near + timedelta(hours=12)
    assert resolve_on_day("21:30", date(2026, 12, 1), NOW, near=near, until=until) is None
