"""Caregivers and the operator: quick, slow, or gone."""

from dataclasses import dataclass
from typing import Final

from simulation.people import Person
from simulation.phone import Screen

MINUTE: Final = 60.0
HOUR: Final = 60 * MINUTE


@dataclass(frozen=True, slots=True)
class Help:
    """How somebody helps: seconds until an alert is taken on, and whether they block the bot.

    `passes` is the chance that an alert is passed on instead.
    """

    name: str
    answers_in: tuple[float, float]
    passes: float = 0.0
    blocks_in: tuple[float, float] | None = None


HELPERS: Final = (
    Help("punctual", (20, 3 * MINUTE)),
    Help("slow", (20 * MINUTE, 3 * HOUR), passes=0.2),
    Help("blocking", (20, 3 * MINUTE), blocks_in=(4 * HOUR, 8 * HOUR)),
)
OPERATOR: Final = Help("operator", (30 * MINUTE, 2 * HOUR))


class Helper(Person):
    """Somebody who is told when something is wrong."""

    reactions = (
        ("care.accept", "accept"),
        ("alert.safe", "end"),
        ("alert.ack", "take_on"),
    )
    help: Help = HELPERS[0]
    invited = False
    _blocking = False

    def opened(self, link: str) -> None:
        """Follow an invitation link somebody forwarded."""
        self.invited = True
        self.write(f"/start {link.rpartition('start=')[2]}", (MINUTE, 10 * MINUTE))

    def accept(self, screen: Screen) -> None:
        """Agree to be told."""
        self.tap(screen, screen.first("care.accept"), (10, 90))

    def take_on(self, screen: Screen) -> None:
        """Answer an alert or a test alert, in one's own time."""
        passing = screen.first("alert.pass") if self.happens(self.help.passes) else ""
        self.tap(screen, passing or screen.first("alert.ack"), self.help.answers_in)
        if self.help.blocks_in is not None and not self._blocking:
            self._blocking = True
            self.later(self.help.blocks_in, self.phone.block)

    def end(self, screen: Screen) -> None:
        """Say some time later that it is over."""
        self.tap(screen, screen.first("alert.safe"), (15 * MINUTE, 90 * MINUTE))
