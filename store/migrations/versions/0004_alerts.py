"""What is wrong, and who was told.

Revision: 0004
After: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WHEN = sa.DateTime(timezone=True)


def alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("patient_id", BIG, nullable=False),
        sa.Column("tier", sa.String(length=16), nullable=False),
        sa.Column("card", sa.String(length=24), nullable=False),
        sa.Column("say", sa.String(length=32), nullable=False),
        sa.Column("label", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("ladder", sa.JSON(), nullable=False),
        sa.Column("ladder_version", sa.Integer(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("next_rung_at", WHEN, nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("opened_at", WHEN, nullable=False),
        sa.Column("acknowledged_at", WHEN, nullable=True),
        sa.Column("acknowledged_by", BIG, nullable=True),
        sa.Column("closed_at", WHEN, nullable=True),
        sa.Column("closed_by", BIG, nullable=True),
        sa.Column("close_reason", sa.String(length=24), nullable=True),
        sa.Column("status_id", BIG, nullable=True),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("key_owner", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patients.person_id"],
            name="fk_alerts_patient_id_patients",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("uid", name="uq_alerts_uid"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alerts_key_owner", "alerts", ["key_owner"])
    op.create_index("ix_alerts_next_rung_at", "alerts", ["next_rung_at"])
    op.create_index("ix_alerts_patient_id", "alerts", ["patient_id"])
    op.create_index("ix_alerts_state", "alerts", ["state"])


def alert_events() -> None:
    op.create_table(
        "alert_events",
        sa.Column("id", BIG, nullable=False),
        sa.Column("alert_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("outbox_id", BIG, nullable=True),
        sa.Column("at", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alert_events"),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alerts.id"], name="fk_alert_events_alert_id_alerts", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alert_events_alert_id", "alert_events", ["alert_id"])


def findings() -> None:
    op.create_table(
        "findings",
        sa.Column("id", BIG, nullable=False),
        sa.Column("patient_id", BIG, nullable=False),
        sa.Column("alert_id", BIG, nullable=True),
        sa.Column("rule_id", sa.String(length=48), nullable=False),
        sa.Column("rule_version", sa.String(length=32), nullable=False),
        sa.Column("tier", sa.String(length=16), nullable=False),
        sa.Column("label", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("key_owner", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_findings"),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alerts.id"], name="fk_findings_alert_id_alerts", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patients.person_id"],
            name="fk_findings_patient_id_patients",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("uid", name="uq_findings_uid"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_findings_alert_id", "findings", ["alert_id"])
    op.create_index("ix_findings_key_owner", "findings", ["key_owner"])
    op.create_index("ix_findings_patient_id", "findings", ["patient_id"])


def upgrade() -> None:
    for create in (alerts, alert_events, findings):
        create()


def downgrade() -> None:
    for table in ("findings", "alert_events", "alerts"):
        op.drop_table(table)
