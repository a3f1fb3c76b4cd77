"""Migrations: up, down and up again with rows in every table, on both databases."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, func, insert, select, text

from store import migrate
from store.engine import make_engine
from store.models import CareLink, InboxRow, Person

Fill = Callable[[Connection], None]
Contents = Callable[[Connection], dict[str, list[tuple[Any, ...]]]]
Columns = Callable[[Connection], dict[str, list[str]]]
Row = Callable[..., dict[str, Any]]
REVISIONS = sorted(path.name[:4] for path in (migrate.SCRIPTS / "versions").glob("0*.py"))

REBUILD = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "{head}", None, None

def upgrade() -> None:
    with op.batch_alter_table("people", table_kwargs=dict(sqlite_autoincrement=True)) as batch:
        batch.alter_column("locale", type_=sa.String(16))
"""
KEEP_COUNTING = ", table_kwargs=dict(sqlite_autoincrement=True)"
ORPHAN = """
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "{head}", None, None

def upgrade() -> None:
    op.execute("DELETE FROM people")
"""


@pytest.fixture
def add_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Pretend that a newer version of Steady brought one more migration."""

    def add(source: str) -> None:
        body = source.format(head=migrate.head())
        scripts = shutil.copytree(migrate.SCRIPTS, tmp_path / "migrations")
        (scripts / "versions" / "9999_next.py").write_text(body)
        monkeypatch.setattr(migrate, "SCRIPTS", scripts)

    return add


def read(url: str, what: Callable[[Connection], Any]) -> Any:
    engine = make_engine(url)
    try:
        with engine.begin() as connection:
            return what(connection)
    finally:
        engine.dispose()


def test_an_empty_database_gets_the_tables_of_the_models(empty_database_url: str) -> None:
    migrate.upgrade(empty_database_url)
    assert migrate.problems(empty_database_url) == []
    assert migrate.current(empty_database_url) == migrate.head()


def test_upgrading_twice_changes_nothing(database_url: str, fill: Fill, contents: Contents) -> None:
    read(database_url, fill)
    before = read(database_url, contents)
    migrate.upgrade(database_url)
    assert read(database_url, contents) == before


@pytest.mark.parametrize("revision", ["base", *REVISIONS])
def test_down_and_up_again_keeps_every_row_of_what_stays(
    database_url: str, revision: str, fill: Fill, contents: Contents, columns: Columns
) -> None:
    read(database_url, fill)
    full, whole = read(database_url, contents), read(database_url, columns)
    assert all(len(rows) == 2 for rows in full.values())

    migrate.downgrade(database_url, revision)
    kept, left = read(database_url, contents), read(database_url, columns)
    assert kept == only(full, whole, left)
    migrate.upgrade(database_url)

    assert migrate.current(database_url) == migrate.head()
    assert read(database_url, columns) == whole
    assert only(read(database_url, contents), whole, left) == kept
    assert all(not rows for name, rows in read(database_url, contents).items() if name not in kept)
    migrate.downgrade(database_url, "base")
    migrate.upgrade(database_url)
    read(database_url, fill)
    assert read(database_url, contents) == full


def only(
    rows: dict[str, list[tuple[Any, ...]]], whole: dict[str, list[str]], left: dict[str, list[str]]
) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of the tables that are left, cut down to the columns that are left."""
    places = {name: [whole[name].index(column) for column in left[name]] for name in left}
    return {
        name: sorted((tuple(row[place] for place in places[name]) for row in rows[name]), key=repr)
        for name in left
    }


def test_base_leaves_no_table_of_ours(database_url: str, contents: Contents) -> None:
    migrate.downgrade(database_url, "base")
    assert read(database_url, contents) == {}
    assert migrate.current(database_url) is None


def test_a_table_rebuilt_by_a_migration_keeps_the_rows_that_hang_on_it(
    database_url: str, fill: Fill, contents: Contents, add_revision: Callable[[str], None]
) -> None:
    read(database_url, fill)
    before = read(database_url, contents)
    add_revision(REBUILD)
    migrate.upgrade(database_url)
    assert migrate.current(database_url) == "9999"
    assert read(database_url, contents) == before


def test_a_rebuild_that_would_give_out_ids_again_is_a_problem(
    sqlite_url: str, add_revision: Callable[[str], None]
) -> None:
    add_revision(REBUILD.replace(KEEP_COUNTING, ""))
    migrate.upgrade(sqlite_url)
    assert any("people may give out an id again" in line for line in migrate.problems(sqlite_url))


def test_a_rebuild_that_keeps_counting_is_none(
    sqlite_url: str, add_revision: Callable[[str], None]
) -> None:
    add_revision(REBUILD)
    migrate.upgrade(sqlite_url)
    assert not any("give out" in line for line in migrate.problems(sqlite_url))


def test_dropping_a_table_with_foreign_keys_on_would_have_deleted_them(
    sqlite_url: str, fill: Fill
) -> None:
    read(sqlite_url, fill)
    read(sqlite_url, lambda connection: connection.execute(text("DROP TABLE people")))
    assert read(sqlite_url, lambda c: c.scalar(select(func.count()).select_from(CareLink))) == 0


def test_a_migration_that_leaves_orphans_is_undone_whole(
    sqlite_url: str, fill: Fill, contents: Contents, add_revision: Callable[[str], None]
) -> None:
    read(sqlite_url, fill)
    before, revision = read(sqlite_url, contents), migrate.head()
    add_revision(ORPHAN)
    with pytest.raises(migrate.MigrationError, match="points at a missing row of people"):
        migrate.upgrade(sqlite_url)
    assert migrate.current(sqlite_url) == revision
    assert read(sqlite_url, contents) == before


def test_processes_that_upgrade_at_once_wait_for_each_other(empty_database_url: str) -> None:
    failures: list[Exception] = []

    def upgrade() -> None:
        try:
            migrate.upgrade(empty_database_url)
        except Exception as error:  # noqa: BLE001 (whatever it is, the test shows it)
            failures.append(error)

    threads = [threading.Thread(target=upgrade) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert migrate.problems(empty_database_url) == []


def test_the_app_refuses_an_empty_database(empty_database_url: str) -> None:
    engine = make_engine(empty_database_url)
    with pytest.raises(migrate.WrongRevision, match="steady db upgrade"):
        migrate.require_current(engine)
    engine.dispose()


def test_the_app_refuses_an_older_revision_and_says_what_to_do(database_url: str) -> None:
    migrate.downgrade(database_url, "0001")
    engine = make_engine(database_url)
    with pytest.raises(migrate.WrongRevision, match=r"0001, not .*steady db upgrade"):
        migrate.require_current(engine)
    engine.dispose()


def test_the_app_refuses_a_database_made_by_a_newer_version(database_url: str) -> None:
    read(database_url, lambda c: c.execute(text("UPDATE alembic_version SET version_num='abcd'")))
    engine = make_engine(database_url)
    with pytest.raises(migrate.WrongRevision, match="abcd, made by a newer Steady"):
        migrate.require_current(engine)
    engine.dispose()
    with pytest.raises(migrate.MigrationError, match="abcd"):
        migrate.upgrade(database_url)


def test_the_app_starts_on_the_present_revision(database_url: str) -> None:
    engine = make_engine(database_url)
    migrate.require_current(engine)
    engine.dispose()


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ("DROP TABLE marks", "add_table marks"),
        ("DROP INDEX ix_doses_due", "add_index ix_doses_due"),
        ("ALTER TABLE people DROP COLUMN zone", "add_column people zone"),
        ("ALTER TABLE people ADD COLUMN shoe_size INTEGER", "remove_column people shoe_size"),
    ],
)
def test_a_database_that_differs_from_the_models_is_a_problem(
    database_url: str, change: str, line: str
) -> None:
    read(database_url, lambda connection: connection.execute(text(change)))
    assert migrate.problems(database_url) == [f"the database differs from the models: {line}"]


def test_a_column_of_another_type_is_a_problem(database_url: str, backend: str) -> None:
    if backend == "postgresql":
        change = "ALTER TABLE marks ALTER COLUMN name TYPE INTEGER USING 1"
    else:
        change = "CREATE TABLE marks (name INTEGER NOT NULL PRIMARY KEY, at DATETIME NOT NULL)"
        read(database_url, lambda connection: connection.execute(text("DROP TABLE marks")))
    read(database_url, lambda connection: connection.execute(text(change)))
    (line,) = migrate.problems(database_url)
    assert "modify_type" in line
    assert "marks name" in line


def test_a_row_that_points_at_nothing_is_a_problem(sqlite_url: str, fill: Fill, row: Row) -> None:
    read(sqlite_url, fill)

    def orphan(connection: Connection) -> None:
        connection.connection.rollback()
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.execute(delete(Person).where(Person.id == 2))

    read(sqlite_url, orphan)
    found = migrate.problems(sqlite_url)
    assert "row 2 of patients points at a missing row of people" in found
    assert all("missing row of people" in line for line in found)


def test_a_damaged_file_is_a_problem(sqlite_url: str, fill: Fill) -> None:
    read(sqlite_url, fill)
    read(sqlite_url, _forget_an_index_entry)
    assert any("damaged" in line for line in migrate.problems(sqlite_url))


def _forget_an_index_entry(connection: Connection) -> None:
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    connection.exec_driver_sql(
        "UPDATE sqlite_schema SET sql = replace(sql, '(state)', '(tier)') "
        "WHERE name = 'ix_alerts_state'"
    )


def test_the_newest_id_is_never_given_out_again(database_url: str, row: Row) -> None:
    values = row(InboxRow.__table__, 1)
    del values["seq"]

    def next_seq(connection: Connection) -> int:
        seq = connection.scalar(insert(InboxRow).values(values).returning(InboxRow.seq))
        connection.execute(delete(InboxRow))
        assert isinstance(seq, int)
        return seq

    assert read(database_url, next_seq) < read(database_url, next_seq)


def test_a_drafted_revision_brings_the_database_to_the_models(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = shutil.copytree(migrate.SCRIPTS, tmp_path / "migrations")
    monkeypatch.setattr(migrate, "SCRIPTS", scripts)
    read(sqlite_url, lambda c: c.execute(text("ALTER TABLE alerts DROP COLUMN opened_at")))
    read(sqlite_url, lambda c: c.execute(text("DROP TABLE lessons_sent")))
    written = migrate.draft(sqlite_url, "Add what is missing", "9999").read_text()
    assert "sqlite_autoincrement=True" in written
    assert "sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False)" in written
    assert "store" not in written


def test_a_database_that_is_neither_is_refused() -> None:
    with pytest.raises(ValueError, match="expected sqlite or postgresql"):
        migrate.upgrade("mysql://root@localhost/steady")
