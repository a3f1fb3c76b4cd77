"""Nothing committed is lost, and nobody overwrites somebody else's write."""

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from store.engine import is_sqlite, make_engine
from store.models import Consent, InboxRow
from store.vault import Vault

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
THREADS, TIMES = 4, 50


def a_row() -> InboxRow:
    return InboxRow(
        bot_id=1,
        update_id=1,
        chat_hash="a",
        key_owner="a",
        state="new",
        received_at=NOW,
        next_at=NOW,
    )


def count_up(engine: Engine) -> None:
    """Read, add one, write: what goes wrong when two transactions read the same number."""
    with Session(engine) as session, session.begin():
        row = session.scalars(select(InboxRow).with_for_update()).one()
        row.attempts += 1


def count_in_threads(engine: Engine) -> list[Exception]:
    errors: list[Exception] = []
    barrier = threading.Barrier(THREADS)

    def work() -> None:
        barrier.wait()
        try:
            for _ in range(TIMES):
                count_up(engine)
        except Exception as error:  # noqa: BLE001 (whatever it is, the test shows it)
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_four_threads_that_count_together_lose_nothing(any_store: tuple[Engine, Vault]) -> None:
    engine, _ = any_store
    with Session(engine) as session, session.begin():
        session.add(a_row())
    assert count_in_threads(engine) == []
    with Session(engine) as session:
        assert session.scalars(select(InboxRow.attempts)).one() == THREADS * TIMES


def write_and_fail(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        session.add(a_row())
        session.flush()
        raise RuntimeError("killed")


def test_what_raised_is_rolled_back_whole(any_store: tuple[Engine, Vault]) -> None:
    engine, _ = any_store
    with pytest.raises(RuntimeError, match="killed"):
        write_and_fail(engine)
    with Session(engine) as session:
        assert session.scalars(select(InboxRow)).all() == []


def test_what_was_committed_is_seen_by_another_process(
    database_url: str, any_store: tuple[Engine, Vault]
) -> None:
    engine, _ = any_store
    with Session(engine) as session, session.begin():
        session.add(a_row())
    other = make_engine(database_url)
    with Session(other) as session:
        assert session.scalars(select(InboxRow.update_id)).one() == 1
    other.dispose()


def test_a_row_that_points_at_nobody_is_refused(any_store: tuple[Engine, Vault]) -> None:
    engine, _ = any_store
    with pytest.raises(IntegrityError), Session(engine) as session, session.begin():
        session.add(Consent(person_id=404, kind="patient", version="1", at=NOW))


@pytest.mark.usefixtures("as_shipped")
@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("busy_timeout", 30000),
        ("secure_delete", 1),
    ],
)
def test_every_sqlite_connection_is_set_up_to_lose_nothing(
    sqlite_url: str, pragma: str, value: object
) -> None:
    engine = make_engine(sqlite_url)
    connections = [engine.raw_connection() for _ in range(3)]
    for connection in connections:
        assert connection.cursor().execute(f"PRAGMA {pragma}").fetchone() == (value,)
    for connection in connections:
        connection.close()
    engine.dispose()


def test_a_sqlite_transaction_holds_the_write_lock_from_its_first_statement(
    sqlite_url: str,
) -> None:
    engine = make_engine(sqlite_url)
    with engine.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM inbox")) == 0
        hasty = engine.raw_connection()
        hasty.cursor().execute("PRAGMA busy_timeout=0")
        with pytest.raises(Exception, match="locked"):
            hasty.cursor().execute("BEGIN IMMEDIATE")
        hasty.close()
    engine.dispose()


def test_postgresql_speaks_utc_whatever_the_server_does(database_url: str, backend: str) -> None:
    engine = make_engine(database_url)
    if backend == "postgresql":
        with engine.connect() as connection:
            assert connection.scalar(text("SHOW timezone")) == "UTC"
            assert connection.scalar(text("SHOW statement_timeout")) == "1min"
    engine.dispose()


@pytest.mark.parametrize("url", ["postgresql://h/d", "postgresql+asyncpg://h/d"])
def test_any_postgresql_url_uses_psycopg(url: str) -> None:
    assert make_engine(url).url.drivername == "postgresql+psycopg"


def test_other_databases_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"DATABASE_URL.*not mysql"):
        make_engine("mysql://root@h/d")


def test_sqlite_is_told_from_postgresql_by_its_url() -> None:
    assert is_sqlite("sqlite:///steady.db")
    assert not is_sqlite("postgresql+psycopg://h/d")


def test_processes_that_open_a_new_file_together_all_succeed(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    url = f"sqlite:///{tmp_path_factory.mktemp('new') / 'new.db'}"
    errors: list[Exception] = []
    barrier = threading.Barrier(THREADS)

    def open_it() -> None:
        engine = make_engine(url)
        barrier.wait()
        try:
            with engine.begin() as connection:
                connection.execute(text("CREATE TABLE IF NOT EXISTS t (x)"))
        except Exception as error:  # noqa: BLE001 (whatever it is, the test shows it)
            errors.append(error)
        engine.dispose()

    threads = [threading.Thread(target=open_it) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
