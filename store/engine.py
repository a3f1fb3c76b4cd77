"""Engines for SQLite and PostgreSQL, set up so that nothing committed is lost."""

from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.pool import StaticPool

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # NORMAL may drop the last commits when the power fails
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=30000",
    "PRAGMA secure_delete=ON",
    "PRAGMA temp_store=MEMORY",
)


def is_sqlite(url: str) -> bool:
    """Whether a database URL names SQLite."""
    return make_url(url).get_backend_name() == "sqlite"


def make_engine(url: str, *, pool_size: int = 4) -> Engine:
    """Return an engine for `url`; SQLite or `postgresql+psycopg`, ValueError for anything else."""
    backend = make_url(url).get_backend_name()
    if backend == "sqlite":
        return _sqlite(url)
    if backend != "postgresql":
        raise ValueError(f"DATABASE_URL: expected sqlite or postgresql+psycopg, not {backend}")
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        pool_size=pool_size,
        hide_parameters=True,
        connect_args={
            "options": "-c statement_timeout=60000 -c timezone=UTC",
            # A dead network must not hold the sender's lock for hours.
            "connect_timeout": 5,
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
            "tcp_user_timeout": 10_000,
        },
    )


def _sqlite(url: str) -> Engine:
    memory = make_url(url).database in (None, "", ":memory:")
    options: dict[str, Any] = {
        "connect_args": {"check_same_thread": False},
        "hide_parameters": True,  # parameters are people's words, and errors end up in logs
    }
    if memory:
        options["poolclass"] = StaticPool
    engine = create_engine(url, **options)

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, record: object) -> None:  # noqa: ANN401 (a DBAPI connection)
        del record
        # sqlite3 must not open transactions by itself: they would begin deferred.
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        # IMMEDIATE takes the write lock at once: a deferred transaction that upgrades later
        # fails with "database is locked" whatever the timeout (telegram.md fact 5).
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
