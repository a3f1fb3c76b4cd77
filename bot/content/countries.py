"""Emergency numbers, crisis lines and time zones, by country, and the reading of typed places.

Facts: countries.yaml and cities.yaml (clinical.md section 6). Everything is local: it works with
no network. No number has been dialled for Steady until `verified_on` says so.
"""

import math
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from bot.content import names
from bot.content.files import CONTENT, closed, read_yaml, shaped

ALWAYS_OPEN = "24/7"
CLEAR_LEAD = 0.12
"""By how much a guessed country must beat the next one to be read back alone [ENG]."""

_EARTH_KM = 6371.0
_FLAG_A = 0x1F1E6


@closed
@dataclass(frozen=True, slots=True)
class Line:
    """A telephone or text line: number verbatim, channels, hours, and how sure we are of it.

    `status`: listed (one source), conflict (sources disagree), mem (from memory). `hours` None
    means that no source states them.
    """

    name: str
    number: str
    channels: tuple[Literal["call", "text"], ...]
    hours: str | None
    source: str
    status: Literal["listed", "conflict", "mem"]
    verified_on: date | None
    note: str = ""

    @property
    def any_time(self) -> bool:
        """Whether it may be called open at any time: stated as such and checked by a human (D7)."""
        return self.hours == ALWAYS_OPEN and self.verified_on is not None


@closed
@dataclass(frozen=True, slots=True)
class Country:
    """A country with its numbers, the first one being the one to show, and its time zones.

    `crisis` may be empty: no line that can be listed honestly. `common` puts it on the first
    screen of the choice. `also` holds other names people type.
    """

    code: str
    name: str
    emergency: tuple[str, ...]
    crisis: tuple[Line, ...]
    urgent: Line | None
    note: str
    zones: tuple[str, ...]
    common: bool
    also: tuple[str, ...] = ()
    emergency_sources: tuple[str, ...] = ()


@closed
@dataclass(frozen=True, slots=True)
class City:
    """A well-known city; latitude and longitude in degrees, north and east positive."""

    name: str
    country: str
    zone: str
    latitude: float
    longitude: float
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CountryMatch:
    """What a typed country was read as; anything not `exact` must be read back."""

    country: Country | None
    exact: bool
    alternatives: tuple[Country, ...]


UNKNOWN = Country(
    code="",
    name="",
    emergency=("your local emergency number (112 in Europe, 911 in North America)",),
    crisis=(),
    urgent=None,
    note="",
    zones=(),
    common=False,
)
"""Stands in while the country is not known: never guessed from the language of Telegram."""


@cache
def load_countries() -> Mapping[str, Country]:
    """Every country by its ISO 3166 code of two capitals.

    Raises:
        ContentError: the file does not fit.
    """
    rows = read_yaml(CONTENT / "countries.yaml")["countries"]
    found = (shaped(Country, row, f"countries.yaml: {row.get('code')}") for row in rows)
    return {country.code: country for country in found}


@cache
def load_cities() -> tuple[City, ...]:
    """Every listed city.

    Raises:
        ContentError: the file does not fit.
    """
    rows = read_yaml(CONTENT / "cities.yaml")["cities"]
    return tuple(shaped(City, row, f"cities.yaml: {row.get('name')}") for row in rows)


def country_or_unknown(code: str | None) -> Country:
    """The country of a code, or UNKNOWN, whose emergency text fits anywhere."""
    return load_countries().get(code or "", UNKNOWN)


def _key(text: str) -> str:
    """The text to compare names by, also in scripts that have no Latin letters."""
    return names.plain(text) or unicodedata.normalize("NFKC", text).casefold().strip()


def _flag_code(text: str) -> str:
    """The two letters that a flag emoji stands for, or an empty text."""
    letters = [chr(ord(char) - _FLAG_A + ord("A")) for char in text.strip() if ord(char) >= _FLAG_A]
    code = "".join(letters)
    return code if len(code) == len(text.strip()) and code.isascii() else ""


def find_country(typed: str) -> CountryMatch:
    """The country a typed name, flag or two-letter code in capitals means.

    Exact: its name, another name of it, or its flag. A code or a typing error is not exact.
    Two countries about as near (Austria, Australia) give none, with both as alternatives.
    """
    countries = load_countries()
    code = _flag_code(typed)
    if code in countries:
        return CountryMatch(countries[code], exact=True, alternatives=())
    by_name = {_key(n): c.code for c in countries.values() for n in (c.name, *c.also)}
    key = _key(typed)
    # "U.K." and "U.S.A." are one word, however they are dotted.
    key = key if key in by_name else key.replace(" ", "") if len(key) <= len("u s a") else key
    if key in by_name:
        return CountryMatch(countries[by_name[key]], exact=True, alternatives=())
    # Capitals only: "no", "in" and "it" are words before they are Norway, India and Italy.
    if typed.strip() in countries:
        return CountryMatch(countries[typed.strip()], exact=False, alternatives=())
    return _guess_country(key, by_name, countries)


def _guess_country(
    key: str, by_name: Mapping[str, str], countries: Mapping[str, Country]
) -> CountryMatch:
    found = names.near(key, by_name)
    codes = tuple(dict.fromkeys(by_name[name] for name, _ in found))
    rivals = {by_name[name] for name, score in found if found[0][1] - score < CLEAR_LEAD}
    near = tuple(countries[code] for code in codes)
    if len(rivals) == 1:
        return CountryMatch(near[0], exact=False, alternatives=near[1:])
    return CountryMatch(None, exact=False, alternatives=near)


def find_city(typed: str, country: str = "") -> tuple[City, ...]:
    """The listed cities a typed name may mean, likest first; several when the name is shared.

    Cities of `country`, a code, come before the others.

    Empty when nothing is near. The bot shows the local time of the choice and asks.
    """
    by_name = _cities_by_name()
    key = _key(typed.split(",", maxsplit=1)[0])
    if key in by_name:
        found = by_name[key]
    else:
        near = (by_name[name] for name, _ in names.near(key, by_name))
        found = tuple(dict.fromkeys(city for cities in near for city in cities))
    return tuple(sorted(found, key=lambda city: city.country != country))


@cache
def _cities_by_name() -> Mapping[str, tuple[City, ...]]:
    by_name: dict[str, tuple[City, ...]] = {}
    for city in load_cities():
        for name in (city.name, *city.also):
            by_name[_key(name)] = (*by_name.get(_key(name), ()), city)
    return by_name


def nearest_zone(latitude: float, longitude: float) -> City:
    """The listed city nearest to a shared location; near a border its zone can be the wrong one.

    Degrees, north and east positive. The bot shows the local time and asks.

    Raises:
        ValueError: no place on earth.
    """
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # noqa: PLR2004 -- degrees
        raise ValueError(f"no place on earth: {latitude}, {longitude}")
    return min(load_cities(), key=lambda city: _km(latitude, longitude, city))


def _km(latitude: float, longitude: float, city: City) -> float:
    """Great-circle distance to a city in kilometres (haversine)."""
    lat1, lon1, lat2, lon2 = map(math.radians, (latitude, longitude, city.latitude, city.longitude))
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def common_first(countries: Iterable[Country]) -> tuple[Country, ...]:
    """The countries in the order of a choice: the common ones first, then by name."""
    return tuple(sorted(countries, key=lambda country: (not country.common, country.name)))
