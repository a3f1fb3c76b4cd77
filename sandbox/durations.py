"""ISO 8601 durations, as the control API's clock takes them."""

import re
from datetime import timedelta
from typing import Final

from sandbox.errors import ControlError

_SHAPE: Final = re.compile(
    r"P(?=.)(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)
LONGEST: Final = timedelta(days=3660)


def parse_duration(text: str) -> timedelta:
    """Turn "PT8H", "PT15M" or "P1D" into a timedelta above zero and below ten years.

    Raises:
        ControlError: not a duration, zero, or too long. Months and years have no fixed length and
            are refused.
    """
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise ControlError(f"bad duration {text!r}; write it like PT8H, PT15M or P1D")
    try:
        delta = timedelta(**{name: int(value or 0) for name, value in match.groupdict().items()})
    except OverflowError:
        delta = timedelta.max
    if not timedelta(0) < delta <= LONGEST:
        raise ControlError(f"duration {text!r} must be above zero and at most {LONGEST.days} days")
    return delta
