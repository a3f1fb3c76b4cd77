"""What came in and what goes out: inbox, outbox, and the marks a watchdog reads."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base, BigId, SealedRow, sealed


class InboxRow(SealedRow, Base):
    """One Telegram update, kept before Telegram is told that it arrived.

    `seq` gives the order: `update_id` jumps after quiet weeks.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("bot_id", "update_id"),
        Index("ix_inbox_open", "state", "chat_hash", "seq"),
    )

    seq: Mapped[int] = mapped_column(BigId, primary_key=True)
    bot_id: Mapped[int] = mapped_column(BigInteger)
    update_id: Mapped[int] = mapped_column(BigInteger)
    chat_hash: Mapped[str] = mapped_column(String(64))
    raw: Mapped[bytes | None] = sealed()
    state: Mapped[str] = mapped_column(String(16))  # new, taken, done, parked
    attempts: Mapped[int] = mapped_column(default=0)
    received_at: Mapped[datetime]
    next_at: Mapped[datetime]  # not before this; later after a passing error
    lease_until: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(200))
    done_at: Mapped[datetime | None]


class OutboxRow(SealedRow, Base):
    """One Bot API call to be made.

    Unique by `key`, so no sweep that runs twice can say a thing twice.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_ready", "state", "priority", "id"),
        Index("ix_outbox_person", "person_id", "state", "id"),
        Index("ix_outbox_ended", "ended_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    op: Mapped[str] = mapped_column(String(16))  # send, edit, delete, answer, photo, leave, ...
    target_id: Mapped[int | None] = mapped_column(BigId)  # the outbox row whose message it changes
    body: Mapped[bytes | None] = sealed()
    kind: Mapped[str] = mapped_column(String(24))
    priority: Mapped[int]
    template: Mapped[str] = mapped_column(String(64))
    content_version: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(16))  # ready, sending, sent, failed, expired, cleared
    not_before: Mapped[datetime]
    expires_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    repeats: Mapped[int] = mapped_column(default=0)  # sent again after an ambiguous outcome
    lease_until: Mapped[datetime | None]
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    error: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    alert_id: Mapped[int | None] = mapped_column(BigId, index=True)
    dose_id: Mapped[int | None] = mapped_column(BigId, index=True)


class Mark(Base):
    """When something last happened: the last ingest, the last sweep, the last send."""

    __tablename__ = "marks"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime]
