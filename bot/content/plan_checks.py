"""What the plan checks found, in words: a screen for the patient, one line each for a terminal.

plan_check_words.yaml names each check with its threshold and sources. Neither ever holds an amount
that the plan or a threshold does not hold, except the published spans in a line on a switch (D28),
which prescribers read and patients do not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Final

from bot.content.drugs import Drug
from bot.content.files import CONTENT, ContentError, closed, known_sources, read_yaml, shaped
from bot.content.render import Renderer
from care.equivalents import MedicineFacts
from care.plan import mg_text
from care.plan_checks import CHECKS, Level, PlanFinding

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


# The heaviest first, for the order of points on a screen.
_ORDER: Final = (
    *("P01", "P05", "P03", "P06", "P15", "P13", "P10", "P16", "P20", "P19"),
    *("P07", "P08", "P14", "P17", "P18", "P09", "P12", "P02", "P04", "P11"),
)
# Those that speak about one step: for the patient only the heaviest of them does.
_STEP_CHECKS: Final = frozenset({"P01", "P02", "P03", "P05", "P06", "P07"})


def screen_values(
    findings: Iterable[PlanFinding],
    drugs: Mapping[str, Drug],
    prescriber: str,
    *,
    page: int = 0,
) -> dict[str, object]:
    """The values of the template plans/checks: one screen of points, what blocks first.

    What one check says of one medicine again and again is one point with a count, and of the
    checks on one step only the heaviest speaks. `more` says how many points come after `page`.
    """
    groups = _groups(findings)
    shown = groups[page * MOST_GROUPS : (page + 1) * MOST_GROUPS]
    points = [(group[0].level, _point(group[0], len(group) - 1, drugs)) for group in shown]
    return {
        "prescriber": prescriber,
        "page": page,
        "blocks": [point for level, point in points if level is Level.BLOCK],
        "others": [point for level, point in points if level is not Level.BLOCK],
        "more": max(len(groups) - (page + 1) * MOST_GROUPS, 0),
    }


def screen_of(
    findings: Iterable[PlanFinding],
    locale: str,
    drugs: Mapping[str, Drug],
    prescriber: str,
    *,
    page: int = 0,
) -> str:
    """One screen of points as Telegram HTML."""
    values = screen_values(findings, drugs, prescriber, page=page)
    return _renderer().text("plans/checks", locale, **values)


def words_of(finding: PlanFinding, locale: str, drugs: Mapping[str, Drug]) -> str:
    """One finding as the patient reads it: what was found and why it matters."""
    return _renderer().text("plans/_check", locale, point=_point(finding, 0, drugs))


@cache
def _renderer() -> Renderer:
    return Renderer()


def _groups(findings: Iterable[PlanFinding]) -> list[list[PlanFinding]]:
    """Findings that make one point, the heaviest point first."""
    groups: dict[tuple[object, ...], list[PlanFinding]] = {}
    for one in _heaviest_of_a_step(findings):
        key = ("unchecked", one.medicine) if one.unchecked else (one.check, one.case, one.medicine)
        groups.setdefault((one.level, *key), []).append(one)
    return sorted(groups.values(), key=lambda group: _weight(group[0]), reverse=True)


def _heaviest_of_a_step(findings: Iterable[PlanFinding]) -> list[PlanFinding]:
    best: dict[tuple[str | None, date | None], PlanFinding] = {}
    rest = []
    for one in findings:
        if one.check not in _STEP_CHECKS or one.unchecked:
            rest.append(one)
            continue
        step = (one.medicine, one.day)
        best[step] = max(one, best.get(step, one), key=_weight)
    return [*best.values(), *rest]


def _weight(one: PlanFinding) -> tuple[int, int]:
    return one.level.rank, -_ORDER.index(one.check)


def _point(finding: PlanFinding, again: int, drugs: Mapping[str, Drug]) -> dict[str, object]:
    """A finding as values of the template plans/_check."""
    values: dict[str, object] = dict(finding.found)
    for key in ("risks", "missing"):
        if key in finding.found:
            values[key] = str(finding.found[key]).split(", ")
    for key in ("until", "reach"):
        if key in finding.found:
            values[key] = date.fromisoformat(str(finding.found[key]))
    if "other" in finding.found:
        values["other"] = _name(str(finding.found["other"]), drugs)
    about = {"check": finding.check, "case": finding.case, "level": finding.level.value}
    where = {"day": finding.day, "drug": _name(finding.medicine, drugs), "again": again}
    return values | about | where
