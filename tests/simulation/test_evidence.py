"""The simulation's own reckoning of time, which it does not borrow from the bot."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from simulation.evidence import instant
from simulation.regimens import REGIMENS

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("day", "wall", "expected"),
    [
        (date(2026, 10, 24), time(1, 30), datetime(2026, 10, 24, 0, 30, tzinfo=UTC)),
        (date(2026, 10, 25), time(1, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (date(2026, 3, 29), time(1, 30), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
    ],
    ids=["an ordinary night", "the first of two", "the first instant after a gap"],
)
def test_a_wall_time_is_one_instant(day: date, wall: time, expected: datetime) -> None:
    assert instant(day, wall, LONDON) == expected


def test_a_step_counts_from_its_day() -> None:
    course, joined = REGIMENS[0][0], date(2026, 10, 23)
    assert [str(mg) for mg in course.on(date(2026, 10, 24), joined).values()] == ["10", "5"]
    assert [str(mg) for mg in course.on(date(2026, 10, 25), joined).values()] == ["9", "5"]
    assert course.typed_steps(joined) == ["25 Oct: diazepam 9 mg 08:00, 5 mg 22:00"]
