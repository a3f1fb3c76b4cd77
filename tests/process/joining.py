"""Tom joins and Maya accepts, through the real bot on a clock that lies a little back."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Final

import sandbox.server
from sandbox.chats import Message
from sandbox.server import Sandbox
from tests.process.house import Furniture

# What the newest message says -> what is tapped (with a `>` before it) or written.
ANSWERS: Final = (
    ("Hello. I'm Steady", ">English"),
    ("Please read this first", ">I am 18"),
    ("Which country", "United Kingdom"),
    ("where you are", ">Yes"),
    ("What shall I call you", ">Call me Tom"),
    ("Which medicine are you lowering", "diazepam"),
    ("do you take now, and when", "10 mg {far}"),
    ("Is that what you take now", ">Yes"),
    ("another medicine you are lowering", ">No"),
    ("How long have you taken it", ">Over a year"),
    ("when the taper began", ">The same"),
    ("first given for", ">Anxiety"),
    ("Which other medicines", ">No others"),
    ("Does any of this fit", ">Done"),
    ("Who prescribes", "Dr Okafor"),
    ("their phone number", "+44 20 7946 0123"),
    ("Which changes did", ">No changes"),
    ("agree to exactly this", ">Yes"),
    ("When did Dr Okafor agree", ">Today"),
    ("How did Dr Okafor agree", ">At a visit"),
    ("When shall I ask", "{far}"),
    ("your phone number", "+44 7700 900123"),
    ("Who should I tell", ">Invite someone"),
    ("first name", "Maya"),
    ("what may .* see", ">Alerts with my words"),
)


async def furnish(folder: Path) -> Furniture:
    """Make the database of a house where Tom has joined and Maya cares for him."""
    async with sandbox.server.served(f"sqlite:///{folder}/steady.db") as (box, _):
        tom = box.emulator.people.create_user("Tom")
        maya = box.emulator.people.create_user("Maya")
        await _joins(box, tom)
        link = re.search(r"\?start=([\w-]+)", "\n".join(m.text for m in _heard(box, tom)))
        assert link, "no invitation"
        await _writes(box, maya, f"/start {link[1]}")
        for button in ("Yes, I'll do it", "Got it"):
            await _taps(box, maya, button)
        assert "The test worked" in _heard(box, maya)[-1].text
        return Furniture(folder, box.settings.encryption_keys, tom, maya)


async def _joins(box: Sandbox, tom: int) -> None:
    # Far from now, so that nothing falls due while a test runs.
    far = (box.clock.now() + timedelta(hours=9)).strftime("%H:00")
    await _writes(box, tom, "/start")
    for question, answer in ANSWERS:
        newest = _heard(box, tom)[-1].text
        if question == "Does any of this fit":
            await _taps(box, tom, "None of these")
        assert re.search(question, newest), f"expected {question!r}, got {newest!r}"
        if answer.startswith(">"):
            await _taps(box, tom, answer[1:])
        else:
            await _writes(box, tom, answer.format(far=far))


def _heard(box: Sandbox, who: int) -> list[Message]:
    """What the bot wrote, in the order of the last change."""
    messages = box.emulator.world.chats[who].messages.values()
    heard = [one for one in messages if one.sender is None and not one.deleted]
    return sorted(heard, key=lambda message: message.version)


async def _writes(box: Sandbox, who: int, words: str) -> None:
    box.emulator.people.send_text(who, words)
    await _later(box)


async def _taps(box: Sandbox, who: int, label: str) -> None:
    for message in reversed(_heard(box, who)):
        for button in (one for row in message.inline_keyboard for one in row):
            if button["text"].startswith(label):
                box.emulator.people.tap(who, message.message_id, button["text"])
                await _later(box)
                return
    raise AssertionError(f"no button {label!r}: {[one.text for one in _heard(box, who)][-3:]}")


async def _later(box: Sandbox) -> None:
    await box.advance(timedelta(seconds=3))
