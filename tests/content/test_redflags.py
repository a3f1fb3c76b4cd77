import copy
from typing import Any

import pytest

from bot.content.files import ContentError
from bot.content.redflags import check_redflags, findings_in, load_rules, read_rule
from care.tiers import Tier

KNOWN = {"danger": frozenset({"seizure", "none"})}
RAW: dict[str, Any] = {
    "id": "X01",
    "version": 1,
    "tier": "emergency",
    "label": "seizure",
    "source": "clinical.md E01",
    "why": "Because.",
    "say": "safety/emergency",
    "card": "seizure",
    "when": {"answer_is": {"question": "danger", "options": ["seizure"]}},
    "examples": {
        "fires": [{"answers": {"danger": ["seizure"]}}],
        "silent": [{"answers": {"danger": ["none"]}}],
    },
}


def changed(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(RAW), **changes}


def findings(**changes: Any) -> list[str]:
    return list(findings_in(read_rule(changed(**changes), "test"), KNOWN))


def test_the_rules_have_no_findings() -> None:
    assert check_redflags() == []


def test_a_sound_rule_has_no_findings() -> None:
    assert findings() == []


@pytest.mark.parametrize("missing", ["fires", "silent"])
def test_a_rule_without_both_kinds_of_example_is_refused(missing: str) -> None:
    examples = {**RAW["examples"], missing: []}
    with pytest.raises(ContentError, match="firing and a silent"):
        read_rule(changed(examples=examples), "test")


@pytest.mark.parametrize(
    "changes",
    [
        {"when": {"guess": 3}},
        {"when": {"answer_is": {"question": "danger"}}},
        {"when": {"answer_is": {"question": "danger", "options": [True]}}},
        {"when": {"all_of": []}},
        {"when": {"any_of": {"vital": 3}}},
        {"when": {"count_of": {"count": "many", "of": []}}},
        {"when": "answer_is"},
        {"when": {"unanswered": "danger", "profile_has": ["pump"]}},
        {"tier": "severe"},
        {"colour": "red"},
        {"examples": {"fires": [{"answer": {}}], "silent": [{}]}},
    ],
    ids=repr,
)
def test_a_rule_outside_the_vocabulary_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ContentError):
        read_rule(changed(**changes), "test")


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"examples": {"fires": [{}], "silent": [{}]}}, "missed"),
        ({"examples": {**RAW["examples"], "silent": RAW["examples"]["fires"]}}, "noisy"),
        ({"say": "safety/hello"}, "no reply"),
        ({"card": "hug"}, "no card"),
        ({"source": " "}, "needs a source"),
        ({"when": {"answer_is": {"question": "danger", "options": ["seisure"]}}}, "seisure"),
        ({"when": {"not": {"unanswered": "nobody"}}}, "nobody"),
        (
            {"examples": {**RAW["examples"], "silent": [{"answers": {"danger": ["x"]}}]}},
            "danger: x",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_faulty_rule_is_found(changes: dict[str, Any], finding: str) -> None:
    assert any(finding in line for line in findings(**changes))


@pytest.mark.parametrize("rule", load_rules(), ids=lambda rule: rule.id)
def test_the_id_of_a_rule_tells_its_tier(rule: Any) -> None:
    letter = {"E": Tier.EMERGENCY, "U": Tier.URGENT, "T": Tier.URGENT, "W": Tier.WATCH}
    assert rule.tier is letter[rule.id[0]]


def test_every_emergency_has_emergency_words() -> None:
    for rule in load_rules():
        if rule.tier is Tier.EMERGENCY:
            assert rule.say in {"safety/emergency", "safety/suicide_now", "safety/suicide_thoughts"}
            assert not rule.patient_only


def test_the_structured_rules_of_the_dossier_are_all_there() -> None:
    stems = {rule.id.split("_")[0] for rule in load_rules()}
    emergencies = {"E01", "E02", "E03", "E04", "E05", "E06", "E07", "E08", "E10", "E11"}
    urgent = {"U02", "U04", "U05", "U07", "U08", "U09", "U10", "U11", "U12", "U13", "U14", "U19"}
    assert emergencies | urgent | {"T09", "T10", "W01", "W02", "W03", "W04", "W06", "W08"} <= stems
