"""Reading a wall time as people type it: "8", "08:00", "08.00", "0800", "8:05 p.m.", "20h".

A word for a time ("morning", "nocte") is never one by itself: it only chooses among the times at
which somebody takes the medicine already, and only where it can mean one of them.
"""

import re
from collections.abc import Iterable
from datetime import time
from typing import NamedTuple

NAMED_TIMES = frozenset(
    {"morning", "mornings", "noon", "midday", "afternoon", "evening", "evenings", "tonight"}
    | {
        "night",
        "nights",
        "nightly",
        "midnight",
        "bed",
        "bedtime",
        "breakfast",
        "lunch",
        "lunchtime",
    }
    | {"dinner", "supper", "mane", "nocte", "tea", "teatime", "sleep"}
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


class _Hours(NamedTuple):
    """From which hour on until which hour a word is used, over midnight where `until` is less."""

    first: int
    until: int

    def hold(self, wall: time) -> bool:
        if self.first < self.until:
            return self.first <= wall.hour < self.until
        return wall.hour >= self.first or wall.hour < self.until


# [ENG] The hours a word stands for first, and the hours in which it is used when none is there.
_MORNING = (_Hours(4, 12), _Hours(4, 12))
_NOON = (_Hours(11, 15), _Hours(11, 16))
_AFTERNOON = (_Hours(12, 18), _Hours(12, 18))
_EVENING = (_Hours(16, 21), _Hours(16, 24))
_NIGHT = (_Hours(20, 4), _Hours(18, 4))
_USED_FOR = {
    **dict.fromkeys(("morning", "mornings", "mane", "breakfast"), _MORNING),
    **dict.fromkeys(("noon", "midday", "lunch", "lunchtime"), _NOON),
    "afternoon": _AFTERNOON,
    **dict.fromkeys(("evening", "evenings"), _EVENING),
    **dict.fromkeys(("supper", "tea", "teatime"), (_EVENING[0], _EVENING[0])),
    **dict.fromkeys(("night", "nights", "nightly", "nocte", "bed", "bedtime", "sleep"), _NIGHT),
    "midnight": (_Hours(23, 1), _Hours(23, 1)),
    "am": (_Hours(0, 12), _Hours(0, 12)),
    "pm": (_Hours(12, 24), _Hours(12, 24)),
}
DAY_WORD = (
    r"(?:(?:in|at|with|before|on|every|each|the|my|dose|doses)\s+)*"
    r"(?:tea[\s-]time|mid[\s-]day|bed[\s-]time|lunch[\s-]time|"
    + "|".join(sorted((*_USED_FOR, r"a\.m\.", r"p\.m\.", "dinner"), key=len, reverse=True))
    + r")(?![\w])(?:\s+time\b)?"
)
"""The shape of a word for a time, with its little words, for patterns that look for one."""

_BEFORE_IT = re.compile(r"(?:in|at|with|before|on|every|each|the|my|dose|doses)\s+", re.IGNORECASE)
_WORDS = re.compile(rf"{DAY_WORD}(?:\s*/\s*{DAY_WORD})?", re.IGNORECASE)


def meant(text: str, walls: Iterable[time]) -> time | None:
    """The one time of `walls` that a word can mean: "in the morning", "nocte", "evening/night".

    None when it is no such word, when none of the times fits, and when several do.
    """
    if not _WORDS.fullmatch(text.strip()):
        return None
    times = frozenset(walls)
    found = {wall for word in text.split("/") for wall in _fitting(word, times)}
    return found.pop() if len(found) == 1 else None


def _fitting(word: str, walls: frozenset[time]) -> frozenset[time]:
    plain = re.sub(r"[\s.-]|\s*time$", "", _BEFORE_IT.sub("", word.strip().lower()))
    hours = _USED_FOR.get(plain) or _USED_FOR.get(plain.removesuffix("time"))
    found = (frozenset(filter(span.hold, walls)) for span in hours or ())
    return next((one for one in found if one), frozenset())
