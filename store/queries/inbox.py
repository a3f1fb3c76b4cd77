"""Reads and claims of the inbox."""

from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session, aliased

from store.models import InboxRow

UNFINISHED = ("new", "taken")


def add_once(session: Session, row: InboxRow) -> bool:
    """Insert an update unless it is there already; return whether it was new."""
    values = {
        column.key: getattr(row, column.key)
        for column in InboxRow.__table__.columns
        if column.key != "seq" and getattr(row, column.key) is not None
    }
    make = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    statement = make(InboxRow).values(**values).on_conflict_do_nothing()
    return session.execute(statement.returning(InboxRow.seq)).scalar() is not None


def claim(session: Session, now: datetime, *, limit: int, lease: timedelta) -> list[InboxRow]:
    """Take the oldest open update of each of up to `limit` chats, in order within a chat.

    An update whose lease ran out (its worker died) is open again. Rows locked by another worker
    are passed over; their chat waits for them.
    """
    earlier = aliased(InboxRow)
    blocked = (
        select(earlier.seq)
        .where(
            earlier.chat_hash == InboxRow.chat_hash,
            earlier.seq < InboxRow.seq,
            earlier.state.in_(UNFINISHED),
        )
        .exists()
    )
    open_now = or_(
        and_(InboxRow.state == "new", InboxRow.next_at <= now),
        and_(InboxRow.state == "taken", InboxRow.lease_until <= now),
    )
    query = select(InboxRow).where(open_now, ~blocked).order_by(InboxRow.seq).limit(limit)
    rows = list(session.scalars(query.with_for_update(skip_locked=True)))
    for row in rows:
        row.state, row.lease_until, row.attempts = "taken", now + lease, row.attempts + 1
    return rows


def next_open_at(session: Session) -> datetime | None:
    """Return when the next waiting update may be tried, None when nothing waits."""
    return session.scalar(
        select(func.min(func.coalesce(InboxRow.lease_until, InboxRow.next_at))).where(
            InboxRow.state.in_(UNFINISHED)
        )
    )
