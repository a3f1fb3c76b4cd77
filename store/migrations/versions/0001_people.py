"""Who there is.

Revision: 0001
After: nothing
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WHEN = sa.DateTime(timezone=True)


def people() -> None:
    op.create_table(
        "people",
        sa.Column("id", BIG, nullable=False),
        sa.Column("chat_hash", sa.String(length=64), nullable=False),
        sa.Column("telegram_id", sa.LargeBinary(), nullable=True),
        sa.Column("first_name", sa.LargeBinary(), nullable=True),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("blocked_at", WHEN, nullable=True),
        sa.Column("last_seen_at", WHEN, nullable=True),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("key_owner", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("chat_hash", name="uq_people_chat_hash"),
        sa.UniqueConstraint("uid", name="uq_people_uid"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_people_key_owner", "people", ["key_owner"])


def consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("withdrawn_at", WHEN, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_consents_person_id_people", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_consents_person_id", "consents", ["person_id"])


def dialogues() -> None:
    op.create_table(
        "dialogues",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("screen_id", BIG, nullable=True),
        sa.Column("touched_at", WHEN, nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("key_owner", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dialogues"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_dialogues_person_id_people", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("person_id", "kind", name="uq_dialogues_person_id_kind"),
        sa.UniqueConstraint("uid", name="uq_dialogues_uid"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_dialogues_key_owner", "dialogues", ["key_owner"])


def patients() -> None:
    op.create_table(
        "patients",
        sa.Column("person_id", BIG, autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("intake", sa.LargeBinary(), nullable=True),
        sa.Column("checkin_at", sa.Time(), nullable=True),
        sa.Column("day_one", sa.Date(), nullable=True),
        sa.Column("next_checkin_at", WHEN, nullable=True),
        sa.Column("silence_checked_at", WHEN, nullable=True),
        sa.Column("discreet", sa.Boolean(), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("left_at", WHEN, nullable=True),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("key_owner", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_patients"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_patients_person_id_people", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("uid", name="uq_patients_uid"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_patients_key_owner", "patients", ["key_owner"])
    op.create_index("ix_patients_next_checkin_at", "patients", ["next_checkin_at"])
    op.create_index("ix_patients_state", "patients", ["state"])


def absences() -> None:
    op.create_table(
        "absences",
        sa.Column("id", BIG, nullable=False),
        sa.Column("patient_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("starts_at", WHEN, nullable=False),
        sa.Column("ends_at", WHEN, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_absences"),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patients.person_id"],
            name="fk_absences_patient_id_patients",
            ondelete="CASCADE",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_absences_patient_id", "absences", ["patient_id"])


def agreements() -> None:
    op.create_table(
        "agreements",
        sa.Column("id", BIG, nullable=False),
        sa.Column("patient_id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("revoked_at", WHEN, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_agreements"),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patients.person_id"],
            name="fk_agreements_patient_id_patients",
            ondelete="CASCADE",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_agreements_patient_id", "agreements", ["patient_id"])


def care_links() -> None:
    op.create_table(
        "care_links",
        sa.Column("id", BIG, nullable=False),
        sa.Column("patient_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("shares_words", sa.Boolean(), nullable=False),
        sa.Column("known_as", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("accepted_at", WHEN, nullable=True),
        sa.Column("drill_answered_at", WHEN, nullable=True),
        sa.Column("ended_at", WHEN, nullable=True),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("key_owner", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_care_links"),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patients.person_id"],
            name="fk_care_links_patient_id_patients",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_care_links_person_id_people", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("patient_id", "person_id", name="uq_care_links_patient_id_person_id"),
        sa.UniqueConstraint("uid", name="uq_care_links_uid"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_care_links_key_owner", "care_links", ["key_owner"])
    op.create_index("ix_care_links_person_id", "care_links", ["person_id"])


def invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", BIG, nullable=False),
        sa.Column("patient_id", BIG, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("known_as", sa.LargeBinary(), nullable=True),
        sa.Column("shares_words", sa.Boolean(), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("expires_at", WHEN, nullable=False),
        sa.Column("used_at", WHEN, nullable=True),
        sa.Column("used_by", BIG, nullable=True),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("key_owner", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patients.person_id"],
            name="fk_invitations_patient_id_patients",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["used_by"], ["people.id"], name="fk_invitations_used_by_people", ondelete="SET NULL"
        ),
        sa.UniqueConstraint("token_hash", name="uq_invitations_token_hash"),
        sa.UniqueConstraint("uid", name="uq_invitations_uid"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_invitations_key_owner", "invitations", ["key_owner"])


def safety_plans() -> None:
    op.create_table(
        "safety_plans",
        sa.Column("id", BIG, nullable=False),
        sa.Column("patient_id", BIG, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("key_owner", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_safety_plans"),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patients.person_id"],
            name="fk_safety_plans_patient_id_patients",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("uid", name="uq_safety_plans_uid"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_safety_plans_key_owner", "safety_plans", ["key_owner"])
    op.create_index("ix_safety_plans_patient_id", "safety_plans", ["patient_id"])


def upgrade() -> None:
    for create in (
        people,
        consents,
        dialogues,
        patients,
        absences,
        agreements,
        care_links,
        invitations,
        safety_plans,
    ):
        create()


def downgrade() -> None:
    for table in (
        "safety_plans",
        "invitations",
        "care_links",
        "agreements",
        "absences",
        "patients",
        "dialogues",
        "consents",
        "people",
    ):
        op.drop_table(table)
