"""What the patient told.

Revision: 0003
After: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WHEN = sa.DateTime(timezone=True)


def audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", BIG, nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("what", sa.String(length=48), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_person_id", "audit", ["person_id"])


def checkins() -> None:
    op.create_table(
        "checkins",
        sa.Column("id", BIG, nullable=False),
        sa.Column("patient_id", BIG, nullable=False),
        sa.Column("questionnaire", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("local_day", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("question", sa.String(length=32), nullable=True),
        sa.Column("opened_at", WHEN, nullable=False),
        sa.Column("expires_at", WHEN, nullable=False),
        sa.Column("done_at", WHEN, nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_checkins"),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patients.person_id"],
            name="fk_checkins_patient_id_patients",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "patient_id",
            "local_day",
            "questionnaire",
            name="uq_checkins_patient_id_local_day_questionnaire",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_checkins_over", "checkins", ["state", "expires_at"])


def lessons_sent() -> None:
    op.create_table(
        "lessons_sent",
        sa.Column("id", BIG, nullable=False),
        sa.Column("patient_id", BIG, nullable=False),
        sa.Column("lesson", sa.String(length=64), nullable=False),
        sa.Column("why", sa.String(length=24), nullable=False),
        sa.Column("local_day", sa.Date(), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lessons_sent"),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patients.person_id"],
            name="fk_lessons_sent_patient_id_patients",
            ondelete="CASCADE",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_lessons_sent_patient_id", "lessons_sent", ["patient_id"])


def notes() -> None:
    op.create_table(
        "notes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("patient_id", BIG, nullable=True),
        sa.Column("inbox_seq", BIG, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("tier", sa.String(length=16), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("because", sa.LargeBinary(), nullable=True),
        sa.Column("reader_version", sa.String(length=32), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("key_owner", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patients.person_id"],
            name="fk_notes_patient_id_patients",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_notes_person_id_people", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("inbox_seq", name="uq_notes_inbox_seq"),
        sa.UniqueConstraint("uid", name="uq_notes_uid"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notes_key_owner", "notes", ["key_owner"])
    op.create_index("ix_notes_person_id", "notes", ["person_id"])


def readings() -> None:
    op.create_table(
        "readings",
        sa.Column("id", BIG, nullable=False),
        sa.Column("patient_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.String(length=20), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_readings"),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patients.person_id"],
            name="fk_readings_patient_id_patients",
            ondelete="CASCADE",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_readings_patient_id", "readings", ["patient_id"])


def answers() -> None:
    op.create_table(
        "answers",
        sa.Column("id", BIG, nullable=False),
        sa.Column("checkin_id", BIG, nullable=False),
        sa.Column("patient_id", BIG, nullable=False),
        sa.Column("question", sa.String(length=32), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("superseded_at", WHEN, nullable=True),
        sa.Column("uid", sa.String(length=32), nullable=False),
        sa.Column("key_owner", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
        sa.ForeignKeyConstraint(
            ["checkin_id"],
            ["checkins.id"],
            name="fk_answers_checkin_id_checkins",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patients.person_id"],
            name="fk_answers_patient_id_patients",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("uid", name="uq_answers_uid"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_answers_checkin", "answers", ["checkin_id", "question"])
    op.create_index("ix_answers_key_owner", "answers", ["key_owner"])


def asks() -> None:
    op.create_table(
        "asks",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("patient_id", BIG, nullable=True),
        sa.Column("note_id", BIG, nullable=True),
        sa.Column("label", sa.String(length=32), nullable=False),
        sa.Column("tier", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("on_silence", sa.String(length=16), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("asked_at", WHEN, nullable=False),
        sa.Column("expires_at", WHEN, nullable=True),
        sa.Column("answered_at", WHEN, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_asks"),
        sa.ForeignKeyConstraint(
            ["note_id"], ["notes.id"], name="fk_asks_note_id_notes", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["patients.person_id"],
            name="fk_asks_patient_id_patients",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_asks_person_id_people", ondelete="CASCADE"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_asks_over", "asks", ["state", "expires_at"])
    op.create_index("ix_asks_person_id", "asks", ["person_id"])
    op.create_index("ix_asks_waiting", "asks", ["state", "asked_at"])


def upgrade() -> None:
    for create in (audit, checkins, lessons_sent, notes, readings, answers, asks):
        create()


def downgrade() -> None:
    for table in ("asks", "answers", "readings", "notes", "lessons_sent", "checkins", "audit"):
        op.drop_table(table)
