from care.textreader import Vocabulary
from care.textreader.plain import plain
from care.textreader.spelling import repaired, repaired_word

VOCABULARY = Vocabulary(
    known=frozenset({"speaking", "die", "so"}),
    targets=frozenset({"seizure", "shaking", "suicidal"}),
)


def test_a_misspelt_danger_word_is_written_in_full() -> None:
    assert repaired_word("siezure", VOCABULARY) == "seizure"
    assert repaired_word("sucidal", VOCABULARY) == "suicidal"


def test_a_common_word_is_never_repaired() -> None:
    assert repaired_word("speaking", VOCABULARY) == "speaking"


def test_short_words_are_left_alone() -> None:
    near = Vocabulary(known=frozenset(), targets=frozenset({"chest"}))
    assert repaired_word("ches", near) == "ches"
    assert repaired_word("chesst", near) == "chest"


def test_only_a_drawn_out_word_loses_its_double_letters() -> None:
    assert repaired_word("diee", VOCABULARY) == "diee"
    assert repaired_word("diee", VOCABULARY, drawn_out=True) == "die"
    assert repaired(plain("i want to dieeee", {}), VOCABULARY).text == "i want to die"
    assert repaired(plain("i want to diee", {}), VOCABULARY).text == "i want to diee"


def test_offsets_still_lead_to_the_written_word() -> None:
    written = "had a sucidal, bad day"
    fixed = repaired(plain(written, {}), VOCABULARY)
    start = fixed.text.index("suicidal")
    begin, end = fixed.span(start, start + len("suicidal"))
    assert written[begin:end] == "sucidal"


def test_nothing_to_repair_gives_the_very_same_text() -> None:
    message = plain("so speaking", {})
    assert repaired(message, VOCABULARY) is message
