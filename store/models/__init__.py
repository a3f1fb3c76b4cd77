"""Every table of Steady (DESIGN.md section 7)."""

from store.models.alerts import Alert, AlertEvent, FindingRow
from store.models.checkins import (
    Answer,
    Ask,
    AuditEntry,
    CheckIn,
    LessonSent,
    Note,
    VitalReading,
)
from store.models.people import (
    Absence,
    Agreement,
    CareLink,
    Consent,
    Dialogue,
    Invitation,
    Patient,
    Person,
    SafetyPlan,
)
from store.models.plans import (
    Dose,
    DoseEvent,
    Medicine,
    PlanCode,
    PlanDose,
    PlanStep,
    PlanVersion,
    SupplyCount,
)
from store.models.queues import InboxRow, Mark, OutboxRow

__all__ = [
    "Absence",
    "Agreement",
    "Alert",
    "AlertEvent",
    "Answer",
    "Ask",
    "AuditEntry",
    "CareLink",
    "CheckIn",
    "Consent",
    "Dialogue",
    "Dose",
    "DoseEvent",
    "FindingRow",
    "InboxRow",
    "Invitation",
    "LessonSent",
    "Mark",
    "Medicine",
    "Note",
    "OutboxRow",
    "Patient",
    "Person",
    "PlanCode",
    "PlanDose",
    "PlanStep",
    "PlanVersion",
    "SafetyPlan",
    "SupplyCount",
    "VitalReading",
]
