"""Bringing a database to the tables of this version, and proving that it is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine, event, text
from sqlalchemy.engine import Connection

from store.engine import make_engine
from store.models import Person

TABLES = Person.metadata  # taken from a model, so that the models are imported
SCRIPTS = Path(__file__).parent / "migrations"
ONE_AT_A_TIME = 0x57EAD4  # the advisory lock of PostgreSQL that migrations hold


class MigrationError(RuntimeError):
    """A migration could not be done; the database is as it was."""


class WrongRevision(MigrationError):  # noqa: N818 (it says what is wrong)
    """The database does not have the tables of this version of Steady."""


def head() -> str:
    """Return the revision that this version of Steady needs."""
    revision = _scripts().get_current_head()
    if revision is None:
        raise MigrationError("this copy of Steady has no migrations")
    return revision


def upgrade(url: str) -> None:
    """Bring a database to the newest revision; all of it happens, or nothing.

    Raises:
        MigrationError: a row points at nothing afterwards, or the database is newer than we are.
    """
    with _migrating(url) as config:
        command.upgrade(config, "head")


def downgrade(url: str, revision: str) -> None:
    """Take a database back to `revision`, `base` for no tables at all; all or nothing.

    Raises:
        MigrationError: there is no such revision, or a row points at nothing afterwards.
    """
    with _migrating(url) as config:
        command.downgrade(config, revision)


def current(url: str) -> str | None:
    """Return the revision of a database, None when it never was migrated."""
    with _connection(url) as connection:
        return _revision(connection)


def problems(url: str) -> list[str]:
    """Return what is wrong with a database, one line each; empty when all is well.

    Looks at the revision, or when that is right at tables that differ from the models; at rows
    that point at nothing; and on SQLite at the file itself.
    """
    with _connection(url) as connection:
        tables = _wrong_revision(connection) or _differences(connection)
        return [*tables, *_broken_references(connection), *_damage(connection)]


def require_current(engine: Engine) -> None:
    """Refuse to go on with a database of another revision.

    Raises:
        WrongRevision: with one line that says what to do.
    """
    with engine.connect() as connection:
        for line in _wrong_revision(connection):
            raise WrongRevision(line)


def draft(url: str, message: str, revision: str) -> Path:
    """Write a new revision file holding what the models have and the database has not yet.

    For developers. Read the file before committing it: a renamed column looks like one lost.
    """
    with _migrating(url) as config:
        script = command.revision(config, message, autogenerate=True, rev_id=revision)
    if script is None or isinstance(script, list):
        raise MigrationError("nothing was written")
    return Path(script.path)


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


@contextmanager
def _connection(url: str, *, migrating: bool = False) -> Iterator[Connection]:
    engine = make_engine(url)
    if migrating and engine.dialect.name == "sqlite":
        # Rebuilding a table drops the old one, and DROP TABLE deletes the rows that cascade from
        # it. The pragma does nothing inside a transaction, so it is set on connecting.
        event.listen(engine, "connect", _foreign_keys_off)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _foreign_keys_off(connection: Any, record: object) -> None:  # noqa: ANN401 (a DBAPI connection)
    del record
    connection.execute("PRAGMA foreign_keys=OFF")


@contextmanager
def _migrating(url: str) -> Iterator[Config]:
    config = _config()
    with _connection(url, migrating=True) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})"))
        config.attributes["connection"] = connection
        try:
            yield config
        except CommandError as error:
            raise MigrationError(str(error)) from error
        for line in _broken_references(connection):
            raise MigrationError(f"migration undone: {line}")


def _known() -> set[str]:
    return {script.revision for script in _scripts().walk_revisions()}


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _wrong_revision(connection: Connection) -> list[str]:
    found, wanted = _revision(connection), head()
    if found == wanted:
        return []
    if found is None:
        return ["the database has no tables yet: run `steady db upgrade`"]
    if found not in _known():
        return [f"the database is at revision {found}, made by a newer Steady: start that one"]
    return [f"the database is at revision {found}, not {wanted}: run `steady db upgrade`"]


def _differences(connection: Connection) -> list[str]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    found = [_name(change) for change in compare_metadata(context, TABLES)]
    return [
        f"the database differs from the models: {line}" for line in found + _reused_ids(connection)
    ]


def _reused_ids(connection: Connection) -> list[str]:
    # Rebuilding a table in a batch forgets AUTOINCREMENT, and alembic does not compare it.
    if connection.dialect.name != "sqlite":
        return []
    query = "SELECT name FROM sqlite_schema WHERE sql LIKE '%AUTOINCREMENT%'"
    safe = set(connection.exec_driver_sql(query).scalars())
    counted = {
        name for name, table in TABLES.tables.items() if table.autoincrement_column is not None
    }
    return [f"{name} may give out an id again" for name in sorted(counted - safe)]


def _name(change: Any) -> str:  # noqa: ANN401 (alembic gives tuples, and lists of tuples for columns)
    if isinstance(change, list):
        return "; ".join(_name(part) for part in change)
    return " ".join(str(getattr(part, "name", None) or part) for part in change if part is not None)


def _broken_references(connection: Connection) -> list[str]:
    if connection.dialect.name != "sqlite":
        return _unproven_references(connection)
    rows = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return [f"row {row[1]} of {row[0]} points at a missing row of {row[2]}" for row in rows]


def _unproven_references(connection: Connection) -> list[str]:
    # PostgreSQL keeps foreign keys true by itself, but for those never validated.
    query = "SELECT conname FROM pg_constraint WHERE contype = 'f' AND NOT convalidated"
    return [f"foreign key {name} was never validated" for name in connection.scalars(text(query))]


def _damage(connection: Connection) -> list[str]:
    if connection.dialect.name != "sqlite":
        return []
    rows = connection.exec_driver_sql("PRAGMA integrity_check").scalars()
    return [f"the database file is damaged: {row}" for row in rows if row != "ok"]
