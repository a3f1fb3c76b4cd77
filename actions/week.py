"""/week: the last seven days, dose by dose, and mending what was recorded wrongly."""

from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select

from actions import dose_words, doses, ledger, missed, outbox
from actions.tx import Tx
from bot.content.buttons import Keyboard
from care.doses import DoseState
from care.localtime import local, local_day
from store.models import Dose, Person
from store.queries import people as query

DAYS: Final = 7
MOST_LINES: Final = 40  # beyond, the days that are not open are summed up


def show(tx: Tx, person: Person) -> None:
    """/week: open on the newest day on which something is not confirmed, else on today."""
    if query.patient_of(tx.session, person) is None:
        words = tx.content.buttons(person.locale)
        outbox.say(tx, person, "common/not_joined", inline=[[words.button("ob.resume")]])
        return
    today = _today(tx, person)
    unknown = [d.local_day for d in _doses(tx, person) if d.state == DoseState.UNKNOWN.value]
    _screen(tx, person, max(unknown, default=today))


def show_day(tx: Tx, person: Person, back: int) -> None:
    """Open the day so many days before today; the days of /week only."""
    if back >= DAYS:
        outbox.say(tx, person, "common/old_button")
        return
    _screen(tx, person, _today(tx, person) - timedelta(days=back))


def open_dose(tx: Tx, person: Person, dose_id: int) -> None:
    """One dose and what can be said of it."""
    dose = ledger.own(tx, person, dose_id)
    if dose is None:
        return
    words = tx.content.buttons(person.locale)
    rows = [
        [words.button("dose.when", dose.id, label="week.when")],
        [
            words.button("dose.skip", dose.id, label="week.not_taken"),
            words.button("week.unsure", dose.id),
        ],
    ]
    if dose.state in ledger.ANSWERED:
        rows.append([words.button("week.undo", dose.id)])
    rows.append([words.button("week.day", _back(tx, person, dose.local_day), label="week.back")])
    outbox.show(
        tx,
        person,
        "doses/week_dose",
        inline=rows,
        **dose_words.one(tx, person, dose) | {"line": _line(tx, person, dose)},
    )


def undo(tx: Tx, person: Person, dose_id: int) -> None:
    """Take back what was said of a dose: it is not confirmed again, the entry stays."""
    dose = ledger.own(tx, person, dose_id)
    if dose is None:
        return
    if dose.state in ledger.ANSWERED:
        doses.take_back(tx, person, dose)
    _screen(tx, person, dose.local_day)


def unsure(tx: Tx, person: Person, dose_id: int) -> None:
    """The answer "Not sure": unknown is a state, and a good answer."""
    dose = ledger.own(tx, person, dose_id)
    if dose is None:
        return
    before = missed.alarmed(tx, person)
    ledger.leave_out(tx, dose, DoseState.UNKNOWN, "unsure")
    _screen(tx, person, dose.local_day)
    missed.reread(tx, person, before)


def _screen(tx: Tx, person: Person, day: date) -> None:
    rows = _doses(tx, person)
    today = _today(tx, person)
    day = min(max(day, today - timedelta(days=DAYS - 1)), today)
    full = len(rows) <= MOST_LINES
    by_day: dict[date, list[Dose]] = {today - timedelta(days=n): [] for n in reversed(range(DAYS))}
    for dose in rows:
        by_day[dose.local_day].append(dose)
    outbox.show(
        tx,
        person,
        "doses/week",
        inline=_buttons(tx, person, by_day[day], day),
        days=[
            _sums(of_day)
            | {
                "day": one,
                "here": one == day,
                "lines": [_line(tx, person, d) for d in of_day] if full or one == day else [],
            }
            for one, of_day in by_day.items()
        ],
    )


def _sums(rows: list[Dose]) -> dict[str, Any]:
    return {"taken": sum(dose.taken_at is not None for dose in rows), "of": len(rows)}


def _buttons(tx: Tx, person: Person, rows: list[Dose], day: date) -> Keyboard:
    """One button for each dose whose time has come, and the days before and after."""
    words = tx.content.buttons(person.locale)
    keyboard = [
        [
            words.button(
                "week.dose",
                dose.id,
                wall=f"{dose.wall:%H:%M}",
                drug=dose_words.drug_of(tx, dose).name,
            )
        ]
        for dose in rows
        if dose.due_at <= tx.now or dose.state in ledger.ANSWERED
    ]
    back = _back(tx, person, day)
    days = [
        words.button("week.day", n, day=dose_words.day_text(_today(tx, person) - timedelta(days=n)))
        for n in (back + 1, back - 1)
        if 0 <= n < DAYS
    ]
    return [*keyboard, days, [words.button("help.open")]]


def _line(tx: Tx, person: Person, dose: Dose) -> dict[str, Any]:
    """Return how one dose stands; an intake of its own day is told by the clock alone."""
    line = dose_words.one(tx, person, dose)
    if dose.taken_at is not None:
        there = local(dose.taken_at, person.zone or "UTC")
        own = there.date() == dose.local_day
        line["taken"] = f"{there:%H:%M}" + ("" if own else f" on {dose_words.day_text(there)}")
    skipped = dose.state == DoseState.SKIPPED.value
    return line | {"why": dose_words.why(tx, person, dose) if skipped else ""}


def _doses(tx: Tx, person: Person) -> list[Dose]:
    """Return the planned doses of the last seven days, in the order in which they were due."""
    today = _today(tx, person)
    rows = select(Dose).where(
        Dose.patient_id == person.id,
        Dose.local_day.between(today - timedelta(days=DAYS - 1), today),
        Dose.as_needed.is_(False),
    )
    return list(tx.session.scalars(rows.order_by(Dose.due_at, Dose.id)))


def _today(tx: Tx, person: Person) -> date:
    return local_day(tx.now, person.zone or "UTC")


def _back(tx: Tx, person: Person, day: date) -> int:
    return max(0, min((_today(tx, person) - day).days, DAYS - 1))
