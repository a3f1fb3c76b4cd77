"""Finding a table in pasted text: cells between tabs, pipes or wide blanks, under heads."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from care.typedline import Piece, PlanLineCode

_WHEN_HEAD = re.compile(
    r"\W*(?:dates?|weeks?|wks?|days?|from|starts?|starting|starts?\s+date|date\s+from|from\s+date|when|period|"
    r"steps?|stages?|no|w/c|week\s+(?:commencing|beginning|starting|no)|until|to|end(?:\s+date)?)\W*",
    re.IGNORECASE,
)
_RULE_CELL = re.compile(r"\s*:?-{2,}:?\s*|\s*={2,}\s*")
_GAPS = {"|": re.compile(r"\|"), "\t": re.compile(r"\t"), "  ": re.compile(r"\s{2,}")}
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its heads, and the cells of each row, as many as there are heads."""

    line: Piece
    heads: tuple[Piece, ...]
    rows: tuple[tuple[Piece, ...], ...]


def blocks_of(lines: Sequence[Piece]) -> Iterator[Piece | Grid]:
    """The lines in order, those of a table as one grid. A table begins with a row of heads.

    Raises:
        PlanLineError: bad_table, for a row with another number of cells than there are heads.
    """
    left = list(lines)
    while left:
        line = left.pop(0)
        gap, heads = _head_row(line)
        if not heads:
            yield line
            continue
        rows = []
        while left and (cells := _row(left[0], gap, len(heads))) is not None:
            left.pop(0)
            if cells:
                rows.append(cells)
        yield Grid(line, heads, tuple(rows))


def _head_row(line: Piece) -> tuple[str, tuple[Piece, ...]]:
    for gap in _GAPS:
        cells = _cells(line, gap)
        first = next((cell.text for cell in cells if cell.text.strip()), "")
        if len(cells) >= _FEWEST and _WHEN_HEAD.fullmatch(first):
            return gap, cells
    return "", ()


def _row(line: Piece, gap: str, count: int) -> tuple[Piece, ...] | None:
    """The cells of a row, none for a row of dashes, None where the table is over."""
    cells = _cells(line, gap)
    if all(_RULE_CELL.fullmatch(cell.text) or not cell.text.strip() for cell in cells):
        return ()
    if len(cells) < _FEWEST:
        return None
    # Wide blanks do not show an empty cell, so that every one has to be there.
    if len(cells) > count or (len(cells) < count and gap == "  "):
        raise line.error(PlanLineCode.BAD_TABLE, f"{count} columns, as in the first row")
    return (*cells, *[line.part(len(line.text))] * (count - len(cells)))


def _cells(line: Piece, gap: str) -> tuple[Piece, ...]:
    text = line.text.strip() if gap != "\t" else line.text.strip(" \r\n")
    at = line.text.index(text) if text else 0
    inner = line.part(at, at + len(text))
    if gap == "|":
        inner = _without_edges(inner)
    found = list(_GAPS[gap].finditer(inner.text))
    starts = [0, *(one.end() for one in found)]
    ends = [*(one.start() for one in found), len(inner.text)]
    return tuple(inner.part(start, end) for start, end in zip(starts, ends, strict=True))


def _without_edges(line: Piece) -> Piece:
    start = 1 if line.text.startswith("|") else 0
    end = len(line.text) - (1 if line.text.endswith("|") and len(line.text) > 1 else 0)
    return line.part(start, end)
