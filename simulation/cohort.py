"""Who there is: patients, those around them and the operator, all drawn from one seed."""

from dataclasses import dataclass
from random import Random
from typing import Final

from simulation.habits import HABITS
from simulation.helpers import HELPERS, OPERATOR, Helper
from simulation.joining import Answers
from simulation.patients import Life, Patient
from simulation.people import Agenda, Person
from simulation.phone import Phone
from simulation.regimens import HOMES, REGIMENS
from simulation.stage import Stage

NAMES: Final = ("Ada", "Bela", "Cora", "Dario", "Edda", "Fynn", "Gita", "Hugo", "Iris", "Jona")
BIRDS: Final = ("Heron", "Kestrel", "Plover", "Siskin", "Dunlin", "Merlin", "Avocet")
# Indices into HELPERS: one patient in four has nobody, one has two.
CIRCLES: Final = ((0,), (1,), (2, 0), (), (2,), (0, 1))


@dataclass
class Cohort:
    """Everybody, in the order in which they look at their phones."""

    patients: list[Patient]
    helpers: list[Helper]
    operator: Helper
    agenda: Agenda

    def everybody(self) -> list[Person]:
        """Return everybody who has a phone."""
        return [*self.patients, *self.helpers, self.operator]


def gather(stage: Stage, count: int, seed: int) -> Cohort:
    """Make `count` patients with those around them; the same seed makes the same people."""
    chance = Random(seed)
    agenda = Agenda()
    first_habit, first_circle = chance.randrange(len(HABITS)), chance.randrange(len(CIRCLES))
    operator = _helper(stage, agenda, seed, "Operator", stage.operator)
    operator.help = OPERATOR
    operator.write("/start", (1, 10))
    cohort = Cohort([], [], operator, agenda)
    for number in range(count):
        circle = CIRCLES[(first_circle + number) % len(CIRCLES)]
        helpers = [_around(stage, agenda, seed, number, which) for which in circle]
        life = Life(
            habits=HABITS[(first_habit + number) % len(HABITS)],
            answers=_answers(chance, helpers),
            marker=f"{BIRDS[number % len(BIRDS)]}{number:04d}",
            helpers=helpers,
        )
        cohort.patients.append(_patient(stage, agenda, seed, number, life))
        cohort.helpers += helpers
    return cohort


def _answers(chance: Random, helpers: list[Helper]) -> Answers:
    return Answers(
        home=chance.choice(HOMES),
        courses=chance.choice(REGIMENS),
        invites=tuple(helper.name for helper in helpers),
        shares_words=chance.random() < 0.5,  # noqa: PLR2004 (a coin)
        types=chance.random() < 0.3,  # noqa: PLR2004 (one in three)
    )


def _patient(stage: Stage, agenda: Agenda, seed: int, number: int, life: Life) -> Patient:
    name = f"{NAMES[number % len(NAMES)]}{number}"
    phone = Phone(stage.emulator, stage.emulator.people.create_user(name))
    patient = Patient(name, phone, Random(f"{seed}:{name}"), agenda, life)
    patient.begin()
    return patient


def _around(stage: Stage, agenda: Agenda, seed: int, number: int, which: int) -> Helper:
    name = f"{HELPERS[which].name.capitalize()}{number}"
    helper = _helper(stage, agenda, seed, name, stage.emulator.people.create_user(name))
    helper.help = HELPERS[which]
    return helper


def _helper(stage: Stage, agenda: Agenda, seed: int, name: str, user_id: int) -> Helper:
    return Helper(name, Phone(stage.emulator, user_id), Random(f"{seed}:{name}"), agenda)
