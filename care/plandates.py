"""Reading the date at the start of a plan line. A date that can mean two days always asks (D30)."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from difflib import get_close_matches

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
_LEAD = re.compile(r"\s*(?:[-*•]\s*)?(?:(?:starting|start|from|on)\s+)*", re.IGNORECASE)
_ISO = re.compile(r"(?P<year>[0-9]{4})[-/.](?P<month>[0-9]{1,2})[-/.](?P<day>[0-9]{1,2})(?![0-9])")
_NUMERIC = re.compile(
    r"(?P<one>[0-9]{1,2})(?P<sep>[/.-])(?P<two>[0-9]{1,2})(?:(?P=sep)(?P<year>[0-9]{4}|[0-9]{2}))?"
    rf"(?![0-9]|[/.-][0-9]){_NOT_AMOUNT}\.?"
)
_DAY_MONTH = re.compile(
    rf"(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?\.?[\s-]*(?:of\s+)?{_MONTH}{_YEAR}", re.IGNORECASE
)
_MONTH_DAY = re.compile(
    rf"{_MONTH}\s*(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?![0-9]|[.:][0-9]){_NOT_AMOUNT}{_YEAR}",
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
_FARTHEST = timedelta(days=5 * 366)  # [ENG] no taper is laid out farther: a typing error in a year
_JUST_PAST = timedelta(days=31)  # [ENG] a slip is likelier than a date eleven months off


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
    for pattern, read in ((_ISO, _iso), (_NUMERIC, _numeric), (_DAY_MONTH, _named)):
        if found := pattern.match(body.text):
            return read(body.part(0, found.end()), found, today), body.part(found.end())
    if found := _MONTH_DAY.match(body.text):
        return _named(body.part(0, found.end()), found, today), body.part(found.end())
    if found := _DAY_NAME.match(body.text):
        raise body.part(0, found.end()).error(PlanLineCode.BAD_DATE, _LIKE)
    _refuse_misspelt_month(body)
    raise line.error(PlanLineCode.NO_DATE, "a date first, like 1 Dec: 10 mg 08:00")


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
    if coming[0] - today > _FARTHEST:
        raise piece.error(PlanLineCode.BAD_DATE, f"a date before {spoken(today + _FARTHEST)}")
    return coming[0]


def _years_near(today: date) -> list[int]:
    return [today.year - 1, today.year, today.year + 1]


def _dates(day: int, month: int, years: list[int]) -> Iterator[date]:
    for year in years:
        try:
            yield date(year, month, day)
        except ValueError:
            continue  # 31 Nov never exists, 29 Feb only in some years: no date is the answer
