"""Read one message against a lexicon: find, weigh the context, decide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from care.textreader.clauses import sentence_bounds
from care.textreader.context import modifiers_at, policy_of, weighed
from care.textreader.language import is_supported
from care.textreader.lexicon import Lexicon, Rule
from care.textreader.model import Hit, Outcome, Reading, reading_of
from care.textreader.numerals import in_digits
from care.textreader.plain import Plain, mended, plain
from care.textreader.spelling import repaired
from care.textreader.vitals import Vital, vitals_in
from care.tiers import Tier, highest

_MARK = re.compile(r"[.,;!?\n\r\u2026]")
_NO_CONTEXT: Mapping[str, Outcome] = {}


@dataclass(frozen=True, slots=True)
class _Find:
    """A match before its context is weighed; `text[start:end]` of the plain text."""

    rule_id: str
    label: str
    tier: Tier
    outcome: Outcome
    start: int
    end: int
    ask: str
    context: Mapping[str, Outcome]
    excused: tuple[str, str] | None


def read(text: str, lexicon: Lexicon, *, classes: frozenset[str] = frozenset()) -> Reading:
    """Read a message for danger signs; the same text always reads the same.

    Args:
        text: any string; only the first 4,096 characters are read.
        lexicon: rules and words of one language.
        classes: the patient's drug classes ("baclofen", "benzodiazepine", "z_drug", "pump"), which
            may raise a tier; empty means unknown.

    Returns:
        Every rule that matched, with its context; `outcome` is the highest of them. Never raises
        for any string.
    """
    written = plain(text, lexicon.symbols)
    return reading_of(
        _strongest(_all_hits(written, text, lexicon, classes)),
        lexicon_version=lexicon.version,
        supported=is_supported(written.text, lexicon.stop_words, lexicon.language),
    )


def _all_hits(
    written: Plain, text: str, lexicon: Lexicon, classes: frozenset[str]
) -> Iterator[Hit]:
    """Hits in the words as written, as meant, and across the marks of a torn sentence."""
    spelled = repaired(written, lexicon.vocabulary)
    streams = (written, spelled, in_digits(spelled))
    for stream in {one.text: one for one in streams}.values():
        yield from _hits(stream, text, lexicon, classes)
    whole = mended(spelled)
    if whole is not None:
        found = _hits(whole, text, lexicon, classes)
        yield from (hit for hit in found if _MARK.search(hit.words))


def _strongest(hits: Iterable[Hit]) -> Iterable[Hit]:
    """One hit per rule: the first of its strongest."""
    best: dict[str, Hit] = {}
    for hit in hits:
        known = best.get(hit.rule_id)
        if known is None or hit.outcome > known.outcome:
            best[hit.rule_id] = hit
    return best.values()


def _hits(stream: Plain, written: str, lexicon: Lexicon, classes: frozenset[str]) -> Iterator[Hit]:
    settled: set[str] = set()
    for find in _finds(stream.text, lexicon, classes):
        if find.rule_id not in settled:
            hit = _weighed(find, stream, written, lexicon)
            if hit.outcome is find.outcome:
                settled.add(find.rule_id)
            yield hit


def _weighed(find: _Find, stream: Plain, written: str, lexicon: Lexicon) -> Hit:
    excused = [find.excused] if find.excused else []
    why = [*excused, *modifiers_at(lexicon.modifiers, stream.text, find.start, find.end)]
    policy = policy_of(find.label, find.context, lexicon.contexts)
    beside = bool(why) and _distress_beside(find, stream.text, lexicon)
    begin, finish = stream.span(find.start, find.end)
    return Hit(
        rule_id=find.rule_id,
        label=find.label,
        tier=find.tier,
        outcome=weighed(find.outcome, policy, (name for name, _ in why), distress=beside),
        words=written[begin:finish],
        start=begin,
        end=finish,
        modifiers=tuple(f"{name}: {words}" for name, words in why),
        ask=find.ask,
    )


def _distress_beside(find: _Find, text: str, lexicon: Lexicon) -> bool:
    return any(
        end <= find.start or begin >= find.end for begin, end in _said("distress", text, lexicon)
    )


def _finds(text: str, lexicon: Lexicon, classes: frozenset[str]) -> Iterator[_Find]:
    ill = _stands("ill", text, lexicon)
    vitals = vitals_in(text, ill=ill, classes=classes)
    misread = _stands("misread", text, lexicon)
    signs = {vital.sign for vital in vitals if vital.sign}
    yield from (_vital_find(vital, misread=misread) for vital in vitals)
    for rule in lexicon.rules:
        if all(need in signs or _stands(need, text, lexicon) for need in rule.needs):
            yield from _rule_finds(rule, text, classes)


def _stands(concept: str, text: str, lexicon: Lexicon) -> bool:
    return next(_said(concept, text, lexicon), None) is not None


def _said(concept: str, text: str, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """Where a concept is said and not denied."""
    for found in lexicon.concepts[concept].finditer(text):
        if not modifiers_at(lexicon.denials, text, found.start(), found.end()):
            yield found.span()


def _vital_find(vital: Vital, *, misread: bool) -> _Find:
    return _Find(
        rule_id=vital.rule_id,
        label=vital.label,
        tier=vital.tier,
        outcome=vital.outcome,
        start=vital.start,
        end=vital.end,
        ask=vital.label,
        context=_NO_CONTEXT,
        excused=("misread", "measured again or while active") if misread else None,
    )


def _rule_finds(rule: Rule, text: str, classes: frozenset[str]) -> Iterator[_Find]:
    tier = highest(rule.tier, *(rule.raises[name] for name in rule.raises if name in classes))
    for found in rule.pattern.finditer(text):
        start, end = found.span()
        yield _Find(
            rule_id=rule.id,
            label=rule.label,
            tier=tier,
            outcome=rule.outcome,
            start=start,
            end=end,
            ask=rule.ask,
            context=rule.context,
            excused=_excuse(rule, text, start, end),
        )


def _excuse(rule: Rule, text: str, start: int, end: int) -> tuple[str, str] | None:
    """The idiom or the harmless explanation that takes the danger out of a match."""
    begin, finish = sentence_bounds(text, start, end)
    idiom = _overlapping(rule.exclude, text, start, end)
    if idiom:
        return ("idiom", idiom)
    benign = rule.benign.search(text, begin, finish) if rule.benign else None
    return ("explained", benign[0]) if benign else None


def _overlapping(idioms: re.Pattern[str] | None, text: str, start: int, end: int) -> str:
    matches = idioms.finditer(text) if idioms else ()
    return next((one[0] for one in matches if one.start() < end and one.end() > start), "")
