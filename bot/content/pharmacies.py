"""On which days pharmacies are open: not at weekends, not on public holidays of the country.

The days come from the library `holidays`. Where in a country somebody lives is not known, so
holidays of one region only are not seen: whoever says a day says that too.
"""

from datetime import date
from functools import cache

import holidays

from care.supply import IsOpen


def always_open(day: date) -> bool:
    """Stand in while the country is not known: nothing is said about days nobody knows."""
    del day
    return True


@cache
def open_in(country: str) -> IsOpen:
    """Return whether pharmacies of a country (two capitals) are open on a day."""
    if country not in holidays.list_supported_countries(include_aliases=False):
        return always_open
    known = holidays.country_holidays(country)

    def is_open(day: date) -> bool:
        return day.weekday() not in known.weekend and day not in known

    return is_open
