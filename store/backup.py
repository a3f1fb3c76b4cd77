"""A verified copy of the database, and beside it the only copy of the key store."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from store.engine import is_sqlite

OWNER_ONLY = 0o600


class BackupError(RuntimeError):
    """Nothing was backed up, or the copy is not a good one; no half copy is left behind."""


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What a backup holds.

    Args:
        database: the copy of the database.
        keys: the copy of the key store; there is one per folder, the newest.
        rows: how many rows of each table the copy has, the same as the database had.
    """

    database: Path
    keys: Path
    rows: dict[str, int]


def backup(database_url: str, keys_url: str, target: Path) -> BackupReport:
    """Copy a SQLite database that may be in use to `target`, and prove the copy.

    The key store goes to a file of its own in the same folder, named after it and replaced every
    time: an older copy would bring back the keys of people who asked to be forgotten. Keys are
    copied last, so that they open everything in the copy of the database.

    Raises:
        BackupError: `target` exists, a database is not a SQLite file, or a copy is not whole.
    """
    source, keys = _file(database_url), _file(keys_url)
    newest = target.parent / f"{keys.stem}.newest{keys.suffix}"
    if newest.resolve() in (source.resolve(), keys.resolve(), target.resolve()):
        raise BackupError(f"{newest} is in use: choose another folder")
    with _new_file(target):
        rows = _copy(source, target)
        _replace(newest, keys)
    return BackupReport(database=target, keys=newest, rows=rows)


def _file(url: str) -> Path:
    if not is_sqlite(url):
        raise BackupError(
            "PostgreSQL has tools of its own: run `pg_dump --format=custom --file=FILE` and prove "
            "it with pg_restore; keep only the newest dump of the key store's database"
        )
    path = Path(make_url(url).database or ":memory:")
    if not path.is_file():
        raise BackupError(f"no database file {path}")
    return path


@contextmanager
def _new_file(path: Path) -> Iterator[None]:
    """Claim a file name that nobody has, and free it again when what follows fails."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, OWNER_ONLY))
    except FileExistsError as error:
        raise BackupError(f"{path} exists already: choose another name") from error
    except OSError as error:
        raise BackupError(f"cannot write {path}: {error.strerror}") from error
    try:
        yield
    except BaseException:
        path.unlink()
        raise


def _replace(newest: Path, source: Path) -> None:
    fresh = newest.with_name(f"{newest.name}.new")
    fresh.unlink(missing_ok=True)  # what a backup that was killed left
    with _new_file(fresh):
        _copy(source, fresh)
        fresh.replace(newest)


def _copy(source: Path, target: Path) -> dict[str, int]:
    """Copy what one transaction sees, prove it, and return the rows per table."""
    try:
        with closing(_connect(source)) as live, closing(_connect(target)) as copy:
            live.execute("BEGIN")
            expected = _rows(live)
            live.backup(copy)
            live.execute("COMMIT")
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        _prove(target, expected)
    except sqlite3.Error as error:
        raise BackupError(f"cannot copy {source}: {error}") from error
    return expected


def _prove(target: Path, expected: dict[str, int]) -> None:
    with closing(_connect(target)) as copy:
        found = [row[0] for row in copy.execute("PRAGMA integrity_check")]
        if found != ["ok"]:
            raise BackupError(f"the copy is damaged: {found[0]}")
        if _rows(copy) != expected:
            raise BackupError("the copy has other rows than the database")


def _rows(connection: sqlite3.Connection) -> dict[str, int]:
    names = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    # Names come from the schema itself, never from outside.
    count = 'SELECT count(*) FROM "{}"'
    return {name: connection.execute(count.format(name)).fetchone()[0] for (name,) in names}


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=30, isolation_level=None)
