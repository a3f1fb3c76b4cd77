import doctest

from care import tiers, typed, vitals


def test_the_examples_in_the_docstrings_hold() -> None:
    for module in (typed, vitals, tiers):
        assert doctest.testmod(module).failed == 0


def test_a_number_beside_an_unknown_word_is_not_read() -> None:
    assert typed.numbers_in("3 bananas", "hours") == ()
    assert typed.numbers_in("3 hours", "celsius") == ()
