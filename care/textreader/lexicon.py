"""The shape of a lexicon: rules, the context around them, words and languages.

Everything said in a language is data and comes in from outside; the engine knows none of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from care.textreader.model import Outcome
from care.tiers import Tier


class Scope(StrEnum):
    """Where around a hit a modifier's trigger counts."""

    BEFORE = "before"  # in the same clause, at most `window` words ahead of the hit
    AFTER = "after"  # directly behind the hit, across one mark ("seizures: none")
    SEGMENT = "segment"  # between the last mark and the hit
    SENTENCE = "sentence"  # anywhere else in the sentence


@dataclass(frozen=True, slots=True)
class Modifier:
    """A kind of context: negation, history, other people, a question.

    `mask` holds phrases that only look like the trigger ("not only"); `through` says what may
    stand between trigger and hit; `unless` and `require` look at the scope together with the hit.
    """

    name: str
    scope: Scope
    window: int
    trigger: re.Pattern[str]
    mask: re.Pattern[str] | None
    through: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    require: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Rule:
    """One danger sign in words; `id` starts with the row of clinical.md it serves.

    `needs` names concepts that must stand elsewhere in the message, `exclude` idioms over the hit,
    `benign` explanations anywhere in its sentence, `raises` the tier for a drug class, `fires` and
    `silent` the examples that prove it.
    """

    id: str
    label: str
    tier: Tier
    outcome: Outcome
    pattern: re.Pattern[str]
    exclude: re.Pattern[str] | None
    benign: re.Pattern[str] | None
    needs: tuple[str, ...]
    context: Mapping[str, Outcome]
    raises: Mapping[str, Tier]
    ask: str
    source: str
    fires: tuple[str, ...]
    silent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words for spelling repair: `known` ones stay as they are, `targets` are repaired to."""

    known: frozenset[str]
    targets: frozenset[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All a language needs to be read. `version` names content exactly (date and hash)."""

    version: str
    rules: tuple[Rule, ...]
    modifiers: tuple[Modifier, ...]
    contexts: Mapping[str, Mapping[str, Outcome]]
    concepts: Mapping[str, re.Pattern[str]]
    symbols: Mapping[str, str]
    vocabulary: Vocabulary
    stop_words: Mapping[str, frozenset[str]]
    language: str

    @property
    def denials(self) -> tuple[Modifier, ...]:
        """The modifiers that say something is not so."""
        return tuple(modifier for modifier in self.modifiers if modifier.name == "negated")
