"""`steady check-text`: what the text reader makes of each line."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from bot.content.drugs import load_drugs
from bot.content.lexicon import load
from care.textreader import read
from care.textreader.report import as_json as reading_json
from care.textreader.report import as_line


class UnknownDrugError(ValueError):
    """A drug id that no file under `bot/content/drugs/` has."""


def read_lines(lines: Iterable[str], *, drug: str, as_json: bool) -> Iterator[str]:
    """Yield one line of result for each line of input, in order; blank lines are read too.

    Raises:
        UnknownDrugError: a drug is named that is none of ours; the line says which there are.
    """
    lexicon = load()
    drugs = load_drugs()
    if drug and drug not in drugs:
        raise UnknownDrugError(f"--drug: expected one of {', '.join(sorted(drugs))}, not {drug!r}")
    classes = frozenset({drugs[drug].cls}) if drug else frozenset()
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
