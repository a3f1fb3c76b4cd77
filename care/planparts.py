"""The parts of a plan document and the error that names one: amounts, times, dates, words."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, time
from decimal import Decimal
from typing import Any, TypeAlias

Data: TypeAlias = dict[str, Any]
Path: TypeAlias = tuple[str | int, ...]
TimedDoses: TypeAlias = tuple[tuple[time, Decimal, str], ...]
"""Wall time, mg, and how the amount is made, in the order of entry."""

MOST_DOSES = 12  # [ENG] one dose every two hours; more is a typing error
MOST_MG = Decimal(500)  # [ENG] over any daily dose of these medicines
MOST_WORDS = 200
FIRST_YEAR, LAST_YEAR = 2000, 2099  # [ENG] a plan outside this century is a typing error
_FOUND_LENGTH = 60
_THOUSANDS = 3
_NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,3})(?:\.[0-9]{1,4})?")
_AMOUNT = re.compile(r"(?P<sign>[-+]?)(?P<number>[0-9.,]+)\s*(?P<unit>[^\W\d_]*)\.?")
_COMMA = re.compile(r"([0-9]+),([0-9]+)")
_WALL = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNITS = {"mg": {"", "mg"}, "ml": {"", "ml"}, "hours": {"", "h", "hours"}}
_ONE_OF = {"medicines": "medicine", "steps": "step", "doses": "dose", "products": "product"}


class PlanDocumentError(ValueError):
    """A place of a plan document that is not understood.

    `path` leads to it from the top: keys, and numbers of list entries from 0. `found` is what
    stands there (60 characters at most), "nothing" when it is missing; `expected` what would be
    understood.
    """

    def __init__(self, path: Path, found: str, expected: str) -> None:
        super().__init__(f"{place(path)}: found {found}, expected {expected}")
        self.path = path
        self.found = found
        self.expected = expected


def place(path: Path) -> str:
    """A path as a person finds it: "medicine 1, step 3, from"."""
    words: list[str] = []
    for part in path:
        if isinstance(part, str):
            words.append(part)
        else:
            words[-1] = f"{_ONE_OF.get(words[-1], words[-1])} {part + 1}"
    return ", ".join(words) or "the document"


def shown(value: object) -> str:
    """What stands at a place, in a few characters."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    text = " ".join(str(value).split())
    return f'"{text[:_FOUND_LENGTH]}"' if text else "nothing"


def read_amount(value: object, *, unit: str = "mg", zero: bool = False) -> tuple[Decimal, str]:
    """An exact amount of `unit`; the second value is what was expected when it is none.

    Text ("2.5", "2.5 mg"), whole numbers and Decimal; never a float, a comma or another unit.
    Above 0 (from 0 with `zero`), at most 9999.9999.
    """
    none = Decimal(-1)
    if isinstance(value, float):
        return none, f'text, like "{value}": a binary number is not exact'
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        return none, f"an amount in {unit}, like 2.5"
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    found = _AMOUNT.fullmatch(text.strip())
    expected = _expected_amount(found, unit) if found else f"an amount in {unit}, like 2.5"
    if found is None or expected:
        return none, expected
    mg = Decimal(found["number"])
    return (mg, "") if mg or zero else (none, f"more than 0 {unit}")


def _expected_amount(found: re.Match[str], unit: str) -> str:
    """What an amount should have been; empty when it is one."""
    number = found["number"]
    if found["unit"].casefold() not in _UNITS[unit]:
        return f"an amount in {unit}"
    if comma := _COMMA.fullmatch(number):
        # "1,125" is 1.125 in one country and 1125 in another: nothing sensible can be proposed.
        asks = len(comma[2]) == _THOUSANDS and comma[1].strip("0")
        return "a decimal point, like 2.5" if asks else f"{comma[1].lstrip('0') or '0'}.{comma[2]}"
    if found["sign"]:
        return f"an amount above 0 {unit}"
    if number.startswith(".") and _NUMBER.fullmatch(f"0{number}"):
        return f"0{number}"
    if not _NUMBER.fullmatch(number):
        return f"an amount in {unit} below 10000 with at most 4 decimals, like 2.5"
    return ""


class Table:
    """A mapping of a document that knows its place, and refuses what does not fit.

    Every method raises PlanDocumentError at its own key.
    """

    def __init__(self, data: object, path: Path) -> None:
        if not isinstance(data, dict):
            raise PlanDocumentError(path, shown(data), "a table of names and values")
        self._data = data
        self._path = path

    def error(
        self, key: str | None, expected: str, number: int | None = None, found: str = ""
    ) -> PlanDocumentError:
        """The error at `key` (at the table itself without one)."""
        end = tuple(part for part in (key, number) if part is not None)
        value = self._data if key is None else self._data.get(key)
        value = value[number] if number is not None and isinstance(value, list) else value
        return PlanDocumentError((*self._path, *end), found or shown(value), expected)

    def only(self, *keys: str) -> None:
        """Refuse every key but these."""
        for key in self._data:
            if key not in keys:
                raise PlanDocumentError(
                    (*self._path, str(key)), f"{shown(key)} here", f"one of {', '.join(keys)}"
                )

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self._data

    def rows(self, key: str) -> list[object]:
        """The list at a key."""
        rows = self._data.get(key)
        if not isinstance(rows, list):
            raise self.error(key, "a list")
        return rows

    def tables(self, key: str, *, most: int) -> Iterator["Table"]:
        """The tables of the list at a key, one after the other, at most so many."""
        rows = self.rows(key)
        if len(rows) > most:
            raise PlanDocumentError(
                (*self._path, key, most), f"{len(rows)} of them", f"at most {most}"
            )
        for number, row in enumerate(rows):
            yield Table(row, (*self._path, key, number))

    def table(self, key: str) -> "Table":
        """The table at a key."""
        return Table(self._data.get(key), (*self._path, key))

    def text(self, key: str) -> str:
        """One line of words, 1 to 200 characters."""
        value = self._data.get(key)
        words = value.strip() if isinstance(value, str) else ""
        if not words or len(words) > MOST_WORDS or not words.isprintable():
            raise self.error(key, f"one line of words, at most {MOST_WORDS} characters")
        return words

    def choice(self, key: str, among: Sequence[str]) -> str:
        """One of the given words or numbers."""
        value = self._data.get(key)
        text = str(value) if isinstance(value, (str, int)) else ""
        if text not in among:
            raise self.error(key, f"one of {', '.join(among)}")
        return text

    def number(self, key: str, *, most: int) -> int:
        """A whole number from 1."""
        value = self._data.get(key)
        text = "" if isinstance(value, bool) or not isinstance(value, (str, int)) else str(value)
        if not re.fullmatch(r"[0-9]{1,7}", text) or not 1 <= int(text) <= most:
            raise self.error(key, f"a whole number from 1 to {most}")
        return int(text)

    def flag(self, key: str) -> bool:
        """True or false, as YAML and JSON write them."""
        value = self._data.get(key)
        if value is True or value == "true":
            return True
        if value is False or value == "false":
            return False
        raise self.error(key, "true or false")

    def amount(
        self, key: str, *, unit: str = "mg", least_zero: bool = False, zero: str = ""
    ) -> Decimal:
        """An exact amount above 0; `zero` is what to write in place of a 0."""
        found, expected = read_amount(self._data.get(key), unit=unit, zero=least_zero or bool(zero))
        if zero and found == 0:
            raise self.error(key, zero)
        if expected:
            raise self.error(key, expected)
        if unit == "mg" and found > MOST_MG:
            raise self.error(key, f"at most {MOST_MG} mg")
        return found

    def wall(self, key: str) -> time:
        """A wall time from 00:00 to 23:59."""
        value = self._data.get(key)
        if isinstance(value, str) and (found := _WALL.fullmatch(value.strip())):
            return time(int(found[1]), int(found[2]))
        midnight = isinstance(value, str) and value.strip().startswith("24:")
        raise self.error(key, "00:00 for midnight" if midnight else "a time like 08:00")

    def day(self, key: str) -> date:
        """A day that exists, as year-month-day."""
        value = self._data.get(key)
        if not isinstance(value, str) or not _ISO.fullmatch(value.strip()):
            raise self.error(key, "a date like 2026-12-01")
        try:
            day = date.fromisoformat(value.strip())
        except ValueError:
            raise self.error(key, "a date that exists, like 2026-12-01") from None
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise self.error(key, f"a year from {FIRST_YEAR} to {LAST_YEAR}")
        return day
