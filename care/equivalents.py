"""Diazepam equivalents, in every published column and for screening only.

The tables disagree twofold for the commonest drugs (clinical.md section 2), so there is never one
figure: a span, and the worst case for a warning. Nothing here makes a dose, and baclofen is no
benzodiazepine and is never converted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, NamedTuple, TypeAlias

DrugClass: TypeAlias = Literal["benzodiazepine", "z_drug", "baclofen"]
Span: TypeAlias = tuple[Decimal, Decimal]
"""Lowest and highest."""

REFERENCE_MG: Final = Decimal(10)
"""Every figure of the tables is taken as equal to so much oral diazepam."""


@dataclass(frozen=True, slots=True)
class MedicineFacts:
    """What the plan checks know of one medicine, from its file of facts.

    `equivalents` is one span a published table: mg taken as equal to 10 mg oral diazepam; empty
    for baclofen. `usual_times` is doses a day, `modified_release_mg` the strengths that are never
    split.
    """

    id: str
    cls: DrugClass
    equivalents: tuple[Span, ...]
    half_life_h: Span
    short_acting: bool
    usual_times: tuple[int, int]
    strengths_mg: tuple[Decimal, ...]
    modified_release_mg: tuple[Decimal, ...] = ()
    active_metabolite_h: Span | None = None

    @property
    def baclofen(self) -> bool:
        """Whether it is the one medicine that is no benzodiazepine and no Z-drug."""
        return self.cls == "baclofen"


class Columns(NamedTuple):
    """How many mg of diazepam 1 mg counts as, by the mildest and by the strictest table."""

    least: Decimal
    most: Decimal


def columns(medicine: MedicineFacts) -> Columns:
    """The factors of the mildest and the strictest table.

    Raises:
        ValueError: for baclofen, and for a medicine without a published equivalent.
    """
    if medicine.baclofen:
        raise ValueError("baclofen is never converted")
    if not medicine.equivalents:
        raise ValueError(f"{medicine.id} has no published equivalent")
    low = min(span[0] for span in medicine.equivalents)
    high = max(span[1] for span in medicine.equivalents)
    return Columns(REFERENCE_MG / high, REFERENCE_MG / low)


def equivalent(mg: Decimal, medicine: MedicineFacts) -> Span:
    """What `mg` counts as in mg of diazepam, by the mildest and by the strictest table.

    Raises:
        ValueError: for baclofen, and for a medicine without a published equivalent.
    """
    least, most = columns(medicine)
    return mg * least, mg * most


def worst(mg: Decimal, medicine: MedicineFacts) -> Decimal:
    """What `mg` counts as at most: the figure that a warning goes by.

    Raises:
        ValueError: for baclofen, and for a medicine without a published equivalent.
    """
    return equivalent(mg, medicine)[1]


def exchanged(mg: Decimal, out: MedicineFacts, into: MedicineFacts) -> Span:
    """Between which amounts of `into` the tables put `mg` of `out` (P15). Screening only.

    Raises:
        ValueError: for baclofen, and for a medicine without a published equivalent.
    """
    gone, come = columns(out), columns(into)
    return mg * gone.least / come.most, mg * gone.most / come.least


MedicinesById: TypeAlias = Mapping[str, MedicineFacts]
