from dataclasses import replace

import pytest

from bot.content.files import ContentError
from bot.content.questionnaires import check_questionnaires, findings_in, load_questionnaires
from bot.content.strict import strictly
from care.questionnaire import Condition, Option, Question, understand

BENZO = load_questionnaires()["daily_benzo"]
SLEEP = BENZO.question("sleep")


def with_question(question: Question) -> list[str]:
    return list(findings_in(replace(BENZO, questions=(*BENZO.questions, question))))


def choice(**changes: object) -> Question:
    options = (Option("a", "First"), Option("b", "Second"))
    return replace(Question("extra_one", "choice", "What now?", options), **changes)  # type: ignore[arg-type]


def test_the_questionnaires_have_no_findings() -> None:
    assert check_questionnaires() == []


@pytest.mark.parametrize(
    ("question", "typed", "meant"),
    [
        ("how_long", "about 3 years", "over_1_year"),
        ("how_long", "6 months", "3_to_12_months"),
        ("how_long", "don't know", "not_sure"),
        ("what_for", "for panic", "anxiety"),
        ("what_for", "insomnia", "sleep"),
    ],
)
def test_a_newcomers_own_words_answer_the_first_questions(
    question: str, typed: str, meant: str
) -> None:
    intake = load_questionnaires()["intake"]
    assert understand(intake.question(question), typed) == (meant,)


def test_a_sound_question_has_no_findings() -> None:
    assert with_question(choice()) == []


@pytest.mark.parametrize(
    ("question", "finding"),
    [
        (choice(text="x" * 201), "201 characters"),
        (choice(options=(Option("a", "x" * 41), Option("b", "B"))), "at most 40"),
        (choice(options=(Option("a", " "), Option("b", "B"))), "needs a label"),
        (choice(options=(Option("a", "A"), Option("a", "B"))), "twice"),
        (choice(options=(Option("a", "A"),)), "two options"),
        (choice(options=(Option("a", "Same"), Option("b", "same"))), "does not give 'b'"),
        (choice(options=(Option("a", "Skip"), Option("b", "B"))), "typing 'Skip'"),
        (choice(kind="many"), "needs an option 'none'"),
        (choice(kind="number", options=()), "lowest and a highest"),
        (choice(id="sleep"), "'sleep' is there twice"),
        (choice(only_if=(Condition("nowhere", frozenset({"a"})),)), "not asked before it"),
        (choice(only_if=(Condition("sleep", frozenset({"9"})),)), "cannot be chosen"),
        (
            choice(
                only_if=(
                    Condition("day", frozenset({"none"})),
                    Condition("day", frozenset({"all"})),
                )
            ),
            "no answers lead here",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_faulty_question_is_found(question: Question, finding: str) -> None:
    assert any(finding in line for line in with_question(question))


@pytest.mark.parametrize("name", ["daily_benzo", "daily_baclofen"])
def test_sleep_has_the_bands_that_the_sleep_rules_need(name: str) -> None:
    options = load_questionnaires()[name].question("sleep").options
    assert [option.id for option in options] == ["0-1", "2", "3", "4-5", "6+"]


@pytest.mark.parametrize("name", ["daily_benzo", "daily_baclofen", "bad_day"])
def test_every_check_in_can_reach_the_suicide_question_and_ends_with_free_text(name: str) -> None:
    one = load_questionnaires()[name]
    assert one.question("thoughts_now").guarded
    assert one.questions[-1].kind == "text"


def test_every_danger_question_takes_exact_answers_only() -> None:
    guarded = {"danger", "danger_sleepy", "danger_extra", "extra_amount", "danger_pump"}
    guarded |= {"thoughts", "thoughts_now", "bad_day"}
    for one in load_questionnaires().values():
        for question in one.questions:
            assert question.guarded == (question.id in guarded), question.id


def test_a_misspelt_field_is_refused_at_any_depth() -> None:
    raw = {"id": "x", "kind": "choice", "text": "What?", "options": [{"id": "a", "lable": "A"}]}
    with pytest.raises(ContentError, match="lable"):
        strictly(Question, raw, "test")
