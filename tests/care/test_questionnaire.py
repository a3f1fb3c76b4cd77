import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.questionnaires import load_questionnaires
from care.questionnaire import (
    SKIPPED,
    Answers,
    Question,
    asked,
    first,
    following,
    number_of,
    previous,
    progress,
    still_asked,
    toggle,
    understand,
)

BENZO = load_questionnaires()["daily_benzo"]
BACLOFEN = load_questionnaires()["daily_baclofen"]
EVERY_QUESTION = [one for each in load_questionnaires().values() for one in each.questions]
EXTRA = {"danger": ("extra",), "danger_extra": ("tablets",)}


def ids(answers: Answers) -> list[str]:
    return [question.id for question in asked(BENZO, answers)]


def test_a_quiet_day_takes_nine_screens() -> None:
    assert first(BENZO).id == "sleep"
    assert ids({"danger": ("none",), "thoughts": ("no",)}) == [
        "sleep", "worry", "mood", "body", "senses", "day", "danger", "thoughts", "more",
    ]  # fmt: skip


def test_an_extra_tablet_leads_to_its_follow_ups() -> None:
    assert following(BENZO, EXTRA, "danger") == BENZO.question("danger_extra")
    assert following(BENZO, EXTRA, "danger_extra") == BENZO.question("extra_amount")
    assert following(BENZO, {"danger": ("none",)}, "danger") == BENZO.question("thoughts")


@pytest.mark.parametrize(("said", "after"), [("yes", "thoughts_now"), ("not_sure", "thoughts_now")])
def test_thoughts_of_suicide_are_asked_about_once_more(said: str, after: str) -> None:
    following_question = following(BENZO, {"thoughts": (said,)}, "thoughts")
    assert following_question is not None
    assert following_question.id == after
    assert not following_question.skippable


def test_the_last_question_has_nothing_after_it_and_the_first_nothing_before() -> None:
    assert following(BENZO, {}, "more") is None
    assert previous(BENZO, {}, "sleep") is None


def test_back_skips_the_follow_ups_that_were_not_asked() -> None:
    assert previous(BENZO, {"danger": ("none",)}, "thoughts") == BENZO.question("danger")
    assert previous(BENZO, EXTRA, "thoughts") == BENZO.question("extra_amount")


def test_progress_counts_only_what_is_asked() -> None:
    assert progress(BENZO, {}, "worry") == (2, 9)
    assert progress(BENZO, EXTRA, "danger_extra") == (8, 11)


def test_progress_of_a_question_nobody_asked_is_refused() -> None:
    with pytest.raises(KeyError):
        progress(BENZO, {}, "danger_extra")


def test_a_changed_answer_drops_the_answers_it_no_longer_leads_to() -> None:
    changed = {**EXTRA, "extra_amount": ("one",), "danger": ("none",), "sleep": ("3",)}
    assert still_asked(BENZO, changed) == {"sleep": ("3",), "danger": ("none",)}


def test_none_excludes_the_others_and_they_exclude_it() -> None:
    danger = BENZO.question("danger")
    assert toggle(danger, ("confused", "chest"), "none") == ("none",)
    assert toggle(danger, ("none",), "confused") == ("confused",)
    assert toggle(danger, ("extra",), "seizure") == ("seizure", "extra")
    assert toggle(danger, ("seizure", "extra"), "seizure") == ("extra",)
    with pytest.raises(KeyError):
        toggle(danger, (), "hiccups")


@pytest.mark.parametrize(
    ("typed", "option"),
    [
        ("maybe three", "3"), ("3", "3"), ("about 3 hours", "3"), ("a couple of hours", "2"),
        ("half an hour", "0-1"), ("90 minutes", "0-1"), ("three and a half hours", "3"),
        ("4 or 5", "4-5"), ("4\N{EN DASH}5", "4-5"), ("no sleep", "0-1"), ("8h", "6+"),
        ("6+", "6+"),
    ],
)  # fmt: skip
def test_hours_of_sleep_can_be_typed(typed: str, option: str) -> None:
    assert understand(BENZO.question("sleep"), typed) == (option,)


@pytest.mark.parametrize(
    "typed", ["not 3", "2-3", "3am", "11pm to 5am", "30", "-3", "less than 3", "2 hours 40 min", ""]
)
def test_unclear_hours_are_asked_again(typed: str) -> None:
    assert understand(BENZO.question("sleep"), typed) is None


@pytest.mark.parametrize(
    ("typed", "option"),
    [("a lot", "lot"), ("So-so.", "medium"), ("nope", "none"), ("I guess it was a lot", "lot")],
)
def test_amounts_can_be_typed(typed: str, option: str) -> None:
    assert understand(BENZO.question("worry"), typed) == (option,)


@pytest.mark.parametrize("typed", ["not a lot", "yes", "3", "a lot less", "better"])
def test_unclear_amounts_are_asked_again(typed: str) -> None:
    assert understand(BENZO.question("worry"), typed) is None


@pytest.mark.parametrize(
    "typed",
    ["no seizure", "seizure or chest pain", "i think a seizure", "none, confused", "yes", "maybe"],
)
def test_a_danger_is_never_guessed(typed: str) -> None:
    assert understand(BENZO.question("danger"), typed) is None


@pytest.mark.parametrize("typed", ["i guess no", "probably not", "not really", "no and yes"])
def test_a_hedged_no_to_the_suicide_question_is_no_answer(typed: str) -> None:
    assert understand(BENZO.question("thoughts"), typed) is None


def test_several_dangers_can_be_typed_at_once() -> None:
    danger = BENZO.question("danger")
    assert understand(danger, "Very sleepy, hard to wake, confused") == ("confused", "sleepy")
    assert understand(danger, "seizure and chest pain") == ("seizure", "chest")
    assert understand(danger, "none") == ("none",)


@pytest.mark.parametrize(
    ("typed", "celsius"),
    [("38.4", "38.4"), ("39,2", "39.2"), ("101", "38.3"), ("about 38 c", "38")],
)
def test_a_temperature_is_kept_in_celsius(typed: str, celsius: str) -> None:
    assert understand(BACLOFEN.question("temperature"), typed) == (celsius,)


@pytest.mark.parametrize("typed", ["380", "12", "hot", "98 or 99"])
def test_an_impossible_temperature_is_asked_again(typed: str) -> None:
    assert understand(BACLOFEN.question("temperature"), typed) is None


def test_skip_can_be_typed_where_it_is_offered() -> None:
    assert understand(BENZO.question("sleep"), "Skip") == (SKIPPED,)
    assert understand(BENZO.question("thoughts_now"), "skip") is None


def test_free_text_is_kept_as_it_was_typed() -> None:
    more = BENZO.question("more")
    assert understand(more, "  Saw my sister. ") == ("Saw my sister.",)
    assert understand(more, "Nothing more!") == ("nothing",)


@given(st.sampled_from(EVERY_QUESTION), st.text(max_size=60))
def test_any_text_is_an_answer_of_the_question_or_none(question: Question, typed: str) -> None:
    answer = understand(question, typed)
    if answer is not None and question.kind in {"choice", "many"}:
        assert set(answer) <= {option.id for option in question.options} | {SKIPPED}


@pytest.mark.parametrize("flood", ["a " * 2048, "no," * 1365, "3 " * 2048, "-" * 4096])
def test_a_very_long_message_is_no_choice(flood: str) -> None:
    for question_id in ("sleep", "worry", "danger", "thoughts"):
        assert understand(BENZO.question(question_id), flood) is None


def test_an_option_id_that_is_no_number_is_refused() -> None:
    assert str(number_of("4-5")) == "4.5"
    with pytest.raises(ValueError, match="no number"):
        number_of("a lot")


@pytest.mark.parametrize("typed", ["not sure", "my sister", "ask the front desk", "12"])
def test_what_cannot_be_dialled_is_no_phone_number(typed: str) -> None:
    phone = load_questionnaires()["intake"].question("phone")
    assert understand(phone, typed) is None


@pytest.mark.parametrize("typed", ["+44 7700 900123", "020 7946 0000 (ask for Ann)", "111"])
def test_a_phone_number_is_kept_as_it_was_typed(typed: str) -> None:
    phone = load_questionnaires()["intake"].question("phone")
    assert understand(phone, typed) == (typed,)


def test_an_unknown_number_of_the_prescriber_is_no_number() -> None:
    question = load_questionnaires()["intake"].question("prescriber_phone")
    assert understand(question, "don't know") == ("none",)
