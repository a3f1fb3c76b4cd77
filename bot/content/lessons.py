"""Lessons: short cards on what to expect, and the choice of the one that fits today.

A card is a template under templates/<locale>/lessons/ that opens with a Jinja comment holding
YAML front matter between two `---` lines, so that any renderer skips it. Its variables are drug,
days (since the change), prescriber and emergency.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from bot.content.drugs import DrugClass
from bot.content.files import TEMPLATES, ContentError, SignedOn, closed, read_yaml, shaped

_FRONT = re.compile(r"\A\{#\n---\n(?P<front>.*?)\n---\n#\}\n(?P<body>.+)", re.DOTALL)


@closed
@dataclass(frozen=True, slots=True)
class Lesson:
    """One card: whom it is for, when it fits, and where its facts come from.

    `days_from` and `days_to` count from a change of dose (the evening before it is -1), or from
    the last dose when `stage` is after_zero; both None: any day. `symptoms` are question ids of
    the check-in. `push`: sent by itself, otherwise only found in /learn. `sources` are codes of
    sources.yaml. `reviewed_on` is None until a clinician signs; `doubts` are for that clinician.
    `body` is the template's name.
    """

    id: str
    title: str
    group: str
    classes: tuple[DrugClass, ...]
    audience: Literal["patient", "caregiver"]
    stage: Literal["taper", "after_zero", "any"]
    days_from: int | None
    days_to: int | None
    symptoms: frozenset[str]
    order: int
    push: bool
    sources: tuple[str, ...]
    reviewed_on: SignedOn
    review_due: date
    doubts: tuple[str, ...]
    body: str

    def fits_day(self, days: int | None) -> bool:
        """Whether it may be sent so many days after a change; None: no change is near."""
        if self.days_from is None or self.days_to is None:
            return True
        return days is not None and self.days_from <= days <= self.days_to

    def fits_symptoms(self, symptoms: Collection[str]) -> bool:
        """Whether it is about no symptom at all, or about one of these."""
        return not self.symptoms or not self.symptoms.isdisjoint(symptoms)

    @property
    def phased(self) -> bool:
        """Whether it belongs to certain days after a change."""
        return self.days_from is not None

    @property
    def breadth(self) -> int:
        """How many days it fits; fewer is more to the point."""
        span = (self.days_from, self.days_to)
        return span[1] - span[0] if span[0] is not None and span[1] is not None else 0


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of /learn with its lessons in reading order."""

    id: str
    title: str
    lessons: tuple[Lesson, ...]


def split(text: str, where: str) -> tuple[dict[str, Any], str]:
    """The front matter of a lesson file and the template below it.

    Raises:
        ContentError: there is no front matter, or it is no YAML mapping.
    """
    found = _FRONT.match(text)
    if found is None:
        raise ContentError(f"{where}: front matter: missing")
    try:
        front = yaml.safe_load(found["front"])
    except yaml.YAMLError as error:
        raise ContentError(f"{where}: front matter: {' '.join(str(error).split())}") from error
    if not isinstance(front, dict):
        raise ContentError(f"{where}: front matter: no mapping")
    return front, found["body"]


def read_lesson(path: Path) -> Lesson:
    """The lesson in a file.

    Raises:
        ContentError: its front matter does not fit, or its id is not its file's name.
    """
    front, _ = split(path.read_text(encoding="utf-8"), path.name)
    lesson = shaped(Lesson, {**front, "body": f"lessons/{path.stem}"}, path.name)
    if lesson.id != path.stem:
        raise ContentError(f"{path.name}: id: is not the name of the file")
    if (lesson.days_from is None) != (lesson.days_to is None):
        raise ContentError(f"{path.name}: days_from and days_to go together")
    if lesson.days_from is not None and lesson.breadth < 0:
        raise ContentError(f"{path.name}: days_from is after days_to")
    return lesson


def lesson_files(locale: str) -> tuple[Path, ...]:
    """The files of the lessons of a locale, by name."""
    return tuple(sorted((TEMPLATES / locale / "lessons").glob("*.j2")))


@cache
def load_lessons(locale: str = "en") -> tuple[Lesson, ...]:
    """Every lesson of a locale, by group and order.

    Raises:
        ContentError: a file does not fit, or names a group that groups.yaml does not know.
    """
    lessons = [read_lesson(path) for path in lesson_files(locale)]
    places = {group: place for place, group in enumerate(_titles(locale))}
    for lesson in lessons:
        if lesson.group not in places:
            raise ContentError(f"{lesson.id}.j2: group: {lesson.group} is not in groups.yaml")
    return tuple(sorted(lessons, key=lambda one: (places[one.group], one.order, one.id)))


def _titles(locale: str) -> Mapping[str, str]:
    path = TEMPLATES / locale / "lessons" / "groups.yaml"
    titles: dict[str, str] = read_yaml(path)["groups"]
    return titles


def choose(
    lessons: Iterable[Lesson],
    *,
    cls: str,
    days: int | None,
    symptoms: frozenset[str],
    seen: Collection[str],
    finished: bool = False,
) -> Lesson | None:
    """The most fitting lesson for a patient that is not among the `seen` ids, or None.

    A card about a present symptom in these days comes before one about these days, that before
    one about a symptom, that before a general one; then the one for fewer days, then the order
    of `lessons`. Whoever calls
    puts into `seen` what was sent since the last change, and the last one sent, so that no card
    comes twice in a row. `days` since the change (eve: -1), or since the last dose when the
    taper is `finished`; None when neither is near.
    """
    stage = "after_zero" if finished else "taper"
    fitting = [
        one
        for one in lessons
        if one.push
        and one.audience == "patient"
        and one.stage in (stage, "any")
        and cls in one.classes
        and one.id not in seen
        and one.fits_day(days)
        and one.fits_symptoms(symptoms)
    ]
    return min(fitting, key=lambda one: _rank(one, symptoms), default=None)


def _rank(lesson: Lesson, symptoms: frozenset[str]) -> tuple[int, int, int]:
    # Not to restart the old dose alone (D20) is the first thing to know after the last one.
    ended = lesson.stage == "after_zero"
    specific = 4 * ended + 2 * lesson.phased + bool(lesson.symptoms)
    return (-specific, lesson.breadth, -len(lesson.symptoms & symptoms))


def menu(lessons: Iterable[Lesson], cls: str, locale: str = "en") -> tuple[Group, ...]:
    """The lessons for a class of medicine under the headings of /learn; empty ones left out.

    Cards that speak of today ("day 3", "tomorrow") are left out: they only make sense when sent.
    """
    fitting = [one for one in lessons if cls in one.classes and not speaks_of_today(one, locale)]
    groups = (
        Group(id_, title, tuple(one for one in fitting if one.group == id_))
        for id_, title in _titles(locale).items()
    )
    return tuple(group for group in groups if group.lessons)


@cache
def speaks_of_today(lesson: Lesson, locale: str = "en") -> bool:
    """Whether the card counts the days since the change, or is meant for the evening before."""
    text = (TEMPLATES / locale / f"{lesson.body}.j2").read_text(encoding="utf-8")
    eve = lesson.days_to is not None and lesson.days_to < 0
    return eve or "{{ days }}" in text
