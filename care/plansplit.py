"""How a day's amount is split, where the line says so or only one way is possible.

"18 mg" needs one dose a day, "9 mg twice a day" and "9+9" two, "3 x 5 mg" three: then the times
are those at which the medicine is taken already. In every other case the times are asked for.
"""

import re
from collections.abc import Sequence
from datetime import time
from decimal import Decimal
from typing import NamedTuple

from care.plan import TypedDoses, mg_text
from care.planamounts import AMOUNT, MG, read_mg, read_number, refuse_unreadable, says_mg
from care.typedline import Piece, PlanLineCode, PlanLineError
from care.walltime import meant, read_wall

_LONGEST_FOUND = 200
CLOCK_LIKE = "a clock time, like 5 mg 22:00"

_A_DAY = r"(?:\s*(?:a|per|each|every|/)?\s*(?:day|daily|d\b|24\s*h(?:ours)?))"
_HOW_OFTEN = {
    1: rf"(?:once|1\s*(?:time|x)){_A_DAY}|o\.?d\b\.?|q\.?d\b\.?",
    2: rf"(?:twice|(?:two|2)\s*(?:times|x)){_A_DAY}|b\.?d\b\.?|b\.?i\.?d\b\.?",
    3: rf"(?:thrice|(?:three|3)\s*(?:times|x)){_A_DAY}|t\.?d\.?s\b\.?|t\.?i\.?d\b\.?",
    4: rf"(?:four|4)\s*(?:times|x){_A_DAY}|q\.?d\.?s\b\.?|q\.?i\.?d\b\.?",
}
_OFTEN = re.compile(
    r"(?<![\w.,/-])(?:"
    + "|".join(rf"(?P<n{n}>{one})" for n, one in _HOW_OFTEN.items())
    + r")(?!\w)",
    re.IGNORECASE,
)
ONCE = re.compile(rf"(?<![\w.,/-])(?:{_HOW_OFTEN[1]})(?!\w)", re.IGNORECASE)
"""Words for "once a day"."""
TOTAL = re.compile(
    r"(?:\s*(?:[=/:]|\b(?:total|in|daily|a|per|each|every|day|day's|dose|altogether|d|as|is|makes|mg|the|whole)\b))*"
    r"\s*",
    re.IGNORECASE,
)
"""What marks an amount as that of a whole day: "a day", "/day", "total"; nothing at all too."""
_PART = rf"[0-9]+(?:\.[0-9]{{1,4}})?(?:\s*(?:{MG})\b)?"
_SUM = re.compile(rf"(?<![\w.,:/])(?P<parts>{_PART}(?:\s*\+\s*{_PART})+)(?![\w.:])", re.IGNORECASE)
_COUNT_FIRST = re.compile(r"(?<![\w.,:/])(?P<count>[0-9]{1,2})\s*[x*]\s*(?=[0-9])", re.IGNORECASE)
_COUNT_LAST = re.compile(
    rf"(?<=[0-9g])\s*(?:{MG})?\s*[x*]\s*(?P<count>[0-9]{{1,2}})(?![\w.:])", re.IGNORECASE
)
_BETWEEN = re.compile(r"[,;&/]|\band\b", re.IGNORECASE)


class Day(NamedTuple):
    """What the words of a line may lean on.

    `most_mg` is the most that is read for a day. `walls` are the times at which the medicine is
    taken now; none when that is not known. `mg_said`: the unit stands elsewhere (a column's head).
    """

    most_mg: Decimal
    walls: tuple[time, ...] = ()
    mg_said: bool = False


def stated_split(line: Piece, day: Day) -> TypedDoses | None:
    """The doses of "9 mg twice a day", "9+9 mg" and "3 x 5 mg"; None for every other line.

    Raises:
        PlanLineError: when the present times are not as many, or the line says something else.
    """
    if found := _OFTEN.search(line.text):
        return _so_often(line, found, day)
    if found := _COUNT_FIRST.search(line.text) or _COUNT_LAST.search(line.text):
        return _counted(line, found, day)
    if found := _SUM.search(line.text):
        return _added(line, found, day)
    return None


def whole_day(mg: Decimal, piece: Piece, day: Day) -> TypedDoses:
    """An amount without a time, as the one dose of the day.

    Raises:
        PlanLineError: split_missing with two and more present times, time_missing with none.
    """
    if not mg:
        raise piece.error(PlanLineCode.BAD_AMOUNT, "more than 0 mg")
    if not day.walls:
        raise time_missing([piece])
    if len(day.walls) > 1:
        raise split_missing(piece, day)
    return ((day.walls[0], mg),)


def check_total(mg: Decimal, piece: Piece, doses: Sequence[tuple[time, Decimal]]) -> None:
    """Hold a stated total against the doses.

    Raises:
        PlanLineError: total_mismatch.
    """
    total = sum((one for _, one in doses), Decimal(0))
    if total != mg:
        error = piece.error(PlanLineCode.TOTAL_MISMATCH, f"{mg_text(total)} mg")
        error.found = f"{mg_text(mg)} mg"
        raise error


def time_missing(pieces: Sequence[Piece]) -> PlanLineError:
    """The error of doses without a time; it names them all."""
    error = pieces[0].error(PlanLineCode.TIME_MISSING, CLOCK_LIKE)
    error.found = ", ".join(piece.trimmed().text for piece in pieces)[:_LONGEST_FOUND]
    return error


def split_missing(piece: Piece, day: Day) -> PlanLineError:
    """The error of a day's amount that may be split in many ways; it names the present times."""
    asked = [f"how much at {wall:%H:%M}" for wall in sorted(day.walls)]
    return piece.error(PlanLineCode.SPLIT_MISSING, ", ".join(asked[:-1]) + f" and {asked[-1]}")


def _so_often(line: Piece, found: re.Match[str], day: Day) -> TypedDoses | None:
    often = next(n for n in _HOW_OFTEN if found[f"n{n}"])
    rest = line.blanked(*found.span())
    amounts = list(AMOUNT.finditer(rest.text))
    if not amounts or (often == 1 and len(amounts) > 1):
        return None
    refuse_unreadable(rest)
    if len(amounts) > 1:
        raise line.error(PlanLineCode.BAD_AMOUNT, "one amount for each time")
    mg = read_mg(rest.part(*amounts[0].span()), amounts[0])
    walls = _walls_said(rest.blanked(*amounts[0].span()), day)
    if walls is None or len(set(walls or day.walls)) != often:
        raise time_missing([line])
    return tuple((wall, mg) for wall in walls or sorted(day.walls))


def _walls_said(rest: Piece, day: Day) -> list[time] | None:
    """The times that stand there; None when one of them is not understood."""
    parts = [part.trimmed().text for part in rest.split(_BETWEEN)]
    walls = [
        read_wall(part) or meant(part, day.walls) for part in parts if not TOTAL.fullmatch(part)
    ]
    return None if None in walls else [wall for wall in walls if wall is not None]


def _counted(line: Piece, found: re.Match[str], day: Day) -> TypedDoses:
    rest = line.blanked(*found.span("count"))
    start, end = found.span()
    cross = re.search(r"[x*]", line.text[start:end], re.IGNORECASE)
    at = start + (cross.start() if cross else 0)
    rest = rest.blanked(at, at + 1)
    amounts = list(AMOUNT.finditer(rest.text))
    refuse_unreadable(rest)
    if len(amounts) != 1 or not TOTAL.fullmatch(rest.blanked(*amounts[0].span()).trimmed().text):
        raise line.error(PlanLineCode.BAD_AMOUNT, "the whole amount in mg for each time")
    if len(day.walls) != int(found["count"]):
        raise time_missing([line])
    mg = read_mg(rest.part(*amounts[0].span()), amounts[0])
    return tuple((wall, mg) for wall in sorted(day.walls))


def _added(line: Piece, found: re.Match[str], day: Day) -> TypedDoses | None:
    rest = line.blanked(*found.span())
    totals = list(AMOUNT.finditer(rest.text))
    words = rest
    for total in totals:
        words = words.blanked(*total.span())
    if len(totals) > 1 or not TOTAL.fullmatch(words.trimmed().text):
        return None
    parts = line.part(*found.span())
    if not (says_mg(line.text) or day.mg_said):
        raise parts.error(PlanLineCode.UNIT_MISSING, f"{found['parts'].strip()} mg")
    amounts = [_part_mg(parts, one) for one in re.finditer(_PART, parts.text, re.IGNORECASE)]
    if len(amounts) != len(day.walls):
        raise split_missing(parts, day) if len(day.walls) > 1 else time_missing([parts])
    doses = tuple(zip(sorted(day.walls), amounts, strict=True))
    for total in totals:
        check_total(read_mg(rest.part(*total.span()), total), rest.part(*total.span()), doses)
    return doses


def _part_mg(parts: Piece, found: re.Match[str]) -> Decimal:
    number = re.match(r"[0-9.]+", found[0])
    return read_number(parts.part(*found.span()), number[0] if number else found[0])
