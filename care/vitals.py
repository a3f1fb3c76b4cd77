"""Vital signs as people type them: "bp 150/95", "pulse 88", "38.4", "101 F".

Limits of plausibility: clinical.md 4.4. Beyond them the bot asks again; it never drops a value.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final


class VitalKind(StrEnum):
    """What was measured, in beats a minute, mmHg, degrees Celsius, percent, breaths a minute."""

    PULSE = "pulse"
    PRESSURE = "pressure"
    TEMPERATURE = "temperature"
    SPO2 = "spo2"
    BREATHS = "breaths"


@dataclass(frozen=True, slots=True)
class Vital:
    """One plausible measurement; `diastolic` only for a pressure, `fahrenheit` as it was typed."""

    kind: VitalKind
    value: Decimal
    diastolic: Decimal | None = None
    fahrenheit: Decimal | None = None

    @property
    def facts(self) -> dict[str, Decimal]:
        """The values under the names that red-flag rules use."""
        if self.diastolic is not None:
            return {"systolic": self.value, "diastolic": self.diastolic}
        return {self.kind.value: self.value}

    @property
    def echo(self) -> str:
        """How it is read back, so that a Fahrenheit reading shows both scales."""
        if self.fahrenheit is not None:
            return f"{self.value} °C ({self.fahrenheit} °F)"
        if self.diastolic is not None:
            return f"{self.value}/{self.diastolic}"
        return f"{self.value}{_UNITS[self.kind]}"


class ImpossibleVital(ValueError):  # noqa: N818 - "impossible" says more than "error"
    """A vital sign outside what a living person can show: the bot asks again."""

    def __init__(self, kind: VitalKind, found: str) -> None:
        self.kind = kind
        self.found = found
        self.lowest, self.highest = LIMITS[kind]
        super().__init__(f"{kind} {found} is outside {self.lowest} to {self.highest}")


LIMITS: Final[Mapping[VitalKind, tuple[Decimal, Decimal]]] = {
    VitalKind.PULSE: (Decimal(20), Decimal(260)),
    VitalKind.PRESSURE: (Decimal(50), Decimal(280)),
    VitalKind.TEMPERATURE: (Decimal(30), Decimal(45)),
    VitalKind.SPO2: (Decimal(50), Decimal(100)),  # [ENG]
    VitalKind.BREATHS: (Decimal(4), Decimal(60)),  # [ENG]
}
_DIASTOLIC: Final = (Decimal(20), Decimal(200))  # [ENG]
_FAHRENHEIT: Final = (Decimal(95), Decimal(113))
_UNITS: Final = {
    VitalKind.PULSE: " beats a minute",
    VitalKind.PRESSURE: " mmHg",
    VitalKind.TEMPERATURE: " °C",
    VitalKind.SPO2: " %",
    VitalKind.BREATHS: " breaths a minute",
}

_NUMBER = r"(?P<value>(?<![\d.,/:-])\d{1,3}(?:[.,]\d{1,2})?)(?![\d/:]|[.,]\d)"
_LINK = r"\s*(?:is|was|of|at|about|around|=|:)?\s*"
_SIGN = r"\s*(?:degrees?|deg|°|º)"
_DEGREES = rf"(?:(?:{_SIGN})?\s*(?P<unit>celsius|fahrenheit|c|f)\b|{_SIGN})"
_NAMES: Final = {
    VitalKind.PULSE: r"pulse|heart\s?rate|(?<!\d)(?<!\d )hr",
    VitalKind.TEMPERATURE: r"temperature|temp|fever",
    VitalKind.SPO2: r"spo2|sp02|o2\s?sats?|sats?|oxygen",
    VitalKind.BREATHS: r"breaths|breathing\s?rate|resp(?:iratory)?\s?rate|rr",
}
# Without a word for it, only what cannot be a date: "24/11" is none, "150/95" is one.
_PRESSURE = re.compile(
    r"(?:\b(?:bp|pressure)\b\s*(?:is|was|of|at|about|around|=|:)?\s*(?P<said>\d{2,3})"
    r"|(?<![\d/.,])(?P<value>[5-9]\d|[12]\d\d))"
    r"\s*(?:/|\\|\bover\b)\s*(?P<low>\d{2,3})(?![\d/.])"
)
_PATTERNS: Final = (
    *(
        (kind, re.compile(rf"\b(?:{names})\b{_LINK}{_NUMBER}(?:{_DEGREES})?"))
        for kind, names in _NAMES.items()
    ),
    (VitalKind.PULSE, re.compile(rf"{_NUMBER}\s*(?:bpm|beats)\b")),
    (VitalKind.TEMPERATURE, re.compile(rf"{_NUMBER}{_DEGREES}")),
    (VitalKind.SPO2, re.compile(rf"{_NUMBER}\s*%?\s*(?:spo2|o2|oxygen|sats?)\b")),
    (VitalKind.BREATHS, re.compile(rf"{_NUMBER}\s*breaths\b")),
)
# A bare "98" may be a pulse, a saturation or a temperature; a bare "38.4" is only the last.
_BARE_TEMPERATURE = re.compile(r"(?P<value>(?:3\d|4[0-5]|9\d|10\d|11[0-3])[.,]\d{1,2})")
_BARE_NUMBER = re.compile(rf"{_NUMBER}")


def read_vital(text: str, expected: VitalKind | None = None) -> Vital | None:
    """The first vital sign in a typed text, or None when there is none.

    With `expected` a number alone is read as that kind ("39" to a question about temperature).
    Raises ImpossibleVital for a value outside LIMITS.
    """
    found = read_vitals(text, expected)
    return found[0] if found else None


def read_vitals(text: str, expected: VitalKind | None = None) -> tuple[Vital, ...]:
    """Every vital sign in a typed text, at most one of each kind.

    Raises ImpossibleVital for a value outside LIMITS.
    """
    plain = " ".join(text[:400].casefold().split())
    named = _named(plain)
    if named:
        return named
    bare = plain.strip(" .!?")
    if expected is not None and (found := _BARE_NUMBER.fullmatch(bare)):
        return (_vital(expected, found),)
    if found := _BARE_TEMPERATURE.fullmatch(bare):
        return (_vital(VitalKind.TEMPERATURE, found),)
    return ()


def vitals_in(answers: Mapping[str, tuple[str, ...]]) -> dict[str, Decimal]:
    """The vital signs among the answers of a check-in: today the temperature, in Celsius."""
    typed = answers.get("temperature", ("skipped",))
    return {} if typed == ("skipped",) else {"temperature": Decimal(typed[0])}


def as_celsius(value: Decimal) -> Decimal:
    """A temperature in Celsius; 95 to 113 can only be Fahrenheit. Rounded to 0.1.

    >>> as_celsius(Decimal(101)), as_celsius(Decimal("38.4"))
    (Decimal('38.3'), Decimal('38.4'))
    """
    return _from_fahrenheit(value) if _within(value, _FAHRENHEIT) else value


def _named(plain: str) -> tuple[Vital, ...]:
    vitals: dict[VitalKind, Vital] = {}
    if found := _PRESSURE.search(plain):
        vitals[VitalKind.PRESSURE] = _pressure(found)
    for kind, pattern in _PATTERNS:
        if kind not in vitals and (found := pattern.search(plain)):
            vitals[kind] = _vital(kind, found)
    return tuple(vitals.values())


def _vital(kind: VitalKind, found: re.Match[str]) -> Vital:
    value = Decimal(found["value"].replace(",", "."))
    if kind is VitalKind.TEMPERATURE:
        return _temperature(value, found.groupdict().get("unit") or "", found[0])
    if not _within(value, LIMITS[kind]):
        raise ImpossibleVital(kind, found[0])
    return Vital(kind, value)


def _temperature(value: Decimal, unit: str, found: str) -> Vital:
    typed_f = unit.startswith("f") or (not unit and _within(value, _FAHRENHEIT))
    celsius = _from_fahrenheit(value) if typed_f else value
    if not _within(celsius, LIMITS[VitalKind.TEMPERATURE]):
        raise ImpossibleVital(VitalKind.TEMPERATURE, found)
    return Vital(VitalKind.TEMPERATURE, celsius, fahrenheit=value if typed_f else None)


def _pressure(found: re.Match[str]) -> Vital:
    value, low = Decimal(found["said"] or found["value"]), Decimal(found["low"])
    plausible = _within(value, LIMITS[VitalKind.PRESSURE]) and _within(low, _DIASTOLIC)
    if not plausible or low >= value:
        raise ImpossibleVital(VitalKind.PRESSURE, found[0])
    return Vital(VitalKind.PRESSURE, value, diastolic=low)


def _from_fahrenheit(value: Decimal) -> Decimal:
    return ((value - 32) * 5 / 9).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _within(value: Decimal, limits: tuple[Decimal, Decimal]) -> bool:
    return limits[0] <= value <= limits[1]
