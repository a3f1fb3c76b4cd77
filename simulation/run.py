"""One run: a cohort lives some days with the bot, and every invariant is looked at each day."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from time import monotonic
from typing import Any, Final

from sqlalchemy import func, select

from simulation.cohort import Cohort, gather
from simulation.evidence import Evidence
from simulation.invariants import INVARIANTS, sentence
from simulation.stage import Stage, staged
from simulation.transcript import transcript
from simulation.weather import Weather
from store.models import Alert, Dose, InboxRow

DAY: Final = timedelta(days=1)
# Once people are quiet: an emergency's whole ladder, and the answers that are under way.
AFTERMATH: Final = timedelta(hours=2)
MOST_SHOWN: Final = 5
SHORT: Final = 70  # characters of a refusal that say what it was
Progress = Callable[[str], None]


@dataclass
class Result:
    """What a run found.

    Attributes:
        broken: what was wrong, by the sentence of the invariant; empty lists where it held.
        figures: counts worth knowing.
        transcript: the chat that was asked for, "" when none was.
    """

    seed: int
    patients: int
    days: int
    faults: str
    broken: dict[str, list[str]] = field(
        default_factory=lambda: {sentence(one): [] for one in INVARIANTS}
    )
    figures: dict[str, Any] = field(default_factory=dict)
    transcript: str = ""

    @property
    def ok(self) -> bool:
        """Whether every invariant held."""
        return not any(self.broken.values())


@dataclass
class Run:
    """A cohort on a stage, in some weather."""

    stage: Stage
    cohort: Cohort
    weather: Weather
    result: Result

    async def live(self, until: datetime) -> None:
        """Let time go by; everybody looks at their phone after every step of it."""
        while self.stage.now < until:
            self.weather.blow(self.stage)
            await self.stage.move(self._next(until))
            await self._everybody()

    def _next(self, until: datetime) -> datetime:
        meant = [self.cohort.agenda.next_at(), self.weather.next_at(self.stage.now)]
        soonest = self.stage.now + timedelta(milliseconds=1)
        return max(soonest, min([until, *(at for at in meant if at is not None)]))

    async def _everybody(self) -> None:
        """Let everybody do what they meant to do now, and see what the bot makes of it."""
        acted = True
        while acted:
            self.cohort.agenda.act(self.stage.now)
            await self.stage.settle()
            self._look()
            acted = self.cohort.agenda.due(self.stage.now)

    def _look(self) -> None:
        self.stage.witness.watch(self.stage.emulator)
        for one in self.cohort.everybody():
            one.look()

    async def rest(self) -> None:
        """End the faults, let nobody do anything more, and give what is open time to end."""
        self.weather.clear(self.stage)
        await self._everybody()
        self.cohort.agenda.clear()
        until = self.stage.now + AFTERMATH
        while self.stage.now < until:
            await self.stage.move(until)
            await self.stage.settle()
            self.stage.witness.watch(self.stage.emulator)

    def check(self, *, final: bool = False) -> None:
        """Look at every invariant and keep what is wrong, each thing once."""
        lossy = self.result.faults == "outage"
        with self.stage.session() as session:
            seen = Evidence(self.stage, self.cohort, session, lossy=lossy, final=final)
            for invariant in INVARIANTS:
                known = self.result.broken[sentence(invariant)]
                known += [line for line in invariant(seen) if line not in known]

    def count(self) -> dict[str, Any]:
        """Return what happened, in numbers."""
        with self.stage.session() as session:
            states = dict(
                session.execute(select(Dose.state, func.count()).group_by(Dose.state)).all()
            )
            parked = select(InboxRow.error).where(InboxRow.state == "parked")
            return {
                "doses": {name: states[name] for name in sorted(states)},
                "alerts": session.scalar(select(func.count(Alert.id)).where(~Alert.drill)),
                "updates": len(self.stage.witness.delivered),
                "messages": len(self.stage.witness.said),
                "faults": self.weather.brought,
                "parked": sorted(session.scalars(parked)),
                "refused": [
                    f"{times} x {what[:SHORT]}"
                    for what, times in sorted(Counter(self.stage.witness.refused).items())
                ],
            }


def quiet(line: str) -> None:
    """Say nothing of the progress."""
    del line


async def simulate_run(
    patients: int,
    days: int,
    seed: int,
    *,
    faults: str = "none",
    database_url: str = "",
    shown: int | None = None,
    progress: Progress = quiet,
) -> Result:
    """Run a cohort; the same arguments give the same run.

    Args:
        patients: how many, at least 1.
        days: how many virtual days, at least 1.
        seed: what everything random is drawn from.
        faults: one of `weather.PROFILES`; ValueError otherwise.
        database_url: an empty database; a temporary SQLite when not given.
        shown: the patient, from 1, whose chat is wanted.
        progress: told now and then how far it is.
    """
    result = Result(seed, patients, days, faults)
    begun = monotonic()
    async with staged(database_url) as stage:
        weather = Weather(faults, Random(f"{seed}:weather"), stage.now)
        run = Run(stage, gather(stage, patients, seed), weather, result)
        first = stage.now
        for day in range(1, days + 1):
            await run.live(first + day * DAY)
            run.check()
            progress(f"day {day} of {days}")
        await run.rest()
        run.check(final=True)
        seconds = monotonic() - begun
        result.figures = run.count() | {
            "patient_days_per_second": round(patients * days / seconds, 2)
        }
        if shown is not None:
            who = run.cohort.patients[shown - 1]
            result.transcript = transcript(who.phone, who.zone)
    return result
