"""How somebody joins: reads the question on the screen and answers it, by button or by words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from simulation.phone import Screen
from simulation.regimens import Course, Home


@dataclass
class Answers:
    """What somebody will answer while joining.

    Attributes:
        courses: their medicines; entered one after the other.
        invites: names of those they want told, the first while joining.
    """

    home: Home
    courses: tuple[Course, ...]
    invites: tuple[str, ...]
    shares_words: bool
    types: bool
    joined: date = date.min
    entered: int = 0

    def decide(self, screen: Screen, chance: Random) -> tuple[str, str]:
        """Return ("tap", token) or ("text", words) for a screen of joining."""
        step = step_of(screen)
        if step == "medicine" and not screen.all("ob.pick"):
            self.entered += 1
        typed = self._typed(step)
        wished = self._wished(screen, step)
        if typed and (not wished or (self.types and step in {"country", "language"})):
            return "text", typed
        return "tap", wished or self._anything(screen, step, chance)

    def _course(self) -> Course:
        return self.courses[min(max(self.entered, 1), len(self.courses)) - 1]

    def _wished(self, screen: Screen, step: str) -> str:
        """The button somebody would press here; a tick already there is followed by Done."""
        for wish in self._wishes(step):
            if f"ob.pick:{step}:{wish}" in screen.tokens:
                return f"ob.pick:{step}:{wish}"
            token = f"ob.toggle:{step}:{wish}"
            if token in screen.tokens:
                ticked = screen.label(token).startswith("[x]")
                return screen.first("ob.done") if ticked else token
        return ""

    def _wishes(self, step: str) -> Sequence[str]:
        wishes: dict[str, Sequence[str]] = {
            "language": ("en",),
            "consent": ("agree",),
            "country": (self.home.country,),
            "zone": ("yes", self.home.zone),
            "name": ("same",),
            "medicine": (self._course().drug,),
            "doses": ("yes",),
            "more": ("all" if self.entered >= len(self.courses) else "add",),
            "start_dose": ("same_as_now",),
            "other_medicines": ("none",),
            "risks": ("none",),
            "steps": () if self._steps() else ("none",),
            "confirm": ("today", "visit", "unset", "yes", "not_yet"),
            "checkin_at": ("2000",),
            "caregiver": (
                "words" if self.shares_words else "alerts",
                "invite" if self.invites else "later",
            ),
        }
        return wishes.get(step, ())

    def _typed(self, step: str) -> str:
        words = {
            "language": "English",
            "country": self.home.country_name,
            "zone": self.home.city,
            "medicine": self._course().drug,
            "doses": self._course().typed_now(),
            "steps": self._steps(),
            "prescriber": "Dr Okafor",
            "confirm": "She looked at the whole plan",
            "caregiver": self.invites[0] if self.invites else "",
        }
        return words.get(step, "")

    def _steps(self) -> str:
        return "\n".join(line for one in self.courses for line in one.typed_steps(self.joined))

    @staticmethod
    def _anything(screen: Screen, step: str, chance: Random) -> str:
        skip = f"ob.skip:{step}"
        choices = screen.all("ob.pick")
        return chance.choice(choices) if choices else skip


def step_of(screen: Screen) -> str:
    """Which question of joining a screen asks, "" when it asks none."""
    for token in screen.tokens:
        verb, *args = token.split(":")
        if verb in {"ob.pick", "ob.toggle", "ob.done", "ob.skip", "ob.back"} and args:
            return args[0]
    return ""
