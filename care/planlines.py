"""Reading doses and dated steps as people type them. Nothing is guessed: what is unclear is asked.

"10 mg 08:00, 5 mg 22:00" is one day; "1 Dec: 10 mg 08:00, 5 mg 22:00" is a step. The reader only
says what stands there: it is read back in full and confirmed before it holds (clinical.md 7).
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from decimal import Decimal

from care.plan import TypedDoses, TypedStep, mg_text
from care.plandates import read_date, spoken
from care.typedline import Piece, PlanLineCode, PlanLineError, pieces_of
from care.walltime import NAMED_TIMES, read_wall

__all__ = ["PlanLineCode", "PlanLineError", "read_doses", "read_steps", "write_doses"]

_LONGEST_TEXT = 4096
_LONGEST_LINE = 300
_LONGEST_FOUND = 200
_MOST_DOSES = 12  # [ENG] one dose every two hours; more is a typing error
_MOST_MG = Decimal(500)  # [ENG] over any daily dose of these medicines; a drug may set a lower one
_MOST_DECIMALS = 4
_THOUSANDS = 3
_LIKE = "an amount and a time, like 10 mg 08:00"

_MG = r"mgs?|milligram(?:me)?s?"
_OTHER_UNITS = (
    r"mcgs?|µg|ug|microgram(?:me)?s?|kg|gr?|grams?|mls?|millilit(?:er|re)s?|"
    r"tab(?:let)?s?|pills?|drops?|cap(?:sule)?s?|units?|iu"
)
_AMOUNT = re.compile(
    rf"(?<![\w.,:/-])(?P<number>\.?[0-9][0-9.]*)\s*(?:(?P<mg>{_MG})|{_OTHER_UNITS})\b\.?",
    re.IGNORECASE,
)
_NUMBER = re.compile(rf"[0-9]+(?:\.[0-9]{{1,{_MOST_DECIMALS}}})?")
_COMMA_AMOUNT = re.compile(
    rf"(?<![\w.,:])(?P<whole>[0-9]{{1,3}}),(?P<part>[0-9]+)\s*(?:{_MG})\b", re.IGNORECASE
)
_NEGATIVE = re.compile(r"(?:^|(?<=\s))-[0-9.]+|\b(?:minus|negative)\b", re.IGNORECASE)
_WORD_AMOUNT = re.compile(
    r"[½¼¾⅓⅔⅛]|\b(?:half|quarter)\b(?!\s+(?:past|to)\b)|\b(?:third|one|two|three|four|five|six|"
    r"seven|eight|nine|ten|fifteen|twenty|thirty|couple|few)\b|(?<![0-9/])[0-9]\s*/\s*[0-9](?![0-9/])",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"[,;&+]|\b(?:and|then|plus)\b", re.IGNORECASE)
_STOP = re.compile(
    rf"(?:stop|stopped|zero|none|nothing|off|end|0+(?:\.0+)?\s*(?:{_MG})?)", re.IGNORECASE
)
_STOP_WORDS = {"stop", "stopped", "zero", "none", "nothing", "off", "end"}
_FILLERS = {"at", "of", "take", "in", "the", "minus", "negative", "and"}
_LEADING_WORDS = re.compile(r"[^0-9]*")


def write_doses(doses: TypedDoses) -> str:
    """Doses as `read_doses` reads them: "10 mg 08:00, 5 mg 22:00"; "0 mg" for none."""
    return ", ".join(f"{mg_text(mg)} mg {wall:%H:%M}" for wall, mg in doses) or "0 mg"


def read_doses(text: str, *, max_daily_mg: Decimal = _MOST_MG) -> TypedDoses:
    """The doses of one day of one medicine, in the order typed, at least one.

    Each is an amount in mg and a clock time, either first: "10mg at 8am and 5 mg 22:00". Amounts
    are above 0 with up to 4 decimals. "Night" or "noon" is never turned into a time.

    Raises:
        PlanLineError: see `PlanLineCode`. `absurd` is over `max_daily_mg` or over 500 mg a day.
    """
    lines = _lines(text)
    doses = _doses(lines, max_daily_mg)
    if not doses:
        raise lines[0].error(PlanLineCode.BAD_AMOUNT, "more than 0 mg")
    return doses


def read_steps(
    text: str,
    *,
    today: date,
    medicines: Mapping[str, str],
    max_daily_mg: Mapping[str, Decimal] | None = None,
) -> tuple[TypedStep, ...]:
    """The dated steps of a plan, one a line: "1 Dec: 10 mg 08:00, 5 mg 22:00", "15 Dec: stop".

    `medicines` maps every name that may be typed, in any case, to its drug id; with more than one
    id each line names its medicine. `max_daily_mg` is by drug id. Dates of one medicine rise.

    Raises:
        PlanLineError: the first line that is not understood.
        ValueError: when `medicines` is empty.
    """
    if not medicines:
        raise ValueError("steps need a medicine")
    names = {name.casefold(): drug for name, drug in medicines.items()}
    latest: dict[str, date] = {}
    steps = []
    for line in _lines(text):
        step = _step(line, today, names, max_daily_mg or {})
        after = latest.get(step.medicine)
        if after is not None and step.starts <= after:
            raise line.error(PlanLineCode.OUT_OF_ORDER, f"a date after {spoken(after)}")
        latest[step.medicine] = step.starts
        steps.append(step)
    return tuple(steps)


def _lines(text: str) -> list[Piece]:
    lines = [line for line in pieces_of(text) if line.text.strip()]
    if not lines:
        raise Piece("").error(PlanLineCode.EMPTY, "10 mg 08:00")
    if len(text) > _LONGEST_TEXT:
        raise lines[0].error(PlanLineCode.TOO_LONG, f"at most {_LONGEST_TEXT} characters")
    for line in lines:
        if len(line.text) > _LONGEST_LINE:
            raise line.error(PlanLineCode.TOO_LONG, f"at most {_LONGEST_LINE} characters a line")
    return lines


def _step(
    line: Piece, today: date, names: Mapping[str, str], limits: Mapping[str, Decimal]
) -> TypedStep:
    starts, rest = read_date(line, today)
    _refuse_bare(line, rest)
    medicine, rest = _medicine(rest, names)
    _refuse_bare(line, rest)
    if _STOP.fullmatch(rest.trimmed().text):
        return TypedStep(starts, medicine, ())
    return TypedStep(starts, medicine, _doses([rest], limits.get(medicine, _MOST_MG)))


def _refuse_bare(line: Piece, rest: Piece) -> None:
    # Nothing typed is not the end of a medicine: that has to be said ("stop", "0 mg").
    if not rest.trimmed().text:
        raise line.error(PlanLineCode.BAD_AMOUNT, _LIKE)


def _medicine(rest: Piece, names: Mapping[str, str]) -> tuple[str, Piece]:
    """The drug id a line is about, and the line without its name."""
    longest_first = sorted(names, key=len, reverse=True)
    pattern = rf"\b(?:{'|'.join(map(re.escape, longest_first))})\b"
    found = list(re.finditer(pattern, rest.text, re.IGNORECASE))
    drugs = {names[match[0].casefold()] for match in found}
    if len(drugs) > 1:
        raise rest.error(PlanLineCode.UNKNOWN_MEDICINE, "one medicine on each line")
    for match in found:
        rest = rest.blanked(*match.span())
    return (drugs.pop() if drugs else _unnamed(rest, names)), rest


def _unnamed(rest: Piece, names: Mapping[str, str]) -> str:
    """The only medicine there is, unless the line begins with a word nobody knows."""
    drugs = sorted(set(names.values()))
    lead = _LEADING_WORDS.match(rest.text)
    stranger = _stranger(rest.part(0, lead.end() if lead else 0))
    if stranger is None and len(drugs) == 1:
        return drugs[0]
    expected = "one of " + ", ".join(drugs) if len(drugs) > 1 else drugs[0]
    raise (stranger or rest).error(PlanLineCode.UNKNOWN_MEDICINE, expected)


def _stranger(lead: Piece) -> Piece | None:
    words = re.findall(r"[^\W\d_]+", lead.text.casefold())
    known = NAMED_TIMES | _STOP_WORDS | _FILLERS
    unknown = [word for word in words if word not in known and not _WORD_AMOUNT.fullmatch(word)]
    return lead if unknown else None


def _doses(lines: list[Piece], max_daily_mg: Decimal) -> TypedDoses:
    """The doses of these lines, those of 0 mg left out."""
    doses: list[tuple[time, Decimal]] = []
    timeless: list[Piece] = []
    for piece in _pieces(lines):
        mg, clock = _amount_and_clock(piece)
        if not any(map(str.isdigit, clock.text)):
            if not mg:
                raise piece.error(PlanLineCode.BAD_AMOUNT, "more than 0 mg")
            timeless.append(piece)
            continue
        wall = _wall(clock)
        if wall in (known for known, _ in doses):
            raise clock.error(PlanLineCode.DUPLICATE_TIME, "each time once")
        doses.append((wall, mg))
    if timeless:
        raise _time_missing(timeless)
    if not doses:
        raise lines[0].error(PlanLineCode.BAD_AMOUNT, _LIKE)
    _refuse_absurd(lines[0], doses, min(max_daily_mg, _MOST_MG))
    return tuple((wall, mg) for wall, mg in doses if mg)


def _time_missing(pieces: list[Piece]) -> PlanLineError:
    error = pieces[0].error(PlanLineCode.TIME_MISSING, "a clock time, like 5 mg 22:00")
    error.found = ", ".join(piece.trimmed().text for piece in pieces)[:_LONGEST_FOUND]
    return error


def _refuse_absurd(line: Piece, doses: list[tuple[time, Decimal]], most: Decimal) -> None:
    if len(doses) > _MOST_DOSES:
        raise line.error(PlanLineCode.TOO_LONG, f"at most {_MOST_DOSES} times a day")
    if sum(mg for _, mg in doses) > most:
        raise line.error(PlanLineCode.ABSURD, f"at most {mg_text(most)} mg a day")


def _pieces(lines: list[Piece]) -> Iterator[Piece]:
    """One piece for each dose, whether commas, "and" or only blanks stand between them."""
    for line in lines:
        _refuse_unreadable_amounts(line)
        for part in line.split(_SEPARATOR):
            yield from _between_amounts(part)


def _refuse_unreadable_amounts(line: Piece) -> None:
    if found := _COMMA_AMOUNT.search(line.text):
        raise _comma_amount(line.part(*found.span()), found["whole"], found["part"])
    if found := _NEGATIVE.search(line.text):
        raise line.part(*found.span()).error(PlanLineCode.NEGATIVE, "an amount above 0 mg")
    if found := _WORD_AMOUNT.search(line.text):
        raise line.part(*found.span()).error(PlanLineCode.WORD_AMOUNT, "figures, like 2.5 mg")


def _comma_amount(piece: Piece, whole: str, part: str) -> PlanLineError:
    # "1,125 mg" is 1.125 in one country and 1125 in another: nothing sensible can be proposed.
    if len(part) == _THOUSANDS and whole.strip("0"):
        return piece.error(PlanLineCode.BAD_AMOUNT, "an amount like 2.5 mg")
    return piece.error(PlanLineCode.COMMA_AMOUNT, f"{whole.lstrip('0') or '0'}.{part} mg")


def _between_amounts(part: Piece) -> list[Piece]:
    spans = [match.span() for match in _AMOUNT.finditer(part.text)]
    if len(spans) > 1 and not part.part(0, spans[0][0]).trimmed().text:
        cuts = [start for start, _ in spans[1:]]
    elif len(spans) > 1 and not part.part(spans[-1][1]).trimmed().text:
        cuts = [end for _, end in spans[:-1]]
    else:
        return [part]
    ends = [*cuts, len(part.text)]
    return [part.part(start, end) for start, end in zip([0, *cuts], ends, strict=True)]


def _amount_and_clock(piece: Piece) -> tuple[Decimal, Piece]:
    amounts = list(_AMOUNT.finditer(piece.text))
    if not amounts:
        raise _no_amount(piece.trimmed())
    if len(amounts) > 1:
        raise piece.error(PlanLineCode.BAD_AMOUNT, "one amount for each time")
    found = amounts[0]
    mg = _mg(piece.part(*found.span()), found)
    before = piece.part(0, found.start()).trimmed()
    after = piece.part(found.end()).trimmed()
    if before.text and after.text:
        raise piece.error(PlanLineCode.BAD_TIME, "only an amount and a time, like 10 mg 08:00")
    return mg, after if after.text else before


def _no_amount(piece: Piece) -> PlanLineError:
    number = re.match(r"[0-9]{1,6}(?:\.[0-9]{1,6})?(?![0-9.:-])", piece.text)
    has_mg = re.search(rf"(?:{_MG})\b", piece.text, re.IGNORECASE)
    only_time = read_wall(piece.text) is not None and not piece.text.isdigit()
    if number is None or has_mg or only_time:
        return piece.error(PlanLineCode.BAD_AMOUNT, _LIKE)
    return piece.part(0, number.end()).error(PlanLineCode.UNIT_MISSING, f"{number[0]} mg")


def _mg(piece: Piece, found: re.Match[str]) -> Decimal:
    if found["mg"] is None:
        raise piece.error(PlanLineCode.WRONG_UNIT, "mg")
    number = found["number"]
    if number.startswith(".") and _NUMBER.fullmatch(f"0{number}"):
        # A dot without its zero is easily a lost digit: 0.5 or 2.5.
        raise piece.error(PlanLineCode.BAD_AMOUNT, f"0{number} mg")
    if not _NUMBER.fullmatch(number):
        raise piece.error(PlanLineCode.BAD_AMOUNT, "an amount like 2.5 mg")
    return Decimal(number)


def _wall(clock: Piece) -> time:
    wall = read_wall(clock.text)
    if wall is not None:
        return wall
    if re.fullmatch(r"24(?:[:.h]00)?", clock.text):
        raise clock.error(PlanLineCode.BAD_TIME, "00:00")
    if re.match(r"12(?:[:.]00)?\s*[ap]", clock.text, re.IGNORECASE):
        raise clock.error(PlanLineCode.BAD_TIME, "12:00 or 00:00")
    raise clock.error(PlanLineCode.BAD_TIME, "a time like 08:00")
