"""What single sentences claim, and what they must never claim."""

import re

import pytest

from bot.content.checker import template_names
from bot.content.render import Renderer
from bot.content.samples import load_samples, samples_for
from bot.content.signs import load_signs
from care.doses import Guidance
from care.typedline import PlanLineCode

RENDERER = Renderer()
SAMPLES = load_samples()


def test_every_reason_for_asking_again_has_its_own_words() -> None:
    words = {
        code: RENDERER.text("plans/line_problem", "en", code=code, line=1, found="x", expected="y")
        for code in PlanLineCode
    }
    assert len(set(words.values())) >= len(PlanLineCode) - 1


def test_what_people_typed_cannot_become_markup() -> None:
    card = SAMPLES["alerts/alert"][0] | {"words": "<b>1 & 2</b>"}
    assert "&lt;b&gt;1 &amp; 2&lt;/b&gt;" in RENDERER.text("alerts/alert", "en", **card)


def test_a_very_long_message_is_quoted_in_part_only() -> None:
    card = SAMPLES["alerts/alert"][0] | {"words": "word " * 800}
    assert len(RENDERER.text("alerts/alert", "en", **card)) < 1000


@pytest.mark.parametrize("name", ["doses/toast_already", "onboarding/toast_elsewhere"])
def test_a_toast_is_plain_and_short(name: str) -> None:
    # Telegram shows it as it is, without reading HTML, and takes 200 characters.
    for sample in samples_for(name, SAMPLES):
        text = RENDERER.text(name, "en", **sample)
        assert not re.search(r"[<>&\n]", text)
        assert len(text) <= 200


@pytest.mark.parametrize(
    ("name", "most"),
    [("profile/name", 64), ("profile/short_description", 120), ("profile/description", 512)],
)
def test_the_profile_is_plain_and_fits(name: str, most: int) -> None:
    text = RENDERER.text(name, "en")
    assert not re.search(r"[<>&]", text)
    assert len(text) <= most


SAFETY = sorted(name for name in template_names("en") if name.startswith("safety/"))


@pytest.mark.parametrize("name", SAFETY)
def test_a_safety_reply_says_only_what_was_really_done(name: str) -> None:
    for sample in samples_for(name, SAMPLES):
        text = RENDERER.text(name, "en", **sample)
        if not sample["told"]:
            assert "sending this" not in text
            assert "Delivered" not in text
            assert "is on it" not in text


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("notified", "I'm sending this to Maya now."),
        ("delivered", "Delivered to Maya 03:12. No answer yet."),
        ("undeliverable", "I could not reach Maya. Call them if you can."),
        ("acknowledged", "Maya is on it (03:12)."),
        ("passed", "Maya can't take it."),
    ],
)
def test_the_status_line_follows_the_facts(state: str, said: str) -> None:
    told = [{"name": "Maya", "state": state, "at": "03:12"}]
    sample = SAMPLES["safety/*"][0] | {"told": told}
    assert RENDERER.text("safety/emergency", "en", **sample).endswith("\n" + said)


def test_somebody_alone_is_told_that_nobody_knows() -> None:
    sample = SAMPLES["safety/*"][0] | {"told": [], "alone": True}
    assert "Nobody else has been told." in RENDERER.text("safety/emergency", "en", **sample)


@pytest.mark.parametrize(
    "name", ["emergency", "pump", "harm_others", "suicide_now", "took_more", "help"]
)
def test_the_number_comes_first(name: str) -> None:
    for sample in SAMPLES["safety/*"]:
        first = RENDERER.text(f"safety/{name}", "en", **sample).splitlines()[0]
        assert sample["emergency"] in first


def test_hours_of_a_line_are_said_only_when_they_are_known() -> None:
    line = {"name": "A line", "number": "1", "channels": ["call"], "hours": "24/7"}
    sample = SAMPLES["safety/*"][0]
    unsure = sample | {"crisis": line | {"any_time": False}}
    sure = sample | {"crisis": line | {"any_time": True}}
    assert "night" not in RENDERER.text("safety/suicide", "en", **unsure)
    assert "(day and night)" in RENDERER.text("safety/suicide", "en", **sure)


ASKS = sorted({f"asks/{sign.ask}" for sign in load_signs().labels.values()})


@pytest.mark.parametrize("name", ASKS)
def test_what_silence_means_is_said_before_the_question(name: str) -> None:
    sample = SAMPLES["asks/*"][0] | {"first_told": "Maya"}
    text = RENDERER.text(name, "en", **sample)
    assert text.index("If you don't answer in 10 minutes I'll ask Maya") < text.index("<b>")


@pytest.mark.parametrize("name", ASKS)
def test_silence_is_not_said_to_mean_anything_when_nobody_would_be_told(name: str) -> None:
    text = RENDERER.text(name, "en", **SAMPLES["asks/*"][0] | {"first_told": ""})
    assert "10 minutes" not in text


PROMPTS = ["doses/reminder_ask_team", "doses/reminder_unsettled"]


@pytest.mark.parametrize("name", PROMPTS)
def test_no_amount_is_prompted_while_it_may_be_the_wrong_one(name: str) -> None:
    for sample in SAMPLES[name]:
        assert " mg" not in RENDERER.text(name, "en", **sample)


@pytest.mark.parametrize("guidance", list(Guidance))
def test_guidance_about_a_missed_dose_names_no_amount(guidance: Guidance) -> None:
    name = f"doses/guide_{guidance.value}"
    for sample in samples_for(name, SAMPLES):
        assert " mg" not in RENDERER.text(name, "en", **sample)


def test_words_are_quoted_only_when_the_patient_shares_them() -> None:
    card = SAMPLES["alerts/alert"][0] | {"words": None}
    assert "The words were" not in RENDERER.text("alerts/alert", "en", **card)


@pytest.mark.parametrize(
    ("code", "found", "expected"),
    [
        ("unit_missing", "10", "10 mg"),
        ("comma_amount", "2,5 mg", "2.5 mg"),
        ("bad_amount", ".5 mg", "0.5 mg"),
    ],
)
def test_an_amount_that_was_guessed_is_asked_about(code: str, found: str, expected: str) -> None:
    values = {"code": code, "line": 1, "found": found, "expected": expected}
    assert f"o you mean {expected}?" in RENDERER.text("plans/line_problem", "en", **values)


def test_a_change_to_rest_days_is_never_worded_as_a_dose_a_day() -> None:
    change = SAMPLES["plans/eve"][0]["changes"][0] | {"every": 2}
    text = RENDERER.text("plans/eve", "en", **SAMPLES["plans/eve"][0] | {"changes": [change]})
    assert "8 mg every 2 days</b> instead of 9 mg a day" in text


def test_the_eve_asks_once_whether_somebody_is_ready() -> None:
    evening = RENDERER.text("plans/eve", "en", **SAMPLES["plans/eve"][0])
    assert evening.count("Not ready?") == 1
    for lesson in ("lessons/eve", "lessons/eve_baclofen"):
        for sample in samples_for(lesson, SAMPLES):
            assert "Not ready" not in RENDERER.text(lesson, "en", **sample)


def test_who_may_not_go_without_the_next_dose_is_sent_for_it_day_and_night() -> None:
    values = SAMPLES["supply/low"][0] | {"days": 1, "at_once": True}
    text = RENDERER.text("supply/low", "en", **values)
    assert "now: +44 1632 960001" in text
    assert "day or night" in text
    assert "emergency department" in text
    assert "today:" not in text


@pytest.mark.parametrize(
    ("lesson", "way"),
    [
        ("travel", "/travel"),
        ("supply", "/supply"),
        ("hospital", "/pause"),
        ("missed_dose", "/week"),
        ("pausing", "Stay where I am for now"),
    ],
)
def test_a_lesson_names_the_way_to_what_it_is_about(lesson: str, way: str) -> None:
    for sample in samples_for(f"lessons/{lesson}", SAMPLES):
        assert way in RENDERER.text(f"lessons/{lesson}", "en", **sample)
