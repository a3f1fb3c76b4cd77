"""What the words of a text are held to: length, reading grade, promises, orders, Telegram HTML.

The figures and word lists are templates/<locale>/wording.yaml; each function returns findings,
one line each, and nothing when all is well.
"""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser

import textstat

from bot.content.files import TEMPLATES, closed, read_yaml, shaped

TELEGRAM_LIMIT = 4096
_ALLOWED: Mapping[str, frozenset[str]] = {
    "b": frozenset(),
    "i": frozenset(),
    "u": frozenset(),
    "s": frozenset(),
    "code": frozenset(),
    "pre": frozenset(),
    "a": frozenset({"href"}),
    "blockquote": frozenset({"expandable"}),
    "tg-spoiler": frozenset(),
}
_ENTITIES = frozenset({"lt", "gt", "amp", "quot"})
_TAG = re.compile(r"<[^>]*>")
_SENTENCE_END = re.compile(r"[.!?:…][\"”')]*$")
_LETTER = re.compile(r"\w")


@closed
@dataclass(frozen=True, slots=True)
class Wording:
    """The limits and word lists of a locale; `words` and `lines` are by template folder.

    `private` words may not stand in a first line, which shows on a locked screen. `grade` is
    the highest Flesch-Kincaid grade, read only where `graded` (the formula is made for English)
    and in texts of `graded_from` words or more.
    """

    graded: bool
    graded_from: int
    grade: float
    sentence_words: int
    words: Mapping[str, int]
    lines: Mapping[str, int]
    forbidden: tuple[str, ...]
    forbidden_patterns: tuple[str, ...]
    dose_verbs: tuple[str, ...]
    dose_units: tuple[str, ...]
    dose_figures: tuple[str, ...]
    not_an_order: tuple[str, ...]
    private: tuple[str, ...]


@cache
def load_wording(locale: str = "en") -> Wording:
    """The limits of a locale.

    Raises:
        ContentError: the file does not fit.
    """
    return shaped(Wording, read_yaml(TEMPLATES / locale / "wording.yaml"), f"{locale}/wording.yaml")


def visible(markup: str) -> str:
    """The text as a reader sees it: tags gone, entities resolved."""
    return html.unescape(_TAG.sub("", markup))


class _Telegram(HTMLParser):
    """Collects what Telegram's HTML mode would refuse, and what Steady does not use."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[str] = []
        self.findings: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        extra = {name for name, _ in attrs} - _ALLOWED.get(tag, frozenset())
        if tag not in _ALLOWED:
            self.findings.append(f"tag <{tag}> is not allowed")
        elif extra:
            self.findings.append(f"tag <{tag}> has {', '.join(sorted(extra))}")
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.findings.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        self.findings += [f"bare {char} in the text" for char in "<>&" if char in data]

    def handle_entityref(self, name: str) -> None:
        if name not in _ENTITIES:
            self.findings.append(f"entity &{name}; is not known to Telegram")

    def handle_comment(self, data: str) -> None:
        self.findings.append(f"comment {data.strip()[:20]!r}")


def markup_findings(markup: str) -> list[str]:
    """What is wrong with a text as Telegram HTML, its length and its tags."""
    parser = _Telegram()
    parser.feed(markup)
    parser.close()
    findings = parser.findings + [f"<{tag}> is not closed" for tag in parser.open]
    if len(visible(markup).encode("utf-16-le")) // 2 > TELEGRAM_LIMIT:
        findings.append(f"longer than {TELEGRAM_LIMIT} characters")
    if not visible(markup).strip():
        findings.append("empty")
    return findings


def _sentences(text: str) -> str:
    """The text with a full stop after every line that has none: a heading is its own sentence."""
    lines = [line.strip() for line in text.splitlines() if _LETTER.search(line)]
    return " ".join(line if _SENTENCE_END.search(line) else line + "." for line in lines)


def _word_count(text: str) -> int:
    return sum(bool(_LETTER.search(word)) for word in text.split())


def grade(text: str) -> float:
    """The US school grade of an English text (Flesch-Kincaid)."""
    return float(textstat.flesch_kincaid_grade(_sentences(text)))


def length_findings(text: str, folder: str, wording: Wording) -> Iterator[str]:
    """Too many words or lines for its folder, or sentences too long on average."""
    most = wording.words.get(folder, wording.words["default"])
    count = _word_count(text)
    if count > most:
        yield f"{count} words, at most {most}"
    lines = len([line for line in text.splitlines() if line.strip()])
    if lines > wording.lines.get(folder, lines):
        yield f"{lines} lines, at most {wording.lines[folder]}"
    average = float(textstat.avg_sentence_length(_sentences(text)))
    if average > wording.sentence_words:
        yield f"{average:.0f} words a sentence, at most {wording.sentence_words}"


def grade_findings(text: str, wording: Wording) -> Iterator[str]:
    """A reading grade above the limit, where the locale is graded."""
    long_enough = _word_count(text) >= wording.graded_from
    if wording.graded and long_enough and (found := grade(text)) > wording.grade:
        yield f"reading grade {found:.1f}, at most {wording.grade:.1f}"


def _any_word(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)


def phrase_findings(text: str, wording: Wording) -> Iterator[str]:
    """Promises, shame and trivialising."""
    straight = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    if found := _any_word(wording.forbidden).search(straight):
        yield f"forbidden phrase: {found[0]!r}"
    for pattern in wording.forbidden_patterns:
        if found := re.search(pattern, straight, re.IGNORECASE):
            yield f"sounds like a promise: {found[0]!r}"


def order_findings(text: str, wording: Wording) -> Iterator[str]:
    """An order to change a dose by a figure; "never take two tablets" is a warning, not one."""
    figure = rf"(?:\d[\d.,]*|{'|'.join(wording.dose_figures)})"
    order = re.compile(
        rf"(?<!\w)(?:{'|'.join(wording.dose_verbs)})\s+(?:\w+\s+){{0,3}}?"
        rf"{figure}\s+(?:\w+\s+)?(?:{'|'.join(wording.dose_units)})s?(?!\w)",
        re.IGNORECASE,
    )
    warning = re.compile(rf"(?:{'|'.join(wording.not_an_order)})\s+$", re.IGNORECASE)
    for found in order.finditer(text):
        if not warning.search(text[: found.start()]):
            yield f"orders a dose: {found[0]!r}"


def first_line_findings(text: str, wording: Wording, medicines: Iterable[str]) -> Iterator[str]:
    """A medicine or a symptom in the line that shows on a locked screen (D23)."""
    first = text.strip().splitlines()[0] if text.strip() else ""
    if found := _any_word((*wording.private, *medicines)).search(first):
        yield f"first line names {found[0]!r}"


def symbol_findings(text: str) -> Iterator[str]:
    """A line of signs alone: a screen reader or a colour-blind reader is left without it."""
    for line in text.splitlines():
        if line.strip() and not _LETTER.search(line):
            yield f"line of signs alone: {line.strip()!r}"
