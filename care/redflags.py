"""Red flags on structured answers, vital signs and the dose ledger (clinical.md section 4).

Rules are data with a version, a source and examples. The highest tier wins. A rule that fails
is itself a finding: a human should look.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from care.redflag_operators import Condition, Facts, Intake
from care.tiers import Tier

__all__ = [
    "UNREADABLE",
    "Examples",
    "Facts",
    "Finding",
    "Intake",
    "Rule",
    "evaluate",
    "fires",
    "worst",
]

UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Examples:
    """Facts on which a rule must speak, and facts on which it must not."""

    fires: tuple[Facts, ...]
    silent: tuple[Facts, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of clinical.md section 4.

    `scope`: drug classes it is about, empty for all. `say`: key of the reply to the patient.
    `card`: first-aid card for the caregiver. `patient_only`: caregivers do not learn of it unless
    the patient agreed or says so (D8).
    """

    id: str
    version: int
    tier: Tier
    label: str
    scope: frozenset[str]
    when: Condition
    say: str
    card: str
    patient_only: bool
    source: str
    why: str
    examples: Examples


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found, with the version it was found by."""

    rule_id: str
    rule_version: int
    tier: Tier
    label: str
    why: str
    say: str
    card: str
    patient_only: bool


def fires(rule: Rule, facts: Facts) -> bool:
    """Whether a rule speaks. Raises what its conditions raise on facts they cannot read.

    Where the drug class is not known, every rule counts: the safer side. A rule on doses speaks as
    soon as one medicine's own doses call for it.
    """
    return any(_holds(rule, one) for one in facts.by_medicine())


def _holds(rule: Rule, facts: Facts) -> bool:
    concerned = not rule.scope or not facts.classes or not rule.scope.isdisjoint(facts.classes)
    return concerned and rule.when.holds(facts)


def evaluate(rules: Iterable[Rule], facts: Facts) -> tuple[Finding, ...]:
    """All findings, the highest tier first, within a tier in the order of the rules.

    A rule that raises gives an URGENT finding labelled "unreadable", never silence.
    """
    found = [finding for rule in rules if (finding := _finding(rule, facts)) is not None]
    return tuple(sorted(found, key=lambda finding: finding.tier, reverse=True))


def worst(findings: Iterable[Finding]) -> Finding | None:
    """The finding of the highest tier, the first of equals; None when there is none."""
    return max(findings, key=lambda finding: finding.tier, default=None)


def _finding(rule: Rule, facts: Facts) -> Finding | None:
    try:
        return _found(rule) if fires(rule, facts) else None
    except Exception:  # noqa: BLE001 - whatever breaks a rule, a human must look, never nobody
        return _unreadable(rule)


def _found(rule: Rule) -> Finding:
    return Finding(
        rule_id=rule.id,
        rule_version=rule.version,
        tier=rule.tier,
        label=rule.label,
        why=rule.why,
        say=rule.say,
        card=rule.card,
        patient_only=rule.patient_only,
    )


def _unreadable(rule: Rule) -> Finding:
    return Finding(
        rule_id=rule.id,
        rule_version=rule.version,
        tier=Tier.URGENT,
        label=UNREADABLE,
        why="This answer could not be checked. A person should look at it.",
        say="safety/urgent",
        card="general",
        patient_only=False,
    )
