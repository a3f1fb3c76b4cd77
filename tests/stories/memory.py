"""What a town remembers of an earlier story: joining is played once, then taken up from there.

The database, the data keys, the chats and the clock are exactly as playing left them.
"""

import itertools
import pickle
import sqlite3
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sandbox.server import Sandbox
from tests import postgres

WORLD: Final = ("users", "chats", "files", "counter", "callbacks", "profile")
NUMBERS: Final = itertools.count(1)


@dataclass(frozen=True)
class Saved:
    """One remembered moment."""

    database: Path | postgres.Rows
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
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
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

    def _copied(self, url: str, number: int) -> Path | postgres.Rows:
        if url.startswith("sqlite"):
            _copy_file(_path(url), self._folder / f"{number}.db")
            return self._folder / f"{number}.db"
        with postgres.connect(url) as connection:
            return postgres.keep(connection)

    def _restored(self, saved: Path | postgres.Rows, url: str) -> None:
        if isinstance(saved, Path):
            _copy_file(saved, _path(url))
            return
        with postgres.connect(url) as connection:
            postgres.put_back(connection, saved)


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _copy_file(old: Path, new: Path) -> None:
    """Copy an SQLite file with what its journal still holds."""
    source, target = sqlite3.connect(old), sqlite3.connect(new)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()
