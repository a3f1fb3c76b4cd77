"""Plans in full: holds, codes, products, as-needed doses, counts by strength, pauses that end.

Revision: 0006
After: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WHEN = sa.DateTime(timezone=True)
MG = sa.String(length=20)
ADDED = (
    ("absences", "asked_at", WHEN),
    ("absences", "closed_at", WHEN),
    ("patients", "refill_on", sa.Date()),
    ("patients", "appointment_on", sa.Date()),
    ("plans", "held_on", sa.Date()),
    ("plans", "if_unresolved", sa.String(length=16)),
    ("plans", "why", sa.LargeBinary()),
    ("plans", "details", sa.LargeBinary()),
    ("supply_counts", "strength_mg", MG),
    ("supply_counts", "form", sa.String(length=24)),
    ("supply_counts", "units", MG),
    ("supply_counts", "warned_level", sa.Integer()),
    ("supply_counts", "warned_until", sa.Date()),
)


def plan_codes() -> None:
    op.create_table(
        "plan_codes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=True),
        sa.Column("prescriber", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("expires_at", WHEN, nullable=False),
        sa.Column("used_at", WHEN, nullable=True),
        sa.Column("used_by", BIG, nullable=True),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("key_owner", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_plan_codes"),
        sa.ForeignKeyConstraint(
            ["used_by"], ["people.id"], name="fk_plan_codes_used_by_people", ondelete="SET NULL"
        ),
        sa.UniqueConstraint("token_hash", name="uq_plan_codes_token_hash"),
        sa.UniqueConstraint("uid", name="uq_plan_codes_uid"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_plan_codes_key_owner", "plan_codes", ["key_owner"])


def upgrade() -> None:
    plan_codes()
    # Plain ADD COLUMN on both databases: no table is rebuilt, no row is touched.
    for table, column, kind in ADDED:
        op.add_column(table, sa.Column(column, kind, nullable=True))
    op.add_column(
        "plan_steps", sa.Column("every_days", sa.Integer(), nullable=False, server_default="1")
    )
    op.add_column(
        "doses", sa.Column("as_needed", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    op.drop_column("doses", "as_needed")
    op.drop_column("plan_steps", "every_days")
    for table, column, _ in reversed(ADDED):
        op.drop_column(table, column)
    op.drop_table("plan_codes")
