"""Faults of the wire, drawn from the seed: fair weather, flaky, or Telegram away for hours."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final

from sandbox.faults import Fault
from simulation.stage import Stage

PROFILES: Final = ("none", "flaky", "outage")
KINDS: Final = ("429", "500", "timeout_after_accept", "drop")
METHODS: Final = ("sendMessage", "sendMessage", "editMessageText", "answerCallbackQuery")
PER_STEP: Final = 0.2  # how often a step of the clock brings a fault


@dataclass
class Weather:
    """Brings faults as time goes by.

    Args:
        profile: one of PROFILES.
        chance: random numbers of its own.
        begun: when the run began; an outage comes in its second day.
    """

    profile: str
    chance: Random
    begun: datetime
    brought: int = 0
    _away: tuple[datetime, datetime] = field(init=False)

    def __post_init__(self) -> None:
        if self.profile not in PROFILES:
            raise ValueError(f"expected one of {', '.join(PROFILES)}, not {self.profile!r}")
        begin = self.begun + timedelta(hours=self.chance.randint(24, 40))
        self._away = (begin, begin + timedelta(hours=self.chance.randint(2, 8)))

    def blow(self, stage: Stage) -> None:
        """Bring what belongs to this moment."""
        if self.profile == "flaky" and self.chance.random() < PER_STEP:
            self._give(stage, self._fault())
        elif self.profile == "outage":
            self._be_away(stage)

    def clear(self, stage: Stage) -> None:
        """End every fault."""
        self.profile = "none"
        stage.emulator.clear_faults()

    def next_at(self, now: datetime) -> datetime | None:
        """When the weather changes by itself."""
        coming = [at for at in self._away if at > now] if self.profile == "outage" else []
        return coming[0] if coming else None

    def _be_away(self, stage: Stage) -> None:
        first, last = self._away
        away = stage.emulator.faults.away()
        if first <= stage.now < last and not away:
            self._give(stage, Fault("away"))
        elif stage.now >= last and away:
            stage.emulator.clear_faults()

    def _fault(self) -> Fault:
        kind = self.chance.choice(KINDS)
        method = self.chance.choice(METHODS)
        return Fault(kind, method, retry_after=self.chance.randint(1, 20))

    def _give(self, stage: Stage, fault: Fault) -> None:
        self.brought += 1
        stage.emulator.give_fault(fault)
