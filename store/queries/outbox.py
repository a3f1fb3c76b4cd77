"""Reads and the claim of the outbox.

`claim_next` is the seam between the databases: PostgreSQL locks the row it picks and passes over
rows that others hold; on SQLite the transaction itself (BEGIN IMMEDIATE) is the lock, and
SQLAlchemy leaves FOR UPDATE out.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from store.base import UtcDateTime
from store.models import OutboxRow

# They reach no chat, so neither the order nor the pace of one holds them up.
CHATLESS = ("answer", "setup")
# Whoever waits in front of an emergency does not wait for a call that may have died.
NEVER_HELD = 0
NOW: Final = bindparam("now", type_=UtcDateTime)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What may be claimed at this moment.

    Args:
        closed: lanes (person ids, 0 for rows of nobody) that have to wait.
        most: the least urgent priority that may be claimed (0 is the most urgent); -1 leaves
            only calls that reach no chat.
    """

    closed: Collection[int] = ()
    most: int = 99


def claim_next(session: Session, now: datetime, wanted: Wanted) -> OutboxRow | None:
    """Return the next row to send by (priority, id), locked for us; None when there is none.

    Passed over: rows of closed lanes; rows whose target has not left yet; edits that a newer edit
    of the same target makes pointless; rows behind one of their chat that waits for another try.
    """
    given = {"now": now, "closed": list(wanted.closed), "most": wanted.most}
    return session.scalars(NEXT, given).first()


def _waits_for_target() -> ColumnElement[bool]:
    target = aliased(OutboxRow)
    return (
        select(target.id)
        .where(target.id == OutboxRow.target_id, target.state.in_(("ready", "sending")))
        .exists()
    )


def _superseded() -> ColumnElement[bool]:
    newer = aliased(OutboxRow)
    return and_(
        OutboxRow.op == "edit",
        select(newer.id)
        .where(
            newer.person_id == OutboxRow.person_id,
            newer.state == "ready",
            newer.op == "edit",
            newer.target_id == OutboxRow.target_id,
            newer.id > OutboxRow.id,
        )
        .exists(),
    )


def _behind_a_retry() -> ColumnElement[bool]:
    # A row with an error was tried; it keeps its place in its chat while it waits.
    earlier = aliased(OutboxRow)
    # Spelled out, for SQLite would look for a pair through every waiting row of that priority.
    before = or_(
        earlier.priority < OutboxRow.priority,
        and_(earlier.priority == OutboxRow.priority, earlier.id < OutboxRow.id),
    )
    return (
        select(earlier.id)
        .where(
            earlier.person_id == OutboxRow.person_id,
            earlier.state == "ready",
            earlier.error.is_not(None),
            earlier.op.not_in(CHATLESS),
            earlier.not_before > NOW,
            earlier.expires_at > NOW,
            before,
        )
        .exists()
    )


def _behind_a_call() -> ColumnElement[bool]:
    # Calls of this process close their lane; this sees those of one that died or was replaced.
    call = aliased(OutboxRow)
    return and_(
        OutboxRow.priority > NEVER_HELD,
        select(call.id)
        .where(
            call.person_id == OutboxRow.person_id,
            call.state == "sending",
            call.op.not_in(CHATLESS),
            call.lease_until > NOW,
        )
        .exists(),
    )


DUE: Final = and_(
    OutboxRow.state == "ready", OutboxRow.not_before <= NOW, OutboxRow.expires_at > NOW
)
OPEN: Final = and_(
    OutboxRow.priority <= bindparam("most"),
    func.coalesce(OutboxRow.person_id, 0).not_in(bindparam("closed", expanding=True)),
    ~_behind_a_retry(),
    ~_behind_a_call(),
)
# Built once: putting it together takes longer than running it.
NEXT: Final = (
    select(OutboxRow)
    .where(DUE, or_(OutboxRow.op.in_(CHATLESS), OPEN), ~_waits_for_target(), ~_superseded())
    .order_by(OutboxRow.priority, OutboxRow.id)
    .limit(1)
    .with_for_update(skip_locked=True, of=OutboxRow)
)
LAPSED: Final = (
    select(OutboxRow)
    .where(OutboxRow.state == "sending", OutboxRow.lease_until <= NOW)
    .order_by(OutboxRow.id)
    .with_for_update(skip_locked=True)
)
STALE: Final = and_(OutboxRow.state == "ready", OutboxRow.expires_at <= NOW)
STALE_ALERTS: Final = (
    select(OutboxRow)
    .where(STALE, OutboxRow.alert_id.is_not(None))
    .order_by(OutboxRow.id)
    .with_for_update(skip_locked=True)
)
EXPIRE: Final = (
    update(OutboxRow)
    .where(STALE)
    .values(state="expired", ended_at=NOW, lease_until=None)
    .execution_options(synchronize_session=False)
)
HELD: Final = select(OutboxRow.id).where(DUE).limit(1)
NEXT_READY: Final = select(func.min(OutboxRow.not_before)).where(
    OutboxRow.state == "ready", OutboxRow.not_before > NOW, OutboxRow.expires_at > NOW
)
NEXT_LEASE: Final = select(func.min(OutboxRow.lease_until)).where(
    OutboxRow.state == "sending", OutboxRow.lease_until > NOW
)


def clear_older_edits(session: Session, row: OutboxRow, now: datetime) -> None:
    """Clear the waiting edits of the same message that `row` makes pointless."""
    session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.person_id == row.person_id,
            OutboxRow.state == "ready",
            OutboxRow.op == "edit",
            OutboxRow.target_id == row.target_id,
            OutboxRow.id < row.id,
        )
        .values(state="cleared", ended_at=now)
    )


def shown_by(session: Session, row: OutboxRow) -> OutboxRow | None:
    """Return the row whose message `row` changes, None when it changes none.

    A target that is itself an edit without a message of its own stands for what it would have
    changed.
    """
    target = row
    while target.target_id is not None:
        found = session.get(OutboxRow, target.target_id)
        if found is None:
            return None
        target = found
        if target.op != "edit" or target.message_id is not None:
            return target
    return None if target is row else target


def lapsed(session: Session, now: datetime) -> list[OutboxRow]:
    """Return calls whose sender did not come back in time, locked for us."""
    return list(session.scalars(LAPSED, {"now": now}))


def stale_alerts(session: Session, now: datetime) -> list[OutboxRow]:
    """Return messages of an alert that expired before they could be sent, locked for us."""
    return list(session.scalars(STALE_ALERTS, {"now": now}))


def expire_stale(session: Session, now: datetime) -> int:
    """Let what is too old to be said expire; return how many."""
    return int(getattr(session.execute(EXPIRE, {"now": now}), "rowcount", 0))


def anything_held(session: Session, now: datetime) -> bool:
    """Whether something could be sent now but for pacing or order."""
    return session.scalar(HELD, {"now": now}) is not None


def next_due_at(session: Session, now: datetime) -> datetime | None:
    """Return the next instant after `now` at which a row becomes due or a lease runs out."""
    found = [session.scalar(query, {"now": now}) for query in (NEXT_READY, NEXT_LEASE)]
    return min((at for at in found if at is not None), default=None)
