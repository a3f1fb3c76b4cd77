"""A backup is a proven copy, and brings nobody back who asked to be forgotten."""

import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, select
from sqlalchemy.orm import Session

from store import backup as backups
from store import migrate
from store.backup import BackupError, backup
from store.crypto import MasterKeys, SealError
from store.engine import make_engine
from store.keystore import KeyStore
from store.models import Person
from store.vault import Vault

Fill = Callable[[Connection], None]


@pytest.fixture
def urls(
    sqlite_store: tuple[Engine, Vault], fill: Fill, sqlite_url: str, tmp_path: Path
) -> tuple[str, str]:
    """A database in use, with rows in every table and words of two people."""
    engine, vault = sqlite_store
    with engine.begin() as connection:
        fill(connection)
    with Session(engine) as session, session.begin():
        for person in session.scalars(select(Person)):
            vault.seal(person, first_name=f"name {person.id}")
    return sqlite_url, f"sqlite:///{tmp_path / 'keys.db'}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups"


def names(database: Path, keys: Path, masters: MasterKeys) -> list[str]:
    """The first names in a backup; "unreadable" for those whose key is gone."""
    engine, key_engine = (make_engine(f"sqlite:///{path}") for path in (database, keys))
    vault = Vault(KeyStore(key_engine, masters))
    with Session(engine) as session:
        found = [_name(vault, person) for person in session.scalars(select(Person))]
    engine.dispose()
    key_engine.dispose()
    return found


def _name(vault: Vault, person: Person) -> str:
    try:
        return vault.read(person, "first_name") or ""
    except SealError:
        return "unreadable"


def test_a_backup_of_a_database_in_use_holds_every_row(
    urls: tuple[str, str], folder: Path, masters: MasterKeys
) -> None:
    report = backup(*urls, folder / "monday.db")
    assert report.rows["people"] == 2
    assert set(report.rows.values()) == {1, 2}  # alembic_version has one
    assert migrate.problems(f"sqlite:///{report.database}") == []
    assert names(report.database, report.keys, masters) == ["name 1", "name 2"]


def test_a_backup_is_one_file_that_only_its_owner_reads(
    urls: tuple[str, str], folder: Path
) -> None:
    report = backup(*urls, folder / "monday.db")
    assert sorted(folder.iterdir()) == sorted([report.database, report.keys])
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        with closing(sqlite3.connect(path)) as copy:
            assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_the_keys_are_not_in_the_backup_of_the_database(
    urls: tuple[str, str], folder: Path
) -> None:
    assert "data_keys" not in backup(*urls, folder / "monday.db").rows


def test_an_existing_file_is_never_overwritten(urls: tuple[str, str], folder: Path) -> None:
    (folder / "monday.db").write_text("precious")
    with pytest.raises(BackupError, match="exists already"):
        backup(*urls, folder / "monday.db")
    assert (folder / "monday.db").read_text() == "precious"
    assert [path.name for path in folder.iterdir()] == ["monday.db"]


def test_after_a_newer_backup_a_forgotten_person_is_unreadable_in_the_older_one_too(
    urls: tuple[str, str], folder: Path, masters: MasterKeys, vault: Vault
) -> None:
    monday = backup(*urls, folder / "monday.db")
    vault.keys.shred("1key_owner")
    tuesday = backup(*urls, folder / "tuesday.db")
    assert monday.keys == tuesday.keys
    assert len(list(folder.iterdir())) == 3
    assert names(monday.database, tuesday.keys, masters) == ["unreadable", "name 2"]


def test_rows_written_while_the_copy_is_made_do_not_spoil_it(
    urls: tuple[str, str],
    folder: Path,
    sqlite_store: tuple[Engine, Vault],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine, _ = sqlite_store
    count, late = backups._rows, iter(["late"])

    def count_then_write(connection: sqlite3.Connection) -> dict[str, int]:
        rows = count(connection)
        for name in late:
            with engine.begin() as writer:
                writer.exec_driver_sql(
                    "INSERT INTO marks (name, at) VALUES (?, '2026-11-22')", (name,)
                )
        return rows

    monkeypatch.setattr(backups, "_rows", count_then_write)
    assert backup(*urls, folder / "monday.db").rows["marks"] == 2


def test_a_copy_with_missing_rows_is_no_backup(
    urls: tuple[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = backups._rows
    seen: list[sqlite3.Connection] = []

    def lose_a_row(connection: sqlite3.Connection) -> dict[str, int]:
        if seen:
            connection.execute("DELETE FROM marks WHERE name = '1name'")
        seen.append(connection)
        return count(connection)

    monkeypatch.setattr(backups, "_rows", lose_a_row)
    with pytest.raises(BackupError, match="other rows"):
        backup(*urls, folder / "monday.db")
    assert list(folder.iterdir()) == []


def test_a_damaged_database_gives_no_backup(
    urls: tuple[str, str], folder: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "steady.db")) as live:
        live.execute("PRAGMA writable_schema=ON")
        live.execute(
            "UPDATE sqlite_schema SET sql = replace(sql, '(state)', '(tier)') "
            "WHERE name = 'ix_alerts_state'"
        )
        live.commit()
    with pytest.raises(BackupError, match="damaged"):
        backup(*urls, folder / "monday.db")
    assert list(folder.iterdir()) == []


def test_a_file_that_is_no_database_gives_no_backup(
    urls: tuple[str, str], folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "letter.db").write_text("Dear doctor, " * 500)
    with pytest.raises(BackupError, match="cannot copy"):
        backup(f"sqlite:///{tmp_path / 'letter.db'}", urls[1], folder / "monday.db")
    assert list(folder.iterdir()) == []


def test_a_missing_database_or_key_store_is_named(urls: tuple[str, str], folder: Path) -> None:
    for pair in ((f"sqlite:///{folder}/no.db", urls[1]), (urls[0], f"sqlite:///{folder}/no.db")):
        with pytest.raises(BackupError, match="no database file"):
            backup(*pair, folder / "monday.db")
    assert list(folder.iterdir()) == []


def test_a_missing_folder_is_named(urls: tuple[str, str], folder: Path) -> None:
    with pytest.raises(BackupError, match=r"cannot write .*No such file"):
        backup(*urls, folder / "nowhere" / "monday.db")


def test_a_live_file_is_never_replaced_by_the_copy_of_the_keys(
    urls: tuple[str, str], tmp_path: Path, sqlite_template: Path
) -> None:
    live = tmp_path / "keys.newest.db"
    shutil.copyfile(sqlite_template, live)
    with pytest.raises(BackupError, match="in use"):
        backup(f"sqlite:///{live}", urls[1], tmp_path / "monday.db")
    assert not (tmp_path / "monday.db").exists()
    assert migrate.problems(f"sqlite:///{live}") == []


def test_the_two_copies_never_share_a_name(urls: tuple[str, str], folder: Path) -> None:
    with pytest.raises(BackupError, match="in use"):
        backup(*urls, folder / "keys.newest.db")
    assert list(folder.iterdir()) == []


def test_postgresql_is_told_to_use_its_own_tools(urls: tuple[str, str], folder: Path) -> None:
    for pair in (("postgresql+psycopg://h/d", urls[1]), (urls[0], "postgresql+psycopg://h/d")):
        with pytest.raises(BackupError, match="pg_dump"):
            backup(*pair, folder / "monday.db")
    assert list(folder.iterdir()) == []
