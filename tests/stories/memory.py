"""What a town remembers of an earlier story: joining is played once, then taken up from there.

The database, the data keys, the chats and the clock are exactly as playing left them.
"""

import itertools
import pickle
import sqlite3
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from sandbox.server import Sandbox

WORLD: Final = ("users", "chats", "files", "counter", "callbacks", "profile")
NUMBERS: Final = itertools.count(1)


@dataclass(frozen=True)
class Saved:
    """One remembered moment."""

    database: str
    keys: Path
    encryption_keys: str
    world: bytes
    next_update: int
    now: datetime
    read: dict[str, dict[int, str]]


class Memory:
    """Moments of towns on one database system.

    Args:
        folder: where files are kept.
        admin: gives a connection that makes PostgreSQL databases; only asked where one is needed.
    """

    def __init__(self, folder: Path, admin: Callable[[], psycopg.Connection]) -> None:
        self._folder, self._admin = folder, admin
        self._saved: dict[Hashable, Saved] = {}

    def recall(self, key: Hashable) -> Saved | None:
        """Return what was kept under this key."""
        return self._saved.get(key)

    def keep(self, key: Hashable, box: Sandbox, read: dict[str, dict[int, str]]) -> None:
        """Keep the present moment; the bot must not be running."""
        number = next(NUMBERS)
        world = box.emulator.world
        update = next(world.queue._ids)
        world.queue._ids = itertools.count(update)
        keys = self._folder / f"{number}.keys.db"
        _copy_file(_path(box.settings.key_store_url()), keys)
        self._saved[key] = Saved(
            database=self._copied(box.settings.database_url, number),
            keys=keys,
            encryption_keys=box.settings.encryption_keys,
            world=pickle.dumps({name: getattr(world, name) for name in WORLD}),
            next_update=update,
            now=box.clock.now(),
            read=read,
        )

    def bring(self, saved: Saved, box: Sandbox) -> None:
        """Put a kept moment in the place of the present one; the bot must not be running."""
        self._restored(saved.database, box.settings.database_url)
        _copy_file(saved.keys, _path(box.settings.key_store_url()))
        keys = {"encryption_keys": saved.encryption_keys}
        box.settings = box.settings.model_copy(update=keys)
        world: dict[str, Any] = pickle.loads(saved.world)  # noqa: S301 (made above, by ourselves)
        for name, value in world.items():
            setattr(box.emulator.world, name, value)
        box.emulator.world.queue._ids = itertools.count(saved.next_update)
        box.clock.move_to(saved.now)

    def _copied(self, url: str, number: int) -> str:
        if url.startswith("sqlite"):
            _copy_file(_path(url), self._folder / f"{number}.db")
            return str(self._folder / f"{number}.db")
        name = f"steady_story_{number}"
        self._clone(_database(url), name)
        return name

    def _restored(self, saved: str, url: str) -> None:
        if url.startswith("sqlite"):
            _copy_file(Path(saved), _path(url))
            return
        drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
        self._admin().execute(drop.format(sql.Identifier(_database(url))))
        self._clone(saved, _database(url))

    def _clone(self, old: str, new: str) -> None:
        make = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._admin().execute(make.format(sql.Identifier(new), sql.Identifier(old)))


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _database(url: str) -> str:
    name = make_url(url).database
    if name is None:
        raise ValueError("the database has no name")
    return name


def _copy_file(old: Path, new: Path) -> None:
    """Copy an SQLite file with what its journal still holds."""
    source, target = sqlite3.connect(old), sqlite3.connect(new)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()
