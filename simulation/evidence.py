"""What the invariants look at: the bot's database on one side, what people did on the other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from simulation.cohort import Cohort
from simulation.patients import Patient
from simulation.people import Person
from simulation.stage import Stage
from simulation.witness import Witness
from store import models


@dataclass(frozen=True, slots=True)
class Due:
    """One dose the prescriber set, as the simulation itself works it out."""

    drug: str
    day: date
    wall: time
    mg: Decimal
    at: datetime

    @property
    def key(self) -> tuple[str, date, time]:
        """What tells it from every other dose of this patient."""
        return self.drug, self.day, self.wall


@dataclass
class Evidence:
    """Everything known at one virtual instant.

    Args:
        stage: the bot and its Telegram.
        cohort: everybody.
        session: reads the bot's database.
        lossy: whether Telegram was away for so long that it forgot what people did.
        final: whether the run is over and everything must have come to its end.
    """

    stage: Stage
    cohort: Cohort
    session: Session
    lossy: bool = False
    final: bool = False
    _ids: dict[int, int] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """The virtual instant."""
        return self.stage.now

    @property
    def witness(self) -> Witness:
        """What passed between the bot and Telegram."""
        return self.stage.witness

    @cached_property
    def people(self) -> dict[int, int]:
        """Person ids of the database by Telegram id."""
        hashes = {
            self.stage.rt.vault.chat_hash(one.user_id): one.user_id
            for one in self.cohort.everybody()
        }
        rows = self.session.scalars(select(models.Person))
        return {hashes[row.chat_hash]: row.id for row in rows if row.chat_hash in hashes}

    def id_of(self, person: Person) -> int:
        """The person's id in the database, 0 when the bot never met them."""
        return self.people.get(person.user_id, 0)

    def name_of(self, person_id: int) -> str:
        """The name of a person of the database."""
        by_id = {self.id_of(one): one.name for one in self.cohort.everybody()}
        return by_id.get(person_id, f"person {person_id}")

    def doses(self, patient: Patient) -> Sequence[tuple[models.Dose, str]]:
        """Every dose row of a patient with the name of its medicine."""
        query = (
            select(models.Dose, models.Medicine.drug_id)
            .join(models.Medicine, models.Medicine.id == models.Dose.medicine_id)
            .where(models.Dose.patient_id == self.id_of(patient))
            .order_by(models.Dose.id)
        )
        return [(dose, drug) for dose, drug in self.session.execute(query)]

    def planned(self, patient: Patient) -> Iterator[Due]:
        """Every dose the prescriber set since the plan was confirmed, up to now."""
        begun = self._adopted(patient)
        if begun is None:
            return
        answers, zone = patient.life.answers, patient.zone
        day = begun.astimezone(zone).date()
        while day <= self.now.astimezone(zone).date():
            for course in answers.courses:
                for wall, mg in course.on(day, answers.joined).items():
                    at = instant(day, wall, zone)
                    if begun < at <= self.now:
                        yield Due(course.drug, day, wall, mg, at)
            day += timedelta(days=1)

    def _adopted(self, patient: Patient) -> datetime | None:
        found: datetime | None = self.session.scalar(
            select(models.PlanVersion.created_at)
            .where(models.PlanVersion.patient_id == self.id_of(patient))
            .order_by(models.PlanVersion.version)
            .limit(1)
        )
        return found


def instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The instant of a wall time; in a gap the first valid one after it, in a fold the first."""
    naive = datetime.combine(day, wall)
    at = naive.replace(tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) == naive:
        return at
    # A time that does not exist: with `fold` the zone is read with the rule after the change,
    # and the change itself lies between the two readings.
    early = naive.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while early.astimezone(zone).utcoffset() != at.astimezone(zone).utcoffset():
        early += timedelta(minutes=1)
    return early
