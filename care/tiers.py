"""Triage tiers: how soon a human has to act (clinical.md section 4.0)."""

from __future__ import annotations

from enum import StrEnum


class Severity(StrEnum):
    """Words in ascending order of severity: `<` and `max` follow the order of definition."""

    @property
    def rank(self) -> int:
        """The place in the order, 0 the mildest."""
        return list(type(self)).index(self)

    def __lt__(self, other: str) -> bool:
        return self.rank < type(self)(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= type(self)(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > type(self)(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= type(self)(other).rank


class Tier(Severity):
    """How soon: at the next contact (watch), the same day (urgent), now (emergency)."""

    NONE = "none"
    WATCH = "watch"
    URGENT = "urgent"
    EMERGENCY = "emergency"


def highest(*tiers: Tier) -> Tier:
    """The most severe of the tiers; `Tier.NONE` when there are none. The highest always wins."""
    return max(tiers, default=Tier.NONE)
