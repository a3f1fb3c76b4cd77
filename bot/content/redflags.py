"""Loads the red-flag rules, refuses any without examples, and proves that the examples hold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from bot.content.files import CONTENT, ContentError, read_yaml
from bot.content.questionnaires import load_questionnaires
from bot.content.redflag_conditions import answers_named, condition
from bot.content.strict import strictly
from care.questionnaire import SKIPPED
from care.redflags import Examples, Facts, Rule, fires
from care.tiers import Tier

FOLDER = CONTENT / "redflags"
SAYS: Final = frozenset(
    f"safety/{name}" for name in ("emergency", "suicide_now", "suicide_thoughts", "urgent", "watch")
)
CARDS: Final = frozenset(
    {"seizure", "confusion", "overdose", "suicide", "chest", "fever", "pump", "general"}
)


@dataclass(frozen=True, slots=True)
class _RuleLines:
    """A rule as it stands in its file."""

    id: str
    version: int
    tier: Tier
    label: str
    source: str
    why: str
    say: str
    card: str
    when: Any
    examples: Examples
    scope: frozenset[str] = frozenset()
    patient_only: bool = False


@cache
def load_rules() -> tuple[Rule, ...]:
    """All rules, in the order of the files and of their lines.

    Raises:
        ContentError: a rule does not fit its shape, lacks a firing or a silent example, or
            repeats an id.
    """
    rules: dict[str, Rule] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        for raw in read_yaml(path)["rules"]:
            rule = read_rule(raw, path.name)
            if rule.id in rules:
                raise ContentError(f"{path.name}: rule {rule.id} is there twice")
            rules[rule.id] = rule
    return tuple(rules.values())


def read_rule(raw: Mapping[str, Any], where: str) -> Rule:
    """One rule from the lines of a file.

    Raises:
        ContentError: it does not fit its shape or lacks a firing or a silent example.
    """
    lines = strictly(_RuleLines, raw, f"{where}: {raw.get('id', 'a rule without id')}")
    if not lines.examples.fires or not lines.examples.silent:
        raise ContentError(f"{where}: {lines.id} needs a firing and a silent example")
    values = {name: getattr(lines, name) for name in _RuleLines.__dataclass_fields__}
    return Rule(**{**values, "when": condition(lines.when, f"{where}: {lines.id}")})


def check_redflags() -> list[str]:
    """What is wrong with the rules, one line each; empty when nothing is."""
    try:
        rules = load_rules()
        known = _options_by_question()
    except ContentError as error:
        return [str(error)]
    return [f"{rule.id}: {line}" for rule in rules for line in findings_in(rule, known)]


def findings_in(rule: Rule, known: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """What is wrong with one rule: examples, words it uses, and questions nobody asks."""
    yield from (f"missed {facts}" for facts in rule.examples.fires if not fires(rule, facts))
    yield from (f"noisy on {facts}" for facts in rule.examples.silent if fires(rule, facts))
    if rule.say not in SAYS:
        yield f"no reply is called {rule.say!r}"
    if rule.card not in CARDS:
        yield f"no card is called {rule.card!r}"
    if not rule.source.strip() or not rule.why.strip():
        yield "needs a source and a reason"
    for question, options in answers_named(rule.when):
        missing = sorted(options - known.get(question, frozenset()))
        if question not in known or missing:
            yield f"reads {question} {missing}, which no questionnaire offers"
    for facts in (*rule.examples.fires, *rule.examples.silent):
        yield from (
            f"an example uses {one}, which no question offers" for one in _odd(facts, known)
        )


def _odd(facts: Facts, known: Mapping[str, frozenset[str]]) -> Iterator[str]:
    for day in (facts.answers, *facts.history):
        for question, chosen in (day or {}).items():
            if not set(chosen) <= known.get(question, frozenset()) | {SKIPPED}:
                yield f"{question}: {', '.join(chosen)}"


def _options_by_question() -> dict[str, frozenset[str]]:
    known: dict[str, frozenset[str]] = {}
    # Rules read check-ins, which name the drug classes they are for; joining questions do not.
    check_ins = (one for one in load_questionnaires().values() if one.classes)
    for questionnaire in check_ins:
        for question in questionnaire.questions:
            ids = frozenset(option.id for option in question.options)
            known[question.id] = known.get(question.id, frozenset()) | ids
    return known
