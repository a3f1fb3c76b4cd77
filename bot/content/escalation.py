"""Reads the escalation ladders."""

from pathlib import Path
from typing import Any, Final

import yaml

from care.escalation import Ladder, LadderRung

FILE: Final = Path(__file__).with_name("escalation.yaml")


def load_ladders(file: Path = FILE) -> dict[str, Ladder]:
    """Return the ladder of each tier; ValueError when a ladder does not begin or go up."""
    data: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {tier: _ladder(tier, data["version"], spec) for tier, spec in data["tiers"].items()}


def _ladder(tier: str, version: int, spec: dict[str, Any]) -> Ladder:
    rungs = tuple(LadderRung(**rung) for rung in spec["rungs"])
    delays = [rung.after_minutes for rung in rungs]
    if not delays or delays[0] != 0 or delays != sorted(set(delays)):
        raise ValueError(f"ladder {tier}: rungs must begin at 0 minutes and climb")
    if not rungs[-1].operator:
        raise ValueError(f"ladder {tier}: the last rung must reach the operator")
    return Ladder(tier, version, rungs, spec["repeat_minutes"], spec["repeat_times"])
