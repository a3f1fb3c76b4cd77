"""The medicines Steady follows, and the reading of a typed medicine name.

One YAML file per medicine under drugs/ (clinical.md section 2). Nothing here makes or converts a
dose: the equivalence figures serve display and plan warnings only.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import cache
from typing import Literal

from bot.content import names
from bot.content.files import CONTENT, Amount, ContentError, SignedOn, closed, read_yaml, shaped
from care.doseclock import Window

DrugClass = Literal["benzodiazepine", "z_drug", "baclofen"]
DrugForm = Literal[
    "tablet",
    "capsule",
    "liquid",
    "modified_release",
    "orodispersible",
    "sublingual",
    "granules",
]
Span = tuple[Amount, Amount]

CLEAR_LEAD = 0.08
"""By how much a guess must beat every other medicine's name to be read back alone [ENG]."""

_STRENGTH = re.compile(r"\b\d+(?:[.,]\d+)?\s*(?:mgs?|milligrams?|mcg|ug|g|ml)?\b", re.IGNORECASE)
_FORM = re.compile(r"\b(?:tablets?|tabs?|pills?|capsules?|caps?)\b", re.IGNORECASE)


@closed
@dataclass(frozen=True, slots=True)
class Equivalence:
    """Milligrams taken as equal to 10 mg oral diazepam, lowest and highest, per published table.

    The tables disagree twofold for the commonest drugs: use all columns and the worst case, for
    warnings only, never to make a dose (clinical.md section 2).
    """

    ashton: Span | None = None
    va_dod: Span | None = None
    other: Span | None = None


@closed
@dataclass(frozen=True, slots=True)
class Clock:
    """The dose clock of a medicine, in hours (clinical.md 4.6, D2).

    From `watch_h` after the last confirmed dose the first signs are possible; once the plan's
    longest normal gap is over by `over_gap_h` the patient is told to call.
    """

    watch_h: Amount
    over_gap_h: Amount


@closed
@dataclass(frozen=True, slots=True)
class Drug:
    """One medicine: its names, strengths, clocks and the limits that catch typing errors.

    Spans are (lowest, highest). `max_single_mg` and `max_daily_mg` only tell when to ask again
    ("is that right?"), not what is right for anybody [ENG]. `watch_days` is how long signs are
    expected after a step or a missed dose (clinical.md 4.5 T05, 4.6). `forms` are the forms it is
    known to come in, `scored` into how many pieces a tablet of a strength may be split along its
    score; a strength that is not there is not known, and the patient is asked either way.
    `sources` gives, per field, the codes of sources.yaml; `reviewed` is None until a clinician
    signs.

    `min_interval_h` and `max_interval_h` are how near and how far apart a change of time zone may
    put two doses, in hours; beyond them the prescriber is asked (DESIGN 3). All [ENG], by one
    rule. Nearest: half of the shortest usual interval, at least 4 h; 18 h for what is taken once a
    night to sleep. Farthest: the longest usual interval and D2's 3 h more (short-acting) or 12 h
    more (others); for baclofen and for what is usually taken three times a day or more, 12 h.
    """

    id: str
    name: str
    cls: DrugClass
    brands: tuple[str, ...]
    strengths_mg: tuple[Amount, ...]
    half_life_h: Span
    short_acting: bool
    onset_h: Span
    min_interval_h: Amount
    max_interval_h: Amount
    watch_days: int
    clock: Clock
    usual_times: tuple[int, int]
    max_single_mg: Amount
    max_daily_mg: Amount
    sources: Mapping[str, tuple[str, ...]]
    reviewed: SignedOn
    forms: tuple[DrugForm, ...] = ()
    scored: Mapping[Amount, Literal[2, 4]] = field(default_factory=dict)
    extended_release_mg: tuple[Amount, ...] = ()
    liquid: bool = False
    active_metabolite_h: Span | None = None
    equivalence: Equivalence | None = None
    missed_rule: Literal["baclofen"] | None = None
    notes: tuple[str, ...] = ()

    @property
    def extended_release(self) -> bool:
        """Whether a slow-release form exists, which must never be split or crushed (P13)."""
        return bool(self.extended_release_mg)

    @property
    def names(self) -> tuple[str, ...]:
        """The generic name first, then the brands."""
        return (self.name, *self.brands)

    @property
    def window(self) -> Window:
        """The danger window that the dose clock runs against."""
        return Window(_hours(self.clock.watch_h), _hours(self.clock.over_gap_h))

    def absurd(self, single_mg: Decimal, daily_mg: Decimal) -> bool:
        """Whether an amount is so high that a slip of the finger is likelier than the truth."""
        return single_mg > self.max_single_mg or daily_mg > self.max_daily_mg


@closed
@dataclass(frozen=True, slots=True)
class OtherMedicine:
    """A medicine Steady does not follow, whose name is close to one it does.

    `near` holds the ids of the medicines it is mixed up with.
    """

    name: str
    kind: str
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """What a typed medicine name was read as.

    `exact` means letter for letter a generic or brand name; anything else must be read back.
    `other` is the medicine outside Steady that the name is, or may as well be: then `drug` is
    None and `alternatives` are what could have been meant.
    """

    drug: Drug | None
    exact: bool
    alternatives: tuple[Drug, ...]
    other: OtherMedicine | None = None


def _hours(hours: Decimal) -> timedelta:
    return timedelta(minutes=int(hours * 60))


def _check(drug: Drug) -> Drug:
    for problem in _form_problems(drug):
        raise ContentError(f"{drug.id}.yaml: {problem}")
    if drug.max_single_mg > drug.max_daily_mg:
        raise ContentError(f"{drug.id}.yaml: max_single_mg: above max_daily_mg")
    if drug.cls == "baclofen" and drug.equivalence:
        raise ContentError(f"{drug.id}.yaml: equivalence: baclofen is never converted")
    if drug.cls != "baclofen" and not drug.equivalence:
        raise ContentError(f"{drug.id}.yaml: equivalence: missing")
    spans = (drug.half_life_h, drug.onset_h, drug.active_metabolite_h or drug.onset_h)
    if drug.min_interval_h > drug.max_interval_h:
        raise ContentError(f"{drug.id}.yaml: min_interval_h: above max_interval_h")
    if any(low > high for low, high in spans):
        raise ContentError(f"{drug.id}.yaml: a span runs from high to low")
    return drug


def _form_problems(drug: Drug) -> Iterator[str]:
    if drug.liquid != ("liquid" in drug.forms):
        yield "liquid: forms say otherwise"
    if drug.extended_release != ("modified_release" in drug.forms):
        yield "extended_release_mg: forms say otherwise"
    if not set(drug.scored) <= set(drug.strengths_mg):
        yield "scored: a strength that strengths_mg does not have"
    if drug.scored and "tablet" not in drug.forms:
        yield "scored: only tablets are"


@cache
def load_drugs() -> Mapping[str, Drug]:
    """Every medicine by id.

    Raises:
        ContentError: a file does not fit, or its name is not its id.
    """
    drugs = {}
    for path in sorted((CONTENT / "drugs").glob("*.yaml")):
        drug = _check(shaped(Drug, read_yaml(path), path.name))
        if drug.id != path.stem:
            raise ContentError(f"{path.name}: id: is not the name of the file")
        drugs[drug.id] = drug
    return drugs


@cache
def load_other_medicines() -> tuple[OtherMedicine, ...]:
    """Names that are never read as one of ours (other_medicines.yaml).

    Raises:
        ContentError: the file does not fit.
    """
    rows = read_yaml(CONTENT / "other_medicines.yaml")["medicines"]
    return tuple(shaped(OtherMedicine, row, "other_medicines.yaml") for row in rows)


def _core(typed: str) -> str:
    return names.plain(_FORM.sub(" ", _STRENGTH.sub(" ", typed)))


def find_drug(typed: str, drugs: Mapping[str, Drug]) -> Match:
    """The medicine a typed name means: generic or brand, any case, amounts and "tablets" ignored.

    A typing error gives a medicine with `exact` False, for the bot to read back, and only when
    no other medicine's name, ours or not, is about as near. The name of a medicine Steady does
    not follow is never read as one of ours, however near (clonidine is not clonazepam).
    """
    core = _core(typed)
    ours = {names.plain(name): drug.id for drug in drugs.values() for name in drug.names}
    others = {names.plain(other.name): other for other in load_other_medicines()}
    if core in ours:
        return Match(drugs[ours[core]], exact=True, alternatives=())
    if core in others:
        return _stranger(others[core], drugs)
    return _guess(core, drugs, ours, others)


def _stranger(other: OtherMedicine, drugs: Mapping[str, Drug], also: tuple[str, ...] = ()) -> Match:
    meant = dict.fromkeys((*other.near, *also))
    return Match(None, exact=False, alternatives=tuple(drugs[i] for i in meant), other=other)


def _guess(
    core: str,
    drugs: Mapping[str, Drug],
    ours: Mapping[str, str],
    others: Mapping[str, OtherMedicine],
) -> Match:
    found = names.near(core, (*ours, *others))
    close = [name for name, score in found if found[0][1] - score < CLEAR_LEAD]
    strangers = [others[name] for name in close if name in others]
    rivals = {ours[name] for name in close if name in ours}
    all_near = tuple(dict.fromkeys(ours[name] for name, _ in found if name in ours))
    if strangers:
        return _stranger(strangers[0], drugs, all_near)
    if len(rivals) == 1:
        rest = tuple(drugs[i] for i in all_near if i not in rivals)
        return Match(drugs[rivals.pop()], exact=False, alternatives=rest)
    return Match(None, exact=False, alternatives=tuple(drugs[i] for i in all_near))
