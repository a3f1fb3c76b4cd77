"""The questions of joining whose choices depend on the person: place, time, medicines, plan."""

from typing import Final

from actions.intake_base import Special
from actions.intake_person import (
    CaregiverQuestion,
    CheckInTime,
    ConsentQuestion,
    CountryQuestion,
    Language,
    NameQuestion,
    ZoneQuestion,
)
from actions.intake_plan import (
    DosesQuestion,
    MedicineQuestion,
    MoreQuestion,
    StepsQuestion,
)
from actions.plan_confirm import ConfirmQuestion

SPECIAL: Final[dict[str, Special]] = {
    "language": Language(),
    "consent": ConsentQuestion(),
    "country": CountryQuestion(),
    "zone": ZoneQuestion(),
    "name": NameQuestion(),
    "medicine": MedicineQuestion(),
    "doses": DosesQuestion(),
    "more": MoreQuestion(),
    "steps": StepsQuestion(),
    "confirm": ConfirmQuestion(),
    "checkin_at": CheckInTime(),
    "caregiver": CaregiverQuestion(),
}
