"""Whatever is typed or sent at a question: a kind answer, and the question stays."""

import pytest

from tests.stories.hostile import forges, one, rows, sends, sends_things, types
from tests.stories.joining import TAP, USUAL, household
from tests.stories.phone import Phone, Town

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

LONG = "a" * 4096
TEXTS = (
    "\u200b",
    LONG,
    "🙂" * 2048,
    "<b>bold</b> & </i> <script>",
    "{{ 7*7 }} {% raise %}",
    "Robert'); DROP TABLE people; --",
    "\u202egnp.exe\u202c \u05e9\u05dc\u05d5\u05dd",
    ",",
    "-",
    "-1",
    "1e309",
    "NaN",
    "½",
    "99999999999999999999",
    "13:75",
    "25:61",
    "5,5 mg",
    "half",
    "-10 mg 08:00",
    "1000000 mg 08:00",
    "30 Feb 2027: 5 mg 08:00",
    "31 November",
    "/nothing",
    "/help",
)
# Whatever is typed here is an answer: people have all kinds of names and medicines.
FREE = {"name", "start_dose", "other_medicines", "prescriber", "prescriber_phone", "phone"}
ANSWERS = USUAL | {
    "name": "Tom",
    "zone": "London",
    "confirm": f"{TAP}Yes",
    "steps": "7 Dec 2026: 9 mg 08:00",
    "checkin_at": "19:30",
}
THEN = {
    "zone": ("London, United Kingdom", "Yes"),
    "doses": ("Yes",),
    "confirm": ("Today", "At a visit", "Stay on the dose before"),
}


def step_of(town: Town) -> str:
    return str(one(town, "SELECT step FROM dialogues WHERE kind = 'onboarding' AND open"))


async def attacks(tom: Phone, step: str) -> None:
    """Everything hostile at one question; it stays open."""
    for texts in [(text,) for text in TEXTS[:5]] if step in FREE else [TEXTS]:
        await sends(tom, *texts)
        await goes_back(tom, step)
    await sends_things(tom)
    await goes_back(tom, step)
    assert step_of(tom.town) == step


async def goes_back(tom: Phone, step: str) -> None:
    """Take back what counts as an answer where anything does."""
    if step in FREE and (now := step_of(tom.town)) != step:
        await forges(tom.town, (tom, f"ob.back:{now}"))


async def answers(tom: Phone, step: str) -> None:
    """Come back, and answer as people do."""
    await tom.says("/start")
    answer = ANSWERS[step]
    if answer.startswith(TAP):
        await tom.taps(*answer.removeprefix(TAP).split("|"))
    else:
        await tom.says(answer)
    await tom.taps(*THEN.get(step, ()))


async def test_no_question_of_joining_is_passed_with_nonsense(town: Town) -> None:
    tom = await town.phone("Tom")
    await tom.says("/start")

    while (step := step_of(town)) != "caregiver":
        await attacks(tom, step)
        await answers(tom, step)
        assert step_of(town) != step, tom.chat()
    tom.reads_all()
    await tom.says("/start")
    await tom.taps("Later")
    await tom.expects("You're set up")
    planned = rows(town, "SELECT wall, mg FROM plan_doses ORDER BY id")
    assert [(str(row["wall"])[:5], row["mg"]) for row in planned] == [
        ("08:00", "10"),
        ("08:00", "9"),
    ]
    tom.reads_all()


async def test_answers_as_long_as_telegram_allows_still_fit_every_message(town: Town) -> None:
    longest = "<" * 300
    tom, maya = await household(
        town,
        "Maya",
        start_dose=longest,
        other_medicines=longest,
        prescriber=longest,
        prescriber_phone="9" * 300,
        phone="9" * 300,
    )
    await tom.says("i had a seizure " + "<&>" * 1360)
    await maya.expects("about Tom.*i had a seizure")
    await maya.taps("I'm on it")
    for command in ("/help", "/plan", "/today", "/people", "/sos"):
        await types(tom, command)
    for thing in (tom, maya):
        thing.reads_all()


@pytest.mark.parametrize("name", ["\u200b", "\U0001f642", "\u202e", "...", "a" * 41])
async def test_a_name_that_cannot_be_read_is_asked_again(town: Town, name: str) -> None:
    (tom,) = await household(town)
    await tom.says("/people")
    await tom.expects("Nobody will be told")
    await tom.taps("Invite someone")
    await tom.expects("first name of the person")
    await tom.says(name)
    await tom.expects("does not look like a name")
    await tom.says("Ma\u202eya")
    await tom.expects("what may Maya see")
