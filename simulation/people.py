"""What every synthetic person has: a phone, a mind of their own, and things to do later."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random

from simulation.phone import Phone, Screen

Act = Callable[[], object]
Reaction = Callable[[Screen], None]


@dataclass
class Agenda:
    """What everybody means to do, by instant; what was meant first comes first."""

    _heap: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=count)

    def add(self, at: datetime, act: Act) -> None:
        """Do `act` at an instant."""
        heapq.heappush(self._heap, (at, next(self._numbers), act))

    def next_at(self) -> datetime | None:
        """When somebody next does something."""
        return self._heap[0][0] if self._heap else None

    def clear(self) -> None:
        """Forget everything that was meant."""
        self._heap.clear()

    def due(self, now: datetime) -> bool:
        """Whether somebody means to do something by now."""
        return bool(self._heap) and self._heap[0][0] <= now

    def act(self, now: datetime) -> None:
        """Let everybody do what is due."""
        while self.due(now):
            heapq.heappop(self._heap)[2]()


class Person:
    """Somebody with a phone. Looks at their own chat only.

    Args:
        name: what Telegram shows.
        phone: their phone.
        chance: their own random numbers; everything they do comes from it.
        agenda: where they put what they will do.

    Subclasses name in `reactions` what they do at the sight of a button, most pressing first.
    """

    reactions: tuple[tuple[str, str], ...] = ()

    def __init__(self, name: str, phone: Phone, chance: Random, agenda: Agenda) -> None:
        self.name = name
        self.phone = phone
        self.chance = chance
        self.agenda = agenda

    @property
    def user_id(self) -> int:
        """Their Telegram id."""
        return self.phone.user_id

    def away(self) -> bool:
        """Whether they do not look at their phone at all now."""
        return False

    def look(self) -> None:
        """Look at what is new and decide what to do about it."""
        if self.away():
            return
        for screen in self.phone.news():
            self.read(screen)

    def read(self, screen: Screen) -> None:
        """Decide on one message: the first reaction whose button is there."""
        verbs = screen.verbs
        for verb, method in self.reactions:
            if verb in verbs:
                react: Reaction = getattr(self, method)
                react(screen)
                return

    def later(self, seconds: tuple[float, float], act: Act) -> None:
        """Do something after a while, between two numbers of seconds."""
        wait = timedelta(seconds=round(self.chance.uniform(*seconds)))
        self.agenda.add(self.phone.now + wait, act)

    def tap(self, screen: Screen, token: str, seconds: tuple[float, float]) -> None:
        """Press a button of a message after a while, if it is still there."""
        self.later(seconds, lambda: self.phone.tap(screen.message_id, token))

    def write(self, text: str, seconds: tuple[float, float]) -> None:
        """Write something after a while."""
        self.later(seconds, lambda: self.phone.say(text))

    def happens(self, chance: float) -> bool:
        """Whether something of this chance (0 to 1) happens now."""
        return self.chance.random() < chance
