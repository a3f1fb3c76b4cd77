"""Doses taken when needed: what the plan's limits say. They inform and never block."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from care.doses import Guard, double_dose
from care.localtime import require_utc
from care.plan import AsNeeded

_DAY = timedelta(hours=24)
_NEAR = timedelta(hours=2)  # NHS-BAC, as for planned doses


@dataclass(frozen=True, slots=True)
class Limits:
    """What one more intake would break; `nearest` is the intake it is closest to."""

    too_many: bool
    too_soon: bool
    near_planned: bool
    nearest: datetime | None

    @property
    def kept(self) -> bool:
        """Whether the plan has nothing against it."""
        return not (self.too_many or self.too_soon or self.near_planned)


def limits(
    rule: AsNeeded, taken: Sequence[datetime], planned: Sequence[datetime], at: datetime
) -> Limits:
    """What an intake at `at` means for the plan's limits.

    `taken` are the other as-needed intakes of the medicine, earlier and later ones, `planned` the
    intakes of its planned doses. More than `most_in_24h` in any 24 hours with this one is too
    many; the same minute a day later is not within 24 hours.

    Raises:
        ValueError: for a naive instant.
    """
    now = require_utc(at)
    others = [require_utc(one) for one in taken]
    apart = timedelta(seconds=float(rule.least_hours_apart * 3600))
    every = sorted([*others, now])
    starts = [one for one in every if timedelta(0) <= now - one < _DAY]
    fullest = max(sum(start <= one < start + _DAY for one in every) for start in starts)
    near = double_dose(None, planned, now, closest=min(_NEAR, apart)) is Guard.TOO_CLOSE
    return Limits(
        too_many=fullest > rule.most_in_24h,
        too_soon=any(abs(now - one) < apart for one in others),
        near_planned=near,
        nearest=min([*others, *planned], key=lambda one: abs(now - one), default=None),
    )
