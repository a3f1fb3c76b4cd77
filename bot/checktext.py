"""`steady check-text`: what the text reader makes of each line."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from bot.content.drugs import load_drugs
from bot.content.lexicon import load
from care.textreader import read
from care.textreader.report import as_json as reading_json
from care.textreader.report import as_line


class BadLineError(ValueError):
    """A line of JSON without a text."""


def read_lines(lines: Iterable[str], *, drug: str, as_json: bool) -> Iterator[str]:
    """Yield one line of result for each line of input, in order; blank lines are read too."""
    lexicon = load()
    drugs = load_drugs()
    classes = frozenset({drugs[drug].cls}) if drug in drugs else frozenset()
    for line in lines:
        reading = read(_text(line.rstrip("\n")), lexicon, classes=classes)
        yield json.dumps(reading_json(reading), ensure_ascii=False) if as_json else as_line(reading)


def _text(line: str) -> str:
    """Take `{"text": ...}` of JSON Lines, or the line as it is."""
    if not line.lstrip().startswith("{"):
        return line
    try:
        data: Any = json.loads(line)
    except ValueError:
        return line
    text = data.get("text") if isinstance(data, dict) else None
    return text if isinstance(text, str) else line
