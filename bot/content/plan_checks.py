"""What the plan checks found, in words: a screen for the patient, one line each for a terminal.

plan_check_words.yaml names each check with its threshold and sources. Neither ever holds an amount
that the plan or a threshold does not hold, except the published spans in a line on a switch (D28),
which prescribers read and patients do not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final

from bot.content.drugs import Drug
from bot.content.files import CONTENT, ContentError, closed, known_sources, read_yaml, shaped
from care.equivalents import MedicineFacts
from care.plan import mg_text
from care.plan_checks import CHECKS, PlanFinding

WORDS: Final = "plan_check_words.yaml"
MOST_GROUPS: Final = 4
"""So many points go on one screen."""


@closed
@dataclass(frozen=True, slots=True)
class CheckWords:
    """One check for a terminal: what it looks at, its threshold, and each way it can speak.

    `finds` are texts with the names of PlanFinding.found in braces, by case.
    """

    title: str
    threshold: str
    sources: tuple[str, ...]
    finds: Mapping[str, str]


@cache
def load_check_words() -> Mapping[str, CheckWords]:
    """The words of every check by id.

    Raises:
        ContentError: the file does not fit.
    """
    rows = read_yaml(CONTENT / WORDS)["checks"]
    return {id_: shaped(CheckWords, row, f"{WORDS}: {id_}") for id_, row in rows.items()}


def check_plan_check_words() -> Iterable[str]:
    """What is wrong with the words: a check without any, a source that nobody knows."""
    known = load_check_words()
    for id_ in sorted({*CHECKS} ^ known.keys()):
        yield f"{WORDS}: {id_}: {'has no words' if id_ in CHECKS else 'is no check'}"
    for id_, words in known.items():
        for code in sorted({*words.sources} - known_sources().keys()):
            yield f"{WORDS}: {id_}: source {code} is not in sources.yaml"
        if not words.sources or not words.finds:
            yield f"{WORDS}: {id_}: needs a source and a finding"


def medicine_facts(drug: Drug) -> MedicineFacts:
    """A medicine as the plan checks look at it."""
    one = drug.equivalence
    spans = (one.ashton, one.va_dod, one.other) if one else ()
    return MedicineFacts(
        drug.id,
        drug.cls,
        tuple(span for span in spans if span),
        drug.half_life_h,
        drug.short_acting,
        drug.usual_times,
        drug.strengths_mg,
        drug.extended_release_mg,
        drug.active_metabolite_h,
    )


def line_of(finding: PlanFinding, drugs: Mapping[str, Drug]) -> str:
    """One line for a terminal: the number, what was found, the threshold and the source.

    Raises:
        ContentError: a case without words.
    """
    words = load_check_words()[finding.check]
    where = [_name(finding.medicine, drugs), finding.day.isoformat() if finding.day else ""]
    about = " ".join(part for part in where if part)
    found = _found(finding, words, drugs)
    sources = ", ".join(words.sources)
    head = f"{finding.check} {finding.level.value.upper()}" + (f" {about}" if about else "")
    return f"{head}: {found} (limit: {words.threshold}) [{sources}]"


def _name(medicine: str | None, drugs: Mapping[str, Drug]) -> str:
    if medicine is None:
        return ""
    return drugs[medicine].name if medicine in drugs else medicine


def _found(finding: PlanFinding, words: CheckWords, drugs: Mapping[str, Drug]) -> str:
    if finding.unchecked:
        return f"could not be checked ({finding.found['error']})"
    text = words.finds.get(finding.case)
    if text is None:
        raise ContentError(f"{WORDS}: {finding.check}: no words for {finding.case}")
    return text.format_map({key: _value(key, one, drugs) for key, one in finding.found.items()})


def _value(key: str, value: Decimal | str, drugs: Mapping[str, Drug]) -> str:
    if isinstance(value, Decimal):
        return mg_text(value)
    return _name(value, drugs) if key == "other" else value
