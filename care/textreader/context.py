"""What the words around a hit do to it: deny it, date it, wonder about it, tell of others."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from care.textreader.clauses import scope_text
from care.textreader.lexicon import Modifier, Scope
from care.textreader.model import Outcome


def modifiers_at(
    modifiers: Iterable[Modifier], text: str, start: int, end: int
) -> tuple[tuple[str, str], ...]:
    """The modifiers that hold for the hit `text[start:end]`, each with the words that say so."""
    found = ((modifier, _trigger(modifier, text, start, end)) for modifier in modifiers)
    return tuple((modifier.name, words) for modifier, words in found if words)


def weighed(
    outcome: Outcome, policy: Mapping[str, Outcome], names: Iterable[str], *, distress: bool
) -> Outcome:
    """The outcome once the context is weighed: the mildest modifier decides.

    Args:
        outcome: what the hit would be without context.
        policy: what each modifier makes of it at most.
        names: the modifiers that hold.
        distress: whether the message speaks of despair elsewhere; a denial then stays a question
            where the policy asks for it ("not suicidal but I can't go on").
    """
    return min([outcome, *(_weigh(name, policy, distress=distress) for name in names)])


def policy_of(
    label: str, own: Mapping[str, Outcome], contexts: Mapping[str, Mapping[str, Outcome]]
) -> dict[str, Outcome]:
    """What each modifier does to a hit: the rule's own word over its label's over the default."""
    return {**contexts["default"], **contexts.get(label, {}), **own}


def _weigh(name: str, policy: Mapping[str, Outcome], *, distress: bool) -> Outcome:
    beside = f"{name}_with_distress"
    return policy[beside] if distress and beside in policy else policy[name]


def _trigger(modifier: Modifier, text: str, start: int, end: int) -> str:
    around = scope_text(modifier.scope, text, start, end)
    whole = around + text[start:end]
    if modifier.unless and modifier.unless.search(whole):
        return ""
    if modifier.require and not modifier.require.search(whole):
        return ""
    if modifier.scope is Scope.AFTER:
        found = modifier.trigger.match(around)
        return found[0].strip(" ,.?!;") if found else ""
    return _last(modifier, modifier.mask.sub(_blank, whole) if modifier.mask else whole, around)


def _blank(found: re.Match[str]) -> str:
    return "_" * len(found[0])


def _last(modifier: Modifier, whole: str, around: str) -> str:
    """The last trigger that ends before the hit and reaches it; triggers may look at the hit."""
    reaching = [
        found[0].strip()
        for found in modifier.trigger.finditer(whole)
        if found.end() <= len(around)
        and (modifier.scope is not Scope.BEFORE or _reaches(modifier, around[found.end() :]))
    ]
    return reaching[-1] if reaching else ""


def _reaches(modifier: Modifier, between: str) -> bool:
    """Whether a trigger's force carries over the words between it and the hit."""
    words = between.split()
    if not words:
        return True
    carried = modifier.through is None or modifier.through.fullmatch(" ".join(words))
    return len(words) <= modifier.window and bool(carried)
