"""Letting go: what was dealt with long ago is deleted, and the status of the house."""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select

from actions import inbox, plan_codes
from actions.tx import Tx
from store.models import Alert, InboxRow, OutboxRow
from store.queries import inbox as inbox_query
from store.queries import marks
from store.queries import people as people_query

A_DAY: Final = timedelta(hours=24)
MOST_WAIT: Final = 120.0  # seconds
MOST_QUIET: Final = 180.0


def purge(tx: Tx, days: int) -> int:
    """Delete raw updates and sent messages older than `days`; the record stays in its tables.

    Plan codes go as soon as they are used or over.
    """
    gone = inbox.forget_old(tx, days)
    limit = tx.now - timedelta(days=days)
    old = tx.session.execute(
        delete(OutboxRow).where(
            OutboxRow.state.not_in(("ready", "sending")), OutboxRow.ended_at < limit
        )
    )
    return gone + plan_codes.let_go(tx) + int(getattr(old, "rowcount", 0))


def mark(tx: Tx, name: str) -> None:
    """Note that something happened now."""
    marks.put(tx.session, name, tx.now)


def active_patients(tx: Tx) -> list[int]:
    """Return the patients who are being looked after."""
    return people_query.active_patients(tx.session)


def trouble(tx: Tx, sweep: str, row_id: int, error: str) -> None:
    """A sweep failed for one row: the operator hears of it once an hour, the others go on."""
    name = f"trouble:{sweep}:{row_id}"[:32]
    before = marks.get(tx.session, name)
    if before is not None and tx.now - before < timedelta(hours=1):
        return
    marks.put(tx.session, name, tx.now)
    tx.audit("sweep_failed", None, sweep=sweep, row=row_id, error=error[:120])
    key = f"sweep:{sweep}:{row_id}:{tx.now:%Y%m%d%H}"
    inbox.tell_operators(
        tx, "operator/sweep_failed", key=key, sweep=sweep, seq=row_id, error=error[:120]
    )


def status(tx: Tx) -> dict[str, Any]:
    """Return how the house stands: ages in seconds, counts, and what is wrong."""
    waiting = select(func.min(InboxRow.received_at)).where(
        InboxRow.state.in_(inbox_query.UNFINISHED)
    )
    late = select(func.min(OutboxRow.not_before)).where(
        OutboxRow.state.in_(("ready", "sending")), OutboxRow.not_before <= tx.now
    )
    figures = {
        "inbox_age": _age(tx, tx.session.scalar(waiting)),
        "outbox_age": _age(tx, tx.session.scalar(late)),
        "open_alerts": _count(tx, Alert, Alert.state == "open", Alert.drill.is_(False)),
        "parked": _count(
            tx, InboxRow, InboxRow.state == "parked", InboxRow.done_at > tx.now - A_DAY
        ),
        "failed": _count(tx, OutboxRow, OutboxRow.state == "failed"),
        "last_ingest": _age(tx, marks.get(tx.session, "ingest")),
        "last_sweep": _age(tx, marks.get(tx.session, "sweep")),
    }
    stuck = _stuck(figures)
    return figures | {"stuck": stuck, "wrong": stuck + _aside(figures)}


def _age(tx: Tx, at: Any) -> float | None:  # noqa: ANN401 (a datetime or nothing)
    return None if at is None else (tx.now - at).total_seconds()


def _count(tx: Tx, table: Any, *where: Any) -> int:  # noqa: ANN401 (any table)
    return tx.session.scalar(select(func.count()).select_from(table).where(*where)) or 0


def _stuck(figures: dict[str, Any]) -> list[str]:
    """What stands still, one line each."""
    ages, seen = (("inbox", MOST_WAIT), ("outbox", MOST_WAIT)), ("last_ingest", "last_sweep")
    lines = [
        f"{name}: the oldest waits {figures[f'{name}_age']:.0f} s"
        for name, limit in ages
        if (figures[f"{name}_age"] or 0) > limit
    ]
    # With a webhook nothing is polled, and a quiet day is no fault.
    lines += [
        f"{name.replace('_', ' ')}: {figures[name]:.0f} s ago"
        for name in seen
        if (figures[name] or 0) > MOST_QUIET
    ]
    if figures["last_sweep"] is None:
        lines.append("no sweep ran yet")
    return lines


def _aside(figures: dict[str, Any]) -> list[str]:
    """What was put aside and a human must look at, while everything else goes on."""
    return [f"{figures['parked']} updates are parked"] if figures["parked"] else []
