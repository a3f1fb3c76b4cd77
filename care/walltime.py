"""Reading a wall time as people type it: "8", "08:00", "08.00", "0800", "8:05 p.m.", "20h"."""

import re
from datetime import time

NAMED_TIMES = frozenset(
    {"morning", "noon", "midday", "afternoon", "evening", "tonight", "night", "midnight"}
    | {"bed", "bedtime", "breakfast", "lunch", "dinner", "supper"}
)
"""Words that people use for a time and that are never guessed into one."""

WALL = r"[0-9]{1,2}(?:[:.h][0-9]{2}|h)?(?:\s*[ap]\.?\s?m\b\.?)?|[0-9]{4}"
"""The shape of a wall time, for patterns that look for one inside a line."""

_PARTS = re.compile(
    r"(?P<hour>[0-9]{1,2})(?:[:.h](?P<minute>[0-9]{2})|h)?\s*(?:(?P<half>[ap])\.?\s?m\.?)?"
    r"|(?P<hour4>[0-9]{2})(?P<minute4>[0-9]{2})",
    re.IGNORECASE,
)
_NOON_HOUR = 12
_LAST_HOUR = 23
_LAST_MINUTE = 59


def read_wall(text: str) -> time | None:
    """The wall time that `text` says and nothing else, or None.

    None too for "24:00", "13:75" and "13 pm", and for "12 am" and "12 pm", which people use both
    ways round: ask for 00:00 or 12:00.
    """
    parts = _PARTS.fullmatch(text.strip())
    if parts is None:
        return None
    hour = int(parts["hour"] or parts["hour4"])
    minute = int(parts["minute"] or parts["minute4"] or 0)
    half = (parts["half"] or "").lower()
    if half and not 0 < hour < _NOON_HOUR:
        return None
    hour += _NOON_HOUR if half == "p" else 0
    return time(hour, minute) if hour <= _LAST_HOUR and minute <= _LAST_MINUTE else None


def read_walls(text: str) -> tuple[time, ...]:
    """Every wall time `text` may mean: "7:40" is 07:40 or 19:40, "07:40" and "7:40 pm" are one."""
    wall = read_wall(text)
    if wall is None:
        return ()
    by_half_day = text.strip()[0] != "0" and not re.search(r"[aph]", text, re.IGNORECASE)
    if by_half_day and 0 < wall.hour < _NOON_HOUR:
        return (wall, wall.replace(hour=wall.hour + _NOON_HOUR))
    if by_half_day and wall.hour == _NOON_HOUR:
        return (wall, wall.replace(hour=0))
    return (wall,)
