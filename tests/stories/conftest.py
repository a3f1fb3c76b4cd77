"""The town of a story, on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio

from tests.stories.memory import Memory
from tests.stories.phone import Town, make_town


@pytest.fixture(scope="session")
def memories(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Memory]:
    """What earlier stories left to later ones, for each database system."""
    del tmp_path_factory
    return {}


@pytest.fixture
def memory(
    backend: str,
    memories: dict[str, Memory],
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Memory:
    """What is remembered on this database system."""

    def admin() -> psycopg.Connection:
        connection: psycopg.Connection = request.getfixturevalue("postgres_admin")
        return connection

    return memories.setdefault(backend, Memory(tmp_path_factory.mktemp(backend), admin))


@pytest_asyncio.fixture
async def town(
    database_url: str, memory: Memory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Town]:
    """A bot, its Telegram, and nobody there yet; it is Monday 30 November 2026, 07:45 in London."""
    # Beside PostgreSQL the data keys are kept in the working directory.
    monkeypatch.chdir(tmp_path)
    town, running = await make_town(database_url, memory)
    try:
        yield town
        town.ends()
    finally:
        await town.leaves()
        await running.__aexit__(None, None, None)
