"""How people join, played as they do it: question by question, and by a forwarded link."""

from tests.stories.phone import Phone, Town

TAP = "tap:"
QUESTIONS = {
    "language": "Hello. I'm Steady",
    "consent": "Please read this first",
    "country": "Which country",
    "city": "Where are you\\?",
    "zone": "Is it .* where you are",
    "name": "What shall I call you",
    "medicine": "Which medicine are you lowering",
    "doses": "do you take now, and when",
    "read_back": "Is that what you take now",
    "more": "another medicine you are lowering",
    "how_long": "How long have you taken it",
    "start_dose": "when the taper began",
    "what_for": "first given for",
    "other_medicines": "Which other medicines",
    "risks": "Does any of this fit",
    "pump_clinic": "pump clinic",
    "naloxone": "naloxone at home",
    "seizure_plan": "seizure plan",
    "prescriber": "Who prescribes",
    "prescriber_phone": "What is their phone number",
    "steps": "Which changes did",
    "picture": "Your plan as a picture",
    "checks": "I checked this plan",
    "confirm": "agree to exactly this|for a plan code",
    "agreed": "When did .* agree",
    "met": "How did .* agree",
    "unresolved": "What did .* say to do on such a day",
    "checkin": "When shall I ask how you are",
    "phone": "What is your phone number",
}
OPTIONAL = frozenset(
    {
        *("city", "pump_clinic", "naloxone", "seizure_plan"),
        *("picture", "checks", "confirm", "agreed", "met", "unresolved"),
    }
)
READ = ""
USUAL = {
    "language": f"{TAP}English",
    "consent": f"{TAP}I am 18 or over",
    "country": "United Kingdom",
    "zone": f"{TAP}Yes",
    "medicine": "diazepam",
    "doses": "10 mg 08:00",
    "read_back": f"{TAP}Yes",
    "more": f"{TAP}No",
    "how_long": f"{TAP}Over a year",
    "start_dose": f"{TAP}The same as now",
    "what_for": f"{TAP}Anxiety",
    "other_medicines": f"{TAP}No others",
    "risks": f"{TAP}None of these|Done",
    "prescriber": "Dr Okafor",
    "prescriber_phone": "+44 20 7946 0123",
    "steps": "1 Dec: 9 mg 08:00",
    "picture": READ,
    "checks": READ,
    "confirm": f"{TAP}Yes",
    "agreed": f"{TAP}Today",
    "met": f"{TAP}At a visit",
    "unresolved": f"{TAP}We did not talk",
    "checkin": "19:30",
    "phone": "+44 7700 900123",
    "sharing": f"{TAP}Alerts with my words",
}
BACLOFEN = {
    "medicine": "baclofen",
    "doses": "10 mg 08:00, 10 mg 14:00, 10 mg 20:00",
    "what_for": f"{TAP}Stiffness in MS",
    "steps": f"{TAP}No changes",
}


async def joins(tom: Phone, *caregivers: Phone, **answers: str) -> None:
    """Join Steady, with caregivers who accept and answer the test alert.

    Where an earlier story had the same people join in the same way at the same time, this one
    takes up from there: twenty questions need not be played a hundred times.

    Args:
        tom: who joins.
        caregivers: who is invited, in the order in which they are told; the first one may see
            his words, the others only that something is wrong.
        answers: what is answered differently from `USUAL`, by the names there.
    """
    fresh = tom.town.fresh
    names = tuple(one.name for one in caregivers)
    key = (fresh, tom.name, names, tuple(sorted(answers.items())))
    if fresh and await tom.town.remembers(key):
        return
    await plays_joining(tom, **answers)
    await _ends(tom, *caregivers[:1], **answers)
    for one in caregivers[1:]:
        await invites(tom, one, f"{TAP}Only the alert")
    if fresh:
        await tom.town.keeps(key)


async def plays_joining(tom: Phone, **answers: str) -> None:
    """Join as far as the question whom to tell, one question a screen."""
    given = USUAL | {"name": f"{TAP}Call me {tom.name}"} | answers
    await tom.says("/start")
    for name, question in QUESTIONS.items():
        if name in given and tom.sees_now(question):
            await tom.expects(question)
            if name == "more" and "second" in given:
                await _adds(tom, *given["second"].split(": "))
            await _answer(tom, given[name])
        elif name not in OPTIONAL:
            await tom.expects(question)


async def _adds(tom: Phone, medicine: str, doses: str) -> None:
    """Name a second medicine: `second="baclofen: 10 mg 08:00"`."""
    await tom.taps("Add another medicine")
    await tom.expects("Which other medicine")
    await tom.says(medicine)
    await tom.expects(QUESTIONS["doses"])
    await tom.says(doses)
    await tom.expects(QUESTIONS["read_back"])
    await tom.taps("Yes")
    await tom.expects(QUESTIONS["more"])


async def _answer(tom: Phone, answer: str) -> None:
    if answer.startswith(TAP):
        await tom.taps(*answer.removeprefix(TAP).split("|"))
    elif answer != READ:
        await tom.says(answer)


async def _ends(tom: Phone, *caregiver: Phone, **answers: str) -> None:
    await tom.expects("Who should I tell")
    if not caregiver:
        await tom.taps("Later")
        await tom.expects("You're set up.*Nobody will be told")
        return
    await tom.taps("Invite someone")
    await tom.expects("first name")
    await tom.says(caregiver[0].name)
    await tom.expects("what may .* see")
    await _answer(tom, answers.get("sharing", USUAL["sharing"]))
    await tom.expects("send the next message on", "asks you to be there", "You're set up")
    await accepts(tom, caregiver[0])


async def household(town: Town, *caregivers: str, **answers: str) -> list[Phone]:
    """Tom and the people he invited, on the first morning at a quarter to eight."""
    tom, *others = [await town.phone(name) for name in ("Tom", *caregivers)]
    await joins(tom, *others, **answers)
    return [tom, *others]


async def invites(tom: Phone, caregiver: Phone, sharing: str = USUAL["sharing"]) -> None:
    """Invite one more person from the list of people; the person accepts and is tested."""
    await tom.says("/people")
    await tom.expects("I tell these people|Nobody")
    await tom.taps("Invite someone")
    await tom.expects("first name of the person")
    await tom.says(caregiver.name)
    await tom.expects("what may .* see")
    await _answer(tom, sharing)
    await tom.expects("send the next message on", "asks you to be there")
    await accepts(tom, caregiver)


async def accepts(tom: Phone, caregiver: Phone) -> None:
    """The invited person opens the link, accepts and answers the test alert."""
    await tom.forwards_link_to(caregiver)
    await caregiver.expects(f"{tom.name}")
    await caregiver.taps("Yes, I'll do it")
    await caregiver.expects("You are now on", "This is a test")
    await tom.expects(f"{caregiver.name} accepted")
    await caregiver.taps("Got it")
    await caregiver.expects("The test worked")
    await tom.expects(f"{caregiver.name} answered the test")
