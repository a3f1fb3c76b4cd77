"""Reading doses and dated steps as people type them. Nothing is guessed: what is unclear is asked.

"10 mg 08:00, 5 mg 22:00" is one day; "1 Dec: 10 mg 08:00, 5 mg 22:00" is a step. The reader only
says what stands there: it is read back in full and confirmed before it holds (clinical.md 7).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from care.plan import Regimen, TypedDoses, TypedStep, mg_text
from care.plandoses import read_day
from care.plangrid import Grid, blocks_of
from care.plannames import Known, Names
from care.plannotes import without_notes
from care.planreader import PlanReader
from care.plansplit import Day
from care.planunderway import LONGEST_PAST, PlanText, TypedPlan, read_first_day
from care.planweeks import Placed, lay_out
from care.planwhen import read_start
from care.typedline import Piece, PlanLineCode, PlanLineError, pieces_of

__all__ = [
    "PlanLineCode",
    "PlanLineError",
    "TypedPlan",
    "read_doses",
    "read_plan",
    "read_start_date",
    "read_steps",
    "write_doses",
    "write_steps",
]

_LONGEST_TEXT = 4096
_LONGEST_LINE = 300
_MOST_MG = Decimal(500)  # [ENG] over any daily dose of these medicines; a drug may set a lower one


def write_doses(doses: TypedDoses) -> str:
    """Doses as `read_doses` reads them: "10 mg 08:00, 5 mg 22:00"; "0 mg" for none."""
    return ", ".join(f"{mg_text(mg)} mg {wall:%H:%M}" for wall, mg in doses) or "0 mg"


def write_steps(steps: Iterable[TypedStep]) -> str:
    """Steps as `read_steps` reads them, one a line: "2026-12-01 diazepam: 9 mg 08:00"."""
    return "\n".join(f"{step.starts} {step.medicine}: {write_doses(step.doses)}" for step in steps)


def read_doses(text: str, *, max_daily_mg: Decimal = _MOST_MG) -> TypedDoses:
    """The doses of one day of one medicine, in the order typed, at least one.

    Each is an amount in mg and a clock time, either first: "10mg at 8am and 5 mg 22:00". Amounts
    are above 0 with up to 4 decimals. "Night" or "noon" is never turned into a time.

    Raises:
        PlanLineError: see `PlanLineCode`. `absurd` is over `max_daily_mg` or over 500 mg a day.
    """
    lines = [without_notes(line) for line in _lines(text)]
    doses = read_day(lines, Day(min(max_daily_mg, _MOST_MG)))
    if not doses:
        raise lines[0].error(PlanLineCode.BAD_AMOUNT, "more than 0 mg")
    return doses


def read_start_date(text: str, *, today: date) -> date:
    """The answer to `start_missing`: a date and nothing else, from 366 days ago on.

    Raises:
        PlanLineError: as for the date of a line, or bad_date when more stands there.
    """
    lines = _lines(text)
    if len(lines) > 1:
        raise lines[1].error(PlanLineCode.BAD_DATE, "only a date, like 1 Dec")
    return read_first_day(lines[0], read_start, today)


def read_steps(
    text: str,
    *,
    today: date,
    medicines: Mapping[str, str],
    max_daily_mg: Mapping[str, Decimal] | None = None,
    present: Mapping[str, Regimen] | None = None,
    start: date | None = None,
) -> tuple[TypedStep, ...]:
    """The steps to come of `read_plan`."""
    return read_plan(
        text,
        today=today,
        medicines=medicines,
        max_daily_mg=max_daily_mg,
        present=present,
        start=start,
    ).coming


def read_plan(
    text: str,
    *,
    today: date,
    medicines: Mapping[str, str],
    max_daily_mg: Mapping[str, Decimal] | None = None,
    present: Mapping[str, Regimen] | None = None,
    start: date | None = None,
) -> TypedPlan:
    """The dated steps of a plan, as lines, weeks or a pasted table.

    "1 Dec: 10 mg 08:00, 5 mg 22:00", "week 1-2: 18 mg, week 3-4 16 mg", "15 Dec: stop".

    Args:
        text: what was typed, at most 4096 characters.
        today: the patient's day; steps begin after it, within five years. Of a plan that is under
            way the first ones begin up to 366 days before it, and what holds on it is `present`.
        medicines: every name that may be typed, in any case, to its drug id. With more than one id
            each line names its medicine, or a heading above it does.
        max_daily_mg: the most that is read for a day, by drug id.
        present: what is taken now, by drug id. Words for times, and amounts of a whole day, stand
            for its times where they can mean one thing only.
        start: the first day of week 1, where the text does not say it.

    Raises:
        PlanLineError: the first line that is not understood; when each is, what does not fit.
            `start_missing` asks for `start`; `under_way` says what holds today by the lines
            (`found`) and what is taken (`expected`).
        ValueError: when `medicines` is empty, or `start` is over 366 days before `today`.
    """
    if not medicines:
        raise ValueError("steps need a medicine")
    if start is not None and start < today - LONGEST_PAST:
        raise ValueError("week 1 began at most 366 days ago")
    names, lines = Names(medicines), _lines(text)
    now = {
        drug: tuple((dose.wall, dose.mg) for dose in regimen.doses)
        for drug, regimen in (present or {}).items()
    }

    def after(since: date) -> tuple[Placed, ...]:
        known = Known(since, names, now, max_daily_mg or {}, _MOST_MG)
        return _placed(lines, known, today, start)

    return PlanText(after, lines, today, now).plan(start)


def _placed(
    lines: list[Piece], known: Known, today: date, start: date | None
) -> tuple[Placed, ...]:
    reader = PlanReader(known)
    for block in blocks_of(lines):
        if isinstance(block, Grid):
            reader.take_table(block)
        else:
            reader.take_line(block)
    reader.finish()
    if not reader.entries:
        raise lines[0].error(PlanLineCode.NO_DATE, "a date first, like 1 Dec: 10 mg 08:00")
    return lay_out(reader.entries, today=today, start=reader.start or start)


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
