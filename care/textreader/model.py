"""What reading a text yields: hits, each with its words and its reasons, and one outcome."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from care.tiers import Severity, Tier, highest


class Outcome(Severity):
    """What a reading asks for: clear (nothing), ask (one question back), flag (act at once)."""

    CLEAR = "clear"
    ASK = "ask"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Hit:
    """One rule that matched, also when its context cleared it.

    `words` is the patient's own text from `start` to `end` (character offsets); `modifiers` name
    what the context changed ("negated: no"); `ask` is the question's template suffix, if any.
    """

    rule_id: str
    label: str
    tier: Tier
    outcome: Outcome
    words: str
    start: int
    end: int
    modifiers: tuple[str, ...]
    ask: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """The whole of one message: its outcome, the tier and labels of what was flagged or asked.

    `supported` is False where the text does not look English, so that a clear means nothing.
    """

    outcome: Outcome
    tier: Tier
    labels: tuple[str, ...]
    hits: tuple[Hit, ...]
    lexicon_version: str
    supported: bool

    @property
    def flagged(self) -> tuple[Hit, ...]:
        """The hits to act on at once."""
        return tuple(hit for hit in self.hits if hit.outcome is Outcome.FLAG)

    @property
    def asks(self) -> tuple[Hit, ...]:
        """The hits to ask about, without those whose label is flagged anyway."""
        known = {hit.label for hit in self.flagged}
        return tuple(
            hit for hit in self.hits if hit.outcome is Outcome.ASK and hit.label not in known
        )

    @property
    def informs(self) -> tuple[Hit, ...]:
        """Cleared hits that still deserve an answer: watch topics and questions for information."""
        return tuple(hit for hit in self.hits if hit.outcome is Outcome.CLEAR and _informs(hit))

    @property
    def because(self) -> str:
        """The words that decided, for a person to check."""
        deciding = self.flagged + self.asks
        if not deciding:
            return "because: no danger sign was read"
        return "because: " + "; ".join(_explain(hit) for hit in deciding)


def _informs(hit: Hit) -> bool:
    return hit.tier is Tier.WATCH or any(why.startswith("question") for why in hit.modifiers)


def _explain(hit: Hit) -> str:
    context = f", {', '.join(hit.modifiers)}" if hit.modifiers else ""
    return f"'{hit.words}' ({hit.label}, rule {hit.rule_id}{context})"


def reading_of(hits: Iterable[Hit], *, lexicon_version: str, supported: bool) -> Reading:
    """Sum hits up: the highest outcome and tier win, the most severe label comes first."""
    ordered = tuple(sorted(hits, key=_weight))
    deciding = [hit for hit in ordered if hit.outcome is not Outcome.CLEAR]
    by_tier = sorted(deciding, key=lambda hit: -hit.tier.rank)
    return Reading(
        outcome=max((hit.outcome for hit in ordered), default=Outcome.CLEAR),
        tier=highest(*(hit.tier for hit in deciding)),
        labels=tuple(dict.fromkeys(hit.label for hit in by_tier)),
        hits=ordered,
        lexicon_version=lexicon_version,
        supported=supported,
    )


def _weight(hit: Hit) -> tuple[int, int, int, int, str]:
    # Of two that begin at one place the one with more words says more: its first-aid card is sent.
    return (-hit.outcome.rank, -hit.tier.rank, hit.start, -hit.end, hit.rule_id)


def failed_reading(reason: str) -> Reading:
    """The reading when reading itself failed: a human should look (clinical.md 4.0).

    Args:
        reason: what went wrong, in words for the operator; it never holds the patient's text.
    """
    hit = Hit(
        rule_id="unreadable",
        label="unreadable",
        tier=Tier.URGENT,
        outcome=Outcome.ASK,
        words=reason,
        start=0,
        end=0,
        modifiers=(),
        ask="unreadable",
    )
    return reading_of((hit,), lexicon_version="none", supported=True)


def merge(*readings: Reading) -> Reading:
    """Unite readings of one message; the highest outcome and tier win, nothing is dropped."""
    hits = dict.fromkeys(hit for reading in readings for hit in reading.hits)
    versions = dict.fromkeys(reading.lexicon_version for reading in readings)
    return reading_of(
        hits,
        lexicon_version="+".join(versions) or "none",
        supported=all(reading.supported for reading in readings),
    )
