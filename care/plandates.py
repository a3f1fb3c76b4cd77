"""Reading the date at the start of a plan line. A date that can mean two days always asks (D30)."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from difflib import get_close_matches
from typing import NamedTuple

from care.typedline import Piece, PlanLineCode

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_SHORT = {name[:3]: number for number, name in enumerate(_MONTHS, start=1)}
_NOT_AMOUNT = r"(?!\s*(?:mg|mcg|µg|g|ml|milli|micro|gram|tab|pill)[a-z]*\b)"
# Two figures after a month are a year only before a colon: in "1 Dec 10 mg" they are an amount.
_YEAR = r"(?:[,\s-]*(?P<year>20[0-9]{2}(?![0-9])|[0-9]{2}(?=\s*:(?![0-9]))))?"
_MONTH = r"(?P<month>jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|" + (
    "|".join(_MONTHS) + r")\b\.?"
)
_LEAD = re.compile(
    r"\s*(?:[-*•]\s*)?(?:(?:starting|starts?|from|on|as\s+of|beginning|commencing|date|"
    r"w/c|(?:week|wk)\s+(?:commencing|beginning|starting|of|from))\b[\s:]*)*",
    re.IGNORECASE,
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = re.compile(
    r"(?P<weekday>mon|tue|wed|thu|fri|sat|sun)(?:day|s|sday|nesday|r|rs|rsday|urday)?\b\.?,?\s+"
    r"(?:the\s+)?(?=[0-9]|[a-z]{3,9}\.?\s*[0-9])",
    re.IGNORECASE,
)
_TO = re.compile(
    r"\s*(?:-|to|until|till|til|through|thru)\s*(?:and\s+including\s+)?", re.IGNORECASE
)
_SAME_MONTH = re.compile(
    rf"(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?\s*(?:-|to|until|till)\s*(?=[0-9]{{1,2}}(?:st|nd|rd|th)?"
    rf"\.?[\s-]*(?:of\s+)?{_MONTH})",
    re.IGNORECASE,
)
_LAST_DAY = re.compile(
    rf"\s*-\s*(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?"
    rf"(?![0-9]|[.:/][0-9]|\s*[ap]\.?\s?m\b|h\b){_NOT_AMOUNT}",
    re.IGNORECASE,
)
_ISO = re.compile(r"(?P<year>[0-9]{4})[-/.](?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})(?![0-9])")
_NUMERIC = re.compile(
    r"(?P<one>[0-9]{1,2})(?P<sep>[/.-])(?P<two>[0-9]{1,2})(?:(?P=sep)(?P<year>[0-9]{4}|[0-9]{2}))?"
    rf"(?![0-9]|[/.][0-9]|-[0-9](?![0-9]?/)){_NOT_AMOUNT}\.?"
)
_DAY_MONTH = re.compile(
    rf"(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?\.?[\s-]*(?:of\s+)?{_MONTH}{_YEAR}", re.IGNORECASE
)
_MONTH_DAY = re.compile(
    rf"{_MONTH}\s*(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?![0-9]|[.:][0-9]){_NOT_AMOUNT}"
    + _YEAR.replace("-", "", 1),
    re.IGNORECASE,
)
_DAY_NAME = re.compile(
    r"(?:next\s+|this\s+)?(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?s?\b"
    r"|today\b|tomorrow\b|tonight\b",
    re.IGNORECASE,
)
_DAY_WORD = re.compile(r"[0-9]{1,2}(?:st|nd|rd|th)?\s+(?P<word>[a-z]{3,})", re.IGNORECASE)
_MONTHS_A_YEAR = 12
_CENTURY = 100
_LIKE = "a date like 1 Dec"
FARTHEST = timedelta(days=5 * 366)  # [ENG] no taper is laid out farther: a typing error in a year
_JUST_PAST = timedelta(days=31)  # [ENG] a slip is likelier than a date eleven months off


class Mention(NamedTuple):
    """A date as it stands somewhere in a text; no year: none was said."""

    piece: Piece
    day: int
    month: int
    year: int | None

    def first_after(self, since: date) -> date | None:
        """The first such date after `since`, None when there is none."""
        years = [self.year] if self.year is not None else _years_near(since)
        return next((d for d in _dates(self.day, self.month, years) if d > since), None)

    def last_by(self, today: date) -> date | None:
        """The last such date up to `today`, None when there is none."""
        years = [self.year] if self.year is not None else _years_near(today)
        return max((d for d in _dates(self.day, self.month, years) if d <= today), default=None)


def mentions(line: Piece, today: date) -> list[Mention]:
    """The dates that stand anywhere in a line, in order; those that mean two days are left out."""
    found: dict[int, Mention] = {}
    for pattern in (_ISO, _NUMERIC, _DAY_MONTH, _MONTH_DAY):
        for match in pattern.finditer(line.text):
            mention = _mention(line, match, today)
            if mention is not None:
                found.setdefault(match.start(), mention)
    return [found[at] for at in sorted(found)]


def _mention(line: Piece, match: re.Match[str], today: date) -> Mention | None:
    said = match.groupdict()
    piece = line.part(*match.span())
    if "one" not in said:
        month = said["month"]
        number = int(month) if month.isdigit() else _SHORT[month[:3].lower()]
        return Mention(piece, int(said["day"]), number, _year(match, today))
    one, two = int(said["one"]), int(said["two"])
    # "8.30" is a time and "22.5" an amount more often than a date.
    if said["sep"] == "." and not said["year"]:
        return None
    if one != two and max(one, two) <= _MONTHS_A_YEAR:
        return None
    day, month_number = (one, two) if two <= _MONTHS_A_YEAR else (two, one)
    return Mention(piece, day, month_number, _year(match, today))


def spoken(day: date) -> str:
    """A date that reads one way only: "1 Dec 2026"."""
    return f"{day.day} {_MONTHS[day.month - 1][:3].title()} {day.year}"


def read_date(line: Piece, today: date) -> tuple[date, Piece]:
    """The date a line begins with, and the rest of the line.

    Without a year it is the next such date after `today`; one that passed within a month (or is
    today) asks for the year. Dates are after `today` and within five years.

    Raises:
        PlanLineError: no_date, bad_date, ambiguous_date or past_date.
    """
    body = line.part(_leading(line.text))
    if found := find_date(body, today):
        return found
    if found_name := _DAY_NAME.match(body.text):
        raise body.part(0, found_name.end()).error(PlanLineCode.BAD_DATE, _LIKE)
    _refuse_misspelt_month(body)
    raise line.error(PlanLineCode.NO_DATE, "a date first, like 1 Dec: 10 mg 08:00")


def find_date(body: Piece, today: date, *, dotted: bool = True) -> tuple[date, Piece] | None:
    """The date that `body` begins with and the rest of it; None when it begins otherwise.

    A day of the week before it must be the right one. Without `dotted`, "8.30" is no date: it may
    be a time.

    Raises:
        PlanLineError: bad_date, ambiguous_date or past_date.
    """
    named = _WEEKDAY.match(body.text)
    at = named.end() if named else 0
    numeric = _NUMERIC.match(body.text, at)
    if numeric and not dotted and numeric["sep"] != "/":
        numeric = None
    choices = (
        (_ISO.match(body.text, at), _iso),
        (numeric, _numeric),
        (_DAY_MONTH.match(body.text, at), _named),
        (_MONTH_DAY.match(body.text, at), _named),
    )
    for found, read in choices:
        if found:
            day = read(body.part(at, found.end()), found, today)
            if named:
                _check_weekday(body.part(0, found.end()), named["weekday"], day)
            return day, body.part(found.end())
    return None


def find_range(
    body: Piece, today: date, *, dotted: bool = True
) -> tuple[date, date | None, Piece] | None:
    """As `find_date`, with the last day of "1-14 Dec" and "1 Dec - 14 Dec", both days included.

    Raises:
        PlanLineError: bad_date too when the last day is not after the first.
    """
    if found := _SAME_MONTH.match(body.text):
        return _one_month(body, found, today)
    begun = find_date(body, today, dotted=dotted)
    if begun is None:
        return None
    first, rest = begun
    if (to := _TO.match(rest.text)) and (ended := find_date(rest.part(to.end()), first)):
        return first, ended[0], ended[1]
    short = _LAST_DAY.match(rest.text) if _MONTH_DAY.match(body.text) else None
    if short is None:
        return first, None, rest
    last = _same_month(rest.part(0, short.end()), int(short["day"]), first)
    return first, last, rest.part(short.end())


def _one_month(
    body: Piece, found: re.Match[str], today: date
) -> tuple[date, date | None, Piece] | None:
    ended = find_date(body.part(found.end()), today)
    if ended is None:
        return None
    last, rest = ended
    try:
        first = last.replace(day=int(found["day"]))
    except ValueError:
        raise body.part(0, found.end()).error(PlanLineCode.BAD_DATE, "a date that exists") from None
    if first <= today:
        raise body.error(PlanLineCode.PAST_DATE, f"a date after {spoken(today)}")
    if first >= last:
        raise body.error(PlanLineCode.BAD_DATE, f"a first day before {spoken(last)}")
    return first, last, rest


def _same_month(piece: Piece, day: int, first: date) -> date:
    try:
        last = first.replace(day=day)
    except ValueError:
        raise piece.error(PlanLineCode.BAD_DATE, "a date that exists") from None
    if last <= first:
        raise piece.error(PlanLineCode.BAD_DATE, f"a date after {spoken(first)}")
    return last


def _check_weekday(piece: Piece, said: str, day: date) -> None:
    name = _WEEKDAYS[day.weekday()]
    if not name.startswith(said.lower()):
        raise piece.error(PlanLineCode.BAD_DATE, f"{name.title()} {spoken(day)}, or another date")


def _leading(text: str) -> int:
    lead = _LEAD.match(text)
    return lead.end() if lead else 0


def _refuse_misspelt_month(body: Piece) -> None:
    found = _DAY_WORD.match(body.text)
    close = get_close_matches(found["word"].lower(), _MONTHS, 1, 0.7) if found else []
    if found and close:
        raise body.part(0, found.end()).error(PlanLineCode.BAD_DATE, close[0].title())


def _iso(piece: Piece, found: re.Match[str], today: date) -> date:
    return _settle(piece, int(found["day"]), int(found["month"]), int(found["year"]), today)


def _named(piece: Piece, found: re.Match[str], today: date) -> date:
    month = _SHORT[found["month"][:3].lower()]
    return _settle(piece, int(found["day"]), month, _year(found, today), today)


def _numeric(piece: Piece, found: re.Match[str], today: date) -> date:
    one, two = int(found["one"]), int(found["two"])
    year = _year(found, today)
    if one != two and 0 < one <= _MONTHS_A_YEAR and 0 < two <= _MONTHS_A_YEAR:
        ways = f"{one} {_MONTHS[two - 1][:3].title()} or {two} {_MONTHS[one - 1][:3].title()}"
        raise piece.error(PlanLineCode.AMBIGUOUS_DATE, ways)
    day, month = (one, two) if two <= _MONTHS_A_YEAR else (two, one)
    return _settle(piece, day, month, year, today)


def _year(found: re.Match[str], today: date) -> int | None:
    if not found["year"]:
        return None
    year = int(found["year"])
    return year if year >= _CENTURY else today.year // _CENTURY * _CENTURY + year


def _settle(piece: Piece, day: int, month: int, year: int | None, today: date) -> date:
    """The date of these numbers, checked against `today`."""
    known = list(_dates(day, month, [year] if year is not None else _years_near(today)))
    coming = [found for found in known if found > today]
    if not known:
        raise piece.error(PlanLineCode.BAD_DATE, "a date that exists")
    if year is None and any(today - _JUST_PAST <= found <= today for found in known):
        raise piece.error(PlanLineCode.PAST_DATE, f"a date after {spoken(today)}, with its year")
    if not coming:
        raise piece.error(PlanLineCode.PAST_DATE, f"a date after {spoken(today)}")
    if coming[0] - today > FARTHEST:
        raise piece.error(PlanLineCode.BAD_DATE, f"a date before {spoken(today + FARTHEST)}")
    return coming[0]


def _years_near(today: date) -> list[int]:
    return [today.year - 1, today.year, today.year + 1]


def _dates(day: int, month: int, years: list[int]) -> Iterator[date]:
    for year in years:
        try:
            yield date(year, month, day)
        except ValueError:
            continue  # 31 Nov never exists, 29 Feb only in some years: no date is the answer
