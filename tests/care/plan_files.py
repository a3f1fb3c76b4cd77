"""Reads tests/care/plans/*.yaml: a plan document, what is known, and exactly what is to be found.

    why: one line
    facts: fields of CheckFacts; every field that is left out is not known
    plan: a plan document
    expect: {"P03 block diazepam": [2026-12-01], "P16 block": [any]}

A key of `expect` is check, level, and the medicine where there is one; its list holds the days, or
"any" for a finding without a day, once for each finding.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from bot.content.drugs import find_drug, load_drugs
from bot.content.plan_checks import medicine_facts
from care.plan import DoseTime, Plan, Regimen, Step
from care.plan_checks import CheckFacts, Level, PlanFinding
from care.plandoc import read_document
from care.tiers import Tier

FOLDER = Path(__file__).parent / "plans"
DRUGS = load_drugs()
MEDICINES = {id_: medicine_facts(drug) for id_, drug in DRUGS.items()}


@dataclass(frozen=True)
class PlanFile:
    plan: Plan
    facts: CheckFacts
    expected: list[str]


def drug_id(typed: str) -> str | None:
    drug = find_drug(typed, DRUGS).drug
    return drug.id if drug else None


def _amounts(raw: Mapping[str, str]) -> dict[str, Decimal]:
    return {drug: Decimal(mg) for drug, mg in raw.items()}


def _days(raw: Mapping[str, str]) -> dict[str, date]:
    return {drug: date.fromisoformat(day) for drug, day in raw.items()}


def _earlier(raw: list[dict[str, str]]) -> tuple[Step, ...]:
    return tuple(
        Step(
            date.fromisoformat(one["from"]),
            Regimen(one["medicine"], (DoseTime("a", time(8), Decimal(one["mg"])),)),
        )
        for one in raw
    )


def _yes(raw: str) -> bool:
    return {"true": True, "false": False}[raw]


FIELDS: dict[str, Callable[[Any], Any]] = {
    "today": date.fromisoformat,
    "weeks_taken": int,
    "began_on": _days,
    "start_daily_mg": _amounts,
    "earlier": _earlier,
    "risks": frozenset,
    "has_prescriber": _yes,
    "has_prescriber_phone": _yes,
    "has_caregiver": _yes,
    "entered_by_prescriber": _yes,
    "lasts_until": _days,
    "refill_on": date.fromisoformat,
    "appointment_on": date.fromisoformat,
    "open_flag": Tier,
    "worsening": _yes,
    "busy_days": lambda raw: {date.fromisoformat(day): kind for day, kind in raw.items()},
}


def found(finding: PlanFinding) -> str:
    """A finding as a line: "P03 block diazepam 2026-12-01"."""
    assert finding.case != "unchecked", finding
    day = finding.day.isoformat() if finding.day else "any"
    parts = (finding.check, finding.level.value, finding.medicine, day)
    return " ".join(part for part in parts if part)


def read(path: Path) -> PlanFile:
    # Every scalar stays text, so that no amount is ever a float.
    data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    assert set(data) == {"why", "facts", "plan", "expect"}, path.name
    facts = {name: FIELDS[name](raw) for name, raw in data["facts"].items()}
    expected = [f"{what} {day}" for what, days in data["expect"].items() for day in days]
    for line in expected:
        Level(line.split()[1])
    plan = read_document(data["plan"], drug_id).plan
    return PlanFile(plan, CheckFacts(medicines=MEDICINES, **facts), sorted(expected))


def names() -> list[str]:
    return sorted(path.name for path in FOLDER.iterdir())
