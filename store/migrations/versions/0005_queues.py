"""What came in, and what goes out.

Revision: 0005
After: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WHEN = sa.DateTime(timezone=True)


def inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("seq", BIG, nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("update_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_hash", sa.String(length=64), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("received_at", WHEN, nullable=False),
        sa.Column("next_at", WHEN, nullable=False),
        sa.Column("lease_until", WHEN, nullable=True),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.Column("done_at", WHEN, nullable=True),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("key_owner", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_inbox"),
        sa.UniqueConstraint("bot_id", "update_id", name="uq_inbox_bot_id_update_id"),
        sa.UniqueConstraint("uid", name="uq_inbox_uid"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_inbox_key_owner", "inbox", ["key_owner"])
    op.create_index("ix_inbox_open", "inbox", ["state", "chat_hash", "seq"])


def marks() -> None:
    op.create_table(
        "marks",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_marks"),
        sqlite_autoincrement=True,
    )


def outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", BIG, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("op", sa.String(length=16), nullable=False),
        sa.Column("target_id", BIG, nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("template", sa.String(length=64), nullable=False),
        sa.Column("content_version", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("not_before", WHEN, nullable=False),
        sa.Column("expires_at", WHEN, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("lease_until", WHEN, nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("ended_at", WHEN, nullable=True),
        sa.Column("alert_id", BIG, nullable=True),
        sa.Column("dose_id", BIG, nullable=True),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("key_owner", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_outbox_person_id_people", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
        sa.UniqueConstraint("uid", name="uq_outbox_uid"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_alert_id", "outbox", ["alert_id"])
    op.create_index("ix_outbox_dose_id", "outbox", ["dose_id"])
    op.create_index("ix_outbox_ended", "outbox", ["ended_at"])
    op.create_index("ix_outbox_key_owner", "outbox", ["key_owner"])
    op.create_index("ix_outbox_person", "outbox", ["person_id", "state", "id"])
    op.create_index("ix_outbox_ready", "outbox", ["state", "priority", "id"])


def upgrade() -> None:
    for create in (inbox, marks, outbox):
        create()


def downgrade() -> None:
    for table in ("outbox", "marks", "inbox"):
        op.drop_table(table)
