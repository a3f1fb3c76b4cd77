"""Load the lexicon of one language from YAML and refuse what cannot be trusted.

A lexicon is `lexicon/<language>.yaml` (macros, context, words) and the rules in
`lexicon/<language>/*.yaml`. A `<name>` inside a pattern is a macro; a space is one space.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from bot.content.files import parse_yaml
from care.textreader import Lexicon, Modifier, Outcome, Rule, Scope, Tier, Vocabulary

FOLDER = Path(__file__).parent / "lexicon"
_MACRO = re.compile(r"<([a-z_]+)>")
_UNBOUNDED = re.compile(r"(?:\)|\.)[*+]|,\}")  # a long message would take quadratic time
_DEEPEST = 6  # macros inside macros; more is a circle
_RULE_KEYS = frozenset(
    [
        "id",
        "label",
        "tier",
        "outcome",
        "patterns",
        "exclude",
        "benign",
        "needs",
        "context",
        "raises",
        "ask",
        "source",
        "fires",
        "silent",
    ]
)
_BUILT_IN = frozenset({"idiom", "explained", "misread"})  # contexts the engine itself finds
_WITH_DISTRESS = "_with_distress"
_ENGINE_CONCEPTS = frozenset({"distress", "ill", "misread"})
_RULE_MUST = frozenset(["id", "label", "tier", "outcome", "patterns", "source", "fires", "silent"])


class LexiconError(ValueError):
    """A lexicon that cannot be trusted; the message names the file's rule and what is wrong."""


@cache
def load(language: str = "en", folder: Path = FOLDER) -> Lexicon:
    """The lexicon of a language, proven on the way in; loaded once per process.

    Raises:
        LexiconError: a rule lacks examples, a pattern does not compile, a name is unknown.
        FileNotFoundError: there is no lexicon for this language.
    """
    main = folder / f"{language}.yaml"
    parts = [main, *sorted((folder / language).glob("*.yaml")), *_word_files(folder, language)]
    words = [path for path in parts if path.suffix == ".txt"]
    rule_files = [path for path in parts[1:] if path.suffix == ".yaml"]
    head = parse_yaml(main.read_text(encoding="utf-8"))
    rules = [one for path in rule_files for one in parse_yaml(path.read_text(encoding="utf-8"))]
    known = [word for path in words for word in path.read_text(encoding="utf-8").split()]
    version = f"{head['version']}+{_digest(parts)}"
    return build(head, rules, known=known, version=version, language=language)


def build(
    head: Mapping[str, Any],
    rules: Iterable[Mapping[str, Any]],
    *,
    known: Iterable[str],
    version: str,
    language: str,
) -> Lexicon:
    """A lexicon from loaded YAML.

    Raises:
        LexiconError: see `load`.
    """
    macros: dict[str, str] = {
        name: value if isinstance(value, str) else "|".join(value)
        for name, value in head["macros"].items()
    }
    built = tuple(_rule(one, macros) for one in rules)
    _refuse_unknown_names(built, head, macros)
    contexts = _contexts(head, built)
    targets = frozenset(head["repaired_words"])
    return Lexicon(
        version=version,
        rules=built,
        modifiers=tuple(_modifier(name, one, macros) for name, one in head["modifiers"].items()),
        contexts=contexts,
        concepts={name: _pattern([f"<{name}>"], macros, name) for name in head["concepts"]},
        symbols=dict(head["symbols"]),
        vocabulary=Vocabulary(known=frozenset(known) - targets, targets=targets),
        stop_words={code: frozenset(words.split()) for code, words in head["stop_words"].items()},
        language=language,
    )


def _contexts(head: Mapping[str, Any], rules: Iterable[Rule]) -> dict[str, dict[str, Outcome]]:
    """What context does, with a default for each kind, so that reading can never miss one."""
    names = {*head["modifiers"], *_BUILT_IN}
    contexts = {
        label: {name: _outcome(word, f"context {label}") for name, word in policy.items()}
        for label, policy in head["contexts"].items()
    }
    for name in sorted(names - set(contexts["default"])):
        raise LexiconError(f"context default lacks {name}")
    for where, policy in [*contexts.items(), *((rule.id, rule.context) for rule in rules)]:
        for name in (name for name in policy if name.removesuffix(_WITH_DISTRESS) not in names):
            raise LexiconError(f"{where}: context {name} is no modifier")
    return contexts


def _outcome(word: str, where: str) -> Outcome:
    if word not in set(Outcome):
        raise LexiconError(f"{where}: outcome {word} is none of {', '.join(Outcome)}")
    return Outcome(word)


def _tier(word: str, where: str) -> Tier:
    if word not in set(Tier):
        raise LexiconError(f"{where}: tier {word} is none of {', '.join(Tier)}")
    return Tier(word)


def _word_files(folder: Path, language: str) -> list[Path]:
    return sorted((folder / language).glob("*.txt"))


def _digest(paths: Iterable[Path]) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:10]


def _rule(data: Mapping[str, Any], macros: Mapping[str, str]) -> Rule:
    name = str(data.get("id", "a rule without id"))
    _refuse_incomplete(data, name)
    return Rule(
        id=name,
        label=data["label"],
        tier=_tier(data["tier"], name),
        outcome=_outcome(data["outcome"], name),
        pattern=_pattern(data["patterns"], macros, name),
        exclude=_optional(data.get("exclude"), macros, name),
        benign=_optional(data.get("benign"), macros, name),
        needs=tuple(data.get("needs", ())),
        context={key: _outcome(word, name) for key, word in data.get("context", {}).items()},
        raises={key: _tier(word, name) for key, word in data.get("raises", {}).items()},
        ask=data.get("ask", data["label"]),
        source=data["source"],
        fires=tuple(data["fires"]),
        silent=tuple(data["silent"]),
    )


def _refuse_incomplete(data: Mapping[str, Any], name: str) -> None:
    missing = sorted(key for key in _RULE_MUST if not data.get(key))
    if missing:
        raise LexiconError(f"rule {name}: {', '.join(missing)} missing")
    unknown = sorted(set(data) - _RULE_KEYS)
    if unknown:
        raise LexiconError(f"rule {name}: unknown key {', '.join(unknown)}")


def _refuse_unknown_names(
    rules: Sequence[Rule], head: Mapping[str, Any], macros: Mapping[str, str]
) -> None:
    ids = [rule.id for rule in rules]
    twice = sorted({one for one in ids if ids.count(one) > 1})
    if twice:
        raise LexiconError(f"rule {', '.join(twice)}: the id is used twice")
    concepts = set(head["concepts"])
    for name in sorted(_ENGINE_CONCEPTS - concepts):
        raise LexiconError(f"concept {name} is needed by the reader")
    for name in sorted(concepts - set(macros)):
        raise LexiconError(f"concept {name}: there is no macro of that name")
    for rule in rules:
        for need in (need for need in rule.needs if need not in concepts):
            raise LexiconError(f"rule {rule.id}: needs {need}, which is no concept")


def _modifier(name: str, data: Mapping[str, Any], macros: Mapping[str, str]) -> Modifier:
    trigger = _pattern(data["trigger"], macros, name)
    return Modifier(
        name=name,
        scope=Scope(data["scope"]),
        window=int(data.get("window", 0)),
        trigger=trigger,
        mask=_optional(data.get("mask"), macros, name),
        through=_optional(data.get("through"), macros, name),
        unless=_optional(data.get("unless"), macros, name),
        require=_optional(data.get("require"), macros, name),
    )


def _optional(
    phrases: Sequence[str] | None, macros: Mapping[str, str], name: str
) -> re.Pattern[str] | None:
    return _pattern(phrases, macros, name) if phrases else None


def _refuse_unfit(phrases: Iterable[str], name: str) -> None:
    for phrase in phrases:
        if phrase.endswith(" "):
            raise LexiconError(f"{name}: '{phrase}' ends with a space and cannot match")
        if _UNBOUNDED.search(phrase):
            raise LexiconError(f"{name}: '{phrase}' repeats without bound and could be slow")


def _pattern(phrases: Sequence[str], macros: Mapping[str, str], name: str) -> re.Pattern[str]:
    _refuse_unfit(phrases, name)
    joined = "|".join(_expanded(phrase, macros, name) for phrase in phrases)
    try:
        return re.compile(rf"(?<![a-z0-9./:])(?:{joined})(?![a-z0-9])")
    except re.error as problem:
        raise LexiconError(f"{name}: {joined} is no pattern: {problem}") from problem


def _expanded(phrase: str, macros: Mapping[str, str], name: str) -> str:
    for _ in range(_DEEPEST):
        for macro in _MACRO.findall(phrase):
            if macro not in macros:
                raise LexiconError(f"{name}: there is no macro <{macro}>")
        widened = _MACRO.sub(lambda found: f"(?:{macros[found[1]]})", phrase)
        if widened == phrase:
            return phrase
        phrase = widened
    raise LexiconError(f"{name}: macros run in a circle")
