"""Claims about context, most of them from what broke the prototypes (redflags.md section 2)."""

import time
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.content.lexicon import load
from care.textreader import Lexicon, Outcome, Tier, read

LEXICON = load("en")
SLOWEST_SECONDS = 0.5  # generous: the test machine is shared; 4,096 characters measured far below


def outcome(text: str, label: str) -> Outcome:
    found = [hit.outcome for hit in read(text, LEXICON).hits if hit.label == label]
    return max(found, default=Outcome.CLEAR)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("He can't breathe", "breathing"),
        ("my son is having a seizure", "seizure"),
        ("my husband says he wants to end his life", "suicide"),
        ("she just passed out in the kitchen", "fainting"),
    ],
)
def test_a_carer_who_writes_about_now_is_believed(text: str, label: str) -> None:
    assert outcome(text, label) is Outcome.FLAG


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("the dog had a seizure", "seizure"),
        ("my uncle had a seizure in 2009", "seizure"),
        ("watched a film last night, the hero had a heart attack", "chest_pain"),
        ("I dreamt I was having a seizure", "seizure"),
        ("had a fit when I was a kid", "seizure"),
    ],
)
def test_animals_films_dreams_and_long_ago_are_cleared(text: str, label: str) -> None:
    assert outcome(text, label) is Outcome.CLEAR


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("no seizures", "seizure"),
        ("I haven't had any chest pain", "chest_pain"),
        ("no fever or chest pain", "chest_pain"),
        ("seizures: none", "seizure"),
        ("Not suicidal, just tired", "suicide"),
    ],
)
def test_a_plain_denial_clears(text: str, label: str) -> None:
    assert outcome(text, label) is Outcome.CLEAR


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("no patience, insomnia, suicidal thoughts", "suicide"),
        ("I'm not going to lie, I want to die", "suicide"),
        ("never felt so suicidal", "suicide"),
        ("no, I want to die", "suicide"),
        ("no I want to die", "suicide"),
        ("I don't want to live", "suicide"),
        ("no tablets for 3 days and had a seizure", "seizure"),
        ("not only a seizure but two", "seizure"),
        ("he is not breathing", "breathing"),
        ("I'm not ok, chest pain", "chest_pain"),
    ],
)
def test_a_no_that_denies_nothing_clears_nothing(text: str, label: str) -> None:
    assert outcome(text, label) is Outcome.FLAG


def test_a_denial_of_suicide_beside_distress_is_asked_about() -> None:
    assert outcome("I'm not suicidal but I can't go on like this", "suicide") is Outcome.ASK
    assert outcome("No thoughts of suicide. I feel so hopeless", "suicide") is Outcome.ASK


def test_vague_despair_is_asked_about_as_an_emergency() -> None:
    found = read("I can't do this any more", LEXICON)
    assert (found.outcome, found.tier, found.labels) == (
        Outcome.ASK,
        Tier.EMERGENCY,
        ("suicide",),
    )
    assert found.asks[0].ask == "suicide"


def test_every_suicidal_statement_is_an_emergency() -> None:
    assert all(rule.tier is Tier.EMERGENCY for rule in LEXICON.rules if rule.label == "suicide")


def test_a_question_for_information_is_answered_and_not_flagged() -> None:
    found = read("can withdrawal cause seizures?", LEXICON)
    assert found.outcome is Outcome.CLEAR
    assert [hit.label for hit in found.informs] == ["seizure"]


def test_a_question_about_oneself_is_asked_back() -> None:
    assert outcome("am I having a seizure?", "seizure") is Outcome.ASK
    assert outcome("what if I have a seizure?", "seizure") is Outcome.ASK


def test_a_danger_sign_followed_by_a_question_is_a_danger_sign() -> None:
    assert outcome("he is having a seizure what do I do?", "seizure") is Outcome.FLAG
    assert outcome("can someone help me i want to die", "suicide") is Outcome.FLAG


def test_words_read_in_a_leaflet_or_asked_by_a_nurse_are_not_the_patients_own() -> None:
    assert outcome("the leaflet lists seizures as a side effect", "seizure") is Outcome.CLEAR
    assert outcome("nurse asked me about suicide, told her no", "suicide") is not Outcome.FLAG


def test_a_joke_is_asked_about_but_never_about_wanting_to_die() -> None:
    assert outcome("ill smother him if he snores again lol", "harm_others") is Outcome.ASK
    assert outcome("i want to die lol", "suicide") is Outcome.FLAG


@pytest.mark.parametrize("sentence", ["I want to die", "I had a seizure", "I can't breathe"])
@pytest.mark.parametrize(
    "mutate",
    [
        str.upper,
        lambda text: text.replace("'", ""),
        lambda text: text.replace("'", "\u2019"),
        lambda text: f"{text}!!! \U0001f62d\U0001f62d",
        lambda text: f"no. {text}",
        lambda text: f"took my dose, slept ok but {text}",
        lambda text: f"hi {text} what do i do",
        lambda text: text.replace("e", "eeee", 1),
        lambda text: text.replace(" ", "  \n "),
    ],
    ids=["caps", "bare", "curly", "emoji", "no", "but", "unpunctuated", "drawn out", "spaced"],
)
def test_an_emergency_survives_the_way_people_type(
    sentence: str, mutate: Callable[[str], str]
) -> None:
    assert read(mutate(sentence), LEXICON).outcome is Outcome.FLAG


def test_doubt_about_ones_own_seizure_is_asked_about() -> None:
    assert outcome("not sure if I had a seizure", "seizure") is Outcome.ASK


def test_an_old_event_named_beside_a_new_one_does_not_hide_the_new_one() -> None:
    assert outcome("I had a seizure in 2015 and again this morning", "seizure") is Outcome.FLAG
    assert outcome("on it for 6 years, just stopped my valium cold turkey", "stopped_abruptly") is (
        Outcome.FLAG
    )


def test_a_denial_in_one_place_does_not_hide_the_sign_in_another() -> None:
    assert outcome("No chest pain this morning. Chest pain now", "chest_pain") is Outcome.FLAG
    assert outcome("chest pain now. no chest pain this morning", "chest_pain") is Outcome.FLAG


def test_an_if_reaches_neither_past_a_but_nor_across_a_long_sentence() -> None:
    assert outcome("if I sleep it helps but I had a seizure", "seizure") is Outcome.FLAG
    assert outcome("if I sleep I had a seizure", "seizure") is Outcome.ASK
    long = "if I look back at the last few weeks of this long slow taper had a seizure"
    assert outcome(long, "seizure") is Outcome.FLAG


def test_idioms_are_cleared_and_asked_about_beside_distress() -> None:
    assert outcome("dying of laughter at this film", "suicide") is Outcome.CLEAR
    assert outcome("my back is killing me", "suicide") is Outcome.CLEAR
    assert outcome("this taper is killing me, I feel so alone", "suicide") is Outcome.ASK


def test_misspelt_danger_words_are_repaired_and_the_patients_own_words_shown() -> None:
    found = read("Had a SIEZURE gonna lie dwon", LEXICON)
    assert found.outcome is Outcome.FLAG
    assert "SIEZURE" in found.because


def test_the_reason_is_given_in_the_words_written() -> None:
    found = read("Morning! My chest is so TIGHT today", LEXICON)
    hit = found.flagged[0]
    assert hit.words == "Morning! My chest is so TIGHT today"[hit.start : hit.end]
    assert "chest is so TIGHT" in found.because
    assert read("slept well", LEXICON).because == "because: no danger sign was read"


def test_two_danger_signs_are_both_named_and_the_higher_tier_wins() -> None:
    found = read("ran out of diazepam 2 days ago. I had a seizure", LEXICON)
    assert found.labels == ("seizure", "stopped_abruptly")
    assert found.tier is Tier.EMERGENCY


def test_a_question_about_the_dose_is_a_topic_and_no_flag() -> None:
    found = read("can I skip tonights dose?", LEXICON)
    assert found.outcome is Outcome.CLEAR
    assert found.tier is Tier.NONE
    assert "dose_question" in [hit.label for hit in found.informs]


def test_unsupported_languages_are_told_and_english_is_not() -> None:
    assert not read("no puedo dormir y tengo mucho miedo esta noche", LEXICON).supported
    assert not read("мне очень плохо", LEXICON).supported
    assert read("had a bad night but ok now", LEXICON).supported
    assert read("ok", LEXICON).supported
    assert read("", LEXICON).supported


@pytest.mark.parametrize(
    "unit", ["a ", "no ", "i want to ", "chest ", "12/80 ", "cant ", ", ", "took "]
)
def test_the_longest_message_is_read_in_time(unit: str) -> None:
    message = (unit * 4096)[:4096]
    begun = time.perf_counter()
    read(message, LEXICON)
    assert time.perf_counter() - begun < SLOWEST_SECONDS


@given(st.text(max_size=400))
@example("\ud800 broken")
@example("\x00\n\u202e")
@example("İ" * 50)
def test_no_text_makes_the_reader_raise(text: str) -> None:
    found = read(text, LEXICON)
    assert all(text[hit.start : hit.end] == hit.words for hit in found.hits)


WORDS = [
    "no",
    "not",
    "never",
    "the",
    "dog",
    "film",
    "in 2009",
    "if",
    "what",
    "?",
    ".",
    "i",
    "slept",
    "well",
    "haha",
    "my",
    "pulse 80",
    "39.5",
    "but",
    "dream",
    "leaflet",
    ",",
    "pain",
    "alone",
]
EMERGENCIES = ["I want to die", "he can't breathe", "I had a seizure", "his face has dropped"]


@given(st.lists(st.sampled_from(WORDS), max_size=14), st.sampled_from(EMERGENCIES))
def test_an_emergency_said_in_a_new_sentence_is_never_lowered(
    before: list[str], emergency: str
) -> None:
    text = " ".join(before)
    longer = read(f"{text}. also {emergency}", LEXICON)
    assert longer.tier >= read(text, LEXICON).tier
    assert longer.tier is Tier.EMERGENCY
    assert longer.outcome is Outcome.FLAG


@given(st.text(max_size=200))
def test_the_same_text_reads_the_same(text: str) -> None:
    assert read(text, LEXICON) == read(text, LEXICON)


def test_the_reading_names_the_lexicon_it_was_made_with(lexicon: Lexicon) -> None:
    assert read("hello", lexicon).lexicon_version == lexicon.version
