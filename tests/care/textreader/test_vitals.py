import pytest

from bot.content.lexicon import load
from care.textreader import Outcome, Tier, read

LEXICON = load("en")
BENZODIAZEPINE = frozenset({"benzodiazepine"})
BACLOFEN = frozenset({"baclofen"})


@pytest.mark.parametrize(
    "text",
    [
        "temp is 39.4",
        "fever of 40.5 C",
        "running 104.5 F",
        "temp 39,5",
        "pulse 150 lying down",
        "pulse is 38",
        "bp 208/114 just now",
        "BP 184/121 and my vision is blurry",
        "sats 86% on room air",
        "HR 125 and dizzy",
    ],
)
def test_a_number_in_the_red_is_an_emergency(text: str) -> None:
    found = read(text, LEXICON)
    assert (found.outcome, found.tier) == (Outcome.FLAG, Tier.EMERGENCY)


@pytest.mark.parametrize(
    "text",
    [
        "temp 36.8",
        "pulse 72",
        "bp 128/80",
        "sats 97%",
        "took 40 mg",
        "I am 39 today",
        "39 weeks to go",
        "my number is 0151 496 0123",
        "dose at 10.30",
        "dob 02.11.1958",
        "paid 39.50 for shoes",
        "room 104 please",
    ],
)
def test_ordinary_numbers_are_clear(text: str) -> None:
    assert read(text, LEXICON).outcome is Outcome.CLEAR


def test_high_fever_alone_is_urgent_on_a_benzodiazepine_and_an_emergency_on_baclofen() -> None:
    assert read("temp 39.4", LEXICON, classes=BENZODIAZEPINE).tier is Tier.URGENT
    assert read("temp 39.4", LEXICON, classes=BACLOFEN).tier is Tier.EMERGENCY
    assert read("temp 39.4", LEXICON).tier is Tier.EMERGENCY


def test_fever_with_rigidity_is_an_emergency_on_any_drug() -> None:
    text = "temp 38.4 and stiff as a board"
    assert read(text, LEXICON, classes=BENZODIAZEPINE).tier is Tier.EMERGENCY


def test_a_raised_pressure_without_symptoms_is_urgent() -> None:
    assert read("bp 184/100 this morning", LEXICON).tier is Tier.URGENT


def test_a_number_taken_in_sport_or_with_a_faulty_cuff_is_asked_about() -> None:
    assert read("HR hit 148 on the exercise bike", LEXICON).outcome is Outcome.ASK
    assert read("cuff said 210/115 over my jumper, redid it 126/80", LEXICON).outcome is Outcome.ASK


def test_seconds_and_lengths_are_no_pulse_and_no_breaths() -> None:
    assert read("heart pounding 30 seconds, laughing after", LEXICON).outcome is not Outcome.FLAG
    assert read("held my breath 2 lengths", LEXICON).outcome is Outcome.CLEAR


def test_a_reading_that_was_denied_or_is_long_past_is_no_emergency() -> None:
    assert read("temp was 40 when I was a kid", LEXICON).outcome is Outcome.CLEAR
