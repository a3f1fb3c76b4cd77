"""A town for stories: the real bot over HTTP against the local Telegram, and people's phones.

A story reads like its plot: somebody says or taps something, time passes, somebody expects a
message. A message that nobody expected fails the story at its end.
"""

import logging
import re
from collections.abc import Hashable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.app import make_application, make_runtime
from sandbox.chats import Message
from sandbox.faults import Fault
from sandbox.server import Sandbox, served
from tests.stories.alarms import Alarms
from tests.stories.memory import Memory

Button = dict[str, Any]
# Nobody presses twenty buttons in one instant; Telegram's pace for one chat would only delay them.
THINKING: Final = timedelta(seconds=3)

SHOWN: Final = 9
# A status line written anew may say what it said before; whoever blocks the bot is a story.
TOLERATED: Final = "blocked by the user|is not modified"


def fits(pattern: str, text: str) -> bool:
    """Whether a text says this: literally, or as a regular expression."""
    return pattern in text or re.search(pattern, text, re.DOTALL) is not None


class Phone:
    """One person's chat with the bot.

    `expects` reads: new messages and changed ones stay unread until they are expected, tapped or
    read by name.
    """

    def __init__(self, town: "Town", name: str, language: str = "en") -> None:
        self.town = town
        self.name = name
        self.user_id = town.emulator.people.create_user(name, language)
        self._read: dict[int, str] = {}

    @property
    def messages(self) -> list[Message]:
        """Everything in the chat that was not deleted, oldest first."""
        chat = self.town.emulator.world.chats[self.user_id]
        return [message for message in chat.messages.values() if not message.deleted]

    @property
    def received(self) -> list[Message]:
        """What the bot wrote, oldest first."""
        return [message for message in self.messages if message.sender is None]

    @property
    def toast(self) -> str:
        """The short notice that the newest tap was answered with, empty when there was none."""
        shown = self.town.emulator.world.chats[self.user_id].toast
        return str(shown["text"]) if shown else ""

    def sees(self, pattern: str) -> bool:
        """Whether something the bot wrote says this now, read or not."""
        return any(fits(pattern, message.text) for message in self.received)

    def sees_now(self, pattern: str) -> bool:
        """Whether something unread says this."""
        return any(fits(pattern, message.text) for message in self.unread())

    def last(self, pattern: str = "") -> Message:
        """Return the newest message of the bot that says this; it stays unread."""
        for message in reversed(self.received):
            if fits(pattern, message.text):
                return message
        raise AssertionError(self._trouble(f"nothing says {pattern!r}"))

    def buttons(self, pattern: str = "") -> list[str]:
        """Return the labels under the newest message that says this."""
        return [button["text"] for button in _flat(self.last(pattern))]

    async def says(self, text: str) -> int:
        """Write a text; returns its message id."""
        self.town.thinks()
        message_id = self.town.emulator.people.send_text(self.user_id, text)
        await self.town.settled()
        return message_id

    async def edits(self, message_id: int, text: str) -> None:
        """Change a message of one's own."""
        self.town.emulator.people.edit_text(self.user_id, message_id, text)
        await self.town.settled()

    async def sends_place(self, latitude: float, longitude: float) -> None:
        """Share where one is."""
        self.town.emulator.people.send_location(self.user_id, latitude, longitude)
        await self.town.settled()

    async def sends_photo(self, picture: bytes, caption: str = "") -> None:
        """Send a picture."""
        self.town.emulator.people.send_photo(self.user_id, picture, caption)
        await self.town.settled()

    async def sends_file(self, name: str, content: bytes, caption: str = "") -> None:
        """Send a document."""
        mime = "application/octet-stream"
        self.town.emulator.people.send_document(self.user_id, name, content, mime, caption)
        await self.town.settled()

    async def taps(self, *labels: str) -> None:
        """Press buttons one after the other, each under the newest message that has it.

        Whoever taps has read: the message counts as read until it changes again.
        """
        for label in labels:
            message, button = self._button(label)
            self._mark(message)
            self.town.thinks()
            self.town.emulator.people.tap(self.user_id, message.message_id, button)
            await self.town.settled()

    async def taps_twice(self, label: str) -> None:
        """Press one button twice at once, as shaking hands do."""
        message, button = self._button(label)
        self._mark(message)
        for _ in range(2):
            self.town.emulator.people.tap(self.user_id, message.message_id, button)
        await self.town.settled()

    async def taps_old(self, message: Message, data: str) -> None:
        """Send the data of a button that is no longer shown, as an old screen does."""
        self.town.emulator.people.forge_tap(self.user_id, message.message_id, data)
        await self.town.settled()

    async def expects(self, *patterns: str) -> Message:
        """Read the first unread message that fits each pattern, in order; return the last one."""
        found: Message | None = None
        for pattern in patterns:
            found = next((m for m in self.unread() if fits(pattern, m.text)), None)
            if found is None:
                raise AssertionError(self._trouble(f"did not get {pattern!r}"))
            self._mark(found)
        if found is None:
            raise ValueError("nothing to expect")
        return found

    async def expects_nothing(self) -> None:
        """Nothing new came."""
        if self.new():
            raise AssertionError(self._trouble("got something nobody expected"))

    def reads_all(self) -> None:
        """Read everything, whatever it is; for what a story is not about."""
        for message in self.received:
            self._mark(message)

    def unread(self) -> list[Message]:
        """What is new or has changed since it was read, oldest first."""
        return [m for m in self.received if self._read.get(m.message_id) != m.text]

    def new(self) -> list[Message]:
        """What came and was never read. A change of something read is not new."""
        return [m for m in self.received if m.message_id not in self._read]

    async def blocks(self, *, again: bool = True) -> None:
        """Block the bot, or let it write again (`again=False`)."""
        self.town.emulator.people.set_blocked(self.user_id, blocked=again)
        await self.town.settled()

    async def forwards_link_to(self, other: "Phone") -> None:
        """Forward the newest invitation; the other presses its button and so Start."""
        await other.says(f"/start {self.invitation()}")

    def invitation(self) -> str:
        """Return the token in the newest invitation."""
        found = re.search(r"\?start=([\w-]+)", self.last(r"\?start=").text)
        if found is None:
            raise AssertionError(self._trouble("no link"))
        return found[1]

    def chat(self) -> str:
        """Return the end of the chat, as a failing story shows it."""
        return "\n".join(self._line(message) for message in self.messages[-SHOWN:])

    def _line(self, message: Message) -> str:
        if message.sender is not None:
            return f"  {self.name}: {message.text or message.kind}"
        unread = "" if self._read.get(message.message_id) == message.text else " (unread)"
        labels = " | ".join(button["text"] for button in _flat(message))
        text = (message.text or message.kind).replace("\n", "\n      ")
        return f"  Steady{unread}: {text}" + (f"\n      [{labels}]" if labels else "")

    def _mark(self, message: Message) -> None:
        self._read[message.message_id] = message.text

    def _button(self, label: str) -> tuple[Message, str]:
        for message in reversed(self.received):
            for button in _flat(message):
                if button["text"].startswith(label) or re.fullmatch(label, button["text"]):
                    return message, button["text"]
        raise AssertionError(self._trouble(f"no button {label!r}"))

    def _trouble(self, what: str) -> str:
        clock = self.town.sandbox.clock.now()
        return f"{self.name} at {clock:%d %b %H:%M:%S} UTC: {what}\n{self.chat()}"


def _flat(message: Message) -> list[Button]:
    return [button for row in message.inline_keyboard for button in row]


class Town:
    """Everybody in a story, their clock, and what may go wrong there."""

    def __init__(self, sandbox: Sandbox, memory: Memory, zone: str = "Europe/London") -> None:
        self.sandbox, self._memory = sandbox, memory
        self.emulator = sandbox.emulator
        self.zone = ZoneInfo(zone)
        self._phones: list[Phone] = []
        self._alarms = Alarms()
        logging.getLogger().addHandler(self._alarms)

    async def phone(self, name: str, language: str = "en") -> Phone:
        """Somebody with Telegram who has never heard of Steady."""
        phone = Phone(self, name, language)
        self._phones.append(phone)
        return phone

    def now(self) -> datetime:
        """Return what the clock on the town hall shows."""
        return self.sandbox.clock.now().astimezone(self.zone)

    def thinks(self) -> None:
        """Let the moment pass that a person needs to read and press."""
        self.sandbox.clock.move_to(self.sandbox.clock.now() + THINKING)

    async def settled(self) -> None:
        """Let the bot do what there is to do at this moment."""
        await self.sandbox.settled()

    async def passes(self, **much: float) -> None:
        """Let time pass, stepping from due instant to due instant: `passes(hours=8)`."""
        await self.sandbox.advance(timedelta(**much))

    async def at(self, wall: str) -> None:
        """Let time pass until the town's clock next shows this."""
        now = self.now()
        then = datetime.combine(now.date(), time.fromisoformat(wall), self.zone)
        if then <= now:
            then = datetime.combine(now.date() + timedelta(1), then.time(), self.zone)
        # Aware times of one zone subtract as wall times; a change of clocks would be lost.
        await self.sandbox.advance(timedelta(seconds=then.timestamp() - now.timestamp()))

    async def jumps(self, **much: float) -> None:
        """Let time pass while everything of ours is off: `jumps(hours=2)`."""
        await self.sandbox.jump(timedelta(**much))

    async def begins(self, moment: str) -> None:
        """Set the clock before anybody is here: `begins("2027-03-27 20:00")`, town time."""
        if self._phones:
            raise RuntimeError("somebody is here already")
        start = datetime.fromisoformat(moment).replace(tzinfo=self.zone)
        await self.sandbox.jump(timedelta(seconds=start.timestamp() - self.now().timestamp()))

    def fault(self, kind: str, *, of: Phone | None = None, **details: Any) -> None:
        """Break something, as the control API does: `fault("500", method="sendMessage")`."""
        chat = of.user_id if of else None
        self.emulator.give_fault(Fault(kind, chat_id=chat, **details))

    def heals(self) -> None:
        """End every fault."""
        self.emulator.clear_faults()

    async def pulled(self) -> None:
        """Let the bot fetch what was written, and get no further."""
        await self.sandbox._steps()._pull()

    async def restarts(self) -> None:
        """End the bot wherever it is and start it anew on the same database."""
        await self._stops()
        await self._starts()

    async def remembers(self, key: Hashable) -> bool:
        """Take up from where an earlier story kept this; False when none did."""
        saved = self._memory.recall(key)
        if saved is None:
            return False
        await self._stops()
        self._memory.bring(saved, self.sandbox)
        for phone in self._phones:
            phone._read = dict(saved.read[phone.name])
        await self._starts()
        return True

    async def keeps(self, key: Hashable) -> None:
        """Keep the present moment for later stories."""
        await self._stops()
        read = {phone.name: dict(phone._read) for phone in self._phones}
        self._memory.keep(key, self.sandbox, read)
        await self._starts()

    @property
    def fresh(self) -> Hashable:
        """What tells one untouched town from another; None once anybody did anything."""
        if any(phone.messages for phone in self._phones):
            return None
        return (self.now(), *(phone.name for phone in self._phones))

    async def leaves(self) -> None:
        """Let go of the database, so that nobody waits for a sender that is gone."""
        await self.sandbox._steps()._sender.close()

    async def _stops(self) -> None:
        await self.leaves()
        await self.sandbox.end()

    async def _starts(self) -> None:
        box = self.sandbox
        box.rt = make_runtime(box.settings)
        box.rt.clock = box.clock.now
        box.application = make_application(box.rt, box.settings)
        await box.begin()

    def expects_trouble(self, action: str) -> None:
        """Allow one kind of error in the log (its `action`), where the story causes it."""
        self._alarms.allowed.add(action)

    def ends(self) -> None:
        """Fail on what nobody expected: messages, refused calls, errors in the log."""
        logging.getLogger().removeHandler(self._alarms)
        self.nothing_unread()
        refused = [
            f"{call['method']}: {call['error']}"
            for call in self.emulator.calls.listing(0, "")
            if call["error"] and not call["fault"] and not re.search(TOLERATED, call["error"])
        ]
        if refused or self._alarms.heard:
            raise AssertionError(f"Telegram refused {refused}, the log says {self._alarms.heard}")

    def nothing_unread(self) -> None:
        """Fail when the bot wrote anything that nobody expected."""
        for phone in self._phones:
            if phone.new():
                raise AssertionError(phone._trouble("got something nobody expected"))


async def make_town(
    database_url: str, memory: Memory
) -> tuple[Town, AbstractAsyncContextManager[tuple[Sandbox, str]]]:
    """Start a bot and its Telegram; leave the returned context to end them."""
    running = served(database_url, live=False)
    sandbox, _ = await running.__aenter__()
    return Town(sandbox, memory), running
