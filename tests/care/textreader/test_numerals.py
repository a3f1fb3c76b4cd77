import pytest

from bot.content.lexicon import load
from care.textreader import Outcome, read
from care.textreader.numerals import in_digits
from care.textreader.plain import plain

LEXICON = load("en")


@pytest.mark.parametrize(
    ("spoken", "digits"),
    [
        ("thirty nine point four", "39.4"),
        ("two hundred and eight over one hundred and ten", "208 over 110"),
        ("a hundred and three", "103"),
        ("one forty six", "146"),
        ("thirty eight", "38"),
        ("two hundred", "200"),
        ("three nights and two pills", "three nights and two pills"),
    ],
)
def test_spoken_numbers_of_twenty_and_more_become_digits(spoken: str, digits: str) -> None:
    assert in_digits(plain(spoken, {})).text == digits


def test_a_message_without_large_numbers_stays_the_very_same() -> None:
    message = plain("one bad night", {})
    assert in_digits(message) is message


def test_a_dictated_blood_pressure_is_read_and_shown_in_the_words_spoken() -> None:
    text = "my blood pressure is two hundred and eight over one hundred and ten"
    found = read(text, LEXICON)
    assert found.outcome is Outcome.FLAG
    assert "two hundred and eight over one hundred and ten" in found.because
