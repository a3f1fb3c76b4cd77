from datetime import date
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.checker import place_findings
from bot.content.countries import (
    UNKNOWN,
    City,
    Country,
    Line,
    common_first,
    country_or_unknown,
    find_city,
    find_country,
    load_cities,
    load_countries,
    nearest_zone,
)

COUNTRIES = load_countries()
# fmt: off
SECTION_6 = [
    "US", "CA", "GB", "IE", "AU", "NZ", "IN", "DE", "FR", "ES", "IT", "PT", "NL", "BE", "AT",
    "CH", "SE", "NO", "DK", "FI", "PL", "CZ", "BR", "MX", "RU", "UA", "TR", "IL", "ZA", "JP",
    "KR", "SG"
]
# fmt: on


def test_every_country_of_the_dossier_is_there() -> None:
    assert set(SECTION_6) <= COUNTRIES.keys()


@pytest.mark.parametrize("country", COUNTRIES.values(), ids=lambda country: country.code)
def test_every_emergency_number_is_one_in_its_country(country: Country) -> None:
    for number in country.emergency:
        assert phonenumbers.is_emergency_number(number, country.code)


def test_112_is_not_taken_for_universal() -> None:
    for code in ("NZ", "MX", "JP", "SG", "AR", "US"):
        assert "112" not in COUNTRIES[code].emergency


def test_zones_and_cities_agree_and_sources_are_known() -> None:
    assert list(place_findings()) == []


def test_nothing_claims_to_be_dialled_or_open_any_time() -> None:
    lines = [line for country in COUNTRIES.values() for line in country.crisis]
    assert all(line.verified_on is None and not line.any_time for line in lines)


def test_any_time_needs_hours_and_a_human_who_checked() -> None:
    def line(hours: str | None, checked: date | None) -> Line:
        return Line("x", "1", ("call",), hours, "HL", "listed", checked)

    assert line("24/7", date(2026, 11, 1)).any_time
    assert not line("24/7", None).any_time
    assert not line(None, date(2026, 11, 1)).any_time


def test_where_sources_disagree_the_lines_say_so() -> None:
    for code in ("IT", "MX", "RU", "UA"):
        assert "conflict" in {line.status for line in COUNTRIES[code].crisis}
    assert COUNTRIES["TR"].crisis == ()


def test_an_unknown_country_still_says_whom_to_call() -> None:
    assert country_or_unknown(None) is UNKNOWN
    assert country_or_unknown("XX") is UNKNOWN
    assert UNKNOWN.emergency[0].startswith("your local emergency number")
    assert country_or_unknown("GB").emergency[0] == "999"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("uk", "GB"),
        ("U.K.", "GB"),
        ("Deutschland", "DE"),
        ("日本", "JP"),
        ("🇳🇴", "NO"),
        ("usa", "US"),
    ],
)
def test_a_country_is_known_by_its_other_names_and_its_flag(typed: str, code: str) -> None:
    match = find_country(typed)
    assert (match.country, match.exact) == (COUNTRIES[code], True)


@pytest.mark.parametrize("typed", ["no", "in", "it", "at", "is", "be"])
def test_a_small_word_is_not_a_country(typed: str) -> None:
    assert find_country(typed).country is None


def test_a_code_in_capitals_is_read_back() -> None:
    match = find_country("NO")
    assert (match.country, match.exact) == (COUNTRIES["NO"], False)


def test_a_typing_error_is_read_back() -> None:
    match = find_country("Germny")
    assert (match.country, match.exact) == (COUNTRIES["DE"], False)


def test_austria_and_australia_are_not_guessed_between() -> None:
    match = find_country("Austrlia")
    assert match.country is None
    assert {country.code for country in match.alternatives} == {"AT", "AU"}


@pytest.mark.parametrize("typed", ["", "zzzz", "Iran", "Niger", "Jamaica", "🙂"])
def test_a_country_not_listed_is_not_guessed(typed: str) -> None:
    assert find_country(typed).country is None


def test_two_londons_are_both_offered_the_own_country_first() -> None:
    assert [city.country for city in find_city("London", "GB")] == ["GB", "CA"]
    assert [city.country for city in find_city("london", "CA")] == ["CA", "GB"]


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("münchen", "Europe/Berlin"),
        ("Melborne", "Australia/Melbourne"),
        ("москва", "Europe/Moscow"),
        ("Paris, France", "Europe/Paris"),
        ("las palmas", "Atlantic/Canary"),
    ],
)
def test_a_city_gives_its_zone(typed: str, zone: str) -> None:
    assert find_city(typed)[0].zone == zone


def test_a_place_not_listed_gives_no_city() -> None:
    assert find_city("qwertyuiop") == ()


@pytest.mark.parametrize("city", load_cities(), ids=lambda city: f"{city.name} {city.country}")
def test_every_city_is_nearest_to_itself(city: City) -> None:
    assert nearest_zone(city.latitude, city.longitude) == city


def test_the_date_line_does_not_part_neighbours() -> None:
    assert nearest_zone(-43.9, 179.9).zone == "Pacific/Chatham"


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_every_place_on_earth_has_a_real_zone(latitude: float, longitude: float) -> None:
    assert ZoneInfo(nearest_zone(latitude, longitude).zone)


@pytest.mark.parametrize(("latitude", "longitude"), [(91, 0), (0, 181), (float("nan"), 0)])
def test_a_place_off_the_earth_is_refused(latitude: float, longitude: float) -> None:
    with pytest.raises(ValueError, match="no place on earth"):
        nearest_zone(latitude, longitude)


def test_multi_zone_countries_have_a_city_in_each_zone() -> None:
    covered = {city.zone for city in load_cities()}
    for country in COUNTRIES.values():
        assert set(country.zones) <= covered, country.code


def test_the_choice_shows_common_countries_first() -> None:
    flags = [country.common for country in common_first(COUNTRIES.values())]
    assert flags == sorted(flags, reverse=True)
