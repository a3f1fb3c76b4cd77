"""How people join, played as they do it: question by question, and by a forwarded link."""

from tests.stories.phone import Phone

TAP = "tap:"


async def joins(
    tom: Phone,
    *,
    medicine: str = "diazepam",
    doses: str = "10 mg 08:00",
    steps: str = "",
    country: str = "United Kingdom",
    phone: str = "+44 7700 900123",
    checkin: str = "19:30",
    caregiver: Phone | None = None,
    words: bool = True,
    **others: str,
) -> None:
    """Play joining like a user, from Start to the home keyboard.

    Args:
        tom: who joins.
        medicine: what is lowered.
        doses: today's doses as typed.
        steps: the changes as typed, none when empty.
        country: where the patient lives.
        phone: the number that caregivers are shown.
        checkin: when the check-in comes.
        caregiver: who is invited, opens the link, accepts and answers the test alert.
        words: whether the caregiver may see the patient's words.
        others: an answer by a word of its question, instead of the usual one.
    """
    await tom.says("/start")
    answers = _answers(tom, medicine, doses, steps, country, phone, checkin)
    for question, answer in answers.items():
        if question in OPTIONAL and not tom.unread():
            continue
        if question in OPTIONAL and question not in tom.unread()[-1].text:
            continue
        await tom.expects(question)
        await _answer(tom, others.get(question.split()[-1], answer))
    await _invites(tom, caregiver, words=words)


OPTIONAL = ("where you are", "Where are you", "naloxone", "seizure plan", "pump clinic")


def _answers(
    tom: Phone, medicine: str, doses: str, steps: str, country: str, phone: str, checkin: str
) -> dict[str, str]:
    """What is answered to which question, in their order."""
    return {
        "Hello. I'm Steady": f"{TAP}English",
        "Please read this first": f"{TAP}I am 18 or over",
        "Which country": country,
        "where you are": f"{TAP}Yes",
        "What shall I call you": f"{TAP}Call me {tom.name}",
        "Which medicine are you lowering": medicine,
        "do you take now, and when": doses,
        "Is that what you take now": f"{TAP}Yes",
        "another medicine you are lowering": f"{TAP}No",
        "How long have you taken it": f"{TAP}Over a year",
        "when the taper began": f"{TAP}The same as now",
        "first given for": f"{TAP}Anxiety",
        "Which other medicines": f"{TAP}No others",
        "Does any of this fit": f"{TAP}None of these|Done",
        "Who prescribes": "Dr Okafor",
        "their phone number": "+44 20 7946 0123",
        "Which changes did": steps or f"{TAP}No changes",
        "agree to exactly this": f"{TAP}Yes",
        "When did Dr Okafor agree": f"{TAP}Today",
        "When shall I ask": checkin,
        "your phone number": phone,
    }


async def _answer(tom: Phone, answer: str) -> None:
    if answer.startswith(TAP):
        await tom.taps(*answer.removeprefix(TAP).split("|"))
    else:
        await tom.says(answer)


async def _invites(tom: Phone, caregiver: Phone | None, *, words: bool) -> None:
    await tom.expects("Who should I tell")
    if caregiver is None:
        await tom.taps("Later")
        await tom.expects("You're set up.*Nobody will be told")
        return
    await tom.taps("Invite someone")
    await tom.expects("first name")
    await tom.says(caregiver.name)
    await tom.expects("what may .* see")
    await tom.taps("Alerts with my words" if words else "Only the alert")
    await tom.expects("send the next message on", "asks you to be there", "You're set up")
    await accepts(tom, caregiver)


async def invites(tom: Phone, caregiver: Phone, *, words: bool = True) -> None:
    """Invite one more person from the list of people; the person accepts and is tested."""
    await tom.says("/people")
    await tom.expects("I tell these people|Nobody")
    await tom.taps("Invite someone")
    await tom.expects("first name of the person")
    await tom.says(caregiver.name)
    await tom.expects("what may .* see")
    await tom.taps("Alerts with my words" if words else "Only the alert")
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
