"""Reading the doses of one day as people type them: "10mg morning 5 at night", "18 mg a day"."""

import re
from collections.abc import Iterator, Sequence
from datetime import time
from decimal import Decimal
from typing import NamedTuple

from care.plan import TypedDoses, mg_text
from care.planamounts import (
    AMOUNT,
    LIKE,
    MG,
    comma_amount,
    read_mg,
    read_number,
    refuse_unreadable,
    says_mg,
)
from care.plansplit import (
    ONCE,
    TOTAL,
    Day,
    check_total,
    stated_split,
    time_missing,
    whole_day,
)
from care.typedline import Piece, PlanLineCode
from care.walltime import DAY_WORD, meant, read_wall

_MOST_DOSES = 12  # [ENG] one dose every two hours; more is a typing error
_BARE_HOUR = 2
_TIGHT = re.compile(r"[0-9],[0-9]")
_SEPARATOR = re.compile(r"[,;&+]|\b(?:and|then|plus)\b", re.IGNORECASE)
_CLOCK = (
    r"[0-9]{1,2}[:h][0-9]{2}(?:\s*[ap]\.?\s?m\b\.?)?|[0-9]{1,2}(?:\.[0-9]{2})?\s*[ap]\.?\s?m\b\.?"
    r"|[0-9]{4}"
)
_BARE = r"(?<![\w.,:/+-])[0-9]{1,3}(?:\.[0-9]{1,4})?(?![\w.:/-]|,[0-9])"
_TOKEN = re.compile(
    rf"(?P<amount>{AMOUNT.pattern})|(?P<time>(?<![\w.,:/-])(?:{_CLOCK})(?![\w:])|\b{DAY_WORD})|"
    rf"(?P<bare>{_BARE})|(?P<filler>[@:=-]|\b(?:at|the|in|a|take)\b)|(?P<other>\S)",
    re.IGNORECASE,
)
_WORD_AND_CLOCK = re.compile(
    rf"(?P<word>{DAY_WORD})[\s,:@-]*(?:at\s+)?(?P<clock>{_CLOCK})", re.IGNORECASE
)
_DAILY = re.compile(
    r"^\s*(?:/\s*d(?:ay)?|(?:a|per|each|every)\s+day|daily)\b|\b(?:(?:a|per|each|every)\s+day|daily)\s*$",
    re.IGNORECASE,
)
_EQUALS = re.compile(
    rf"(?:=|\b(?:daily\s+)?total(?:\s+daily)?(?:\s+dose)?\b\s*[:=]?)\s*(?={AMOUNT.pattern})",
    re.IGNORECASE,
)
_FULL_NUMBER = re.compile(rf"\.?[0-9][0-9.]*\s*(?:{MG})?", re.IGNORECASE)


class _Dose(NamedTuple):
    """An amount, the words for its time, and where both stand."""

    mg: Decimal
    clock: Piece
    piece: Piece


def read_day(lines: Sequence[Piece], day: Day) -> TypedDoses:
    """The doses of these lines in the order typed, those of 0 mg left out.

    Raises:
        PlanLineError: see `PlanLineCode`.
    """
    doses = stated_split(lines[0], day) if len(lines) == 1 else None
    if doses is None:
        doses = _timed([_without_once(line) for line in lines], day)
    if not doses:
        raise lines[0].error(PlanLineCode.BAD_AMOUNT, LIKE)
    _refuse_absurd(lines[0], doses, day.most_mg)
    return tuple((wall, mg) for wall, mg in doses if mg)


def read_cell(cell: Piece, *, mg_said: bool) -> Decimal:
    """The amount of a cell that holds nothing else: "10", "10 mg", "2.5mg".

    Raises:
        PlanLineError: unit_missing when neither the cell nor its table says mg, or as `read_day`.
    """
    inner = cell.trimmed()
    if found := re.fullmatch(rf"([0-9]{{1,3}}),([0-9]+)\s*(?:{MG})?", inner.text, re.IGNORECASE):
        raise comma_amount(inner, found[1], found[2])
    refuse_unreadable(inner)
    if found := AMOUNT.fullmatch(inner.text):
        return read_mg(inner, found)
    if not _FULL_NUMBER.fullmatch(inner.text):
        raise inner.error(PlanLineCode.BAD_AMOUNT, "an amount like 2.5 mg")
    mg = read_number(inner, inner.text)
    if mg and not mg_said:
        raise inner.error(PlanLineCode.UNIT_MISSING, f"{inner.text} mg")
    return mg


def _without_once(line: Piece) -> Piece:
    for found in ONCE.finditer(line.text):
        line = line.blanked(*found.span())
    return line


def _timed(lines: Sequence[Piece], day: Day) -> TypedDoses:
    doses: list[tuple[time, Decimal]] = []
    timeless: list[Piece] = []
    totals = [total for line in lines for total in _stated_totals(line)]
    for dose in _typed_doses(list(_without(lines, totals)), day):
        if TOTAL.fullmatch(dose.clock.text):
            totals.append(dose)
        elif (wall := _wall_of(dose, day, doses)) is not None:
            doses.append((wall, dose.mg))
        else:
            timeless.append(dose.piece)
    if doses or len(totals) > 1:
        timeless += [one.piece for one in totals if not one.clock.text]
    if timeless:
        raise time_missing(timeless)
    if totals and not doses:
        return whole_day(totals[0].mg, totals[0].piece, day)
    for one in totals:
        check_total(one.mg, one.piece, doses)
    return tuple(doses)


def _stated_totals(line: Piece) -> Iterator[_Dose]:
    """The amounts after "=" or "total"."""
    for found in _EQUALS.finditer(line.text):
        if amount := AMOUNT.match(line.text, found.end()):
            piece = line.part(*amount.span())
            whole = line.part(found.start(), amount.end())
            yield _Dose(read_mg(piece, amount), line.part(*found.span()), whole)


def _without(lines: Sequence[Piece], totals: Sequence[_Dose]) -> Iterator[Piece]:
    for line in lines:
        own = [one.piece for one in totals if one.piece.line == line.line]
        rest = line
        for piece in own:
            start = piece.start - line.start
            rest = rest.blanked(start, start + len(piece.text))
        if not own or not TOTAL.fullmatch(rest.trimmed().text):
            yield rest


def _wall_of(dose: _Dose, day: Day, doses: Sequence[tuple[time, Decimal]]) -> time | None:
    known = {wall for wall, _ in doses}
    if not dose.mg and dose.clock.text.isdigit() and len(dose.clock.text) <= _BARE_HOUR:
        # "1 0 mg" is rather a 10 that fell apart than nothing at one o'clock.
        raise dose.piece.error(PlanLineCode.BAD_AMOUNT, LIKE)
    if any(map(str.isdigit, dose.clock.text)):
        wall = _clock_time(dose.clock)
        if wall in known:
            raise dose.clock.error(PlanLineCode.DUPLICATE_TIME, "each time once")
        return wall
    named = meant(dose.clock.text, day.walls)
    if named is None and not dose.mg:
        raise dose.piece.error(PlanLineCode.BAD_AMOUNT, "more than 0 mg")
    return named if named not in known else None


def _refuse_absurd(line: Piece, doses: TypedDoses, most: Decimal) -> None:
    if len(doses) > _MOST_DOSES:
        raise line.error(PlanLineCode.TOO_LONG, f"at most {_MOST_DOSES} times a day")
    if sum(mg for _, mg in doses) > most:
        raise line.error(PlanLineCode.ABSURD, f"at most {mg_text(most)} mg a day")


def _typed_doses(lines: Sequence[Piece], day: Day) -> Iterator[_Dose]:
    """One for each dose, whether commas, "and" or only blanks stand between them."""
    for line in lines:
        refuse_unreadable(line)
        parts = line.split(_SEPARATOR)
        # In "10 mg 8,5 at night" nobody can tell 8.5 from 8 and 5.
        unit = (day.mg_said or says_mg(line.text)) and not _TIGHT.search(line.text)
        for part in parts:
            alone = day.mg_said and len(parts) == 1 and len(lines) == 1
            bare = _with_bare_numbers(part, alone=alone) if unit else []
            yield from bare or map(_with_unit, _between_amounts(part))


def _with_bare_numbers(part: Piece, *, alone: bool) -> list[_Dose]:
    """The doses of "10mg morning 5 at night": amounts and times by turns, one without its unit.

    Nothing when it is anything else, so that no figure is taken for an amount that may be a time.
    """
    tokens = [found for found in _TOKEN.finditer(part.text) if found["filler"] is None]
    kinds = "".join("t" if found["time"] else "o" if found["other"] else "a" for found in tokens)
    by_turns = re.fullmatch(r"(?:at)+|(?:ta)+" + ("|a" if alone else ""), kinds)
    if not by_turns or not any(found["bare"] for found in tokens):
        return []
    if kinds == "a":
        return [_bare_dose(part, tokens[0], None)]
    pairs = zip(tokens[::2], tokens[1::2], strict=True)
    return [_bare_dose(part, *(pair if kinds[0] == "a" else pair[::-1])) for pair in pairs]


def _bare_dose(part: Piece, amount: re.Match[str], clock: re.Match[str] | None) -> _Dose:
    piece = part.part(*amount.span())
    mg = read_number(piece, amount["bare"]) if amount["bare"] else read_mg(piece, amount)
    if clock is None:
        return _Dose(mg, piece.part(len(piece.text)), piece)
    start, end = min(amount.start(), clock.start()), max(amount.end(), clock.end())
    return _Dose(mg, part.part(*clock.span()), part.part(start, end))


def _between_amounts(part: Piece) -> list[Piece]:
    spans = [match.span() for match in AMOUNT.finditer(part.text)]
    if len(spans) > 1 and not part.part(0, spans[0][0]).trimmed().text:
        cuts = [start for start, _ in spans[1:]]
    elif len(spans) > 1 and not part.part(spans[-1][1]).trimmed().text:
        cuts = [end for _, end in spans[:-1]]
    else:
        return [part]
    ends = [*cuts, len(part.text)]
    return [part.part(start, end) for start, end in zip([0, *cuts], ends, strict=True)]


def _with_unit(piece: Piece) -> _Dose:
    amounts = list(AMOUNT.finditer(piece.text))
    if not amounts:
        raise _no_amount(piece.trimmed())
    if len(amounts) > 1:
        raise piece.error(PlanLineCode.BAD_AMOUNT, "one amount for each time")
    found = amounts[0]
    mg = read_mg(piece.part(*found.span()), found)
    before = piece.part(0, found.start()).trimmed()
    after = piece.part(found.end()).trimmed()
    if before.text and TOTAL.fullmatch(after.text):
        after = after.part(len(after.text))  # "08:00 9 mg a day"
    if re.fullmatch(r"\W*[0-9]{1,2}\s+", piece.text[: found.start()]):
        # "2 5 mg" may be a 25 that fell apart; "at 2 5 mg" and "02:00 5 mg" are not.
        raise before.error(PlanLineCode.BAD_TIME, "a time like 08:00")
    if before.text and after.text:
        raise piece.error(PlanLineCode.BAD_TIME, "only an amount and a time, like 10 mg 08:00")
    return _Dose(mg, _without_daily(after if after.text else before), piece)


def _without_daily(clock: Piece) -> Piece:
    """The words for a time without "a day" before or after them, unless there is nothing else."""
    for found in _DAILY.finditer(clock.text):
        rest = clock.blanked(*found.span()).trimmed()
        clock = rest if rest.text else clock
    return clock


def _no_amount(piece: Piece) -> Exception:
    number = re.match(r"[0-9]{1,6}(?:\.[0-9]{1,6})?(?![0-9.:-])", piece.text)
    only_time = read_wall(piece.text) is not None and not piece.text.isdigit()
    if number is None or says_mg(piece.text) or only_time:
        return piece.error(PlanLineCode.BAD_AMOUNT, LIKE)
    return piece.part(0, number.end()).error(PlanLineCode.UNIT_MISSING, f"{number[0]} mg")


def _clock_time(clock: Piece) -> time:
    wall = read_wall(clock.text)
    if wall is not None:
        return wall
    if found := _WORD_AND_CLOCK.fullmatch(clock.text):
        said = read_wall(found["clock"])
        if said is not None and meant(found["word"], (said,)) == said:
            return said
    if re.fullmatch(r"24(?:[:.h]00)?", clock.text):
        raise clock.error(PlanLineCode.BAD_TIME, "00:00")
    if re.match(r"12(?:[:.]00)?\s*[ap]", clock.text, re.IGNORECASE):
        raise clock.error(PlanLineCode.BAD_TIME, "12:00 or 00:00")
    raise clock.error(PlanLineCode.BAD_TIME, "a time like 08:00")
