"""What the synthetic patients take and where they live.

Known here, so that the bot is checked against something that is not its own database.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Final

Doses = tuple[tuple[str, str], ...]
"""Wall time and mg, as typed."""


@dataclass(frozen=True, slots=True)
class Course:
    """One medicine: what is taken now, and from which day after joining what else."""

    drug: str
    now: Doses
    steps: tuple[tuple[int, Doses], ...] = ()

    def typed_now(self) -> str:
        """The present doses as a person types them."""
        return _typed(self.now)

    def typed_steps(self, joined: date) -> list[str]:
        """The dated changes as a person types them, one a line."""
        return [
            f"{_spoken(joined + timedelta(days=after))}: {self.drug} {_typed(doses)}"
            for after, doses in self.steps
        ]

    def on(self, day: date, joined: date) -> dict[time, Decimal]:
        """What the prescriber set for a local day, by wall time."""
        doses = self.now
        for after, changed in self.steps:
            if day >= joined + timedelta(days=after):
                doses = changed
        return {time.fromisoformat(wall): Decimal(mg) for wall, mg in doses}


@dataclass(frozen=True, slots=True)
class Home:
    """Where somebody lives: country code, its name, a city in it, the zone of that city."""

    country: str
    country_name: str
    city: str
    zone: str


REGIMENS: Final[tuple[tuple[Course, ...], ...]] = (
    (
        Course(
            "diazepam",
            (("08:00", "10"), ("22:00", "5")),
            ((2, (("08:00", "9"), ("22:00", "5"))),),
        ),
    ),
    (Course("lorazepam", (("07:30", "1"), ("14:00", "0.5"), ("21:30", "1"))),),
    (
        Course("baclofen", (("08:00", "10"), ("14:00", "10"), ("20:00", "10"))),
        Course("diazepam", (("08:00", "4"),), ((3, (("08:00", "3.5"),)),)),
    ),
    (Course("zolpidem", (("22:30", "10"),), ((1, (("22:30", "7.5"),)), (4, (("22:30", "5"),)))),),
    (Course("clonazepam", (("01:30", "0.5"), ("09:00", "0.5"))),),
)
HOMES: Final = (
    Home("GB", "United Kingdom", "London", "Europe/London"),
    Home("US", "United States", "Chicago", "America/Chicago"),
    Home("IN", "India", "Mumbai", "Asia/Kolkata"),
    Home("AU", "Australia", "Sydney", "Australia/Sydney"),
    Home("DE", "Germany", "Berlin", "Europe/Berlin"),
    Home("CA", "Canada", "St. John's", "America/St_Johns"),
    Home("NZ", "New Zealand", "Auckland", "Pacific/Auckland"),
)


def _typed(doses: Doses) -> str:
    return ", ".join(f"{mg} mg {wall}" for wall, mg in doses)


def _spoken(day: date) -> str:
    return f"{day.day} {day:%b}"
