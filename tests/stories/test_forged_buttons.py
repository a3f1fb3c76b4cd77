"""Buttons that nobody made, or that belong to somebody else."""

import itertools

import pytest

from bot.handlers import table
from tests.stories.hostile import (
    belongings,
    forges,
    nothing_given_up,
    one,
    rows,
)
from tests.stories.joining import household, joins
from tests.stories.phone import Phone, Town

NONSENSE = ("", ":", ":-1:x", ":0:0:0", f":{10**17}:{10**17}:x", f":{10**30}", ":\u0661")
OTHER_TABLES = {"care.accept": "invitations", "care.refuse": "invitations"}
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
TABLES = {
    "dose": "doses",
    "checkin": "checkins",
    "ci": "checkins",
    "ask": "asks",
    "safety": "alerts",
    "alert": "alerts",
    "care": "care_links",
    "about": "notes",
    "supply": "medicines",
    "needed": "medicines",
}
SECOND = {
    "dose.snooze": ("15", "0", "-5", str(10**17)),
    "dose.why": ("ran_out", "nothing"),
    "dose.was": ("then", "no", "nothing"),
    "needed.sure": ("1", "0", str(10**17)),
    "about.who": ("1", "x", str(10**17)),
    "ci.pick": ("sleep:3", "sleep:nothing", "none:3", "sleep"),
    "ci.tick": ("danger:none", "sleep:3", "none:x"),
    "ci.done": ("sleep", "none"),
    "ci.skip": ("sleep", "none"),
    "ci.back": ("sleep", "none"),
}
WORDS = {
    "ob.pick": ("country:US", "doses:yes", "confirm:yes", "steps:none", "none:x", "medicine:x"),
    "ob.toggle": ("risks:none", "country:US", "how_long:not_sure"),
    "supply.pick": ("count", "none", "nothing"),
    "supply.set": ("refill_on", "nothing"),
    "supply.date": ("refill_on:2026-12-14", "refill_on:x", "nothing:none"),
    "learn.group": ("nothing",),
    "learn.read": ("nothing",),
    "happening": ("nothing",),
}


def nonsense(verb: str) -> list[str]:
    """Ways to forge a button without knowing anything about anybody."""
    _, arguments = table.BUTTONS[verb]
    if arguments is table.nothing:
        return [verb, f"{verb}:1"]
    return [f"{verb}{end}" for end in (*NONSENSE, *(f":{one}" for one in WORDS.get(verb, ())))]


def named(town: Town, verb: str) -> list[str]:
    """Buttons of real rows, whosever they are."""
    name = OTHER_TABLES.get(verb) or TABLES.get(verb.split(".", maxsplit=1)[0])
    if name is None:
        return []
    ids = rows(town, f"SELECT id FROM {name} ORDER BY id LIMIT 3")  # noqa: S608 (our own names)
    seconds = SECOND.get(verb, ("",))
    return [f"{verb}:{row['id']}:{second}".rstrip(":") for row in ids for second in seconds]


async def two_households(town: Town) -> list[Phone]:
    """Tom with Maya, an alert that Maya took on, an open check-in; Ann with Rex; Eve alone."""
    tom, maya = await household(town, "Maya")
    ann, rex, eve = [await town.phone(name) for name in ("Ann", "Rex", "Eve")]
    await tom.says("can't do this any more")
    await tom.taps("No")
    await tom.says("Check-in")
    await tom.taps("6+")
    await tom.says("i had a seizure")
    await maya.taps("I'm on it")
    await joins(ann, rex)
    await eve.says("hello")
    await town.at("12:00")
    return [tom, maya, ann, rex, eve]


async def test_nobody_can_press_for_somebody_else(town: Town) -> None:
    tom, maya, ann, rex, eve = await two_households(town)
    toms = one(town, "SELECT MIN(person_id) FROM patients")
    before = belongings(town, toms)
    assert all(before[name] for name in ("doses", "checkins", "answers", "alerts", "care_links"))

    for verb in table.BUTTONS:
        guesses = zip(itertools.cycle((eve, rex, ann)), nonsense(verb))
        thefts = itertools.product((eve, rex, ann), named(town, verb))
        await forges(town, *guesses, *thefts)
        assert belongings(town, toms) == before, verb
    nothing_given_up(town)
    for phone in (tom, maya, ann, rex, eve):
        phone.reads_all()


async def test_a_patient_gets_a_kind_answer_to_every_impossible_button_of_their_own(
    town: Town,
) -> None:
    tom, maya = await household(town, "Maya")
    await tom.says("can't do this any more")
    await tom.says("Check-in")
    await town.at("08:00")
    for verb in table.BUTTONS:
        await forges(town, *((tom, data) for data in (*nonsense(verb), *named(town, verb))))
    tom.reads_all()
    maya.reads_all()
