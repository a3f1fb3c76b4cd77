"""Read vital signs inside sentences and judge them by clinical.md sections 4.4 and 9 (D15)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from care.textreader.model import Outcome
from care.tiers import Tier

_GAP = r"(?: (?!normal|usual|target|dose)[a-z]+){0,4}"
_NOT_A_MEASURE = (
    r"(?![\d/:]|\.\d| ?(?:mg|ml|mcg|%|kg|kilos|st|lbs|pounds|years?|yrs?|yo|miles|secs?|seconds?|"
    r"mins?|minutes|hours?|hrs?|days?|weeks?|wks?|am|pm|quid|times|lengths|pages?|tablets?)\b)"
)
_TEMPERATURE = re.compile(
    r"(?<![\d./:])(?P<value>3[4-9](?:\.\d{1,2})?|4[0-3](?:\.\d{1,2})?"
    r"|9[4-9](?:\.\d)?|10[0-9](?:\.\d)?)"
    r" ?\u00b0?(?P<unit> ?(?:degrees? ?)?(?:c|f|celsius|fahrenheit|degrees?|grad|grados)\b)?"
    rf"{_NOT_A_MEASURE}(?! ?(?:bpm|over|on \d|per|beats)\b)"
)
_WARM = re.compile(
    r"\b(?:temp|temps|temperature|tmp|fever|feverish|fevers|febrile|thermometer|burning|pyrexia|"
    r"pyrexial|running|fiebre|fievre|fieber|febre|goraczka|hot|flu|ear|armpit|under the arm|rigid|"
    r"stiff|spasms?|chills|wont bend|cant bend|locked)\b"
)
_PULSE = re.compile(
    rf"\b(?:pulse|hr|heart ?rate|heart ?beat|heart|bpm|tachy|watch|fitbit){_GAP}"
    rf" (?P<value>\d{{2,3}}){_NOT_A_MEASURE}"
    r"|(?<![\d./])(?P<beats>\d{2,3}) ?(?:bpm|beats)\b"
)
_PRESSURE = re.compile(
    r"(?<![\d./])(?P<high>\d{2,3}) ?(?:/|over|on|by|upon|-) ?(?P<low>\d{2,3})"
    r"(?![\d/:]|\.\d| ?(?:mg|ml)\b)"
)
_PRESSED = re.compile(r"\b(?:bp|b p|blood ?pressure|pressure|systolic|cuff|machine|monitor)\b")
_OXYGEN = re.compile(
    rf"\b(?:sats?|spo2|o2|oxygen|oximeter|saturations?){_GAP} (?P<value>\d{{2}})(?!\d|[./]\d)"
)
_BREATHS = re.compile(
    rf"\b(?:rr|resps|resp rate|respiratory rate){_GAP} (?P<value>\d{{1,2}}){_NOT_A_MEASURE}"
    r"|(?<![\d./])(?P<breaths>\d{1,2}) breaths (?:a|per|every|in a) min(?:ute)?\b"
)


@dataclass(frozen=True, slots=True)
class Vital:
    """A judged number in the plain text, `text[start:end]`; `sign` is what it means for others."""

    rule_id: str
    label: str
    tier: Tier
    outcome: Outcome
    start: int
    end: int
    sign: str | None


def vitals_in(text: str, *, ill: bool, classes: frozenset[str]) -> list[Vital]:
    """The vital signs in a plain text that lie outside the safe range.

    Args:
        text: plain text (`care.textreader.plain`).
        ill: whether symptoms are named beside them, which lowers the limits (4.4).
        classes: the patient's drug classes; empty means unknown, read as the more dangerous.
    """
    return [
        *_temperatures(text, classes),
        *_pulses(text, ill=ill),
        *_pressures(text, ill=ill),
        *_oxygen(text),
        *_breaths(text),
    ]


def _temperatures(text: str, classes: frozenset[str]) -> Iterator[Vital]:
    warm = _WARM.search(text) is not None
    for found in _TEMPERATURE.finditer(text):
        tenths = _celsius_tenths(found["value"])
        if tenths and (warm or _spoken_as_degrees(found)):
            yield from _judged_temperature(found, tenths, classes)


def _spoken_as_degrees(found: re.Match[str]) -> bool:
    return bool((found["unit"] or "").strip())


def _celsius_tenths(value: str) -> int:
    """Tenths of a degree Celsius; 94-109 is read as Fahrenheit, 0 stands for no temperature."""
    whole, _, part = value.partition(".")
    tenths = int(whole) * 10 + int((part or "0")[0])
    if tenths >= 940:  # noqa: PLR2004 -- section 4.4: what cannot be Celsius is Fahrenheit
        tenths = round((tenths - 320) * 5 / 9)
    return tenths if 300 <= tenths <= 450 else 0  # noqa: PLR2004 -- sanity limits of section 4.4


def _judged_temperature(
    found: re.Match[str], tenths: int, classes: frozenset[str]
) -> Iterator[Vital]:
    baclofen = not classes or "baclofen" in classes or "pump" in classes
    start, end = found.span()
    label = "hyperthermia_rigidity"
    if tenths > 390:  # noqa: PLR2004 -- 39.1 C and above (E04, D15)
        tier = Tier.EMERGENCY if baclofen else Tier.URGENT
        yield Vital("E04-temperature", label, tier, Outcome.FLAG, start, end, "fever")
    elif tenths >= 380:  # noqa: PLR2004 -- 38.0 to 39.0 C (U09)
        tier = Tier.URGENT if baclofen else Tier.WATCH
        outcome = Outcome.ASK if baclofen else Outcome.CLEAR
        yield Vital("U09-temperature", label, tier, outcome, start, end, "fever")


def _pulses(text: str, *, ill: bool) -> Iterator[Vital]:
    for found in _PULSE.finditer(text):
        rate = int(found["value"] or found["beats"])
        if 20 <= rate <= 260:  # noqa: PLR2004 -- sanity limits of section 4.4
            yield from _judged_pulse(found, rate, ill=ill)


def _judged_pulse(found: re.Match[str], rate: int, *, ill: bool) -> Iterator[Vital]:
    start, end = found.span()
    racing = "racing" if rate >= 120 else None  # noqa: PLR2004 -- E03's partner sign
    if rate >= 131 or rate <= 40 or (rate >= 120 and ill):  # noqa: PLR2004 -- section 4.4, RED
        yield Vital("E10-pulse", "severe_heart", Tier.EMERGENCY, Outcome.FLAG, start, end, racing)
    elif rate >= 120 or (rate <= 50 and ill):  # noqa: PLR2004 -- section 4.4, AMBER
        yield Vital("U19-pulse", "severe_heart", Tier.URGENT, Outcome.ASK, start, end, racing)


def _pressures(text: str, *, ill: bool) -> Iterator[Vital]:
    named = _PRESSED.search(text) is not None
    for found in _PRESSURE.finditer(text):
        high, low = int(found["high"]), int(found["low"])
        plausible = 50 <= high <= 280 and 30 <= low < high  # noqa: PLR2004 -- section 4.4
        if plausible and (named or "/" in found[0] or "over" in found[0]):
            yield from _judged_pressure(found, high, low, ill=ill or not named)


def _judged_pressure(found: re.Match[str], high: int, low: int, *, ill: bool) -> Iterator[Vital]:
    start, end = found.span()
    amber = high >= 180 or low >= 120  # noqa: PLR2004 -- section 4.4, AMBER
    # The corpora count about 200/110 as an emergency; 4.4 says 220: the safer one stands.
    if high >= 200 or (amber and ill) or (high <= 90 and ill):  # noqa: PLR2004 -- section 4.4
        yield Vital("E10-pressure", "severe_heart", Tier.EMERGENCY, Outcome.FLAG, start, end, None)
    elif amber:
        yield Vital("U19-pressure", "severe_heart", Tier.URGENT, Outcome.FLAG, start, end, None)


def _oxygen(text: str) -> Iterator[Vital]:
    for found in _OXYGEN.finditer(text):
        share = int(found["value"])
        if 50 <= share <= 91:  # noqa: PLR2004 -- section 4.4, RED
            yield _breathing("E10-oxygen", Tier.EMERGENCY, Outcome.FLAG, found)
        elif share in {92, 93}:
            yield _breathing("U19-oxygen", Tier.URGENT, Outcome.ASK, found)


def _breaths(text: str) -> Iterator[Vital]:
    for found in _BREATHS.finditer(text):
        rate = int(found["value"] or found["breaths"])
        if 1 <= rate <= 8 or 25 <= rate <= 70:  # noqa: PLR2004 -- section 4.4, RED
            yield _breathing("E10-breaths", Tier.EMERGENCY, Outcome.FLAG, found)


def _breathing(rule_id: str, tier: Tier, outcome: Outcome, found: re.Match[str]) -> Vital:
    return Vital(rule_id, "breathing", tier, outcome, found.start(), found.end(), None)
