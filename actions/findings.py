"""Acting on what was found: kept, answered, and a human told, in one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from sqlalchemy import select

from actions import alert_words, escalate, outbox
from actions import help as numbers_of
from actions.tx import Tx
from care.messages import Kind
from care.redflags import Finding, worst
from care.textreader import Hit
from care.tiers import Tier
from store.models import Alert, Ask, FindingRow, OutboxRow, Patient, Person

# Signs after which breathing can slow down for hours.
EXTRA: Final = frozenset({"double_dose", "dangerous_combo", "extra_tablets"})
# A dose that is missing, whatever the reason.
GENERAL: Final = "general"
MISSED: Final = frozenset({"stopped_abruptly", "vomiting_cannot_keep_meds", "missed_doses"})
WATCH: Final = "sedation_watch"
AFTER_EXTRA: Final = tuple(timedelta(minutes=m) for m in (30, 60, 120, 240))


def from_hits(tx: Tx, hits: Sequence[Hit], version: str) -> tuple[Finding, ...]:
    """Turn what the text reader flagged into findings, worded by bot/content/labels.yaml.

    "Came round on the floor, I was shaking" is a faint and a seizure: of equals the first one is
    told, so a finding with first aid of its own comes before one with the general card.
    """
    del version
    found = [from_label(tx, hit.label, hit.tier, rule_id=f"text:{hit.rule_id}") for hit in hits]
    return tuple(sorted(found, key=lambda finding: finding.card == GENERAL))


def from_label(tx: Tx, label: str, tier: Tier, *, rule_id: str) -> Finding:
    """Return the finding of a danger label."""
    sign = tx.content.signs.of(label)
    return Finding(
        rule_id=rule_id,
        rule_version=tx.content.signs.version,
        tier=tier,
        label=label,
        why=sign.what,
        say=sign.say,
        card=sign.card,
        patient_only=sign.patient_only,
    )


def act(
    tx: Tx,
    person: Person,
    patient: Patient,
    found: Sequence[Finding],
    *,
    source: str,
    words: str | None,
) -> Finding | None:
    """Act on findings about a patient; return the worst one, None when there was none.

    1. Keep every finding with its rule version.
    2. Open or join an alert, unless it stays with the patient (D8) or just alerted (D4).
    3. Answer the patient with the fixed text of the worst finding.
    """
    found = [_worded(tx, patient, finding) for finding in found]
    top = worst(found)
    if top is None:
        return None
    told = next((f for f in sorted(found, key=_severity) if _is_told(tx, patient, f)), None)
    alert = escalate.open_alert(tx, patient, told, words) if told else None
    keep(tx, patient, found, source=source, words=words, alert=alert)
    if {finding.label for finding in found} & EXTRA:
        ask_again_later(tx, person, patient)
    if top.tier is not Tier.WATCH:
        reply(tx, person, patient, top, alert)
    return top


def _worded(tx: Tx, patient: Patient, finding: Finding) -> Finding:
    """Word what depends on the medicine: baclofen missed is now, not today (D2); pumps (D11)."""
    if finding.card == "pump" and finding.tier is not Tier.WATCH:
        return replace(finding, say="safety/pump")
    now = finding.label in MISSED or finding.rule_id.startswith("U02")
    if now and "baclofen" in numbers_of.drug_classes(tx, patient.person_id):
        return replace(finding, say="safety/missed_doses")
    return finding


def ask_again_later(tx: Tx, person: Person, patient: Patient) -> None:
    """After extra tablets or a mix: ask after half an hour, one, two and four hours (D16).

    "Still awake, breathing as usual?" Each time silence is a flag. More taken since counts anew.
    """
    waiting = select(Ask).where(
        Ask.person_id == person.id, Ask.label == WATCH, Ask.state == "waiting"
    )
    for ask in tx.session.scalars(waiting):
        ask.state = "replaced"
    for after in AFTER_EXTRA:
        tx.session.add(
            Ask(
                person_id=person.id,
                patient_id=patient.person_id,
                label=WATCH,
                tier=Tier.EMERGENCY.value,
                state="waiting",
                on_silence="flag",
                asked_at=tx.now + after,
            )
        )


def _severity(finding: Finding) -> int:
    return -finding.tier.rank


def _is_told(tx: Tx, patient: Patient, finding: Finding) -> bool:
    if finding.tier not in {Tier.EMERGENCY, Tier.URGENT} or finding.patient_only:
        return False
    return not escalate.recently_alerted(tx, patient, finding)


def keep(
    tx: Tx,
    patient: Patient,
    found: Sequence[Finding],
    *,
    source: str,
    words: str | None,
    alert: Alert | None,
) -> None:
    """Store findings."""
    owner = tx.session.get_one(Person, patient.person_id).key_owner
    for finding in found:
        row = FindingRow(
            patient_id=patient.person_id,
            key_owner=owner,
            alert_id=alert.id if alert and not finding.patient_only else None,
            rule_id=finding.rule_id,
            rule_version=str(finding.rule_version),
            tier=finding.tier.value,
            label=finding.label,
            source=source,
            at=tx.now,
        )
        tx.vault.seal(row, words=words)
        tx.session.add(row)


def reply(
    tx: Tx, person: Person, patient: Patient, finding: Finding, alert: Alert | None
) -> OutboxRow:
    """Send the fixed safety text; with an alert its status lines follow the facts (D6)."""
    if alert is None:
        values = alert_words.safety_values(tx, person, patient)
        return outbox.say(tx, person, finding.say, kind=Kind.SAFETY, **values)
    row = outbox.say(
        tx,
        person,
        finding.say,
        kind=Kind.SAFETY,
        inline=alert_words.safety_buttons(tx, alert, person),
        **alert_words.for_patient(tx, alert),
    )
    if finding.say == alert.say:
        alert.status_id = row.id
    return row
