"""The words and the code fit each other: nothing named is missing, nothing written is unused."""

import re

import pytest

from actions.plan_confirm import STAGES
from actions.rule_questions import QUESTIONS
from bot.content.buttons import load_labels
from bot.content.checker import template_findings
from bot.content.lessons import load_lessons
from bot.content.questionnaires import load_questionnaires
from bot.content.redflags import load_rules
from bot.content.render import TEMPLATES, Renderer
from bot.content.samples import load_samples, samples_for
from bot.content.signs import load_signs
from care.doses import Guidance
from tests.content.code_reader import (
    FOLDERS,
    NAME,
    ROOT,
    functions,
    given,
    label_arguments,
    label_calls,
    picked,
    returned,
    shapes,
    texts,
)

RENDERER = Renderer()
SAMPLES = load_samples()
LABELS = load_labels(TEMPLATES, "en")

# Names that the code puts together, and everything they can become.
FAMILIES = {
    "aftercare/{}": {"aftercare/zero", "aftercare/over"},
    "alerts/closed_{}": {"alerts/closed_safe", "alerts/closed_false_alarm"},
    "alerts/patient_closed_{}": {
        "alerts/patient_closed_safe",
        "alerts/patient_closed_false_alarm",
    },
    "asks/{}": {f"asks/{sign.ask}" for sign in load_signs().labels.values()},
    "checkin/{}": {"checkin/already_done", "checkin/expired"},
    "common/{}": {"common/dose_question", "common/substance_question"},
    "doses/guide_{}": {f"doses/guide_{guidance.value}" for guidance in Guidance},
    "onboarding/ends_{}": {f"onboarding/ends_{why}" for why in ("minor", "proxy", "no")},
    # A question without a text of its own is shown by onboarding/question.
    "onboarding/{}": {
        f"onboarding/{question.id}"
        for question in load_questionnaires()["intake"].questions
        if RENDERER.has(f"onboarding/{question.id}", "en")
    },
    "plans/rule_{}": {f"plans/rule_{step}" for step in QUESTIONS},
}
LABEL_FAMILIES = {
    "ob.confirm.{}": {f"ob.confirm.{choice}" for some in STAGES.values() for choice in some},
    "rule.{}.{}": {
        *(f"rule.{step}.{choice}" for step in ("whose", "join") for choice in ("yes", "no")),
        *("rule.of.current", "rule.of.starting", "rule.order.alike"),
    },
    "dose.why_{}": {
        f"dose.why_{reason}"
        for reason in ("forgot", "unwell", "ran_out", "told", "dont_want", "other")
    },
    "supply.{}": {"supply.count", "supply.refill", "supply.none"},
    "supply.date_{}": {f"supply.date_{weeks}" for weeks in (1, 2, 4)},
    "command.{}": {
        f"command.{name}"
        for name in (
            *("start", "today", "week", "checkin", "badday", "plan", "needed", "supply", "learn"),
            *("picture", "people", "travel", "pause", "sos", "help"),
        )
    },
}
# Offered by one call with one of two lists.
CHOSEN = {
    *(f"ob.confirm.{choice}" for choice in ("yes", "not_yet", "wrong")),
    *("ob.steps.doses", "ob.steps.none"),
}
FILLED = {
    "name": "Maya",
    "drug": "diazepam",
    "wall": "08:00",
    "minutes": 15,
    "place": "Port-aux-Francais",
    "day": "Tue 24 Nov",
}


def named_templates() -> set[str]:
    constants = {text for text in texts() if NAME.fullmatch(text)}
    # The fixed start of a name that is put together is a constant as well.
    starts = {family.removesuffix("{}") for family in FAMILIES}
    return constants - starts


def named_labels() -> set[str]:
    files = {path.name for path in ROOT.glob("bot/content/*.yaml")}
    made = label_calls()
    looked_up = {text for text in texts() if text.startswith(("home.", "ob.")) and text[-1] != "."}
    families = set().union(*LABEL_FAMILIES.values())
    return (made | looked_up | families | picked() | CHOSEN | label_arguments()) - files - DATA_ONLY


# These verbs only ever carry words from elsewhere: an option, a country, a lesson.
DATA_ONLY = {"ob.pick", "ob.toggle"}


def included() -> set[str]:
    found = set()
    for path in (TEMPLATES / "en").rglob("*.j2"):
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r'"en/([a-z_/]+)\.j2"', text))
    return found


def cards() -> set[str]:
    signs = [*load_signs().labels.values(), load_signs().fallback]
    return {sign.card for sign in signs} | {rule.card for rule in load_rules()}


def replies() -> set[str]:
    signs = [*load_signs().labels.values(), load_signs().fallback]
    return {sign.say for sign in signs} | {rule.say for rule in load_rules()}


def used_templates() -> set[str]:
    families = set().union(*FAMILIES.values())
    lessons = {lesson.body for lesson in load_lessons()}
    made = {f"alerts/cards/{card}" for card in cards()}
    return named_templates() | families | replies() | lessons | made | included()


def test_every_text_that_the_code_names_exists() -> None:
    missing = {name for name in named_templates() if not RENDERER.has(name, "en")}
    assert missing == set()


def test_every_name_put_together_is_a_known_family() -> None:
    made = {text for text in shapes() if re.match(rf"(?:{'|'.join(FOLDERS)})/", text)}
    assert made == set(FAMILIES)


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_every_member_of_a_family_exists(family: str) -> None:
    assert FAMILIES[family]
    assert all(RENDERER.has(name, "en") for name in FAMILIES[family])


def test_every_reply_and_card_of_the_rules_exists() -> None:
    names = replies() | {f"alerts/cards/{card}" for card in cards()}
    assert {name for name in names if not RENDERER.has(name, "en")} == set()


def test_every_text_is_used_by_something() -> None:
    paths = (path.relative_to(TEMPLATES / "en") for path in (TEMPLATES / "en").rglob("*.j2"))
    assert {path.with_suffix("").as_posix() for path in paths} - used_templates() == set()


def test_every_text_keeps_to_the_wording_rules() -> None:
    assert list(template_findings()) == []


def test_every_label_that_the_code_names_has_words() -> None:
    assert {label for label in named_labels() if label not in LABELS} == set()


def test_every_label_put_together_is_a_known_family() -> None:
    made = {
        text
        for text in shapes()
        if re.match(r"(?:dose|command|ob|home|alert|care|rule|supply)\.", text)
    }
    assert made == {*LABEL_FAMILIES, "ob.{}.{}"}


def test_every_label_is_used_by_something() -> None:
    assert set(LABELS.all()) - named_labels() == set()


@pytest.mark.parametrize("label", sorted(LABELS.all()))
def test_a_button_is_short_and_needs_only_what_is_filled_in(label: str) -> None:
    words = LABELS.text(label, **FILLED)
    assert 1 <= len(words) <= 30
    assert re.search(r"\w", words)


CALLS = list(given())


def test_the_values_of_nearly_every_call_can_be_read_off_the_code() -> None:
    read = {name for name, _, _ in CALLS}
    assert {"safety/help", "alerts/yours", "doses/ask_unknown", "plans/eve", "plans/plan"} <= read
    assert len(read) >= 60


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call[0]}-{call[1]}")
def test_a_text_is_tried_with_no_more_than_the_code_gives_it(
    call: tuple[str, str, set[str]],
) -> None:
    name, _, values = call
    own = SAMPLES.get(name, ())
    for sample in own:
        assert set(sample) <= values
    if not own:
        # Tried with its folder's samples, which may hold more: cut down to what is given.
        for sample in samples_for(name, SAMPLES):
            cut = {key: value for key, value in sample.items() if key in values}
            assert RENDERER.text(name, "en", **cut)


# Texts whose name reaches the call in a variable: whose values they get, and what beside them.
CARD = ("alert_words.py:for_caregiver", set[str]())
INDIRECT = {
    "alerts/alert": CARD,
    "alerts/drill": CARD,
    "alerts/says_called": CARD,
    "alerts/taken": (CARD[0], {"who"}),
    "alerts/closed_safe": (CARD[0], {"who"}),
    "alerts/closed_false_alarm": (CARD[0], {"who"}),
    "doses/reminder": ("dose_words.py:reminder", set[str]()),
    "doses/reminder_ask_team": ("dose_words.py:reminder", set[str]()),
    "doses/reminder_unsettled": ("dose_words.py:reminder", set[str]()),
    **{name: ("alert_words.py:safety_values", set[str]()) for name in replies()},
    **{name: ("alert_words.py:safety_values", {"first_told"}) for name in FAMILIES["asks/{}"]},
}
INDIRECT["caregivers/drill"] = INDIRECT["safety/emergency"]


@pytest.mark.parametrize("name", sorted(INDIRECT))
def test_a_text_named_in_a_variable_is_tried_with_what_it_gets(name: str) -> None:
    function, beside = INDIRECT[name]
    values = (returned(functions()[function], function.split(":")[0]) or set()) | beside
    for sample in samples_for(name, SAMPLES):
        assert set(sample) <= values
