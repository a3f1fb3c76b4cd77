"""Reading free text for danger signs: flag, ask or clear."""

from care.textreader.lexicon import Lexicon, Modifier, Rule, Scope, Vocabulary
from care.textreader.model import Hit, Outcome, Reading, failed_reading, merge
from care.textreader.reader import read
from care.tiers import Tier

__all__ = [
    "Hit",
    "Lexicon",
    "Modifier",
    "Outcome",
    "Reading",
    "Rule",
    "Scope",
    "Tier",
    "Vocabulary",
    "failed_reading",
    "merge",
    "read",
]
