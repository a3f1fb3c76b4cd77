"""SIGKILL at every write, commit and call on a danger text's way, one after the other."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Final

import psycopg
import pytest
from sqlalchemy import create_engine, insert, select, text

import store.models  # noqa: F401 (fills the list of tables)
from store.base import Base
from tests.process.conftest import copy_database, settle_in
from tests.process.house import KILLED, Furniture, House, Nursery, Steady, opened
from tests.process.test_kills import DANGER, judge

NUMBERS: Final = count(1)
A_MINUTE_LATER: Final = (
    "UPDATE inbox SET lease_until = CURRENT_TIMESTAMP WHERE state = 'taken'",
    "UPDATE outbox SET lease_until = CURRENT_TIMESTAMP WHERE state = 'sending'",
)
Fresh = Callable[[], AbstractAsyncContextManager[House]]


@pytest.fixture
def fresh(
    backend: str,
    nursery: Nursery,
    furniture: Furniture,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> Fresh:
    """Opens a new furnished house each time."""

    @asynccontextmanager
    async def open_one() -> AsyncIterator[House]:
        folder = tmp_path / str(next(NUMBERS))
        folder.mkdir()
        copy_database(furniture.folder / "steady.keys.db", folder / "keys.db")
        copy_database(furniture.folder / "steady.db", folder / "steady.db")
        url = f"sqlite:///{folder}/steady.db"
        if backend == "postgresql":
            url = moved(url, request.getfixturevalue("postgres_admin"))
        async with opened(nursery, folder, url, furniture.keys) as house:
            settle_in(house, furniture)
            yield house

    return open_one


@pytest.mark.slow
async def test_a_danger_text_survives_a_kill_anywhere(fresh: Fresh, backend: str) -> None:
    async with fresh() as house:
        points = await passed(house)
    step = 1 if backend == "sqlite" else 7
    for nth in range(1, points + 1, step):
        async with fresh() as house:
            steady = await house.runs(point="any", nth=nth)
            await alarmed(house, steady)
            assert await steady.ended() == KILLED, nth
            if backend == "postgresql":
                # Others may be at work there, so a claim is only given back by its lease.
                for later in A_MINUTE_LATER:
                    house.write(later)
            await house.runs()
            judge(house)


async def passed(house: House) -> int:
    """How many points a danger text passes until all is quiet."""
    tally = house.folder / "tally.txt"
    steady = await house.runs(tally=str(tally))
    await alarmed(house, steady)
    await house.quiet()
    judge(house)
    return len(tally.read_text(encoding="utf-8").splitlines())


async def alarmed(house: House, steady: Steady) -> None:
    await steady.armed()
    house.says(house.tom, DANGER)


def moved(source: str, admin: psycopg.Connection) -> str:
    """Copy a SQLite database into a new PostgreSQL one; returns its URL."""
    name = f"steady_kills_{next(NUMBERS)}"
    admin.execute(f"CREATE DATABASE {name} TEMPLATE steady_template".encode())
    info = admin.info
    target = f"postgresql+psycopg://{info.user}@/{name}?host={info.host}&port={info.port}"
    old, new = create_engine(source), create_engine(target)
    with old.connect() as reading, new.begin() as writing:
        for table in Base.metadata.sorted_tables:
            rows = [dict(row) for row in reading.execute(select(table)).mappings()]
            if rows:
                writing.execute(insert(table), rows)
            numbered(writing.execute, table.name, [key.name for key in table.primary_key])
    old.dispose()
    new.dispose()
    return target


def numbered(execute: Callable[..., object], table: str, keys: list[str]) -> None:
    """Let new rows be counted on from the copied ones."""
    if keys in (["id"], ["seq"]):
        sequence = f"pg_get_serial_sequence('{table}', '{keys[0]}')"
        execute(text(f"SELECT setval({sequence}, (SELECT max({keys[0]}) + 1 FROM {table}))"))  # noqa: S608 (our own names)
