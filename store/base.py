"""The declarative base, and the column types every table shares."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    BigInteger,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    event,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

# SQLite rebuilds tables in migrations and needs every constraint to have a name.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite only counts INTEGER PRIMARY KEY up by itself; PostgreSQL wants 64 bits.
BigId = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Naive datetimes are refused; what comes back is always aware UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn any aware datetime into UTC, or raise ValueError for a naive one."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime refused: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back aware UTC; SQLite stores no zone, so it is put back here."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Mg(TypeDecorator[Decimal]):
    """An exact amount, kept as text so that no float ever touches it; floats are refused.

    Text sorts and adds up wrongly in SQL: compare and add in Python.
    """

    impl = String(20)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Store the decimal digits as they are; ValueError for a float, NaN or infinity."""
        del dialect
        if value is None:
            return None
        if not isinstance(value, Decimal) or not value.is_finite():
            raise ValueError(f"not an exact amount: {value!r}")
        return str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        """Give the exact amount back."""
        del dialect
        return None if value is None else Decimal(value)


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime, Decimal: Mg, str: Text}  # noqa: RUF012 (SQLAlchemy reads it so)


@event.listens_for(Table, "after_parent_attach")
def never_reuse_ids(table: Table, parent: MetaData) -> None:
    """Make SQLite count ids up for ever, as PostgreSQL does.

    Without it the id of a deleted newest row is given out again, and outbox keys and buttons that
    name an id would mean another row.
    """
    if parent is Base.metadata:
        table.dialect_kwargs["sqlite_autoincrement"] = True


class SealedRow:
    """A row with encrypted columns.

    `uid` is random and never changes; every ciphertext of the row is bound to table, column and
    uid, so that one cannot be moved to another row. `key_owner` names the data key (a person's
    `chat_hash`), whose loss makes the words unreadable for ever, in old backups too.
    """

    uid: Mapped[str] = mapped_column(String(32), unique=True, default=lambda: uuid4().hex)
    key_owner: Mapped[str] = mapped_column(String(64), index=True)


def sealed() -> Any:  # noqa: ANN401 (mapped_column is typed by its annotation)
    """Describe a column of ciphertext; read and written through `store.vault.Vault` only."""
    return mapped_column(LargeBinary, nullable=True, info={"sealed": True})
