"""What each danger label leads to: the reply, the first-aid card, the question, silence."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

FILE: Final = Path(__file__).with_name("labels.yaml")


@dataclass(frozen=True, slots=True)
class Sign:
    """One label's consequences.

    Attributes:
        say: template of the reply to the patient.
        card: first-aid card of the caregiver's alert.
        ask: template suffix of the question put when the reader is not sure.
        on_silence: `flag` when no answer counts as yes, `again` when it is asked once more.
        what: one sentence for the caregiver.
        patient_only: stays with the patient unless agreed (clinical.md D8).
    """

    say: str
    card: str
    ask: str
    on_silence: str
    what: str
    patient_only: bool = False


@dataclass(frozen=True, slots=True)
class Signs:
    """All labels, and what an unknown one leads to."""

    version: int
    labels: Mapping[str, Sign]
    fallback: Sign

    def of(self, label: str) -> Sign:
        """Return what a label leads to; an unknown one is never nothing."""
        return self.labels.get(label, self.fallback)


def load_signs(file: Path = FILE) -> Signs:
    """Read labels.yaml; TypeError names a field that is missing or not known."""
    data: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    labels = {name: Sign(**spec) for name, spec in data["labels"].items()}
    return Signs(data["version"], labels, Sign(**data["fallback"]))
