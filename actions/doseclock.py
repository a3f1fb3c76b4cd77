"""The dose clocks of a patient: one for each medicine that is taken now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from actions import plans
from actions.tx import Tx
from bot.content.drugs import Drug
from care.doseclock import ClockState, alarmed_since, calls_at, clock_of
from care.doses import DoseState, longest_gap, unconfirmed_in_a_row
from care.localtime import local_day
from care.plan import Regimen, regimen_on
from store.models import Dose, Person
from store.queries import absences
from store.queries import plans as query

LATEST: Final = 20


@dataclass(frozen=True, slots=True)
class Clock:
    """One medicine's clock.

    `last` is its last confirmed intake, or the end of a hospital stay after it; `unconfirmed` is
    how many of its latest doses in a row are not confirmed, `longest_gap` the longest normal time
    between two doses, `alarmed_since` the instant since when it calls for the caregiver step.
    """

    drug: Drug
    last: datetime | None
    state: ClockState
    unconfirmed: int
    longest_gap: timedelta
    alarmed_since: datetime | None


def clocks_of(tx: Tx, person: Person) -> dict[int, Clock]:
    """Return the clocks by medicine id; none for a medicine that has ended."""
    found = plans.in_force(tx, person.id)
    if found is None:
        return {}
    today = local_day(tx.now, person.zone or "UTC")
    taken = {
        medicine.id: regimen
        for medicine in query.medicines(tx.session, person.id)
        if (regimen := regimen_on(found[1], medicine.drug_id, today)).doses
    }
    if not taken:
        return {}
    # What was planned before the end of a hospital stay says nothing: others gave it.
    since = absences.last_end(tx.session, person.id, tx.now)
    newest = [
        dose
        for dose in query.newest(tx.session, person.id, tx.now, LATEST * len(taken))
        if since is None or dose.due_at >= since
    ]
    last = query.last_intakes(tx.session, person.id)
    return {
        medicine: _clock(
            tx,
            regimen,
            max((at for at in (last.get(medicine), since) if at), default=None),
            [dose for dose in newest if dose.medicine_id == medicine],
        )
        for medicine, regimen in taken.items()
    }


def _clock(tx: Tx, regimen: Regimen, last: datetime | None, newest: Sequence[Dose]) -> Clock:
    drug = tx.content.drugs[regimen.medicine]
    planned = [dose for dose in newest if not dose.as_needed]
    unconfirmed = unconfirmed_in_a_row(DoseState(dose.state) for dose in planned)
    answered = [dose for dose in planned if dose.state not in {"planned", "due"}]
    calls = calls_at(last, regimen, drug.window) if last is not None else None
    return Clock(
        drug=drug,
        last=last,
        state=clock_of(last, tx.now, regimen, drug.window),
        unconfirmed=unconfirmed,
        longest_gap=longest_gap(regimen),
        alarmed_since=alarmed_since(
            calls, [_known_at(tx, dose) for dose in answered[:unconfirmed]], tx.now
        ),
    )


def _known_at(tx: Tx, dose: Dose) -> datetime:
    """Return when it was known that a dose is not confirmed: said so, or its window closed."""
    said = dose.asked_at if dose.state == DoseState.SKIPPED.value else None
    return min(said or dose.closes_at, dose.closes_at, tx.now)
