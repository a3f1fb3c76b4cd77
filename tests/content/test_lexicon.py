from pathlib import Path
from typing import Any

import pytest

from bot.content.lexicon import LexiconError, build, load
from care.textreader import Lexicon, Outcome, Rule, Tier, read

LEXICON = load("en")
LABELS = {
    "seizure",
    "suicide",
    "self_harm",
    "harm_others",
    "hallucination",
    "confusion_delirium",
    "psychosis",
    "chest_pain",
    "breathing",
    "overdose_sedation",
    "fainting",
    "severe_heart",
    "hyperthermia_rigidity",
    "stroke_signs",
    "pump_failure",
    "stopped_abruptly",
    "double_dose",
    "no_sleep",
    "cannot_function",
    "severe_tremor",
    "panic_attack",
    "vomiting_cannot_keep_meds",
    "pregnancy",
    "dangerous_combo",
    "severe_agitation",
    "fall_injury",
}
TOPICS = {"dose_question", "substance_question"}

RULE: dict[str, Any] = {
    "id": "T01-test",
    "label": "seizure",
    "tier": "emergency",
    "outcome": "flag",
    "patterns": ["a <word>"],
    "source": "clinical.md E01",
    "fires": ["a fit"],
    "silent": ["a walk"],
}
HEAD: dict[str, Any] = {
    "version": "test",
    "macros": {"word": "fit|seizure", "distress": "x", "ill": "x", "misread": "x"},
    "concepts": ["word", "distress", "ill", "misread"],
    "modifiers": {},
    "contexts": {"default": {"idiom": "clear", "explained": "clear", "misread": "ask"}},
    "symbols": {},
    "repaired_words": ["seizure"],
    "stop_words": {"en": "the a"},
}


def built(rule: dict[str, Any] | None = None, head: dict[str, Any] | None = None) -> Lexicon:
    return build(
        {**HEAD, **(head or {})}, [{**RULE, **(rule or {})}], known=[], version="v", language="en"
    )


@pytest.mark.parametrize("rule", LEXICON.rules, ids=lambda rule: rule.id)
def test_each_rule_fires_on_its_examples_and_is_silent_on_its_twins(rule: Rule) -> None:
    for text in rule.fires:
        hits = [hit for hit in read(text, LEXICON).hits if hit.rule_id == rule.id]
        assert [hit.outcome for hit in hits] == [rule.outcome], text
    for text in rule.silent:
        hits = [hit for hit in read(text, LEXICON).hits if hit.rule_id == rule.id]
        assert all(hit.outcome is Outcome.CLEAR for hit in hits), text


def test_every_danger_label_has_a_rule_and_no_rule_invents_a_label() -> None:
    labels = {rule.label for rule in LEXICON.rules}
    assert labels == LABELS | TOPICS


def test_every_rule_names_its_row_of_the_clinical_paper() -> None:
    assert all(rule.source.startswith("clinical.md ") for rule in LEXICON.rules)


@pytest.mark.parametrize("missing", ["fires", "silent", "patterns", "source", "label"])
def test_a_rule_without_its_proof_is_refused_by_name(missing: str) -> None:
    with pytest.raises(LexiconError, match=f"T01-test: {missing} missing"):
        built({missing: []})


def test_an_unknown_key_or_name_is_refused() -> None:
    with pytest.raises(LexiconError, match="unknown key pattern"):
        built({"pattern": ["x"]})
    with pytest.raises(LexiconError, match="no macro <nothing>"):
        built({"patterns": ["<nothing>"]})
    with pytest.raises(LexiconError, match="needs nobody"):
        built({"needs": ["nobody"]})
    with pytest.raises(LexiconError, match="context sarcasm"):
        built({"context": {"sarcasm": "clear"}})
    with pytest.raises(LexiconError, match="outcome maybe"):
        built({"outcome": "maybe"})


def test_a_modifier_without_a_default_is_refused_when_loading_and_not_when_reading() -> None:
    modifiers = {"negated": {"scope": "before", "window": 3, "trigger": ["no"]}}
    with pytest.raises(LexiconError, match="context default lacks negated"):
        built(head={"modifiers": modifiers})


def test_a_pattern_that_can_never_match_or_could_be_slow_is_refused() -> None:
    with pytest.raises(LexiconError, match="ends with a space"):
        built({"patterns": ["a "]})
    with pytest.raises(LexiconError, match="without bound"):
        built({"patterns": ["(?:a )*b"]})


def test_a_broken_pattern_and_a_circle_of_macros_are_refused() -> None:
    with pytest.raises(LexiconError, match="no pattern"):
        built({"patterns": ["a ("]})
    with pytest.raises(LexiconError, match="circle"):
        built(head={"macros": {**HEAD["macros"], "word": "x <word>"}})


def test_a_drug_class_raises_the_tier_of_a_rule_that_says_so() -> None:
    lexicon = built({"tier": "urgent", "raises": {"baclofen": "emergency"}})
    assert read("a fit", lexicon).tier is Tier.URGENT
    assert read("a fit", lexicon, classes=frozenset({"z_drug"})).tier is Tier.URGENT
    assert read("a fit", lexicon, classes=frozenset({"baclofen"})).tier is Tier.EMERGENCY


def test_an_id_used_twice_is_refused() -> None:
    with pytest.raises(LexiconError, match="used twice"):
        build(HEAD, [RULE, RULE], known=[], version="v", language="en")


def test_the_version_changes_with_the_content(tmp_path: Path) -> None:
    folder = tmp_path / "lexicon"
    (folder / "xx").mkdir(parents=True)
    source = Path(load.__wrapped__.__globals__["FOLDER"])
    (folder / "xx.yaml").write_text((source / "en.yaml").read_text(encoding="utf-8"))
    rules = (source / "en" / "watch.yaml").read_text(encoding="utf-8")
    (folder / "xx" / "watch.yaml").write_text(rules)
    first = load("xx", folder).version
    load.cache_clear()
    (folder / "xx" / "watch.yaml").write_text(rules + "\n# reviewed\n")
    assert load("xx", folder).version != first
    load.cache_clear()
