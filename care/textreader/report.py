"""A reading in words and as data, for `steady check-text` and for people who check rules."""

from __future__ import annotations

from care.textreader.model import Hit, Outcome, Reading


def as_line(reading: Reading) -> str:
    """One line: outcome, tier, labels, rules and the words that decided, tab-separated."""
    deciding = [hit for hit in reading.hits if hit.outcome is not Outcome.CLEAR]
    shown = deciding or list(reading.hits)
    columns = [
        reading.outcome.value,
        reading.tier.value,
        ",".join(reading.labels) or "-",
        ",".join(hit.rule_id for hit in shown) or "-",
        "; ".join(_words(hit) for hit in shown) or "-",
    ]
    return "\t".join(columns if reading.supported else [*columns, "language not supported"])


def as_json(reading: Reading) -> dict[str, object]:
    """The same as plain data, every hit included, in the order of severity."""
    return {
        "outcome": reading.outcome.value,
        "tier": reading.tier.value,
        "labels": list(reading.labels),
        "supported": reading.supported,
        "because": reading.because,
        "lexicon_version": reading.lexicon_version,
        "hits": [_hit_json(hit) for hit in reading.hits],
    }


def _words(hit: Hit) -> str:
    words = " ".join(hit.words.split())
    return f"'{words}' ({', '.join(hit.modifiers)})" if hit.modifiers else f"'{words}'"


def _hit_json(hit: Hit) -> dict[str, object]:
    return {
        "rule": hit.rule_id,
        "label": hit.label,
        "tier": hit.tier.value,
        "outcome": hit.outcome.value,
        "words": hit.words,
        "start": hit.start,
        "end": hit.end,
        "modifiers": list(hit.modifiers),
        "ask": hit.ask,
    }
