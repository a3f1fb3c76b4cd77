from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.walltime import meant, read_wall, read_walls


@pytest.mark.parametrize(
    ("text", "wall"),
    [
        ("8", time(8)),
        (" 08:00 ", time(8)),
        ("8.05", time(8, 5)),
        ("0800", time(8)),
        ("8am", time(8)),
        ("8 A.M.", time(8)),
        ("8:00 pm", time(20)),
        ("11:59 p.m.", time(23, 59)),
        ("20h", time(20)),
        ("20h30", time(20, 30)),
        ("0", time(0)),
        ("23:59", time(23, 59)),
    ],
)
def test_a_wall_time_is_read_as_people_type_it(text: str, wall: time) -> None:
    assert read_wall(text) == wall


@pytest.mark.parametrize(
    "text",
    [
        "",
        "24:00",
        "13:75",
        "25",
        "13 pm",
        "0am",
        "12am",
        "12 pm",
        "8:5",
        "8.5",
        "night",
        "noon",
        "8 in the evening",
        "-8",
        "8:00:00",
        "half past 8",
        "800",
        "\u0668",
        "8 8",
        "2400",
    ],
)
def test_what_is_no_clear_time_is_not_guessed(text: str) -> None:
    assert read_wall(text) is None


def test_a_bare_hour_may_be_morning_or_evening() -> None:
    assert read_walls("7:40") == (time(7, 40), time(19, 40))
    assert read_walls("12:10") == (time(12, 10), time(0, 10))
    assert read_walls("07:40") == read_walls("7:40am") == (time(7, 40),)
    assert read_walls("19:40") == (time(19, 40),)
    assert read_walls("soon") == ()


@given(st.times().map(lambda wall: wall.replace(second=0, microsecond=0)))
def test_every_minute_of_the_day_reads_back(wall: time) -> None:
    assert read_wall(f"{wall:%H:%M}") == wall


@given(st.text(max_size=30))
def test_reading_a_time_never_raises(text: str) -> None:
    assert read_walls(text)[:1] in ((), (read_wall(text),))


@pytest.mark.parametrize(
    ("text", "walls", "wall"),
    [
        ("in the morning", (8, 22), 8),
        ("Mane", (8, 22), 8),
        ("a.m.", (8, 22), 8),
        ("at lunch time", (8, 13, 22), 13),
        ("afternoon", (8, 14, 22), 14),
        ("evening", (8, 22), 22),
        ("evening", (8, 18, 22), 18),
        ("tea-time", (8, 18, 22), 18),
        ("nocte", (8, 18, 22), 22),
        ("before bed", (8, 22), 22),
        ("at night", (8, 1), 1),
        ("Midday / afternoon", (8, 14, 22), 14),
    ],
)
def test_a_word_for_a_time_chooses_among_known_times(
    text: str, walls: tuple[int, ...], wall: int
) -> None:
    assert meant(text, map(time, walls)) == time(wall)


@pytest.mark.parametrize(
    ("text", "walls"),
    [
        ("morning", ()),
        ("morning", (22,)),
        ("morning", (7, 11)),
        ("pm", (8, 14, 22)),
        ("night", (20, 22)),
        ("tea", (8, 22)),
        ("evening/night", (8, 18, 22)),
        ("dinner", (8, 13, 19)),
        ("tonight", (8, 22)),
        ("morning or night", (8, 22)),
        ("8", (8, 22)),
        ("", (8,)),
    ],
)
def test_a_word_that_fits_no_time_or_several_is_none(text: str, walls: tuple[int, ...]) -> None:
    assert meant(text, map(time, walls)) is None
