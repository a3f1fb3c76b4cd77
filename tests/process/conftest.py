"""Houses for tests of the real process: furnished with a patient and a caregiver, or empty."""

import asyncio
import itertools
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

import sandbox.server
from sandbox.clock import SandboxClock
from store.crypto import MasterKeys
from tests.process.house import Furniture, House, Nursery, opened, wall_clock
from tests.process.joining import furnish


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Where `steady` is forked from."""
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture(scope="session")
def furniture(tmp_path_factory: pytest.TempPathFactory) -> Furniture:
    """Tom has joined and Maya accepted, through real messages, some minutes ago."""
    folder = tmp_path_factory.mktemp("furniture")
    with pytest.MonkeyPatch.context() as patch:
        begun = wall_clock() - timedelta(minutes=30)
        clock = lambda *, live: SandboxClock(begun, live=live)  # noqa: E731
        patch.setattr(sandbox.server, "SandboxClock", clock)
        return asyncio.run(furnish(folder))


@pytest_asyncio.fixture
async def house(nursery: Nursery, furniture: Furniture, tmp_path: Path) -> AsyncIterator[House]:
    """A house in which Tom has joined, on SQLite, with nothing running yet."""
    for name, copy in (("steady.db", "steady.db"), ("steady.keys.db", "keys.db")):
        copy_database(furniture.folder / name, tmp_path / copy)
    url = f"sqlite:///{tmp_path}/steady.db"
    async with opened(nursery, tmp_path, url, furniture.keys) as house:
        settle_in(house, furniture)
        yield house


@pytest_asyncio.fixture
async def empty_house(
    nursery: Nursery, sqlite_template: Path, tmp_path: Path
) -> AsyncIterator[House]:
    """A house in which nobody is known, on SQLite, with nothing running yet."""
    shutil.copyfile(sqlite_template, tmp_path / "steady.db")
    url, keys = f"sqlite:///{tmp_path}/steady.db", MasterKeys.generate("test")
    async with opened(nursery, tmp_path, url, keys) as house:
        house.tom = house.people.create_user("Tom")
        yield house


def settle_in(house: House, furniture: Furniture) -> None:
    """Let the new Telegram know the people, and the database that it was polled just now."""
    for name in ("Tom", "Maya"):
        user = house.people.create_user(name)
        chat = house.emulator.world.chats[user]
        chat.started, chat.last_id = True, 1000
    house.tom, house.maya = furniture.tom, furniture.maya
    house.emulator.world.queue._ids = itertools.count(600_000_001)
    house.write("UPDATE marks SET at = CURRENT_TIMESTAMP")


def copy_database(source: Path, target: Path) -> None:
    """Copy a SQLite database with what still stands in its journal."""
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
