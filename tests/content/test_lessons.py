from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.content.files import ContentError
from bot.content.lessons import (
    Lesson,
    choose,
    load_lessons,
    menu,
    read_lesson,
    speaks_of_today,
    split,
)
from bot.content.render import Renderer

LESSONS = load_lessons()
CLASSES = ("benzodiazepine", "z_drug", "baclofen")
NONE: frozenset[str] = frozenset()

GENERAL = Lesson(
    id="general",
    title="",
    group="start",
    classes=("benzodiazepine",),
    audience="patient",
    stage="taper",
    days_from=None,
    days_to=None,
    symptoms=NONE,
    order=1,
    push=True,
    sources=("ASAM",),
    reviewed_on=None,
    review_due=date(2027, 5, 22),
    doubts=(),
    body="lessons/general",
)
SYMPTOM = replace(GENERAL, id="symptom", symptoms=frozenset({"sleep"}))
PHASE = replace(GENERAL, id="phase", days_from=0, days_to=7)
NARROW = replace(PHASE, id="narrow", days_from=1, days_to=2)
BOTH = replace(PHASE, id="both", symptoms=frozenset({"sleep"}))
CARDS = (GENERAL, SYMPTOM, PHASE, NARROW, BOTH)


def pick(*seen: str, days: int | None = 1, symptoms: frozenset[str] = NONE) -> str | None:
    card = choose(CARDS, cls="benzodiazepine", days=days, symptoms=symptoms, seen=seen)
    return card and card.id


def test_the_most_specific_card_comes_first() -> None:
    bad_nights = frozenset({"sleep"})
    order = ["both", "narrow", "phase", "symptom", "general"]
    for place, expected in enumerate(order):
        assert pick(*order[:place], symptoms=bad_nights) == expected


def test_a_seen_card_is_never_sent_again_even_when_nothing_is_left() -> None:
    assert pick("narrow", "phase", "general") is None


def test_a_card_about_a_symptom_needs_that_symptom() -> None:
    assert pick("general", days=None) is None
    assert pick("general", days=None, symptoms=frozenset({"mood"})) is None


def test_a_phase_card_stays_within_its_days() -> None:
    assert pick(days=7) == "phase"
    assert pick(days=8) == "general"
    assert pick(days=None) == "general"


def test_a_card_for_another_class_is_not_sent() -> None:
    assert choose(CARDS, cls="baclofen", days=1, symptoms=NONE, seen=()) is None


def test_caregivers_and_looked_up_cards_are_not_sent_to_a_patient() -> None:
    cards = (replace(GENERAL, audience="caregiver"), replace(GENERAL, push=False))
    assert choose(cards, cls="benzodiazepine", days=None, symptoms=NONE, seen=()) is None


def test_a_finished_taper_gets_its_own_cards_and_the_timeless_ones() -> None:
    after = replace(GENERAL, id="after", stage="after_zero")
    timeless = replace(GENERAL, id="timeless", stage="any")
    cards = (GENERAL, after, timeless)
    seen: list[str] = []
    for _ in range(3):
        card = choose(
            cards, cls="benzodiazepine", days=None, symptoms=NONE, seen=seen, finished=True
        )
        seen += [card.id] if card else []
    assert seen == ["after", "timeless"]


@pytest.mark.parametrize("cls", CLASSES)
def test_the_evening_before_a_change_has_its_card(cls: str) -> None:
    card = choose(LESSONS, cls=cls, days=-1, symptoms=NONE, seen=())
    assert card is not None
    assert card.id.startswith("eve")


@pytest.mark.parametrize("cls", CLASSES)
@pytest.mark.parametrize("days", range(5))
def test_each_of_the_first_days_has_a_card_of_its_own(cls: str, days: int) -> None:
    card = choose(LESSONS, cls=cls, days=days, symptoms=NONE, seen=())
    assert card is not None
    assert card.phased


@pytest.mark.parametrize("cls", CLASSES)
def test_the_days_after_the_last_dose_have_a_card(cls: str) -> None:
    card = choose(LESSONS, cls=cls, days=1, symptoms=NONE, seen=(), finished=True)
    assert card is not None
    assert card.stage == "after_zero"


@pytest.mark.parametrize("symptom", ["sleep", "worry", "mood", "body", "senses"])
def test_every_asked_symptom_has_a_card(symptom: str) -> None:
    wanted = frozenset({symptom})
    card = choose(LESSONS, cls="benzodiazepine", days=None, symptoms=wanted, seen=())
    assert card is not None
    assert symptom in card.symptoms


@pytest.mark.parametrize("symptom", ["spasm", "stiffness"])
def test_stiff_muscles_have_a_card(symptom: str) -> None:
    card = choose(LESSONS, cls="baclofen", days=None, symptoms=frozenset({symptom}), seen=())
    assert card is not None
    assert symptom in card.symptoms


@pytest.mark.parametrize("cls", CLASSES)
def test_the_menu_holds_every_card_once_but_those_that_speak_of_today(cls: str) -> None:
    shown = [lesson for group in menu(LESSONS, cls) for lesson in group.lessons]
    expected = {one for one in LESSONS if cls in one.classes and not speaks_of_today(one)}
    assert len(shown) == len(set(shown))
    assert set(shown) == expected
    assert all(group.lessons for group in menu(LESSONS, cls))


@pytest.mark.parametrize("cls", CLASSES)
def test_a_menu_shows_no_title_twice(cls: str) -> None:
    titles = [lesson.title for group in menu(LESSONS, cls) for lesson in group.lessons]
    assert len(titles) == len(set(titles))


def test_the_baclofen_rule_for_a_missed_dose_is_shown_to_nobody_else() -> None:
    by_id = {lesson.id: lesson for lesson in LESSONS}
    assert by_id["missed_dose_baclofen"].classes == ("baclofen",)
    assert "NHS-BAC" in by_id["missed_dose_baclofen"].sources
    assert "baclofen" not in by_id["missed_dose"].classes


def test_front_matter_is_never_shown() -> None:
    text = Renderer().text("lessons/why_slow", "en", drug="Xanax", prescriber="Dr Okafor")
    assert text.startswith("<b>")
    assert "reviewed_on" not in text
    assert "Xanax" in text


FRONT = """{#
---
id: card
title: A card
group: start
classes: [baclofen]
audience: patient
stage: taper
days_from: DAYS
days_to: 3
symptoms: []
order: 1
push: true
sources: [ASAM]
reviewed_on: null
review_due: 2027-05-22
doubts: []
---
#}
Text.
"""


def written(folder: Path, text: str, name: str = "card.j2") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_card_is_read_from_its_front_matter(tmp_path: Path) -> None:
    lesson = read_lesson(written(tmp_path, FRONT.replace("DAYS", "1")))
    assert (lesson.days_from, lesson.days_to, lesson.body) == (1, 3, "lessons/card")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Only words.", "missing"),
        (FRONT.replace("DAYS", "4"), "after days_to"),
        (FRONT.replace("DAYS", "null"), "go together"),
        (FRONT.replace("DAYS", "1").replace("id: card", "id: other"), "name of the file"),
        (FRONT.replace("DAYS", "1").replace("[baclofen]", "[tea]"), "classes"),
        (FRONT.replace("DAYS", "1").replace("order: 1\n", ""), "order"),
        (FRONT.replace("DAYS", "1").replace("A card", "A: card"), "front matter"),
    ],
)
def test_a_card_with_bad_front_matter_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ContentError, match=message):
        read_lesson(written(tmp_path, text))


def test_front_matter_that_is_no_mapping_is_refused() -> None:
    with pytest.raises(ContentError, match="no mapping"):
        split("{#\n---\n- a\n---\n#}\nText.", "card.j2")
