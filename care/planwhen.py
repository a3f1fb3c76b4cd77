"""Reading when a step of a plan holds: dates, weeks, "for 2 weeks", "until 14 Dec", "then"."""

import re
from datetime import date, timedelta
from typing import NamedTuple

from care.plandates import find_date, find_range, read_date
from care.typedline import Piece, PlanLineCode

_WEEK = 7
_NUMBERS = (
    *("one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_COUNT = r"(?:[0-9]{1,3}|an?|" + "|".join(_NUMBERS) + ")"
_UNIT = r"(?P<unit>weeks?|wks?|days?|fortnights?|/52|/7)(?![\w])"
_THEN = re.compile(
    r"[\s,;.]*(?:(?:and\s+)?then|after\s+(?:that|this)|afterwards|followed\s+by|thereafter)\b[\s,:]*",
    re.IGNORECASE,
)
_PERIOD = (
    r"(?<!\ba )(?<!\bper )(?<!\beach )(?<!\bevery )"
    r"(?P<unit>weeks?|wks?|w|days?)\.?\s*(?:no\.?\s*|#\s*)?"
)
# What shows that a figure is an amount or a time, and not the number of a week.
_NO_COUNT = r"[0-9/]|[.:][0-9]|\s*(?:mg|mcg|ml|tab|pill|x\b|[ap]\.?\s?m\b|h\b|o'clock)"
_PERIODS = re.compile(
    rf"\b(?:(?:from|in|during|for|at|the)\s+)*{_PERIOD}(?P<one>[0-9]{{1,3}})(?!{_NO_COUNT})"
    r"(?:\s*(?:-|to|and|&|until|till|through)\s*(?:(?:weeks?|wks?|w|days?)\.?\s*)?"
    rf"(?P<two>[0-9]{{1,3}})(?!{_NO_COUNT})"
    r"|(?P<more>(?:\s*,\s*[0-9]{1,3})*(?:\s*,\s*|\s*(?:and|&)\s*)[0-9]{1,3})(?=\s*:(?![0-9]))"
    r"|(?P<open>\s*\+|\s*onwards?\b|\s*and\s+(?:after|onwards?)\b))?",
    re.IGNORECASE,
)
_BEFORE_A_PERIOD = re.compile(
    r"\b(?:until|till|til|up\s+to|through|by|before|after)\s+$", re.IGNORECASE
)
_ORDINAL = re.compile(
    rf"\b(?:(?:in|during|for)\s+)?(?:the\s+)?(?P<one>[0-9]{{1,2}}(?:st|nd|rd|th)|{'|'.join(_ORDINALS)})"
    r"\s+week\b",
    re.IGNORECASE,
)
_EVERY = re.compile(
    rf"\b(?:(?:every|each)\s+(?P<count>{_COUNT}\s+)?(?P<unit>weeks|week|wks?|fortnights?|days)\b"
    r"|(?P<word>weekly|fortnightly)\b)",
    re.IGNORECASE,
)
_MONTHS = re.compile(
    rf"\b(?:for\s+)?(?:(?:{_COUNT}|next|each|every)\s+)months?\b|\bmonths?\s+[0-9]+|\bmonthly\b",
    re.IGNORECASE,
)
_LASTING = re.compile(
    rf"\b(?:for\s+|x\s*)?(?:the\s+)?(?:(?:first|next|another|further|last|following)\s+)?"
    rf"(?P<count>{_COUNT})\s*{_UNIT}(?:\s+(?:at|on|of)\b)?",
    re.IGNORECASE,
)
_LATER = re.compile(r"\b(?:in|after|within|over|than|about)\s+$", re.IGNORECASE)
_UNTIL = re.compile(
    r"\b(?:(?:from\s+)?now\s+)?(?:until|till|til|up\s+to|through)\s+(?:and\s+including\s+)?",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"\b(?:from|starting|starts?|first\s+day|on|as\s+of|beginning|begins?|commencing|commence|w/c|"
    r"(?:week|wk)\s+(?:commencing|beginning|starting|of|from))(?:\s+date)?\b[\s:=]*(?:on\s+|from\s+)?",
    re.IGNORECASE,
)
_BEGINS = re.compile(
    r"\s*(?:(?:i\s+|we\s+|to\s+|it\s+|plan\s+)?(?:start|begin|commenc)\w*|first\s+day|from)\b",
    re.IGNORECASE,
)
_HEAD = re.compile(r"[\s:=,;-]*(?:date\b[\s:=]*)?", re.IGNORECASE)
_LAST_DOSE = re.compile(
    r"\b(?:the\s+)?(?:very\s+)?last\s+(?:dose|tablet|day|one)(?:\s+(?:is|will\s+be|of\s+all))?[\s:=]*(?:on\s+)?",
    re.IGNORECASE,
)
_STOP_HEAD = re.compile(
    r"[\s:=,-]*(?:stop\w*|finish\w*|end|discontinue)\b(?:\s+(?:taking|completely|altogether|it|this))*\s*",
    re.IGNORECASE,
)


class When(NamedTuple):
    """When the doses of a line hold, as far as the line itself says it.

    `first` and `last` are dates, both included. `since` and `to` count days from the start of the
    plan, from 0. `days` is how long it lasts, `every` how many days each amount of a list lasts.
    `follows`: said with "then". `begins`: said with "start", so it may be the start of the plan.
    `ends`: the last dose is on the day before `first`.
    """

    piece: Piece
    first: date | None = None
    last: date | None = None
    since: int | None = None
    to: int | None = None
    days: int | None = None
    every: int | None = None
    follows: bool = False
    begins: bool = False
    ends: bool = False

    @property
    def said(self) -> bool:
        """Whether anything but "then" is said."""
        return any(
            one is not None for one in (self.first, self.last, self.since, self.days, self.every)
        )

    @property
    def bounded(self) -> bool:
        """Whether the day after it is known, so that "then" has a meaning."""
        return self.last is not None or self.days is not None or self.to is not None


def read_start(text: Piece, today: date) -> date:
    """The date of an answer that is nothing else: "1 Dec", "starting Monday 30 November".

    Raises:
        PlanLineError: as `read_date`, or bad_date when more stands there.
    """
    begins = _BEGINS.match(text.text)
    day, rest = read_date(text.blanked(*begins.span()) if begins else text, today)
    if rest.trimmed().text:
        raise text.error(PlanLineCode.BAD_DATE, "only a date, like 1 Dec")
    return day


def read_when(clause: Piece, today: date, *, inside: bool = False) -> tuple[When, Piece]:
    """When the doses of `clause` hold, and the clause with blanks for the words that say so.

    `inside` is for a part of a line that is not its beginning, where "8.30" is a time.

    Raises:
        PlanLineError: a date that is wrong, ambiguous or past.
    """
    when = When(clause)
    if found := _THEN.match(clause.text):
        when, clause = when._replace(follows=True), clause.blanked(*found.span())
    if months := _MONTHS.search(clause.text):
        raise clause.part(*months.span()).error(PlanLineCode.BAD_DATE, "weeks or days, or a date")
    when, clause = _read_periods(when, clause)
    when, clause = _read_every(when, clause)
    when, clause = _read_lasting(when, clause)
    when, clause = _read_until(when, clause, today)
    return _read_dates(when, clause, today, dotted=not inside and when.since is None)


def _read_periods(when: When, clause: Piece) -> tuple[When, Piece]:
    if found := _PERIODS.search(clause.text):
        length = 1 if found["unit"].lower().startswith("d") else _WEEK
        first = int(found["one"])
        more = re.findall(r"[0-9]+", found["more"] or "")
        last = int(found["two"] or (more or [first])[-1])
        numbers = [first, *map(int, more)]
        broken = first < 1 or last < first or (more and numbers != list(range(first, last + 1)))
        if broken or _BEFORE_A_PERIOD.search(clause.text[: found.start()]):
            raise clause.part(*found.span()).error(PlanLineCode.BAD_DATE, "weeks like 1-2")
        to = None if found["open"] else last * length - 1
        when = when._replace(since=(first - 1) * length, to=to)
        return when, clause.blanked(*found.span())
    if found := _ORDINAL.search(clause.text):
        word = found["one"].lower()
        number = _ORDINALS.index(word) + 1 if word in _ORDINALS else int(word[:-2])
        if number < 1:
            raise clause.part(*found.span()).error(PlanLineCode.BAD_DATE, "weeks like 1-2")
        when = when._replace(since=(number - 1) * _WEEK, to=number * _WEEK - 1)
        return when, clause.blanked(*found.span())
    return when, clause


def _read_every(when: When, clause: Piece) -> tuple[When, Piece]:
    found = _EVERY.search(clause.text)
    if found is None:
        return when, clause
    count, unit = found["count"], (found["unit"] or found["word"]).lower()
    days = _days(count.strip() if count else "1", "week" if unit == "weekly" else unit)
    return when._replace(every=days), clause.blanked(*found.span())


def _read_lasting(when: When, clause: Piece) -> tuple[When, Piece]:
    for found in _LASTING.finditer(clause.text):
        said = found[0].lower()
        # "2/7" may be a date and "a day" is how often: a length only where the words say so.
        vague = found["unit"] == "/7" or found["count"].lower() in {"a", "an"}
        later = _LATER.search(clause.text[: found.start()])
        if later or (vague and not said.startswith("for")):
            continue
        days = _days(found["count"], found["unit"])
        if days < 1:
            raise clause.part(*found.span()).error(PlanLineCode.BAD_DATE, "a length like 2 weeks")
        return when._replace(days=days), clause.blanked(*found.span())
    return when, clause


def _days(count: str, unit: str) -> int:
    word = count.lower()
    number = (
        _NUMBERS.index(word) + 1 if word in _NUMBERS else 1 if word in {"a", "an"} else int(word)
    )
    if unit.lower().startswith("fortnight"):
        return number * 2 * _WEEK
    return number if unit.lower().startswith(("day", "/7")) else number * _WEEK


def _read_until(when: When, clause: Piece, today: date) -> tuple[When, Piece]:
    for found in _UNTIL.finditer(clause.text):
        if ended := find_date(clause.part(found.end()), today):
            last, rest = ended
            return when._replace(last=last), clause.blanked(
                found.start(), rest.start - clause.start
            )
    return when, clause


def _read_dates(when: When, clause: Piece, today: date, *, dotted: bool) -> tuple[When, Piece]:
    begins = _BEGINS.match(clause.text) is not None
    for start, end, ends in _date_places(clause.text):
        begun = find_range(clause.part(end), today, dotted=dotted)
        if begun is None:
            continue
        first, last, rest = begun
        clause = clause.blanked(start, rest.start - clause.start)
        when = when._replace(first=first + timedelta(days=1) if ends else first, ends=ends)
        return when._replace(last=last or when.last, begins=begins), clause
    return when, clause


def _date_places(text: str) -> list[tuple[int, int, bool]]:
    """Where a date may begin: at the head, after "from", "on", "stop" and "last dose"."""
    places = [(found.start(), found.end(), True) for found in _LAST_DOSE.finditer(text)]
    if head := _HEAD.match(text):
        places.append((0, head.end(), False))
    places += [(found.start(), found.end(), False) for found in _FROM.finditer(text)]
    if stop := _STOP_HEAD.match(text):
        places.append((stop.end(), stop.end(), False))
    return places
