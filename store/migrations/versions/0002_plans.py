"""What is to be taken, and what was.

Revision: 0002
After: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WHEN = sa.DateTime(timezone=True)


def medicines() -> None:
    op.create_table(
        "medicines",
        sa.Column("id", BIG, nullable=False),
        sa.Column("patient_id", BIG, nullable=False),
        sa.Column("drug_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_medicines"),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patients.person_id"],
            name="fk_medicines_patient_id_patients",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("patient_id", "drug_id", name="uq_medicines_patient_id_drug_id"),
        sqlite_autoincrement=True,
    )


def plans() -> None:
    op.create_table(
        "plans",
        sa.Column("id", BIG, nullable=False),
        sa.Column("patient_id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("confirmed_by", sa.LargeBinary(), nullable=True),
        sa.Column("confirmed_how", sa.String(length=24), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("key_owner", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patients.person_id"],
            name="fk_plans_patient_id_patients",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("patient_id", "version", name="uq_plans_patient_id_version"),
        sa.UniqueConstraint("uid", name="uq_plans_uid"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_plans_key_owner", "plans", ["key_owner"])


def doses() -> None:
    op.create_table(
        "doses",
        sa.Column("id", BIG, nullable=False),
        sa.Column("patient_id", BIG, nullable=False),
        sa.Column("medicine_id", BIG, nullable=False),
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("plan_day", sa.Integer(), nullable=False),
        sa.Column("slot", sa.String(length=8), nullable=False),
        sa.Column("local_day", sa.Date(), nullable=False),
        sa.Column("wall", sa.Time(), nullable=False),
        sa.Column("due_at", WHEN, nullable=False),
        sa.Column("closes_at", WHEN, nullable=False),
        sa.Column("mg", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("next_at", WHEN, nullable=True),
        sa.Column("snoozed_until", WHEN, nullable=True),
        sa.Column("taken_at", WHEN, nullable=True),
        sa.Column("asked_at", WHEN, nullable=True),
        sa.Column("message_id", BIG, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_doses"),
        sa.ForeignKeyConstraint(
            ["medicine_id"],
            ["medicines.id"],
            name="fk_doses_medicine_id_medicines",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patients.person_id"],
            name="fk_doses_patient_id_patients",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plans.id"], name="fk_doses_plan_id_plans", ondelete="CASCADE"
        ),
        sa.UniqueConstraint(
            "patient_id",
            "medicine_id",
            "plan_day",
            "slot",
            name="uq_doses_patient_id_medicine_id_plan_day_slot",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_doses_due", "doses", ["next_at"])
    op.create_index("ix_doses_medicine", "doses", ["medicine_id", "due_at"])
    op.create_index("ix_doses_patient_due", "doses", ["patient_id", "due_at"])


def plan_steps() -> None:
    op.create_table(
        "plan_steps",
        sa.Column("id", BIG, nullable=False),
        sa.Column("plan_id", BIG, nullable=False),
        sa.Column("medicine_id", BIG, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_plan_steps"),
        sa.ForeignKeyConstraint(
            ["medicine_id"],
            ["medicines.id"],
            name="fk_plan_steps_medicine_id_medicines",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plans.id"], name="fk_plan_steps_plan_id_plans", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_plan_steps_plan_id", "plan_steps", ["plan_id"])


def supply_counts() -> None:
    op.create_table(
        "supply_counts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("patient_id", BIG, nullable=False),
        sa.Column("medicine_id", BIG, nullable=False),
        sa.Column("total_mg", sa.String(length=20), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("warned_at", WHEN, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_supply_counts"),
        sa.ForeignKeyConstraint(
            ["medicine_id"],
            ["medicines.id"],
            name="fk_supply_counts_medicine_id_medicines",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patients.person_id"],
            name="fk_supply_counts_patient_id_patients",
            ondelete="CASCADE",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_supply_counts_patient_id", "supply_counts", ["patient_id"])


def dose_events() -> None:
    op.create_table(
        "dose_events",
        sa.Column("id", BIG, nullable=False),
        sa.Column("dose_id", BIG, nullable=False),
        sa.Column("patient_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("said_at", WHEN, nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("key_owner", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dose_events"),
        sa.ForeignKeyConstraint(
            ["dose_id"], ["doses.id"], name="fk_dose_events_dose_id_doses", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patients.person_id"],
            name="fk_dose_events_patient_id_patients",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("uid", name="uq_dose_events_uid"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_dose_events_dose_id", "dose_events", ["dose_id"])
    op.create_index("ix_dose_events_key_owner", "dose_events", ["key_owner"])


def plan_doses() -> None:
    op.create_table(
        "plan_doses",
        sa.Column("id", BIG, nullable=False),
        sa.Column("step_id", BIG, nullable=False),
        sa.Column("slot", sa.String(length=8), nullable=False),
        sa.Column("wall", sa.Time(), nullable=False),
        sa.Column("mg", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_plan_doses"),
        sa.ForeignKeyConstraint(
            ["step_id"],
            ["plan_steps.id"],
            name="fk_plan_doses_step_id_plan_steps",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("step_id", "slot", name="uq_plan_doses_step_id_slot"),
        sqlite_autoincrement=True,
    )


def upgrade() -> None:
    for create in (medicines, plans, doses, plan_steps, supply_counts, dose_events, plan_doses):
        create()


def downgrade() -> None:
    for table in (
        "plan_doses",
        "dose_events",
        "supply_counts",
        "plan_steps",
        "doses",
        "plans",
        "medicines",
    ):
        op.drop_table(table)
