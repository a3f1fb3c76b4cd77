"""One PostgreSQL database for many tests: its rows are put back, the database is not made anew.

Making one takes half a second on a busy machine, putting the rows back some milliseconds.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final, LiteralString

import psycopg
from psycopg import sql
from sqlalchemy import make_url

PATIENCE: Final = 10_000  # milliseconds
OTHERS: Final = (
    "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
TABLES: Final = (
    "SELECT relname FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
)
COUNTERS: Final = "SELECT sequencename, last_value FROM pg_sequences ORDER BY 1"
# Everything a test might have changed beside rows: columns, indexes, rules, settings.
SHAPE: Final = """
    SELECT md5(string_agg(what, ',' ORDER BY what)) FROM (
        SELECT concat_ws(' ', relname, attname, format_type(atttypid, atttypmod), attnotnull)
        FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid
        WHERE relnamespace = 'public'::regnamespace AND attnum > 0
        UNION ALL SELECT pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT setconfig::text FROM pg_db_role_setting
        UNION ALL SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal
    ) AS parts (what)
"""


@dataclass(frozen=True)
class Rows:
    """What every table held that held anything, and where each counter stood (None: unused)."""

    tables: dict[str, bytes]
    counters: dict[str, int | None]


def connect(url: str) -> psycopg.Connection:
    """Return a connection to a database named as SQLAlchemy names it."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, options=f"-c lock_timeout={PATIENCE}")


def end_others(connection: psycopg.Connection, patience: int = 0) -> None:
    """End every other connection to this database; wait until they are gone where told to."""
    connection.execute(f"SELECT pg_terminate_backend(pid, {patience}) {OTHERS}")


def shape(connection: psycopg.Connection) -> str:
    """Return a fingerprint of everything but the rows."""
    found = connection.execute(SHAPE).fetchone()
    assert found is not None
    return str(found[0])


def keep(connection: psycopg.Connection) -> Rows:
    """Return all rows there are."""
    tables = {}
    for name in _filled(connection):
        with _copy(connection, "COPY {} TO STDOUT (FORMAT binary)", name) as copy:
            tables[name] = b"".join(map(bytes, copy))
    return Rows(tables, dict(connection.execute(COUNTERS).fetchall()))


def put_back(connection: psycopg.Connection, rows: Rows) -> None:
    """Put these rows in the place of all others, in one transaction."""
    with connection.transaction():
        # No trigger runs, so that no reference is asked for before it is there.
        connection.execute("SET LOCAL session_replication_role = replica")
        for name in _filled(connection):
            # A few rows go faster so than by TRUNCATE, which makes every file anew.
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
        for name, data in rows.tables.items():
            with _copy(connection, "COPY {} FROM STDIN (FORMAT binary)", name) as copy:
                copy.write(data)
        for name, at in rows.counters.items():
            moved = "SELECT setval(%s::regclass, %s, %s)"
            connection.execute(moved, (f'"{name}"', 1 if at is None else at, at is not None))


def _copy(
    connection: psycopg.Connection, how: LiteralString, table: str
) -> AbstractContextManager[psycopg.Copy]:
    return connection.cursor().copy(sql.SQL(how).format(sql.Identifier(table)))


def _filled(connection: psycopg.Connection) -> list[str]:
    names = [name for (name,) in connection.execute(TABLES)]
    if not names:
        return []
    asks = [
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(name, sql.Identifier(name))
        for name in names
    ]
    return [name for (name,) in connection.execute(sql.SQL(" UNION ALL ").join(asks))]
