"""Loads the questionnaires and proves that each can be walked, tapped and typed through."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from bot.content.files import CONTENT, ContentError, read_yaml
from bot.content.strict import strictly
from care.questionnaire import (
    NONE,
    SKIPPED,
    Answers,
    Option,
    Question,
    Questionnaire,
    asked,
    understand,
)

FOLDER = CONTENT / "questionnaires"
_SHARED = FOLDER / "shared.yaml"
_MAX_TEXT = 200
_MAX_BUTTON = 40
_MIN_CHOICES = 2


@cache
def load_questionnaires() -> Mapping[str, Questionnaire]:
    """Every questionnaire by its id.

    Raises:
        ContentError: a file does not fit its shape, uses something unknown or repeats an id.
    """
    shared = read_yaml(_SHARED)
    loaded: dict[str, Questionnaire] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        if path == _SHARED:
            continue
        data = read_yaml(path)
        questions = [_question(raw, shared, path.name) for raw in data.pop("questions", [])]
        one = strictly(Questionnaire, {**data, "questions": questions}, path.name)
        if one.id != path.stem:
            raise ContentError(f"{path.name}: id {one.id!r} is not the name of the file")
        loaded[one.id] = one
    return loaded


def check_questionnaires() -> list[str]:
    """What is wrong with the questionnaires, one line each; empty when nothing is."""
    try:
        loaded = load_questionnaires()
    except ContentError as error:
        return [str(error)]
    return [f"{one.id}: {line}" for one in loaded.values() for line in findings_in(one)]


def findings_in(questionnaire: Questionnaire) -> Iterator[str]:
    """What is wrong with one questionnaire: its branches, lengths, ids and typed answers."""
    yield from _repeated([question.id for question in questionnaire.questions], "question")
    for place, question in enumerate(questionnaire.questions):
        earlier = {one.id: one for one in questionnaire.questions[:place]}
        for line in (
            *_branch(question, earlier),
            *_words(question),
            *_choices(question),
            *_typing(question),
        ):
            yield f"{question.id}: {line}"
        if not any(_branch(question, earlier)) and not _reachable(questionnaire, question):
            yield f"{question.id}: no answers lead here"


def _question(raw: Mapping[str, Any], shared: Mapping[str, Any], where: str) -> dict[str, Any]:
    """A question with its shared parts filled in; what stands beside `use` goes first."""
    question = dict(raw)
    if "use" in question:
        name = question.pop("use")
        question = {"id": name, **_known(shared["questions"], name, where), **question}
    if "scale" in question:
        options = _known(shared["scales"], question.pop("scale"), where)
        question["options"] = _picked(options, question.pop("pick", None), where)
    return question


def _known(shared: Mapping[str, Any], name: str, where: str) -> Any:  # noqa: ANN401 - raw YAML
    if name not in shared:
        raise ContentError(f"{where}: nothing shared is called {name!r}")
    return shared[name]


def _picked(options: list[dict[str, Any]], ids: list[str] | None, where: str) -> list[Any]:
    if ids is None:
        return options
    unknown = set(ids) - {option["id"] for option in options}
    if unknown:
        raise ContentError(f"{where}: no such option to pick: {', '.join(sorted(unknown))}")
    return [option for option in options if option["id"] in ids]


def _repeated(ids: list[str], what: str) -> Iterator[str]:
    yield from (f"{what} {one!r} is there twice" for one in sorted(set(ids)) if ids.count(one) > 1)


def _branch(question: Question, earlier: Mapping[str, Question]) -> Iterator[str]:
    for condition in question.only_if:
        parent = earlier.get(condition.question)
        if parent is None:
            yield f"follows {condition.question!r}, which is not asked before it"
            continue
        for option_id in sorted(condition.includes):
            if parent.option(option_id) is None:
                yield f"follows {condition.question}: {option_id!r}, which cannot be chosen"


def _reachable(questionnaire: Questionnaire, question: Question) -> bool:
    return question in asked(questionnaire, _way_to(questionnaire, question))


def _way_to(questionnaire: Questionnaire, question: Question) -> Answers:
    """Answers that satisfy every condition on the way to a question."""
    answers: dict[str, tuple[str, ...]] = {}
    for condition in question.only_if:
        parent = questionnaire.question(condition.question)
        answers.update(_way_to(questionnaire, parent))
        answers[parent.id] = tuple(sorted(condition.includes))[:1]
    return answers


def _words(question: Question) -> Iterator[str]:
    if not 0 < len(question.text) <= _MAX_TEXT:
        yield f"its text has {len(question.text)} characters, allowed are {_MAX_TEXT}"
    for option in question.options:
        if not 0 < len(option.label.strip()) <= _MAX_BUTTON:
            yield f"button {option.id!r} needs a label of at most {_MAX_BUTTON} characters"


def _choices(question: Question) -> Iterator[str]:
    ids = [option.id for option in question.options]
    yield from _repeated(ids, "option")
    if SKIPPED in ids:
        yield f"an option may not be called {SKIPPED!r}"
    if question.kind in {"choice", "many"} and len(ids) < _MIN_CHOICES:
        yield "needs at least two options"
    if question.kind == "many" and NONE not in ids:
        yield f"needs an option {NONE!r} that excludes the others"
    if question.kind == "number" and (question.lowest is None or question.highest is None):
        yield "a number needs a lowest and a highest value"


def _typing(question: Question) -> Iterator[str]:
    for option in question.options:
        for words in (option.label, *option.aliases):
            if understand(question, words) != (option.id,):
                yield f"typing {words!r} does not give {option.id!r}"
        yield from _bounds(question, option)


def _bounds(question: Question, option: Option) -> Iterator[str]:
    if option.at_least is not None and understand(question, f"{option.at_least}") != (option.id,):
        yield f"typing {option.at_least} does not give {option.id!r}"
